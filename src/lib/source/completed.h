/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_COMPLETED_H
#define NATU_SOURCE_COMPLETED_H

#include "source.h"

/*
 * Dumps of which the kernel loses rows. Where an answer is full, it leaves out the
 * netlink socket that did not fit any more (net/netlink/diag.c: the walk over the table
 * has gone on). So what /proc has and the dump had not is asked for once more, by its
 * protocol and in larger answers, and where that does not help given as /proc has it.
 */

/* Reads from `behind`, which it owns from now on, also when it fails: NULL with *error
 * filled. */
struct natu_reader *natu_completed_new(struct natu *natu, struct natu_reader *behind,
				       struct natu_error *error);

#endif
