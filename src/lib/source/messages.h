/* SPDX-License-Identifier: MIT */
#ifndef NATU_MESSAGES_H
#define NATU_MESSAGES_H

#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A dump that is resumed in the middle of a changed bucket repeats sockets that it has
 * just sent. Two generations of the last cookies are remembered: more than a bucket is
 * long, in constant memory.
 */
enum { NATU_SEEN_FIRST = 24, NATU_SEEN_LIMIT = 512, NATU_SEEN_SLOTS = 1024 };

struct natu_seen {
	/* Until there are more than these, the tables are not touched: that would cost a
	 * short list more than all the rest of it. */
	unsigned int first_count;
	uint64_t first[NATU_SEEN_FIRST];
	unsigned int current, count;
	bool has_previous;
	/* Cleared before their first cookie. */
	uint64_t cookies[2][NATU_SEEN_SLOTS];
};

/* True if this cookie was among the last; remembers it otherwise. Cookie 0 is never
 * remembered. */
bool natu_seen_before(struct natu_seen *seen, uint64_t cookie);

/* The replies of a dump, walked message by message: the same for the kernel and for a
 * recording. */
struct natu_messages {
	const struct natu_request *request;
	const unsigned char *at;
	size_t left;
	uint64_t malformed;	/* messages that were skipped */
	bool is_past_listeners; /* of this dump, where they come first */
	bool has_moved;		/* an association was told twice */
	struct natu_seen seen;	/* at the end: see natu_messages_start() */
};

enum natu_messages_end {
	NATU_MESSAGES_FAILED = -1, /* the kernel refused, or gave up: *error tells */
	NATU_MESSAGES_USED_UP = 0, /* feed the next chunk */
	NATU_MESSAGES_ROW = 1,
	NATU_MESSAGES_DONE = 2,
};

void natu_messages_start(struct natu_messages *messages,
			 const struct natu_request *request);

/* Gives a chunk of whole messages, aligned as they were received; it must stay until used
 * up. */
void natu_messages_feed(struct natu_messages *messages, const void *bytes, size_t length);

/* Decodes the next socket of the chunk. *error is filled for NATU_MESSAGES_FAILED alone:
 * NATU_ESYS with the errno that the kernel gave, or NATU_EDATA. */
enum natu_messages_end natu_messages_next(struct natu_messages *messages,
					  struct natu_socket *socket,
					  struct natu_error *error);

/* What tells an association from others, never 0: its two ends, as its socket changes
 * when it is accepted. An endpoint is told by its socket. Who is at the other end chooses
 * that: the salt, an address of this process, keeps two of them from being made to look
 * like one. */
uint64_t natu_association_of(const struct natu_socket *socket, uintptr_t salt);

/* The errno that a DONE or ERROR message carries (0: none). The message must be whole. */
int natu_message_errno(const struct nlmsghdr *message);

#endif
