/* SPDX-License-Identifier: MIT */
#ifndef NATU_WALK_H
#define NATU_WALK_H

#include "family.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The longest message that can be read: the kernel's own are at most half of it. */
#define NATU_WALK_BUFFER (64 * 1024)

/* What can be wrong after the last whole message of a recording. */
enum natu_fault {
	NATU_WHOLE,
	NATU_CUT_OFF,
	NATU_DAMAGED, /* what follows is no message */
};

/* Goes through a recording message by message, and keeps track of whose replies they
 * are. */
struct natu_walk {
	int file;
	off_t limit; /* of the file: what lies behind is not read */
	unsigned char *buffer;
	size_t start, end; /* what of the buffer is still to come */
	off_t position;	   /* in the file, of the buffer's end */

	const struct nlmsghdr *message;	  /* the current one, whole and aligned */
	const struct natu_family *family; /* whose; NULL: of none that is known */
	bool is_request;
	bool is_first, is_last; /* of the replies of a dump */

	bool is_awaited;       /* a dump was asked for, and no reply has come yet */
	bool is_expecting;     /* a dump was asked for or has begun, and has not ended */
	enum natu_fault fault; /* once there are no more messages */
};

/* A part of a file: from its first byte to the one behind its last. */
struct natu_extent {
	off_t start, end;
};

/* The buffer is the caller's: NATU_WALK_BUFFER bytes, aligned for any type. */
void natu_walk_start(struct natu_walk *walk, int file, struct natu_extent extent,
		     unsigned char *buffer);

/* Goes to the next message, which is valid until the next call. 1: here it is. 0: there
 * is none, and walk->fault tells whether there should be. -1: errno. */
int natu_walk_next(struct natu_walk *walk);

/* Takes the messages at hand that are nothing but further rows of the current dump.
 * Returns how many bytes of the buffer they and the current message are. */
size_t natu_walk_rows(struct natu_walk *walk);

/* Where the next message begins in the file. */
off_t natu_walk_offset(const struct natu_walk *walk);

/* Goes on there, in the same dump. */
void natu_walk_go_to(struct natu_walk *walk, off_t place);

#endif
