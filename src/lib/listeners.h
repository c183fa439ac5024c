/* SPDX-License-Identifier: MIT */
#ifndef NATU_LISTENERS_H
#define NATU_LISTENERS_H

#include "socket.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A connection that is still being made belongs to its listener's user; /proc says so,
 * but sock_diag says 0. A dump lists the listeners first, so what they say is kept here.
 */
struct natu_listeners {
	struct natu_listener *entries; /* chained by port */
	size_t count, size;
	uint32_t *heads; /* by port modulo their number; index + 1 */
};

/* Remembers a listener. Without memory, or beyond 65,536 of them, it does not. */
void natu_listeners_add(struct natu_listeners *listeners,
			const struct natu_socket *socket);

/* Gives a SYN_RECV socket its listener's user, if that listener is known. */
void natu_listeners_lend(const struct natu_listeners *listeners,
			 struct natu_socket *socket);

/* The inode of the listener that a connection came in by, or 0. */
uint64_t natu_listeners_inode(const struct natu_listeners *listeners,
			      const struct natu_socket *socket);

/* The same of the listener that was remembered at that place. */
uint64_t natu_listeners_inode_at(const struct natu_listeners *listeners, size_t index);

void natu_listeners_free(struct natu_listeners *listeners);

#endif
