/* SPDX-License-Identifier: MIT */
#ifndef NATU_HOLD_H
#define NATU_HOLD_H

#include "kernel.h"
#include "socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One walk of the kernel's table gives IPv4 and IPv6 mixed, and netstat's order wants
 * IPv4 first. So the messages of IPv6 sockets are held back, packed, up to a bound;
 * beyond it they are forgotten and have to be asked for again.
 */
#define NATU_HOLD_LIMIT (4 * 1024 * 1024)

struct natu_hold_chunk;

struct natu_hold {
	struct natu_hold_chunk *first, *last;
	size_t held;			  /* bytes */
	bool overflow;			  /* all was forgotten: ask again */
	const struct natu_family *family; /* of all that is held */
	/* Where natu_hold_next() is, and the message that it has just unpacked. */
	struct natu_hold_chunk *chunk;
	size_t offset;
	struct inet_diag_msg message;
};

/* Keeps the socket's message, or what of it `facts` need. All sockets are of one protocol
 * until natu_hold_drop(). Without room or memory everything is forgotten and
 * hold->overflow is set. */
void natu_hold_add(struct natu_hold *hold, const struct natu_socket *socket,
		   natu_facts facts);

/* Decodes the next one held into *socket, for the same facts; false when there are no
 * more. */
bool natu_hold_next(struct natu_hold *hold, natu_facts facts, struct natu_socket *socket);

/* Forgets everything; overflow stays. */
void natu_hold_drop(struct natu_hold *hold);

/* True if that many sockets, as they mostly are, can be held. */
bool natu_hold_fits(uint64_t count, natu_facts facts);

#endif
