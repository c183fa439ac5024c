/* SPDX-License-Identifier: MIT */
#ifndef NATU_MOUNTINFO_H
#define NATU_MOUNTINFO_H

#include <stdbool.h>
#include <stdio.h>

/* What is mounted where, as /proc/self/mountinfo has it. */
struct natu_mounts {
	FILE *file;
	char *line;
	size_t size;
};

/* One mount; the texts are valid until the next one is read. */
struct natu_mount {
	const char
		*root; /* what of the file system is mounted: "/", "net:[4026532000]" */
	const char *place; /* the mount point */
	const char *type;  /* of the file system */
};

/* Reads it below the directory /proc. False: there is none. */
bool natu_mounts_open(struct natu_mounts *mounts, int proc);
bool natu_mounts_next(struct natu_mounts *mounts, struct natu_mount *mount);
void natu_mounts_close(struct natu_mounts *mounts);

#endif
