/* SPDX-License-Identifier: MIT */
#ifndef NATU_AGGREGATE_H
#define NATU_AGGREGATE_H

#include "columns.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Numbers of many sockets: one that is made of a column's values, and their count. Each
 * has a name with dots, which are levels in JSON as in a column's: "sum.recv_q".
 */

/* A way to make one number of many, such as their sum. */
struct aggregate_kind;

struct aggregate {
	const struct aggregate_kind *kind;
	const struct natu_column *column;
	char name[80];	/* "sum.tcp.bytes_sent" */
	char title[48]; /* "Sum Sent" */
};

struct aggregates {
	struct aggregate *list;
	size_t count, size;
};

void aggregates_free(struct aggregates *aggregates);

/* The names of the ways by index; NULL beyond the end. */
const char *aggregate_name_at(size_t index);

/* The word for each way with each column that it takes, by index; NULL beyond the end.
 * It is valid until the next call. */
const char *aggregate_word_at(size_t index);

/* Whether a word of that length names one, rather than a column: "sum.recv_q". */
bool is_aggregate(const char *word, size_t length);

/* Whether a word, with a synonym or an alias of the filter or without, names it. */
bool aggregate_is_meant(const struct aggregate *aggregate, const char *word);

/* Adds the one that a word names, unless it is there already. Gives an exit status. */
int aggregates_parse(struct aggregates *aggregates, const char *option, const char *word,
		     size_t length);

/* Adds the sums of all columns that sum. False without memory. */
bool aggregates_add_sums(struct aggregates *aggregates, const struct columns *columns);

bool aggregates_copy(struct aggregates *aggregates, const struct aggregates *others);

/* The facts of all their columns. */
natu_facts aggregates_facts(const struct aggregates *aggregates);

/* What has been made of the values so far. Begin with zeroes. */
struct tally {
	uint64_t count; /* of the sockets that have a value */
	double total;
	struct natu_value value;
};

void tally_add(struct tally *tally, const struct aggregate *aggregate,
	       const struct natu_socket *socket);

/* A number with its name, as a format is to write it. */
struct figure {
	const char *name;
	bool is_here;
	struct natu_value value;
};

struct figure figure_of_count(const char *name, uint64_t count);
/* It is not here if no socket has had a value. */
struct figure figure_of(const struct tally *tally, const struct aggregate *aggregate);

#endif
