/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_AGAIN_H
#define NATU_SOURCE_AGAIN_H

#include "source.h"

/*
 * Lists that the kernel goes on with by a number in a table that changes meanwhile
 * (net/sctp/diag.c, net/sctp/proc.c). What is new makes it repeat others, and what is
 * gone makes it leave others out. A dump of which something was repeated, or while which
 * something has ended, is asked for again, and only what was not told before is given. Of
 * a list that is longer than this nothing is remembered, and it is asked for once.
 */
enum { NATU_AGAIN_DUMPS = 3, NATU_AGAIN_LIMIT = 1 << 16 };

/* Reads from `behind`, and its source once more; owns it from now on, also when it fails:
 * NULL with *error filled. `ended` is what natu_sockstat_ended() said before. What is
 * recorded is asked for once: a listing of it will have nothing else. */
struct natu_reader *natu_again_new(struct natu *natu, struct natu_reader *behind,
				   uint64_t ended, struct natu_error *error);

#endif
