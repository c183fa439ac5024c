/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include "filter/numbers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Repetitions multiply when they are nested, and so does what regcomp() builds of them. */
#define REGEX_REPEATS_MAX 1000
#define REGEX_LENGTH_MAX 1024

/* One comparison that is being read: what becomes of it does not depend on `not`. */
struct comparison {
	struct natu_reading *reading;
	enum natu_operator operator;
	const struct natu_item *items;
	size_t count;
};

static struct natu_node *new_node(const struct comparison *comparison, enum natu_node_kind kind,
				  const struct natu_column *column)
{
	struct natu_node *node = natu_node_new(comparison->reading->filter, kind, column);

	if (!node)
		natu_no_memory(comparison->reading->error);
	return node;
}

static bool is_ordering(enum natu_operator operator)
{
	return operator >= NATU_OP_LESS && operator <= NATU_OP_AT_LEAST;
}

static bool refuse_ordering(const struct comparison *comparison, const char *what)
{
	if (is_ordering(comparison->operator))
		return !natu_mistake_in(comparison->reading->error, comparison->items,
					"%s has no order: expected = or !=", what);
	return false;
}

static struct natu_node *compare_state(const struct comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_node *node = new_node(comparison, NATU_NODE_STATE, column);

	if (!node || refuse_ordering(comparison, "a state"))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++) {
		uint32_t states;

		if (!natu_read_state(comparison->reading, &comparison->items[i], &states))
			return NULL;
		node->states |= states;
	}
	return node;
}

static struct natu_node *seal_numbers(const struct comparison *comparison, struct natu_node *node,
				      struct natu_numbers *numbers)
{
	bool sealed = natu_numbers_seal(numbers, comparison->reading->filter, node);

	natu_numbers_free(numbers);
	if (!sealed)
		natu_no_memory(comparison->reading->error);
	return sealed ? node : NULL;
}

/* The numbers that stand on the given side of what was written. */
static void add_side(struct natu_numbers *numbers, enum natu_operator operator,
		     const struct natu_bounds *bounds, uint64_t limit)
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

static bool is_one(const struct comparison *comparison)
{
	if (!is_ordering(comparison->operator) || comparison->count == 1)
		return true;
	return natu_mistake_in(comparison->reading->error, &comparison->items[1],
			       "only = and != take a list");
}

static bool add_ports(const struct comparison *comparison, const struct natu_item *item,
		      struct natu_numbers *numbers, bool *any)
{
	struct natu_ports ports;
	struct natu_bounds bounds;

	if (!natu_read_ports(comparison->reading, item, &ports))
		return false;
	if (!is_ordering(comparison->operator)) {
		*any |= ports.any;
		if (ports.count && !ports.ranges[0].high)
			return natu_mistake_in(
				comparison->reading->error, item,
				"0 is no port: an end without a port is written *");
		for (size_t i = 0; i < ports.count; i++)
			natu_numbers_add(numbers, ports.ranges[i].low, ports.ranges[i].high);
		return true;
	}
	if (ports.any || ports.ranges[0].low != ports.ranges[0].high)
		return natu_mistake_in(comparison->reading->error, item,
				       "%s has no place in an order: expected one port",
				       item->text);
	bounds.above = bounds.below = ports.ranges[0].low;
	add_side(numbers, comparison->operator, &bounds, UINT16_MAX);
	return true;
}

static struct natu_node *compare_ports(const struct comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_node *node = new_node(comparison, NATU_NODE_PORT, column);
	struct natu_numbers numbers = { 0 };

	if (!node || !is_one(comparison))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++)
		if (!add_ports(comparison, &comparison->items[i], &numbers, &node->any)) {
			natu_numbers_free(&numbers);
			return NULL;
		}
	return seal_numbers(comparison, node, &numbers);
}

