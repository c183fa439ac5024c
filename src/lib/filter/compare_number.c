/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <string.h>

/* The numbers that stand on the given side of what was written. */
static void add_side(struct natu_numbers *numbers, enum natu_operator operator,
		     const struct natu_bounds * bounds, uint64_t limit)
{
	switch (operator) {
	case NATU_OP_LESS:
		if (bounds->above > 0)
			natu_numbers_add(numbers, 0, bounds->above - 1);
		break;
	case NATU_OP_AT_MOST:
		natu_numbers_add(numbers, 0, bounds->below);
		break;
	case NATU_OP_GREATER:
		if (bounds->below < limit)
			natu_numbers_add(numbers, bounds->below + 1, limit);
		break;
	default:
		natu_numbers_add(numbers, bounds->above, limit);
	}
}

static bool is_one(const struct natu_comparison *comparison)
{
	if (!natu_is_ordering(comparison->operator) || comparison->count == 1)
		return true;
	return natu_mistake_in(comparison->reading->error, &comparison->items[1],
			       "only = and != take a list");
}

static bool add_ports(const struct natu_comparison *comparison,
		      const struct natu_item *item, struct natu_numbers *numbers,
		      bool *any)
{
	struct natu_ports ports;
	struct natu_bounds bounds;

	if (!natu_read_ports(comparison->reading, item, &ports))
		return false;
	if (!natu_is_ordering(comparison->operator)) {
		*any |= ports.any;
		if (ports.count && !ports.ranges[0].high)
			return natu_mistake_in(
				comparison->reading->error, item,
				"0 is no port: an end without a port is written *");
		for (size_t i = 0; i < ports.count; i++)
			natu_numbers_add(numbers, ports.ranges[i].low,
					 ports.ranges[i].high);
		return true;
	}
	if (ports.any || ports.ranges[0].low != ports.ranges[0].high)
		return natu_mistake_in(comparison->reading->error, item,
				       "%s has no place in an order: expected one port",
				       item->text);
	bounds.above = bounds.below = ports.ranges[0].low;
	add_side(numbers, comparison->operator, & bounds, UINT16_MAX);
	return true;
}

struct natu_node *natu_compare_ports(const struct natu_comparison *comparison,
				     const struct natu_column *column)
{
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_PORT, column);
	struct natu_numbers numbers = { 0 };

	if (!node || !is_one(comparison))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++)
		if (!add_ports(comparison, &comparison->items[i], &numbers, &node->any)) {
			natu_numbers_free(&numbers);
			return NULL;
		}
	return natu_comparison_seal(comparison, node, &numbers);
}

static bool add_number(const struct natu_comparison *comparison,
		       const struct natu_item *item, const struct natu_column *column,
		       struct natu_numbers *numbers)
{
	struct natu_reading *reading = comparison->reading;
	struct natu_item ends[2] = { *item, *item };
	bool is_range = natu_split_range(item, &ends[0], &ends[1]);
	struct natu_bounds low, high;

	if (is_range &&
	    (natu_is_ordering(comparison->operator) || column->type == NATU_BOOL))
		return natu_mistake_in(reading->error, item,
				       "expected one value, not a range");
	if (!natu_read_number(reading, &ends[0], column, &low) ||
	    !natu_read_number(reading, &ends[1], column, &high))
		return false;
	if (natu_is_ordering(comparison->operator)) {
		add_side(numbers, comparison->operator, & low, natu_number_limit(column));
		return true;
	}
	if (is_range && low.above > high.below)
		return natu_mistake_in(reading->error, item,
				       "the range %s is upside down", item->text);
	if (low.above > high.below)
		return natu_mistake_in(reading->error, item,
				       "%s is between two values of %s: expected < or >",
				       item->text, column->name);
	natu_numbers_add(numbers, low.above, high.below);
	return true;
}

/* VALUE/MASK, as ss writes marks. */
static struct natu_node *compare_bits(const struct natu_comparison *comparison,
				      const struct natu_column *column)
{
	struct natu_node *any = natu_comparison_node(comparison, NATU_NODE_OR, NULL);

	for (size_t i = 0; any && i < comparison->count; i++) {
		const struct natu_item *item = &comparison->items[i];
		const char *slash = strchr(item->text, '/');
		size_t before = slash ? (size_t)(slash - item->text) : item->length;
		struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_BITS,
							      column);
		struct natu_item value = *item, mask = *item;
		struct natu_bounds bounds, masked = { UINT64_MAX, UINT64_MAX };

		value.length = value.extent = before;
		if (slash) {
			mask.text += before + 1;
			mask.length -= before + 1;
			mask.position += before + 1;
			mask.extent = mask.length;
		}
		if (!node ||
		    !natu_read_number(comparison->reading, &value, column, &bounds) ||
		    (slash &&
		     !natu_read_number(comparison->reading, &mask, column, &masked)))
			return NULL;
		node->bits.mask = masked.above;
		node->bits.value = bounds.above;
		natu_node_add(any, node);
	}
	return any ? natu_node_simplify(any) : NULL;
}

static bool has_mask(const struct natu_comparison *comparison,
		     const struct natu_column *column)
{
	if (column->type != NATU_UINT && column->type != NATU_HEX)
		return false;
	for (size_t i = 0; i < comparison->count; i++)
		if (strchr(comparison->items[i].text, '/'))
			return !natu_is_ordering(comparison->operator);
	return false;
}

struct natu_node *natu_compare_numbers(const struct natu_comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_node *node;
	struct natu_numbers numbers = { 0 };

	if (has_mask(comparison, column))
		return compare_bits(comparison, column);
	node = natu_comparison_node(comparison, NATU_NODE_NUMBER, column);
	if (!node || !is_one(comparison))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++)
		if (!add_number(comparison, &comparison->items[i], column, &numbers)) {
			natu_numbers_free(&numbers);
			return NULL;
		}
	return natu_comparison_seal(comparison, node, &numbers);
}
