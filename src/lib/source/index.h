/* SPDX-License-Identifier: MIT */
#ifndef NATU_INDEX_H
#define NATU_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where in a recording there is nothing but rows. Written behind the last dump of a list,
 * as a message that every reader of netlink passes over, it spares replay to read the
 * file twice. A recording without one is looked through instead.
 */
#define NATU_INDEX_MAX 64

struct natu_index {
	struct natu_index_span {
		uint64_t start, end; /* bytes of the file */
	} spans[NATU_INDEX_MAX];
	size_t count;
	uint64_t length; /* of the recording up to now */
	/* The dump that is being recorded: where its first reply ends and its last one
	 * begins; 0: nothing yet. */
	uint64_t first_end, last_start;
};

/* A new dump begins with a request of that length. */
void natu_index_request(struct natu_index *index, size_t length);

/* It has one more reply: whole messages of that length. */
void natu_index_reply(struct natu_index *index, size_t length);

/* The longest message that an index can be. */
#define NATU_INDEX_SIZE (16 + NATU_INDEX_MAX * sizeof(struct natu_index_span) + 16)

/* Ends the list: makes the message that says what the index knows, and begins anew behind
 * it. Returns its length, 0 if there is nothing to say. */
size_t natu_index_end(struct natu_index *index, unsigned char message[NATU_INDEX_SIZE]);

/* Reads the index at the end of a file; none, or one that does not fit the file, leaves
 * index->count 0. */
void natu_index_read(struct natu_index *index, int file);

/* The end of the rows that are at this place of the file, 0 if no span has it. */
off_t natu_index_rows_end(const struct natu_index *index, off_t place);

#endif
