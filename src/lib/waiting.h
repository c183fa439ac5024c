/* SPDX-License-Identifier: MIT */
#ifndef NATU_WAITING_H
#define NATU_WAITING_H

#include "socket.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Sockets that wait until their owners are known: copies, with all that they point to in
 * a message, up to a bound.
 */
struct natu_waiting {
	struct natu_waiting_chunk *first, *last;
	size_t size;			  /* bytes */
	struct natu_waiting_chunk *chunk; /* where natu_waiting_next() is */
	size_t offset;
};

/* Keeps a copy, with a number of the caller's. False if there is no room or no memory:
 * nothing is kept then. */
bool natu_waiting_add(struct natu_waiting *waiting, const struct natu_socket *socket,
		      size_t number);

/* Gives the next one back in the order in which they came; false when there are no more.
 * It stays valid until natu_waiting_drop(). */
bool natu_waiting_next(struct natu_waiting *waiting, struct natu_socket *socket,
		       size_t *number);

void natu_waiting_drop(struct natu_waiting *waiting);

#endif
