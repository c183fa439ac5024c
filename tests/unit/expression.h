/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_EXPRESSION_H
#define NATU_TEST_EXPRESSION_H

#include "source.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A second, simple implementation of the filter language: expressions that are made up,
 * written out in one of their many spellings, and evaluated over sockets that are made up
 * too. It shares nothing with the library but struct natu_socket, into which a socket can
 * be put.
 */

/* A generator of its own, so that a failure can be seen again. */
struct dice {
	uint64_t state;
};
unsigned int roll(struct dice *dice, unsigned int sides);

struct sample {
	bool is_v6;
	unsigned int state;
	unsigned int ports[2];		/* local, peer; 0 is none */
	unsigned char addresses[2][16]; /* IPv4: the first four bytes */
	unsigned int device;		/* 0: bound to none */
	char device_name[IF_NAMESIZE];	/* as this machine has it */
	bool has_uid, has_queues;
	uint32_t uid, recv_q;
	bool has_mark;
	uint32_t mark;
	struct nlmsghdr *message; /* any: it came from sock_diag */
};
void sample_roll(struct sample *sample, struct dice *dice);
void sample_fill(const struct sample *sample, struct natu_socket *socket);
/* What the kernel does with a request: its fields, as far as a dump looks at them, and
 * its bytecode. */
bool sample_is_sent(const struct sample *sample, const struct natu_request *request);

enum { EXPRESSIONS_MAX = 64, EXPRESSION_TEXT = 16384 };

struct expression {
	enum {
		ALL,
		ANY,
		NOT,
		STATE,
		PORT,
		ADDRESS,
		END, /* an address with a port */
		DEVICE,
		UID,
		QUEUE,
		MARK,
		PROTO,
		HAS,
	} kind;
	struct expression *left, *right;
	unsigned int end;	       /* 0 local, 1 peer, 2 either */
	unsigned int operator;	       /* as in operators[] */
	unsigned int count, values[4]; /* a list; of addresses their numbers */
	unsigned int more[4];	       /* a range's end, an end's port, a mark's mask */
};

/* Makes one up, in memory that the caller has: EXPRESSIONS_MAX of them. */
struct expression *expression_roll(struct expression *pool, size_t *used,
				   struct dice *dice, unsigned int depth);
/* Writes it: with the parentheses that it needs, or some more. */
void expression_write(const struct expression *expression, struct dice *dice, char *text);
/* 0 false, 1 unknown, 2 true. */
int expression_value(const struct expression *expression, const struct sample *sample);

#endif
