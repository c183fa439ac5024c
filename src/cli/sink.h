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

/* One column of --sort, or of groups one of their figures: the count is 0, and those that
 * were made of columns follow. */
struct sort_key {
	const struct natu_column *column; /* NULL: a figure */
	size_t figure;
	bool descending;
};

enum { SORT_KEYS_MAX = 8 };

struct sort_order {
	struct sort_key keys[SORT_KEYS_MAX];
	size_t count;
};

/* Reads a LIST of --sort: columns by commas, each with `:desc` or `:asc` behind it.
 * Groups are sorted by what `look` shows of them. Gives an exit status. */
int sort_parse(struct sort_order *order, const struct look *look, const char *option,
	       const char *list);

/* What a row is compared by. */
struct sort_value {
	bool is_here;
	struct natu_value value;
};

/* Fills the values of a socket's columns; those of figures are left. */
void sort_read(const struct sort_order *order, const struct natu_socket *socket,
	       struct sort_value *values);
/* The bytes that the texts among the values need, and their move to there. */
size_t sort_text_bytes(const struct sort_order *order, const struct sort_value *values);
char *sort_keep_texts(const struct sort_order *order, struct sort_value *values,
		      char *room);
/* Negative if `a` comes first; what is absent comes last, whichever way the order
 * goes. */
int sort_compare(const struct sort_order *order, const struct sort_value *a,
		 const struct sort_value *b);

/* A number for the first of the values that is never in conflict with sort_compare():
 * what has the lower one comes first, and the same says nothing. */
uint64_t sort_rank(const struct sort_order *order, const struct sort_value *values);

/* Sorts; with top, keeps no more than the first `top` rows (0: all). NULL without memory.
 * The order must outlive it. */
struct sink *sink_sort_new(const struct sort_order *order, size_t top);

/* Counts rows of the same text, with what else `look` wants to know of them, and gives
 * the largest groups first if there is no order. Both must outlive it. */
struct sink *sink_group_new(const struct look *look, const struct sort_order *order,
			    size_t top);

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
