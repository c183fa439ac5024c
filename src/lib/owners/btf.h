/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_BTF_H
#define NATU_OWNERS_BTF_H

#include <natu/error.h>
#include <stddef.h>
#include <stdint.h>

/* What the BPF program has to know of the running kernel: where members lie, in bytes. */
struct natu_btf {
	uint32_t iterator; /* the type id of bpf_iter_task_file() */
	uint32_t task_tgid, file_inode, inode_sb, inode_ino, sb_magic;
};

/* Reads the type information of the kernel. Returns 0, or -1 with *error filled:
 * NATU_ENOSUP where there is none or it lacks something, NATU_EDATA, NATU_ENOMEM. */
int natu_btf_read(struct natu_btf *btf, struct natu_error *error);

/* The same from memory. */
int natu_btf_parse(const void *data, size_t length, struct natu_btf *btf,
		   struct natu_error *error);

#endif
