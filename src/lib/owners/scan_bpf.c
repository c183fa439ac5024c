/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "btf.h"
#include "error.h"

/* include/uapi/linux/magic.h has all but that of sockets, which is in net/socket.c. */
#define SOCKFS_MAGIC 0x534f434b
#define ANON_INODE_FS_MAGIC 0x09041934
#define KERNEL_NSFS_MAGIC 0x6e736673

/* include/uapi/linux/bpf.h, Linux 5.8 */
enum { BPF_ITER_LINK = 28, BPF_ITER_NEW = 33, ATTACH_ITER = 28, HELPER_SEQ_WRITE = 127 };

/* A read without output ends after a million files (kernel/bpf/bpf_iter.c); so many are
 * enough. */
enum { EMPTY_READS_MAX = 4096, LOAD_TRIES = 8 };

/* What the program writes for each descriptor. */
struct record {
	uint32_t pid, fd;
	uint64_t inode; /* 0: no socket, but a file without a name */
};

/* An inode that no socket has: a namespace. */
#define NAMESPACE UINT64_MAX

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* --- the program --- */

/* What the iterator gives: struct bpf_iter__task_file of the kernel, eight bytes each. */
enum {
	CONTEXT_META = 0,
	CONTEXT_TASK = 8,
	CONTEXT_FD = 16,
	CONTEXT_FILE = 24,
	META_SEQ = 0
};

/* Where the record lies on the stack. */
enum {
	RECORD = -16,
	RECORD_PID = RECORD,
	RECORD_FD = RECORD + 4,
	RECORD_INODE = RECORD + 8
};

enum { R0, R1, R2, R3, CONTEXT = 6, TASK, FILE_POINTER, INODE, FRAME };

static struct bpf_insn load(int size, int to, int from, uint32_t offset)
{
	return (struct bpf_insn){ .code = (uint8_t)(BPF_LDX | BPF_MEM | size),
				  .dst_reg = to & 15,
				  .src_reg = from & 15,
				  .off = (int16_t)offset };
}

static struct bpf_insn store(int size, int offset, int from)
{
	return (struct bpf_insn){ .code = (uint8_t)(BPF_STX | BPF_MEM | size),
				  .dst_reg = FRAME,
				  .src_reg = from & 15,
				  .off = (int16_t)offset };
}

static struct bpf_insn move(int to, int from)
{
	return (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_X,
				  .dst_reg = to & 15,
				  .src_reg = from & 15 };
}

static struct bpf_insn set(int to, int32_t number)
{
	return (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
				  .dst_reg = to & 15,
				  .imm = number };
}

static struct bpf_insn add(int to, int32_t number)
{
	return (struct bpf_insn){ .code = BPF_ALU64 | BPF_ADD | BPF_K,
				  .dst_reg = to & 15,
				  .imm = number };
}

/* Jumps over so many instructions when the register compares so with the number. */
static struct bpf_insn jump(int condition, int with, int32_t number, int16_t over)
{
	return (struct bpf_insn){ .code = (uint8_t)(BPF_JMP | BPF_K | condition),
				  .dst_reg = with & 15,
				  .off = over,
				  .imm = number };
}

static struct bpf_insn call(int helper)
{
	return (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = helper };
}

