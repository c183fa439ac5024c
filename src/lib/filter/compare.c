/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

struct natu_node *natu_comparison_node(const struct natu_comparison *comparison,
				       enum natu_node_kind kind,
				       const struct natu_column *column)
{
	struct natu_node *node = natu_node_new(comparison->reading->filter, kind, column);

	if (!node)
		natu_no_memory(comparison->reading->error);
	return node;
}

bool natu_refuses_order(const struct natu_comparison *comparison, const char *what)
{
	if (natu_is_ordering(comparison->operator))
		return !natu_mistake_in(comparison->reading->error, comparison->items,
					"%s has no order: expected = or !=", what);
	return false;
}

struct natu_node *natu_comparison_seal(const struct natu_comparison *comparison,
				       struct natu_node *node,
				       struct natu_numbers *numbers)
{
	bool sealed = natu_numbers_seal(numbers, comparison->reading->filter, node);

	natu_numbers_free(numbers);
	if (!sealed)
		natu_no_memory(comparison->reading->error);
	return sealed ? node : NULL;
}

bool natu_comparison_note(const struct natu_comparison *comparison,
			  const struct natu_item *item, bool is_user)
{
	const struct natu_named named = { .name = item->text,
					  .is_user = is_user,
					  .position = (unsigned int)item->position,
					  .extent = (unsigned int)item->extent };

	return natu_filter_note(comparison->reading->filter, &named) ||
	       natu_no_memory(comparison->reading->error);
}

static struct natu_node *compare_state(const struct natu_comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_STATE,
						      column);

	if (!node || natu_refuses_order(comparison, "a state"))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++) {
		uint32_t states;

		if (!natu_read_state(comparison->reading, &comparison->items[i], &states))
			return NULL;
		node->states |= states;
	}
	return node;
}

struct natu_node *natu_compare_column(const struct natu_comparison *comparison,
				      const struct natu_column *column)
{
	if (comparison->operator>= NATU_OP_MATCHES) {
		if (column->type == NATU_TEXT || column->type == NATU_WORD)
			return natu_compare_regex(comparison, column);
		natu_mistake_in(comparison->reading->error, comparison->items,
				"%s is no text: a regular expression cannot match it",
				column->name);
		return NULL;
	}
	switch (natu_field_kind(column)) {
	case NATU_FIELD_STATE:
		return compare_state(comparison, column);
	case NATU_FIELD_PORT:
		return natu_compare_ports(comparison, column);
	case NATU_FIELD_HOST:
		return natu_compare_ends(comparison, column);
	case NATU_FIELD_DEVICE:
		return natu_compare_devices(comparison, column);
	case NATU_FIELD_TEXT:
		return natu_compare_text(comparison, column);
	default:
		return natu_compare_numbers(comparison, column);
	}
}

struct natu_node *natu_compare(struct natu_reading *reading,
			       const struct natu_field *field,
			       enum natu_operator operator,
			       const struct natu_item * items, size_t count)
{
	const struct natu_comparison comparison = { reading, operator, items, count };
	bool negated = operator== NATU_OP_UNEQUAL || operator== NATU_OP_DIFFERS;
	struct natu_node *any = natu_comparison_node(&comparison, NATU_NODE_OR, NULL),
			 *not ;

	for (size_t i = 0; any && i < field->count; i++) {
		struct natu_node *node = natu_compare_column(&comparison,
							     field->columns[i]);

		if (!node)
			return NULL;
		natu_node_add(any, node);
	}
	if (!any || !negated)
		return any ? natu_node_simplify(any) : NULL;
	not = natu_comparison_node(&comparison, NATU_NODE_NOT, NULL);
	if (not )
		natu_node_add(not, any);
	return not ;
}
