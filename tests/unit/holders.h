/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_HOLDERS_H
#define NATU_TEST_HOLDERS_H

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "owners/owners.h"

/*
 * Processes that hold known sockets, and say themselves which: the oracle is fstat() and
 * getpid() of the holder.
 */

enum { HOLDERS_MAX = 64 };

struct known {
	uint32_t inode, pid, fd;
};

/* In memory that all processes of a test share. */
struct known_list {
	_Atomic size_t count;
	struct known rows[HOLDERS_MAX];
};

/* Memory that processes share with those they fork, zeroed. */
void *shared_memory(size_t size);

struct known_list *known_new(void);
void known_free(struct known_list *list);
/* Adds a descriptor of the calling process. */
void known_add(struct known_list *list, int fd);

uint32_t inode_of(int fd);

/* A process of the test: it calls run(context) and then waits to be ended.
 * start_process() returns when run() has returned; -1: it could not be started. */
pid_t start_process(void (*run)(void *context), void *context);
void end_process(pid_t pid);

/* A listening TCP socket on the loopback. */
int listening_socket(void);

/* A TCP socket in that state as a source would give it; inode 0 for none. */
struct natu_socket socket_with(unsigned int state, uint64_t inode);

/* Looks for the holders of some inodes of this machine's /proc; NULL when that way is not
 * possible here, and the test is then skipped. */
struct natu_owners *look_for(enum natu_lookup lookup, const uint32_t *inodes,
			     size_t count);

/* Checks that the holders of every inode in the list are exactly those in the list. */
void expect_known(struct natu_owners *owners, const struct known_list *list);

#endif