static struct bpf_insn leave(void)
{
	return (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
}

/*
 * if (task && file) {
 *	if (file is a socket)          record.inode = its inode;
 *	else if (file has no name)     record.inode = 0;
 *	else if (file is a namespace)  record.inode = NAMESPACE;
 *	else                           return;
 *	bpf_seq_write(seq, &record, sizeof(record));
 * }
 */
static int load_program(const struct natu_btf *btf)
{
	const struct bpf_insn program[] = {
		move(CONTEXT, R1),
		load(BPF_DW, TASK, CONTEXT, CONTEXT_TASK),
		jump(BPF_JEQ, TASK, 0, 22),
		load(BPF_DW, FILE_POINTER, CONTEXT, CONTEXT_FILE),
		jump(BPF_JEQ, FILE_POINTER, 0, 20),
		load(BPF_DW, INODE, FILE_POINTER, btf->file_inode),
		load(BPF_DW, R1, INODE, btf->inode_sb),
		load(BPF_DW, R1, R1, btf->sb_magic),
		set(R2, 0),
		jump(BPF_JEQ, R1, ANON_INODE_FS_MAGIC, 4),
		set(R2, -1),
		jump(BPF_JEQ, R1, KERNEL_NSFS_MAGIC, 2),
		jump(BPF_JNE, R1, SOCKFS_MAGIC, 12),
		load(BPF_DW, R2, INODE, btf->inode_ino),
		store(BPF_DW, RECORD_INODE, R2),
		load(BPF_W, R1, TASK, btf->task_tgid),
		store(BPF_W, RECORD_PID, R1),
		load(BPF_W, R1, CONTEXT, CONTEXT_FD),
		store(BPF_W, RECORD_FD, R1),
		load(BPF_DW, R1, CONTEXT, CONTEXT_META),
		load(BPF_DW, R1, R1, META_SEQ),
		move(R2, FRAME),
		add(R2, RECORD),
		set(R3, sizeof(struct record)),
		call(HELPER_SEQ_WRITE),
		set(R0, 0),
		leave(),
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.license = (uintptr_t) "Dual MIT/GPL",
		.prog_name = "natu_owners",
		.expected_attach_type = ATTACH_ITER,
		.attach_btf_id = btf->iterator,
	};
	int program_fd = -1;

	/* A signal interrupts the check of the program. */
	for (int i = 0; i < LOAD_TRIES && program_fd < 0; i++) {
		program_fd = (int)bpf(BPF_PROG_LOAD, &attributes);
		if (program_fd < 0 && errno != EAGAIN)
			break;
	}
	return program_fd;
}

/* --- opening and reading --- */

static int make_iterators(struct natu_bpf *bpf_owners, int program)
{
	union bpf_attr attributes = { .link_create = { .prog_fd = (uint32_t)program,
						       .attach_type = ATTACH_ITER } };
	int link = (int)bpf(BPF_ITER_LINK, &attributes), error;

	if (link < 0)
		return -1;
	for (size_t i = 0; i < NATU_BPF_LOOKS; i++) {
		attributes =
			(union bpf_attr){ .iter_create = { .link_fd = (uint32_t)link } };
		bpf_owners->iterators[i] = (int)bpf(BPF_ITER_NEW, &attributes);
	}
	error = errno;
	close(link);
	errno = error;
	return bpf_owners->iterators[0] < 0 ? -1 : 0;
}

int natu_bpf_open(struct natu_bpf *bpf_owners, int proc, struct natu_error *error)
{
	struct natu_btf btf;
	int program, result;

	for (size_t i = 0; i < NATU_BPF_LOOKS; i++)
		bpf_owners->iterators[i] = -1;
	/* The kernel tells its own pids: they must be those of the /proc that names are
	 * read from. */
	if (!natu_is_proc(proc))
		return natu_fail(error, NATU_ENOSUP, 0,
				 "finding owners by BPF: there is no /proc");
	if (!natu_is_first_pid_namespace(proc))
		return natu_fail(
			error, NATU_ENOSUP, 0,
			"finding owners by BPF: this is not the first pid namespace");
	if (natu_btf_read(&btf, error) < 0)
		return -1;
	program = load_program(&btf);
	if (program < 0)
		return natu_fail(error, NATU_ESYS, errno,
				 "finding owners by BPF: loading");
	result = make_iterators(bpf_owners, program);
	if (result < 0) {
		natu_fail(error, NATU_ESYS, errno, "finding owners by BPF: attaching");
		natu_bpf_close(bpf_owners);
	}
	close(program);
	return result;
}

/* Takes what one read gave. False: there is no room for more. */
static bool take_records(struct natu_look *look, const unsigned char *bytes,
			 size_t length)
{
	struct record record;

	for (; length >= sizeof(record);
	     bytes += sizeof(record), length -= sizeof(record)) {
		memcpy(&record, bytes, sizeof(record));
		if (!natu_look_includes(look, record.pid))
			continue;
		if (!record.inode && look->explain)
			natu_traces_add(&look->rings, record.pid, record.fd);
		if (record.inode == NAMESPACE && look->wants_netns)
			natu_traces_add(&look->namespaces, record.pid, record.fd);
		if (record.inode && record.inode <= UINT32_MAX &&
		    !natu_look_socket(look, (uint32_t)record.inode, record.pid,
				      record.fd))
			return false;
	}
	return true;
}

static int read_all(int iterator, struct natu_look *look, struct natu_error *error)
{
	enum { SIZE = 32 * 1024 }; /* what the kernel gives at most */
	unsigned char *bytes = malloc(SIZE);
	unsigned int empty = 0;
	ssize_t length;
	int result = 0;

	if (!bytes)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "finding owners by BPF");
	while ((length = read(iterator, bytes, SIZE)) != 0) {
		if (length > 0 && !take_records(look, bytes, (size_t)length))
			break;
		if (length > 0 ||
		    ((errno == EAGAIN || errno == EINTR) && ++empty < EMPTY_READS_MAX))
			continue;
		result = natu_fail(error, NATU_ESYS, errno,
				   "finding owners by BPF: reading");
		break;
	}
	free(bytes);
	return result;
}

int natu_bpf_scan(struct natu_bpf *bpf_owners, struct natu_look *look,
		  struct natu_error *error)
{
	for (size_t i = 0; i < NATU_BPF_LOOKS; i++) {
		int iterator = bpf_owners->iterators[i], result;

		if (iterator < 0)
			continue;
		bpf_owners->iterators[i] = -1;
		result = read_all(iterator, look, error);
		close(iterator);
		return result;
	}
	return natu_fail(error, NATU_ENOSUP, 0,
			 "finding owners by BPF: no iterator is left");
}

void natu_bpf_close(struct natu_bpf *bpf_owners)
{
	for (size_t i = 0; i < NATU_BPF_LOOKS; i++) {
		if (bpf_owners->iterators[i] >= 0)
			close(bpf_owners->iterators[i]);
		bpf_owners->iterators[i] = -1;
	}
}
