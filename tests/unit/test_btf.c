/* SPDX-License-Identifier: MIT */
#include "owners/btf.h"

#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

/* A small file of type information, laid out as Documentation/bpf/btf.rst says. */

struct file {
	unsigned char bytes[2048];
	size_t length;
	char strings[512];
	size_t strings_length;
};

static uint32_t add_string(struct file *file, const char *string)
{
	uint32_t at = (uint32_t)file->strings_length;

	strcpy(file->strings + at, string);
	file->strings_length += strlen(string) + 1;
	return at;
}

static void add_bytes(struct file *file, const void *bytes, size_t length)
{
	CU_ASSERT_TRUE_FATAL(file->length + length <= sizeof(file->bytes));
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static void add_type(struct file *file, const char *name, unsigned int kind,
		     unsigned int count)
{
	struct btf_type type = { .name_off = *name ? add_string(file, name) : 0,
				 .info = kind << 24 | count };

	add_bytes(file, &type, sizeof(type));
}

static void add_member(struct file *file, const char *name, uint32_t bytes)
{
	struct btf_member member = { .name_off = add_string(file, name),
				     .offset = bytes * 8 };

	add_bytes(file, &member, sizeof(member));
}

/* Everything that is looked for, among types of other kinds. */
static void make_file(struct file *file)
{
	struct btf_header header = { .magic = BTF_MAGIC,
				     .version = 1,
				     .hdr_len = sizeof(header) };
	static const uint32_t zeros[8];

	*file = (struct file){ .length = 0 };
	add_string(file, "");
	add_bytes(file, &header, sizeof(header));
	add_type(file, "int", BTF_KIND_INT, 0);
	add_bytes(file, zeros, 4);
	add_type(file, "", BTF_KIND_ARRAY, 0);
	add_bytes(file, zeros, sizeof(struct btf_array));
	add_type(file, "task_struct", BTF_KIND_FWD, 0);
	add_type(file, "task_struct", BTF_KIND_STRUCT, 2);
	add_member(file, "pid", 100);
	add_member(file, "tgid", 104);
	add_type(file, "file", BTF_KIND_STRUCT, 1);
	add_member(file, "f_inode", 32);
	add_type(file, "colour", BTF_KIND_ENUM, 1);
	add_bytes(file, zeros, sizeof(struct btf_enum));
	add_type(file, "inode", BTF_KIND_STRUCT, 2);
	add_member(file, "i_sb", 40);
	add_member(file, "i_ino", 64);
	add_type(file, "super_block", BTF_KIND_STRUCT, 1);
	add_member(file, "s_magic", 96);
	add_type(file, "", BTF_KIND_FUNC_PROTO, 2);
	add_bytes(file, zeros, 2 * sizeof(struct btf_param));
	add_type(file, "bpf_iter_task_file", BTF_KIND_FUNC, 0);
	header.type_len = (uint32_t)(file->length - sizeof(header));
	header.str_off = header.type_len;
	header.str_len = (uint32_t)file->strings_length;
	memcpy(file->bytes, &header, sizeof(header));
	add_bytes(file, file->strings, file->strings_length);
}

/* From memory of just that size, so that a sanitizer sees a step beyond it. */
static int parse(const void *bytes, size_t length, struct natu_btf *btf)
{
	void *copy = malloc(length ? length : 1);
	struct natu_error error = { .code = NATU_OK };
	int result;

	memcpy(copy, bytes, length);
	result = natu_btf_parse(copy, length, btf, &error);
	CU_ASSERT_TRUE(result == 0 || error.code != NATU_OK);
	free(copy);
	return result;
}

TEST(members_and_the_iterator_are_found)
{
	struct file file;
	struct natu_btf btf;

	make_file(&file);
	CU_ASSERT_EQUAL_FATAL(parse(file.bytes, file.length, &btf), 0);
	CU_ASSERT_EQUAL(btf.task_tgid, 104);
	CU_ASSERT_EQUAL(btf.file_inode, 32);
	CU_ASSERT_EQUAL(btf.inode_sb, 40);
	CU_ASSERT_EQUAL(btf.inode_ino, 64);
	CU_ASSERT_EQUAL(btf.sb_magic, 96);
	CU_ASSERT_EQUAL(btf.iterator, 10);
}

TEST(no_shorter_file_is_taken)
{
	struct file file;
	struct natu_btf btf;

	make_file(&file);
	for (size_t length = 0; length < file.length; length++)
		CU_ASSERT_EQUAL(parse(file.bytes, length, &btf), -1);
}

TEST(no_changed_byte_is_fatal)
{
	struct file file;
	struct natu_btf btf;
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	size_t parsed = 0;

	make_file(&file);
	for (size_t at = 0; at < file.length; at++) {
		unsigned char was = file.bytes[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			file.bytes[at] = values[i];
			parsed += parse(file.bytes, file.length, &btf) == 0;
		}
		file.bytes[at] = was;
	}
	/* Some bytes do not matter, and a change of most does. */
	CU_ASSERT_TRUE(parsed > 0 && parsed < file.length * sizeof(values));
}

TEST(the_running_kernel_has_what_is_needed)
{
	struct natu_btf btf;
	struct natu_error error;

	if (natu_btf_read(&btf, &error) < 0) {
		test_skip(error.text);
		return;
	}
	CU_ASSERT_TRUE(btf.iterator > 0);
	CU_ASSERT_TRUE(btf.task_tgid > 0);
}
