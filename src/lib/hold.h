/* SPDX-License-Identifier: MIT */
#ifndef NATU_HOLD_H
#define NATU_HOLD_H

#include "socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One walk of the kernel's table gives IPv4 and IPv6 mixed, and netstat's order wants IPv4 first. So
 * the messages of IPv6 sockets are held back, up to a bound; beyond it they are forgotten and have
 * to be asked for again.
 */
#define NATU_HOLD_LIMIT (4 * 1024 * 1024)

struct natu_hold_chunk;

struct natu_hold {
	struct natu_hold_chunk *first, *last;
	size_t held;			/* bytes */
	bool overflow;			/* all was forgotten: ask again */
	/* Where natu_hold_next() is. */
	struct natu_hold_chunk *chunk;
	size_t offset;
};

/* Keeps a copy of the socket's message: of its attributes only if `facts` need them. Without room or
 * memory everything is forgotten and hold->overflow is set. */
void natu_hold_add(struct natu_hold *hold, const struct natu_socket *socket, uint32_t facts);

/* Decodes the next one held into *socket; false when there are no more. */
bool natu_hold_next(struct natu_hold *hold, uint32_t facts, struct natu_socket *socket);

/* Forgets everything; overflow stays. */
void natu_hold_drop(struct natu_hold *hold);

#endif
