/* SPDX-License-Identifier: MIT */
#ifndef NATU_DIAG_H
#define NATU_DIAG_H

#include "context.h"
#include "kernel.h"
#include "source.h"
#include "source/messages.h"

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <sys/types.h>

/* The parts of the sock_diag source: its messages, and the look-up of a single
 * connection. */

/* A request: a header, struct inet_diag_req_v2, the bytecode and a little more. */
#define REQUEST_SIZE (NATU_BYTECODE_MAX + 256)

struct natu_diag_reader {
	struct natu_reader base;
	struct natu *natu;
	struct mnl_socket *socket;
	/* The address families of the dumps still to come; AF_UNSPEC is both in one
	 * walk. */
	int dumps[2];
	unsigned int next_dump, dump_count;
	size_t first_length;   /* of the first answer to a dump, in bytes */
	bool without_bytecode; /* this kernel refused it */
	/* one connection was asked for and found, and taken */
	bool is_look_up, is_received;
	/* The last request, until it is recorded: that waits for its first reply, since
	 * the dumps of several protocols are asked for before the first of them is read.
	 */
	_Alignas(NLMSG_ALIGNTO) char asked[REQUEST_SIZE];
	bool is_recorded;
	struct natu_messages messages; /* at the end: most of it is seldom touched */
};

/* Sends reader->asked. 0, or -1 with *error filled. */
int natu_diag_send(struct natu_diag_reader *reader, const struct nlmsghdr *message,
		   struct natu_error *error);

/* Receives the next chunk into natu->receive: its length, or -1 with *error filled. */
ssize_t natu_diag_receive(struct natu_diag_reader *reader, struct natu_error *error);

/* The first message of the next chunk, which stays in the queue, and the length of that
 * chunk in reader->first_length; NULL with *error filled. */
const struct nlmsghdr *natu_diag_peek(struct natu_diag_reader *reader,
				      struct natu_error *error);

/*
 * One connection is found without a walk. True: its message is the next to be received.
 * Anything but that very connection means a dump: a socket that is bound to a device is
 * not found like this. A recording gets the dump in any case, since that ends with DONE.
 */
bool natu_diag_look_up(struct natu_diag_reader *reader);

#endif
