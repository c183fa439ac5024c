/* SPDX-License-Identifier: MIT */
#ifndef NATU_DESTROY_H
#define NATU_DESTROY_H

#include <natu/column.h>
#include <natu/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Closing sockets from outside (SOCK_DESTROY, Linux 4.5). A target is a copy of what
 * names one socket and no other: its cookie, and the addresses that the kernel finds it
 * by. It is made of a row, and can wait until somebody has said yes. A connection that is
 * closed like this fails with ECONNABORTED in its process; its remote end gets a reset.
 */
struct natu;

/* What became of a target. */
enum natu_fate {
	NATU_UNTOUCHED, /* nobody has tried yet */
	NATU_CLOSED,
	NATU_VANISHED, /* it was no longer there */
	NATU_REFUSED,  /* it is still there; the target's `error` says why */
};

/* All of it is natu_target_of()'s and natu_destroy()'s to fill. Since 0.1. */
struct natu_target {
	enum natu_fate fate;
	int error;	 /* NATU_REFUSED: an errno value, for natu_target_reason() */
	uint64_t cookie; /* 0: the kernel did not tell it */
	/* the network namespace that it is in; 0: that of the context */
	uint64_t netns;
	uint32_t protocol; /* its index: natu_protocol_name() */
	uint32_t interface;
	uint16_t local_port, peer_port; /* in host order */
	bool is_internet;		/* it has addresses */
	bool is_bound; /* and no more: it neither listens nor is connected */
	struct natu_address local, peer;
};

/* What a query must ask for, so that its rows can become targets: for natu_query.facts.
 * Since 0.1. */
natu_facts natu_target_facts(void);

/* The socket of a row as a target. Nothing in it refers to the row. Since 0.1. */
struct natu_target natu_target_of(const struct natu_socket *socket);

/*
 * Closes the targets that are untouched, which must be of rows that natu_list() gave from
 * this context, and says in each what became of it. It takes CAP_NET_ADMIN in the network
 * namespace of the sockets. Returns 0 if the kernel answered for every target, whatever
 * it answered; -1 with *error filled (NATU_ENOMEM, NATU_ESYS, or NATU_EUSAGE for a
 * context that reads a recording or a copy of /proc) if it did not: then those that are
 * still untouched may have been closed or not. Since 0.1.
 */
int natu_destroy(struct natu *natu, struct natu_target *targets, size_t count,
		 struct natu_error *error);

/* "closed", "vanished", "refused", or "untouched". Since 0.1. */
const char *natu_fate_name(enum natu_fate fate);

/* Why a target was refused, in some words without a full stop; NULL if it was not. Since
 * 0.1. */
const char *natu_target_reason(const struct natu_target *target);

#endif
