/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_COMPARE_H
#define NATU_FILTER_COMPARE_H

#include "filter/field.h"
#include "filter/literal.h"

enum natu_operator {
	NATU_OP_EQUAL,
	NATU_OP_UNEQUAL,
	NATU_OP_LESS,
	NATU_OP_AT_MOST,
	NATU_OP_GREATER,
	NATU_OP_AT_LEAST,
	NATU_OP_MATCHES,	/* a regular expression */
	NATU_OP_DIFFERS,	/* ... that does not match */
};

/* "field operator item,item,...", with at least one item. NULL with the error filled. */
struct natu_node *natu_compare(struct natu_reading *reading, const struct natu_field *field,
			       enum natu_operator operator, const struct natu_item *items,
			       size_t count);

#endif