static bool add_number(const struct comparison *comparison, const struct natu_item *item,
		       const struct natu_column *column, struct natu_numbers *numbers)
{
	struct natu_reading *reading = comparison->reading;
	struct natu_item ends[2] = { *item, *item };
	bool is_range = natu_split_range(item, &ends[0], &ends[1]);
	struct natu_bounds low, high;

	if (is_range && (is_ordering(comparison->operator) || column->type == NATU_BOOL))
		return natu_mistake_in(reading->error, item, "expected one value, not a range");
	if (!natu_read_number(reading, &ends[0], column, &low) ||
	    !natu_read_number(reading, &ends[1], column, &high))
		return false;
	if (is_ordering(comparison->operator)) {
		add_side(numbers, comparison->operator, &low, natu_number_limit(column));
		return true;
	}
	if (is_range && low.above > high.below)
		return natu_mistake_in(reading->error, item, "the range %s is upside down",
				       item->text);
	if (low.above > high.below)
		return natu_mistake_in(reading->error, item,
				       "%s is between two values of %s: expected < or >",
				       item->text, column->name);
	natu_numbers_add(numbers, low.above, high.below);
	return true;
}

/* VALUE/MASK, as ss writes marks. */
static struct natu_node *compare_bits(const struct comparison *comparison,
				      const struct natu_column *column)
{
	struct natu_node *any = new_node(comparison, NATU_NODE_OR, NULL);

	for (size_t i = 0; any && i < comparison->count; i++) {
		const struct natu_item *item = &comparison->items[i];
		const char *slash = strchr(item->text, '/');
		size_t before = slash ? (size_t)(slash - item->text) : item->length;
		struct natu_node *node = new_node(comparison, NATU_NODE_BITS, column);
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
		    (slash && !natu_read_number(comparison->reading, &mask, column, &masked)))
			return NULL;
		node->bits.mask = masked.above;
		node->bits.value = bounds.above;
		natu_node_add(any, node);
	}
	return any ? natu_node_simplify(any) : NULL;
}

static bool has_mask(const struct comparison *comparison, const struct natu_column *column)
{
	if (column->type != NATU_UINT && column->type != NATU_HEX)
		return false;
	for (size_t i = 0; i < comparison->count; i++)
		if (strchr(comparison->items[i].text, '/'))
			return !is_ordering(comparison->operator);
	return false;
}

static struct natu_node *compare_numbers(const struct comparison *comparison,
					 const struct natu_column *column)
{
	struct natu_node *node;
	struct natu_numbers numbers = { 0 };

	if (has_mask(comparison, column))
		return compare_bits(comparison, column);
	node = new_node(comparison, NATU_NODE_NUMBER, column);
	if (!node || !is_one(comparison))
		return NULL;
	for (size_t i = 0; i < comparison->count; i++)
		if (!add_number(comparison, &comparison->items[i], column, &numbers)) {
			natu_numbers_free(&numbers);
			return NULL;
		}
	return seal_numbers(comparison, node, &numbers);
}

/* The regular expression of a comparison that reaches several columns is compiled for each. */
static bool is_too_big(const char *pattern)
{
	unsigned long product = 1;

	for (const char *brace = strchr(pattern, '{'); brace; brace = strchr(brace + 1, '{')) {
		const char *comma = brace + 1 + strspn(brace + 1, "0123456789");
		unsigned long times = strtoul(*comma == ',' ? comma + 1 : brace + 1, NULL, 10);
		unsigned long least = strtoul(brace + 1, NULL, 10);

		times = times > least ? times : least;
		if (times > REGEX_REPEATS_MAX)
			return true;
		product *= times ? times : 1;
		if (product > REGEX_REPEATS_MAX)
			return true;
	}
	return strlen(pattern) > REGEX_LENGTH_MAX;
}

