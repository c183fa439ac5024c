/* SPDX-License-Identifier: MIT */
#ifndef NATU_PAYLOAD_H
#define NATU_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a client sends: a text, or that many bytes of a pattern that differs wherever one
 * looks, so that a lost, repeated or misplaced piece shows. One serves any number of
 * connections.
 */
struct payload {
	char *table; /* the period, and the beginning of the next ones */
	size_t period;
	uint64_t total;
};

/* No piece is longer. */
#define PIECE_MAX (64UL << 10)

/* "100M" is a size, anything that does not look like one a text; NULL is nothing. A size
 * can be SIZE_TOO_LARGE, which is not to be sent. False without memory. */
bool payload_open(struct payload *payload, const char *text);
void payload_close(struct payload *payload);

/* What comes at that place: *length gets the size of the piece, 0 at the end. */
const char *payload_at(const struct payload *payload, uint64_t offset, size_t *length);

/* Whether these bytes (up to PIECE_MAX of them) are what is at that place. */
bool payload_is(const struct payload *payload, uint64_t offset, const char *bytes,
		size_t length);
/* How many of the first ones are, where not all of them. */
size_t payload_agreement(const struct payload *payload, uint64_t offset,
			 const char *bytes, size_t length);

#endif
