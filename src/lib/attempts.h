/* SPDX-License-Identifier: MIT */
#ifndef NATU_ATTEMPTS_H
#define NATU_ATTEMPTS_H

#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How often a connection that is being made has timed out. sock_diag tells instead how often its SYN-ACK
 * was sent again, which is another number: a listener that waits for data (TCP_DEFER_ACCEPT) times
 * out without sending. netstat shows what /proc/net/tcp has, so that is looked up there, once a listing,
 * if there is such a connection at all.
 */
struct natu_attempts {
	bool is_read;
	struct natu_attempt *entries;
	size_t count, size;
	uint32_t *heads;	/* index + 1 */
};

/* Corrects socket->retransmits of a SYN_RECV socket that sock_diag told of. Without /proc it stays. */
void natu_attempts_correct(struct natu_attempts *attempts, struct natu *natu,
			   struct natu_socket *socket);

void natu_attempts_free(struct natu_attempts *attempts);

#endif