static struct natu_node *compare_regex(const struct comparison *comparison,
				       const struct natu_column *column)
{
	struct natu_reading *reading = comparison->reading;
	const struct natu_item *item = comparison->items;
	struct natu_node *node = new_node(comparison, NATU_NODE_REGEX, column);
	regex_t *regex = node ? natu_filter_new_regex(reading->filter) : NULL;
	char why[128];
	int failure;

	if (!regex) {
		natu_no_memory(reading->error);
		return NULL;
	}
	if (is_too_big(item->text)) {
		natu_mistake_in(reading->error, item, "this regular expression is too big");
		return NULL;
	}
	failure = regcomp(regex, item->text, REG_EXTENDED | REG_NOSUB);
	if (failure) {
		regerror(failure, regex, why, sizeof(why));
		natu_mistake_in(reading->error, item, "not a regular expression: %s", why);
		return NULL;
	}
	natu_filter_keep_regex(reading->filter);
	node->regex.compiled = regex;
	node->regex.text = item->text;
	return node;
}

static bool fill_pattern(const struct comparison *comparison, const struct natu_item *item,
			 const struct natu_column *column, struct natu_pattern *pattern)
{
	char *bytes = natu_filter_alloc(comparison->reading->filter, item->length + 1);

	if (!bytes)
		return natu_no_memory(comparison->reading->error);
	for (size_t i = 0; i < item->length; i++)
		bytes[i] = column->type == NATU_WORD ? (char)tolower((unsigned char)item->text[i])
						     : item->text[i];
	pattern->bytes = bytes;
	pattern->length = item->length;
	pattern->is_glob = !item->is_quoted && strpbrk(item->text, "*?[");
	return true;
}

static struct natu_node *compare_text(const struct comparison *comparison,
				      const struct natu_column *column)
{
	struct natu_node *node = new_node(comparison, NATU_NODE_TEXT, column);
	struct natu_pattern *patterns;

	if (!node || refuse_ordering(comparison, column->name))
		return NULL;
	patterns = natu_filter_alloc(comparison->reading->filter,
				     comparison->count * sizeof(*patterns));
	if (!patterns) {
		natu_no_memory(comparison->reading->error);
		return NULL;
	}
	for (size_t i = 0; i < comparison->count; i++)
		if (!fill_pattern(comparison, &comparison->items[i], column, &patterns[i]))
			return NULL;
	node->patterns = patterns;
	node->count = (uint32_t)comparison->count;
	return node;
}

static bool is_index(const struct natu_item *item)
{
	return !item->is_quoted && strspn(item->text, "0123456789") == item->length &&
	       item->length < 10;
}

/* A device is named, or, by a number, its index is. */
static struct natu_node *compare_devices(const struct comparison *comparison,
					 const struct natu_column *column)
{
	struct natu_node *any = new_node(comparison, NATU_NODE_OR, NULL);
	struct natu_node *names = compare_text(comparison, column);
	struct natu_node *indexes = new_node(comparison, NATU_NODE_DEVICE, column);
	struct natu_numbers numbers = { 0 };

	if (!any || !names || !indexes)
		return NULL;
	for (size_t i = 0; i < comparison->count; i++)
		if (is_index(&comparison->items[i])) {
			uint64_t index = strtoul(comparison->items[i].text, NULL, 10);

			natu_numbers_add(&numbers, index, index);
		}
	if (!seal_numbers(comparison, indexes, &numbers))
		return NULL;
	natu_node_add(any, names);
	if (indexes->count)
		natu_node_add(any, indexes);
	return natu_node_simplify(any);
}

/* ---- ends: an address, a port, a zone, or several of them ---- */

static struct natu_node *ports_of(const struct comparison *comparison,
				  const struct natu_column *address, const struct natu_host *host)
{
	struct natu_node *node =
		new_node(comparison, NATU_NODE_PORT, natu_port_beside(address));
	struct natu_numbers numbers = { 0 };

	if (!node)
		return NULL;
	node->any = host->ports.any;
	for (size_t i = 0; i < host->ports.count; i++)
		natu_numbers_add(&numbers, host->ports.ranges[i].low, host->ports.ranges[i].high);
	return seal_numbers(comparison, node, &numbers);
}

