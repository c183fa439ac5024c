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

/* Gives a SYN_RECV socket its listener's user, if that is known. */
void natu_listeners_lend(const struct natu_listeners *listeners,
			 struct natu_socket *socket);

/* So many of them may have to answer for one connection. */
enum { NATU_LISTENERS_MAX = 64 };

/* The inodes of the listeners by which a connection may have come in. They are several
 * where sockets share a port (SO_REUSEPORT): only the kernel's hash tells which of them
 * it was. An inode is 0 if it is not known. Returns their number. */
size_t natu_listeners_inodes(const struct natu_listeners *listeners,
			     const struct natu_socket *socket,
			     uint64_t inodes[NATU_LISTENERS_MAX]);

/* The inode of the listener that was remembered at that place, or 0. */
uint64_t natu_listeners_inode_at(const struct natu_listeners *listeners, size_t index);

void natu_listeners_free(struct natu_listeners *listeners);

#endif
