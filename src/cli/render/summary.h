/* SPDX-License-Identifier: MIT */
#ifndef NATU_RENDER_SUMMARY_H
#define NATU_RENDER_SUMMARY_H

#include "render.h"

/* What the renderers of the summary share. */

/* A measure by its name; false: it is not known. */
bool measure_of(const struct render *render, const char *name, uint64_t *number);

/* How many ephemeral ports there are for one of the census's protocols; false: that is
 * not known, or which of them are used is not counted, as its sockets are not listed. */
bool ports_of(const struct render *render, size_t which, uint64_t *number);

/* The word for a state in the summary: sockets without one are not connected. */
const char *state_word(const struct natu_word *state);

/* Adds a local or remote end: "127.0.0.1:80", "[::1]:80". */
void add_end(struct natu_buffer *text, const struct natu_address *address, uint16_t port);
/* Adds an address alone. */
void add_address(struct natu_buffer *text, const struct natu_address *address);

/*
 * summary_facts.c: all that the summary tells but the sockets by protocol and state, one
 * by one: by its path in JSON. Where a group does not apply, that is told, and then its
 * members, which are in no document, but are fields all the same.
 */
enum summary_kind {
	SUMMARY_NUMBER,
	SUMMARY_TEXT,
	SUMMARY_UNKNOWN,
	SUMMARY_NO_GROUP,
	SUMMARY_NO_MEMBER,
};

enum { SUMMARY_NAME_SIZE = 96 };

struct summary_fact {
	const char *name; /* "listeners.fullest.queue"; valid for the call, as the text */
	enum summary_kind kind;
	uint64_t number;
	const char *text;
};

typedef void summary_teller(void *context, const struct summary_fact *fact);

/* Facts of one group follow one another. */
void summary_tell(const struct render *render, summary_teller *tell, void *context);

/* What the renderers of the summary have in common. */
natu_facts summary_counts(void);

/* summary_states.c: adds the table of sockets by protocol and state. */
void add_states(struct natu_buffer *text, const struct census *census);

#endif
