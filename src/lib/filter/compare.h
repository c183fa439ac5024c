/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_COMPARE_H
#define NATU_FILTER_COMPARE_H

#include "filter/field.h"
#include "filter/literal.h"
#include "filter/numbers.h"
#include "filter/operator.h"

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

/* As the kind of the column wants it. */
struct natu_node *natu_compare_column(const struct natu_comparison *comparison,
				      const struct natu_column *column);

/* The end of a socket that is not of the internet, with its family before it as ss has
 * it, or a path: true if the item is one. Its comparison; NULL with the error filled. */
bool natu_is_family_end(const struct natu_item *item);
struct natu_node *natu_compare_family_end(const struct natu_comparison *comparison,
					  const struct natu_item *item, bool is_local);

/* What these share: a new node; an error if the operator is one of order, which `what`
 * has not; and ranges put into their node and released. */
struct natu_node *natu_comparison_node(const struct natu_comparison *comparison,
				       enum natu_node_kind kind,
				       const struct natu_column *column);
bool natu_refuses_order(const struct natu_comparison *comparison, const char *what);
/* Notes the name of an interface or a user for natu_filter_check(). False without
 * memory. */
bool natu_comparison_note(const struct natu_comparison *comparison,
			  const struct natu_item *item, bool is_user);
struct natu_node *natu_comparison_seal(const struct natu_comparison *comparison,
				       struct natu_node *node,
				       struct natu_numbers *numbers);

#endif
