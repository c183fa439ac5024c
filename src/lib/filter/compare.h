/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_COMPARE_H
#define NATU_FILTER_COMPARE_H

#include "filter/field.h"
#include "filter/literal.h"
#include "filter/numbers.h"

enum natu_operator {
	NATU_OP_EQUAL,
	NATU_OP_UNEQUAL,
	NATU_OP_LESS,
	NATU_OP_AT_MOST,
	NATU_OP_GREATER,
	NATU_OP_AT_LEAST,
	NATU_OP_MATCHES, /* a regular expression */
	NATU_OP_DIFFERS, /* ... that does not match */
};

static inline bool natu_is_ordering(enum natu_operator operator)
{
	return operator>= NATU_OP_LESS && operator<= NATU_OP_AT_LEAST;
}

/* "field operator item,item,...", with at least one item. NULL with the error filled. */
struct natu_node *natu_compare(struct natu_reading *reading,
			       const struct natu_field *field,
			       enum natu_operator operator,
			       const struct natu_item * items, size_t count);

/* One comparison that is being read. Only natu_compare() tells `!=` from `=`. */
struct natu_comparison {
	struct natu_reading *reading;
	enum natu_operator operator;
	const struct natu_item *items;
	size_t count;
};

/* The comparison with one column of that kind; NULL with the error filled. */
struct natu_node *natu_compare_ports(const struct natu_comparison *comparison,
				     const struct natu_column *column);
struct natu_node *natu_compare_numbers(const struct natu_comparison *comparison,
				       const struct natu_column *column);
struct natu_node *natu_compare_ends(const struct natu_comparison *comparison,
				    const struct natu_column *address);
struct natu_node *natu_compare_devices(const struct natu_comparison *comparison,
				       const struct natu_column *column);
struct natu_node *natu_compare_text(const struct natu_comparison *comparison,
				    const struct natu_column *column);
struct natu_node *natu_compare_regex(const struct natu_comparison *comparison,
				     const struct natu_column *column);

/* What these share: a new node; an error if the operator is one of order, which `what`
 * has not; and ranges put into their node and released. */
struct natu_node *natu_comparison_node(const struct natu_comparison *comparison,
				       enum natu_node_kind kind,
				       const struct natu_column *column);
bool natu_refuses_order(const struct natu_comparison *comparison, const char *what);
struct natu_node *natu_comparison_seal(const struct natu_comparison *comparison,
				       struct natu_node *node,
				       struct natu_numbers *numbers);

#endif
