/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include "cli.h"
#include "option.h"

#include <stdio.h>
#include <string.h>

natu_facts sort_facts(const struct sort_order *order)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < order->count; i++)
		if (order->keys[i].column)
			facts |= natu_column_facts(order->keys[i].column);
	return facts;
}

static int add_key(struct sort_order *order, const char *option,
		   const struct natu_column *column, size_t figure)
{
	if (order->count == SORT_KEYS_MAX) {
		complain("--%s: at most %d columns", option, SORT_KEYS_MAX);
		return EXIT_USAGE;
	}
	order->keys[order->count++] = (struct sort_key){ column, figure, false };
	return EXIT_OK;
}

static int add_columns(struct sort_order *order, const char *option, const char *name)
{
	struct columns found = { 0 };
	int status;

	if (is_aggregate(name, strlen(name)) || !strcmp(name, COUNT_NAME)) {
		complain("--%s %s: this is of groups: --count-by makes them", option,
			 name);
		return EXIT_USAGE;
	}
	status = columns_parse(&found, option, name);
	for (size_t i = 0; status == EXIT_OK && i < found.count; i++)
		status = add_key(order, option, found.list[i], 0);
	columns_free(&found);
	return status;
}

/* What groups can be sorted by instead. */
static int unknown_of_groups(const struct look *look, const char *option,
			     const char *name)
{
	char known[256] = COUNT_NAME;

	for (size_t i = 0; i < look->named.count + look->figures.count; i++) {
		size_t used = strlen(known);
		const char *next =
			i < look->figures.count
				? look->figures.list[i].name
				: natu_column_name(
					  look->named.list[i - look->figures.count]);

		snprintf(known + used, sizeof(known) - used, ", %s", next);
	}
	complain("--%s %s: --count-by shows nothing of that name; expected one of %s",
		 option, name, known);
	return EXIT_USAGE;
}

/* Whether a name, or an alias of the filter, means the column. */
static bool is_meant(const char *name, const struct natu_column *column)
{
	for (size_t i = 0; natu_filter_column_at(name, i); i++)
		if (natu_filter_column_at(name, i) == column)
			return true;
	return false;
}

/* A column that is counted by, the count, or another figure. */
static int add_of_groups(struct sort_order *order, const struct look *look,
			 const char *option, const char *name)
{
	int status = EXIT_OK;
	bool found = false;

	if (!strcmp(name, COUNT_NAME))
		return add_key(order, option, NULL, 0);
	for (size_t i = 0; i < look->figures.count; i++)
		if (aggregate_is_meant(&look->figures.list[i], name))
			return add_key(order, option, NULL, i + 1);
	for (size_t i = 0; status == EXIT_OK && i < look->named.count; i++) {
		if (!is_meant(name, look->named.list[i]))
			continue;
		/* Now it is named itself, and stays. */
		look->named.is_of_group[i] = false;
		status = add_key(order, option, look->named.list[i], 0);
		found = true;
	}
	return found ? status : unknown_of_groups(look, option, name);
}

static int parse_key(struct sort_order *order, const struct look *look,
		     const char *option, const char *text)
{
	char name[80];
	const char *colon = strchr(text, ':');
	bool descending = colon && !strcmp(colon, ":desc");
	size_t first = order->count;
	int status;

	if (colon && !descending && strcmp(colon, ":asc") != 0) {
		complain("--%s %s: expected :asc or :desc after the column", option,
			 text);
		return EXIT_USAGE;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, ":"), text);
	status = look->counts ? add_of_groups(order, look, option, name)
			      : add_columns(order, option, name);
	for (size_t i = first; i < order->count; i++)
		order->keys[i].descending = descending;
	return status;
}

int sort_parse(struct sort_order *order, const struct look *look, const char *option,
	       const char *list)
{
	int status = EXIT_OK;
	char key[96];

	order->count = 0;
	while (status == EXIT_OK && list) {
		size_t length;
		const char *item = take_item(&list, &length);

		snprintf(key, sizeof(key), "%.*s", (int)length, item);
		status = parse_key(order, look, option, key);
	}
	return status;
}

void sort_read(const struct sort_order *order, const struct natu_socket *socket,
	       struct sort_value *values)
{
	for (size_t i = 0; i < order->count; i++) {
		const struct natu_column *column = order->keys[i].column;

		values[i].is_here = column && natu_get(socket, column,
						       &values[i].value) == NATU_HAS;
	}
}

static bool is_text(const struct sort_value *value)
{
	return value->is_here && value->value.type == NATU_TEXT;
}

size_t sort_text_bytes(const struct sort_order *order, const struct sort_value *values)
{
	size_t bytes = 0;

	for (size_t i = 0; i < order->count; i++)
		bytes += is_text(&values[i]) ? values[i].value.text.length : 0;
	return bytes;
}

char *sort_keep_texts(const struct sort_order *order, struct sort_value *values,
		      char *room)
{
	for (size_t i = 0; i < order->count; i++) {
		struct natu_value *value = &values[i].value;

		if (!is_text(&values[i]))
			continue;
		memcpy(room, value->text.bytes, value->text.length);
		value->text.bytes = room;
		room += value->text.length;
	}
	return room;
}

static int compare_values(const struct sort_key *key, const struct sort_value *a,
			  const struct sort_value *b)
{
	int order;

	if (!a->is_here || !b->is_here)
		return b->is_here - a->is_here;
	order = natu_value_compare(&a->value, &b->value);
	return key->descending ? -order : order;
}

int sort_compare(const struct sort_order *order, const struct sort_value *a,
		 const struct sort_value *b)
{
	for (size_t i = 0; i < order->count; i++) {
		int result = compare_values(&order->keys[i], &a[i], &b[i]);

		if (result)
			return result;
	}
	return 0;
}

uint64_t sort_rank(const struct sort_order *order, const struct sort_value *values)
{
	const struct natu_value *value = &values->value;
	uint64_t rank = 0;

	if (!order->count)
		return 0;
	if (!values->is_here)
		return UINT64_MAX;
	if (value->type == NATU_UINT || value->type == NATU_HEX)
		rank = order->keys->descending ? ~value->number : value->number;
	/* The last one is left to what is absent. */
	return rank < UINT64_MAX ? rank : UINT64_MAX - 1;
}
