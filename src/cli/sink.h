/* SPDX-License-Identifier: MIT */
#ifndef NATU_SINK_H
#define NATU_SINK_H

#include "columns.h"
#include "render.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A sink takes the rows in the place of the renderer and hands them on in another order,
 * or as groups. It keeps of a row its text and what it is compared by, and nothing else.
 */
struct sink;

/* One column of --sort. */
struct sort_key {
	const struct natu_column *column;
	bool descending;
};

enum { SORT_KEYS_MAX = 8 };

struct sort_order {
	struct sort_key keys[SORT_KEYS_MAX];
	size_t count;
};

/* Reads a LIST of --sort: columns by commas, each with `:desc` or `:asc` behind it. Gives
 * an exit status. */
int sort_parse(struct sort_order *order, const char *option, const char *list);

/* Sorts; with top, keeps no more than the first `top` rows (0: all). NULL without memory.
 * The order must outlive it. */
struct sink *sink_sort_new(const struct sort_order *order, size_t top);

/* Counts rows of the same text, and gives the largest groups first. */
struct sink *sink_group_new(size_t top);

/* Accepts NULL. */
void sink_free(struct sink *sink);

/* Takes a row: 0 or a negative errno. */
int sink_row(struct sink *sink, struct render *render, const struct natu_socket *socket);

/* Hands on what was taken. */
int sink_end(struct sink *sink, struct render *render);

/* The facts that the order needs besides the columns shown. */
natu_facts sort_facts(const struct sort_order *order);

struct sink_ops {
	int (*row)(struct sink *sink, struct render *render,
		   const struct natu_socket *socket);
	int (*end)(struct sink *sink, struct render *render);
	void (*free)(struct sink *sink);
};

struct sink {
	const struct sink_ops *ops;
};

#endif
