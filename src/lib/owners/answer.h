/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_ANSWER_H
#define NATU_OWNERS_ANSWER_H

#include "owners/owners.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Who answers for a connection that nobody holds yet: the processes that hold its
 * listener, or one of several listeners that share a port.
 */

/* Room for the words of the answer; what does not fit is cut off with "...". */
enum { NATU_ANSWER_MAX = 1024 };

/* Zeroed it is ready. */
struct natu_answer {
	struct natu_responsible *rows;
	size_t count, size;
	size_t listeners;
	bool some_hidden; /* nobody was found that holds one of the listeners */
	char text[NATU_ANSWER_MAX];
};

void natu_answer_begin(struct natu_answer *answer);

/* Adds a listener with its holders, sorted by process. False without memory. */
bool natu_answer_add(struct natu_answer *answer, const struct natu_holder *holders,
		     size_t count);

/* The first process that holds every one of the listeners, or NULL. */
struct natu_process *natu_answer_owner(const struct natu_answer *answer);

/* The processes that hold any of them, joined by commas, and "hidden" where one's holders
 * are; NULL if the owner alone says it all. It lasts until the next time. */
const char *natu_answer_candidates(struct natu_answer *answer);

void natu_answer_free(struct natu_answer *answer);

#endif
