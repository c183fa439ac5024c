/* SPDX-License-Identifier: MIT */
#ifndef NATU_HALF_OPEN_H
#define NATU_HALF_OPEN_H

#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What sock_diag does not know of a connection that is being made, and /proc/net/tcp
 * does: how often it has timed out, which is not how often its SYN-ACK was sent again (a
 * listener that waits for data, TCP_DEFER_ACCEPT, times out without sending), and whose
 * it is when its listener has been closed. It is looked up there once a listing, if there
 * is such a connection at all.
 */
struct natu_half_open {
	bool is_read;
	struct natu_half_open_entry *entries;
	size_t count, size;
	uint32_t *heads; /* index + 1 */
};

/* Corrects socket->retransmits of a SYN_RECV socket that sock_diag told of, and fills its
 * uid if it has none yet. Without /proc it stays as it is. */
void natu_half_open_correct(struct natu_half_open *table, struct natu *natu,
			    struct natu_socket *socket);

void natu_half_open_free(struct natu_half_open *table);

#endif
