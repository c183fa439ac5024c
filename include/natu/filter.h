/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_H
#define NATU_FILTER_H

#include <natu/column.h>
#include <natu/error.h>
#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A filter is an expression over columns. It is three-valued: a comparison with a value
 * that is absent is unknown, and `not` leaves it unknown; only what is true passes.
 */
struct natu_filter;

enum natu_truth { NATU_FALSE = 0, NATU_UNKNOWN = 1, NATU_TRUE = 2 };

/* A filter that everything passes. NULL without memory. The caller frees it. Since
 * 0.1. */
struct natu_filter *natu_filter_new(void);
void natu_filter_free(struct natu_filter *filter);

/*
 * Adds "column is one of list" by *and*. `field` is a column's name or an alias ("port",
 * "sport", "src", "state", ...); `list` holds values, ranges and prefixes separated by
 * commas, in the same words that the filter language takes. Returns 0, or -1 with *error
 * filled (NATU_EUSAGE; position and length are those of the wrong item within `list`; or
 * NATU_ENOMEM). Since 0.1.
 */
int natu_filter_add(struct natu_filter *filter, const char *field, const char *list,
		    struct natu_error *error);

/*
 * Adds an expression by *and*: natu-filter(7) has the grammar. An empty text lets
 * everything pass. Host names in it are looked up, once all else is known to be right.
 * What autobound means is found out anew by each natu_list(): a filter that has it serves
 * one listing at a time.
 * Returns 0, or -1 with *error filled (NATU_EUSAGE; position and length are those of the
 * mistake within `text`, or one byte behind its end; or NATU_ENOMEM). Since 0.1.
 */
int natu_filter_parse(struct natu_filter *filter, const char *text,
		      struct natu_error *error);

/* The same with the contents of a file ("-": standard input), in which # begins a comment
 * that ends with the line. Also fails with NATU_ESYS. Since 0.1. */
int natu_filter_read(struct natu_filter *filter, const char *path,
		     struct natu_error *error);

/* The facts that evaluating needs: natu_list() asks for them by itself. Since 0.1. */
natu_facts natu_filter_facts(const struct natu_filter *filter);

/* Adds the filter as it was understood, with every word and number spelt out: one line
 * without its end, which natu_filter_parse() reads as the same filter, and nothing if
 * everything passes. Since 0.1. */
void natu_filter_explain(const struct natu_filter *filter, struct natu_buffer *buffer);

/* The columns that a word before a comparison means, by index from 0: the one of that
 * name, or those of an alias ("dport", "port"). NULL beyond the last, and for a word that
 * is neither. They are constant. Since 0.1. */
const struct natu_column *natu_filter_column_at(const char *word, size_t index);

/* Evaluates. Since 0.1. */
enum natu_truth natu_filter_test(const struct natu_filter *filter,
				 const struct natu_socket *socket);

#endif
