/* SPDX-License-Identifier: MIT */
#ifndef NATU_DIRECTORY_H
#define NATU_DIRECTORY_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a directory in large steps and without allocating: what readdir() does not
 * offer. */
struct natu_directory {
	int fd;
	int error; /* errno of a read that failed: then the end is not the end */
	size_t at, end;
	_Alignas(8) unsigned char bytes[32 * 1024];
};

/* Opens `path` below the descriptor `at`. Returns 0, or -1 with errno set. */
int natu_directory_open(struct natu_directory *directory, int at, const char *path);

/* The next entry, valid until the next call; NULL at the end. */
const struct dirent64 *natu_directory_next(struct natu_directory *directory);

void natu_directory_close(struct natu_directory *directory);

/* The number that a name is, as those of processes and descriptors; -1 if it is none of
 * 31 bits. */
int32_t natu_directory_number(const char *name);

#endif
