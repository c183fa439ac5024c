/* SPDX-License-Identifier: MIT */
#ifndef NATU_MOUNTINFO_H
#define NATU_MOUNTINFO_H

#include <stdbool.h>
#include <stdio.h>

/* What is mounted where, as /proc/PID/mountinfo has it. */
struct natu_mounts {
	FILE *file;
	char *line;
	size_t size;
};

/* One mount; the texts are valid until the next one is read. */
struct natu_mount {
	/* what of the file system is mounted: "/", "net:[4026532000]" */
	const char *root;
	const char *place; /* the mount point */
	const char *type;  /* of the file system */
};

/* Reads what a process ("self", "4711") sees, below the directory /proc. False: that
 * cannot be seen. */
bool natu_mounts_open(struct natu_mounts *mounts, int proc, const char *process);
bool natu_mounts_next(struct natu_mounts *mounts, struct natu_mount *mount);
void natu_mounts_close(struct natu_mounts *mounts);

#endif
