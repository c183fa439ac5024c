/* SPDX-License-Identifier: MIT */
#include "btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define BTF_FILE "/sys/kernel/btf/vmlinux"
enum { BTF_SIZE_MAX = 64 * 1024 * 1024 };

/* Kinds of Linux 5.16 and later, which older headers lack: include/uapi/linux/btf.h */
enum { KIND_FLOAT = 16, KIND_DECL_TAG = 17, KIND_TYPE_TAG = 18, KIND_ENUM64 = 19 };

struct types {
	const unsigned char *at, *end;
	const char *strings; /* ends with a NUL */
	size_t strings_length;
};

/* The members that are looked for. */
static const struct {
	const char *structure, *member;
	size_t where; /* in struct natu_btf */
} members[] = {
	{ "task_struct", "tgid", offsetof(struct natu_btf, task_tgid) },
	{ "file", "f_inode", offsetof(struct natu_btf, file_inode) },
	{ "inode", "i_sb", offsetof(struct natu_btf, inode_sb) },
	{ "inode", "i_ino", offsetof(struct natu_btf, inode_ino) },
	{ "super_block", "s_magic", offsetof(struct natu_btf, sb_magic) },
};

enum { MEMBERS = sizeof(members) / sizeof(members[0]), ALL_FOUND = (1 << MEMBERS) - 1 };

static const char *name_at(const struct types *types, uint32_t offset)
{
	return offset < types->strings_length ? types->strings + offset : "";
}

/* Headers before Linux 5.13 have a bit less for it. */
static unsigned int kind_of(const struct btf_type *type)
{
	return type->info >> 24 & 0x1f;
}

/* How many bytes follow a type's head; -1 for a kind that is not known. */
static int64_t tail_size(unsigned int kind, uint32_t count)
{
	switch (kind) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case KIND_FLOAT:
	case KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case KIND_DECL_TAG:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return (int64_t)(count * sizeof(struct btf_member));
	case BTF_KIND_ENUM:
		return (int64_t)(count * sizeof(struct btf_enum));
	case KIND_ENUM64:
		return (int64_t)(count * 3 * sizeof(uint32_t));
	case BTF_KIND_FUNC_PROTO:
		return (int64_t)(count * sizeof(struct btf_param));
	case BTF_KIND_DATASEC:
		return (int64_t)(count * sizeof(struct btf_var_secinfo));
	default:
		return -1;
	}
}

/* The offset of a member in bytes, or -1. */
static int64_t offset_of(const struct types *types, const struct btf_type *type,
			 const char *wanted)
{
	const unsigned char *at = types->at + sizeof(*type);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info);
	     i++, at += sizeof(struct btf_member)) {
		struct btf_member member;

		memcpy(&member, at, sizeof(member));
		if (!strcmp(name_at(types, member.name_off), wanted))
			return (BTF_INFO_KFLAG(type->info)
					? BTF_MEMBER_BIT_OFFSET(member.offset)
					: member.offset) /
			       8;
	}
	return -1;
}

/* Takes from a struct what is looked for. Returns the bits of the members that it had. */
static unsigned int take_struct(const struct types *types, const struct btf_type *type,
				struct natu_btf *btf)
{
	const char *name = name_at(types, type->name_off);
	unsigned int found = 0;

	for (size_t i = 0; i < MEMBERS; i++) {
		int64_t offset;

		if (strcmp(name, members[i].structure) != 0)
			continue;
		offset = offset_of(types, type, members[i].member);
		/* Offsets in BPF instructions are 16 bits wide. */
		if (offset < 0 || offset > INT16_MAX)
			continue;
		*(uint32_t *)((char *)btf + members[i].where) = (uint32_t)offset;
		found |= 1U << i;
	}
	return found;
}

static int walk(struct types *types, struct natu_btf *btf, struct natu_error *error)
{
	unsigned int found = 0;

	/* Types are numbered from 1, by their place. */
	for (uint32_t id = 1; types->at < types->end; id++) {
		size_t left = (size_t)(types->end - types->at);
		struct btf_type type;
		int64_t tail;

		if (left < sizeof(type))
			break;
		memcpy(&type, types->at, sizeof(type));
		tail = tail_size(kind_of(&type), BTF_INFO_VLEN(type.info));
		if (tail < 0 || (uint64_t)tail > left - sizeof(type))
			break;
		if (kind_of(&type) == BTF_KIND_STRUCT && found != ALL_FOUND)
			found |= take_struct(types, &type, btf);
		if (kind_of(&type) == BTF_KIND_FUNC &&
		    !strcmp(name_at(types, type.name_off), "bpf_iter_task_file"))
			btf->iterator = id;
		if (found == ALL_FOUND && btf->iterator)
			return 0;
		types->at += sizeof(type) + (size_t)tail;
	}
	return natu_fail(error, NATU_ENOSUP, 0,
			 "the kernel's type information lacks what finding owners needs");
}

int natu_btf_parse(const void *data, size_t length, struct natu_btf *btf,
		   struct natu_error *error)
{
	struct types types;
	struct btf_header header;
	size_t body;

	*btf = (struct natu_btf){ 0 };
	if (length < sizeof(header))
		goto bad;
	memcpy(&header, data, sizeof(header));
	if (header.magic != BTF_MAGIC || header.hdr_len < sizeof(header) ||
	    header.hdr_len > length)
		goto bad;
	body = length - header.hdr_len;
	if (header.type_off > body || header.type_len > body - header.type_off ||
	    header.str_off > body || header.str_len > body - header.str_off ||
	    !header.str_len)
		goto bad;
	types.at = (const unsigned char *)data + header.hdr_len + header.type_off;
	types.end = types.at + header.type_len;
	types.strings = (const char *)data + header.hdr_len + header.str_off;
	types.strings_length = header.str_len;
	if (types.strings[header.str_len - 1] == '\0')
		return walk(&types, btf, error);
bad:
	return natu_fail(error, NATU_EDATA, 0, BTF_FILE " is not what it should be");
}

/* Linux 6.16 lets the file be mapped; before, 5 MB have to be read. */
static int read_file(int fd, size_t length, struct natu_btf *btf,
		     struct natu_error *error)
{
	char *data = malloc(length);
	size_t used = 0;
	ssize_t more;
	int result;

	if (!data)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "reading " BTF_FILE);
	while (used < length && (more = read(fd, data + used, length - used)) > 0)
		used += (size_t)more;
	result = natu_btf_parse(data, used, btf, error);
	free(data);
	return result;
}

int natu_btf_read(struct natu_btf *btf, struct natu_error *error)
{
	int fd = open(BTF_FILE, O_RDONLY | O_CLOEXEC), result;
	struct stat status;
	size_t length;
	void *data;

	if (fd < 0 || fstat(fd, &status) < 0) {
		result = natu_fail(error, NATU_ENOSUP, errno, "reading " BTF_FILE);
		goto out;
	}
	if (status.st_size <= 0 || status.st_size > BTF_SIZE_MAX) {
		result = natu_fail(error, NATU_ENOSUP, EFBIG, "reading " BTF_FILE);
		goto out;
	}
	length = (size_t)status.st_size;
	data = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		result = read_file(fd, length, btf, error);
	} else {
		result = natu_btf_parse(data, length, btf, error);
		munmap(data, length);
	}
out:
	if (fd >= 0)
		close(fd);
	return result;
}
