/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_AGAIN_H
#define NATU_SOURCE_AGAIN_H

#include "source.h"

/*
 * Dumps that the kernel goes on with by a number in a table that changes meanwhile
 * (net/sctp/diag.c): one that has moved is asked for again, and only what was not told
 * before is given. Of a list that is longer than this nothing is remembered, and it is
 * asked for once.
 */
enum { NATU_AGAIN_DUMPS = 3, NATU_AGAIN_LIMIT = 1 << 16 };

/* Reads from `behind`, and its source once more; owns it from now on, also when it fails:
 * NULL with *error filled. */
struct natu_reader *natu_again_new(struct natu *natu, struct natu_reader *behind,
				   struct natu_error *error);

#endif
