/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <stdlib.h>
#include <string.h>

/* An unquoted number is the index of an interface. */
static bool is_index(const struct natu_item *item)
{
	return !item->is_quoted && strspn(item->text, "0123456789") == item->length &&
	       item->length < 10;
}

/* "if7" is how natu lists one that has no name any more. */
static bool is_nameless(const struct natu_item *item)
{
	return !strncmp(item->text, "if", 2) && item->length > 2 &&
	       strspn(item->text + 2, "0123456789") == item->length - 2;
}

/* A name in quotes, or with a star, need not be one that is there now. The others are
 * looked at when it is known where. */
static bool take_name(const struct natu_comparison *comparison,
		      const struct natu_item *item)
{
	if (item->is_quoted || strpbrk(item->text, "*?[") || is_nameless(item))
		return true;
	return natu_comparison_note(comparison, item, false);
}

static bool add_index(const struct natu_comparison *comparison,
		      const struct natu_item *item, struct natu_numbers *numbers)
{
	uint64_t index = strtoul(item->text, NULL, 10);

	if (!index)
		return natu_mistake_in(
			comparison->reading->error, item,
			"0 is no interface: a socket that is bound to none is "
			"not has interface");
	natu_numbers_add(numbers, index, index);
	return true;
}

/* The items that are indexes go into the numbers, the others to `names`. */
static bool part_items(const struct natu_comparison *comparison, struct natu_item *names,
		       size_t *count, struct natu_numbers *numbers)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct natu_item *item = &comparison->items[i];

		if (is_index(item) ? !add_index(comparison, item, numbers)
				   : !take_name(comparison, item))
			return false;
		if (!is_index(item))
			names[(*count)++] = *item;
	}
	return true;
}

static bool add_names(const struct natu_comparison *comparison,
		      const struct natu_column *column, const struct natu_item *names,
		      size_t count, struct natu_node *any)
{
	const struct natu_comparison named = { comparison->reading, comparison->operator,
					       names, count };
	struct natu_node *node;

	if (!count)
		return true;
	node = natu_compare_text(&named, column);
	if (node)
		natu_node_add(any, node);
	return node != NULL;
}

static bool add_indexes(const struct natu_comparison *comparison,
			const struct natu_column *column, struct natu_numbers *numbers,
			struct natu_node *any)
{
	struct natu_node *node;

	if (!numbers->count)
		return true;
	node = natu_comparison_node(comparison, NATU_NODE_DEVICE, column);
	if (!node || !natu_comparison_seal(comparison, node, numbers))
		return false;
	natu_node_add(any, node);
	return true;
}

struct natu_node *natu_compare_devices(const struct natu_comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_filter *filter = comparison->reading->filter;
	struct natu_node *any = natu_comparison_node(comparison, NATU_NODE_OR, NULL);
	struct natu_item *names = natu_filter_alloc(filter,
						    comparison->count * sizeof(*names));
	struct natu_numbers numbers = { 0 };
	size_t count = 0;
	bool good;

	if (!any || !names) {
		natu_no_memory(comparison->reading->error);
		return NULL;
	}
	good = !natu_refuses_order(comparison, column->name) &&
	       part_items(comparison, names, &count, &numbers) &&
	       add_names(comparison, column, names, count, any) &&
	       add_indexes(comparison, column, &numbers, any);
	natu_numbers_free(&numbers);
	return good ? natu_node_simplify(any) : NULL;
}