static struct natu_node *address_of(const struct comparison *comparison,
				    const struct natu_column *address, const struct natu_host *host)
{
	struct natu_node *node = new_node(comparison, NATU_NODE_ADDRESS, address);
	struct natu_prefix *prefixes =
		natu_filter_alloc(comparison->reading->filter, host->count * sizeof(*prefixes));

	if (!node || !prefixes) {
		natu_no_memory(comparison->reading->error);
		return NULL;
	}
	memcpy(prefixes, host->prefixes, host->count * sizeof(*prefixes));
	node->prefixes = prefixes;
	node->count = (uint32_t)host->count;
	return node;
}

static struct natu_node *zone_of(const struct comparison *comparison, const struct natu_host *host)
{
	const struct natu_item zone = { .text = host->zone, .length = strlen(host->zone) };
	const struct comparison device = { comparison->reading, NATU_OP_EQUAL, &zone, 1 };

	return compare_devices(&device, natu_device_column());
}

static bool add_part(struct natu_node *parts, struct natu_node *part)
{
	if (part)
		natu_node_add(parts, part);
	return part != NULL;
}

static struct natu_node *compare_end(const struct comparison *comparison,
				     const struct natu_column *address,
				     const struct natu_item *item)
{
	struct natu_node *parts = new_node(comparison, NATU_NODE_AND, NULL);
	struct natu_host host;

	if (!parts || !natu_read_host(comparison->reading, item, &host))
		return NULL;
	if (host.has_ports && host.ports.count && !host.ports.ranges[0].high) {
		natu_mistake_in(comparison->reading->error, item,
				"0 is no port: an end without a port is written *");
		return NULL;
	}
	if ((host.count && !add_part(parts, address_of(comparison, address, &host))) ||
	    (host.has_ports && !add_part(parts, ports_of(comparison, address, &host))) ||
	    (host.zone[0] && !add_part(parts, zone_of(comparison, &host))))
		return NULL;
	return natu_node_simplify(parts);
}

static struct natu_node *compare_ends(const struct comparison *comparison,
				      const struct natu_column *address)
{
	struct natu_node *any = new_node(comparison, NATU_NODE_OR, NULL);

	if (refuse_ordering(comparison, "an address"))
		return NULL;
	for (size_t i = 0; any && i < comparison->count; i++) {
		struct natu_node *end = compare_end(comparison, address, &comparison->items[i]);

		if (!end)
			return NULL;
		natu_node_add(any, end);
	}
	return any ? natu_node_simplify(any) : NULL;
}

static struct natu_node *compare_column(const struct comparison *comparison,
					const struct natu_column *column)
{
	if (comparison->operator >= NATU_OP_MATCHES) {
		if (column->type == NATU_TEXT || column->type == NATU_WORD)
			return compare_regex(comparison, column);
		natu_mistake_in(comparison->reading->error, comparison->items,
				"%s is no text: a regular expression cannot match it",
				column->name);
		return NULL;
	}
	switch (natu_field_kind(column)) {
	case NATU_FIELD_STATE:
		return compare_state(comparison, column);
	case NATU_FIELD_PORT:
		return compare_ports(comparison, column);
	case NATU_FIELD_HOST:
		return compare_ends(comparison, column);
	case NATU_FIELD_DEVICE:
		return compare_devices(comparison, column);
	case NATU_FIELD_TEXT:
		return compare_text(comparison, column);
	default:
		return compare_numbers(comparison, column);
	}
}

struct natu_node *natu_compare(struct natu_reading *reading, const struct natu_field *field,
			       enum natu_operator operator, const struct natu_item *items,
			       size_t count)
{
	const struct comparison comparison = { reading, operator, items, count };
	bool negated = operator == NATU_OP_UNEQUAL || operator == NATU_OP_DIFFERS;
	struct natu_node *any = new_node(&comparison, NATU_NODE_OR, NULL), *not;

	for (size_t i = 0; any && i < field->count; i++) {
		struct natu_node *node = compare_column(&comparison, field->columns[i]);

		if (!node)
			return NULL;
		natu_node_add(any, node);
	}
	if (!any || !negated)
		return any ? natu_node_simplify(any) : NULL;
	not = new_node(&comparison, NATU_NODE_NOT, NULL);
	if (not)
		natu_node_add(not, any);
	return not;
}
