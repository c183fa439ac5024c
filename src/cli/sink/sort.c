/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row that waits. Behind the values follow the bytes of those that are texts, and the
 * row's text. */
struct row {
	uint64_t number; /* rows that are equal keep their order */
	char *text;
	size_t length;
	struct value {
		bool is_here;
		struct natu_value value;
	} values[];
};

struct sorter {
	struct sink base;
	const struct sort_order *order;
	size_t top; /* 0: all */
	uint64_t seen;
	struct row **rows; /* with top, a heap whose root is the last of them */
	size_t count, size;
	struct natu_buffer scratch;
};

natu_facts sort_facts(const struct sort_order *order)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < order->count; i++)
		facts |= natu_column_facts(order->keys[i].column);
	return facts;
}

static int parse_key(struct sort_order *order, const char *option, const char *text)
{
	struct columns one = { 0 };
	char name[80];
	const char *colon = strchr(text, ':');
	bool descending = colon && !strcmp(colon, ":desc");
	int status;

	if (colon && !descending && strcmp(colon, ":asc") != 0) {
		complain("--%s %s: expected :asc or :desc after the column", option,
			 text);
		return EXIT_USAGE;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, ":"), text);
	status = columns_parse(&one, option, name);
	if (status == EXIT_OK && order->count + one.count > SORT_KEYS_MAX) {
		complain("--%s: at most %d columns", option, SORT_KEYS_MAX);
		status = EXIT_USAGE;
	}
	for (size_t i = 0; status == EXIT_OK && i < one.count; i++)
		order->keys[order->count++] = (struct sort_key){ one.list[i],
								 descending };
	columns_free(&one);
	return status;
}

int sort_parse(struct sort_order *order, const char *option, const char *list)
{
	char item[96];

	order->count = 0;
	for (;; list++) {
		size_t length = strcspn(list, ",");
		int status;

		snprintf(item, sizeof(item), "%.*s", (int)length, list);
		status = parse_key(order, option, item);
		list += length;
		if (status != EXIT_OK || !*list)
			return status;
	}
}

/* What is absent comes last, whichever way the order goes. */
static int compare_values(const struct sort_key *key, const struct value *a,
			  const struct value *b)
{
	int order;

	if (!a->is_here || !b->is_here)
		return b->is_here - a->is_here;
	order = natu_value_compare(&a->value, &b->value);
	return key->descending ? -order : order;
}

static int compare_rows(const struct sorter *sorter, const struct row *a,
			const struct row *b)
{
	for (size_t i = 0; i < sorter->order->count; i++) {
		int order = compare_values(&sorter->order->keys[i], &a->values[i],
					   &b->values[i]);

		if (order)
			return order;
	}
	return (a->number > b->number) - (a->number < b->number);
}

static int compare_pointers(const void *a, const void *b, void *sorter)
{
	return compare_rows(sorter, *(struct row *const *)a, *(struct row *const *)b);
}

/* Lets the row at `at` sink until none below it comes later. */
static void sift_down(struct sorter *sorter, size_t at)
{
	for (;;) {
		size_t last = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < sorter->count &&
			    compare_rows(sorter, sorter->rows[child],
					 sorter->rows[last]) > 0)
				last = child;
		if (last == at)
			return;
		struct row *row = sorter->rows[at];

		sorter->rows[at] = sorter->rows[last];
		sorter->rows[last] = row;
		at = last;
	}
}

static void sift_up(struct sorter *sorter, size_t at)
{
	while (at &&
	       compare_rows(sorter, sorter->rows[at], sorter->rows[(at - 1) / 2]) > 0) {
		struct row *row = sorter->rows[at];

		sorter->rows[at] = sorter->rows[(at - 1) / 2];
		sorter->rows[(at - 1) / 2] = row;
		at = (at - 1) / 2;
	}
}

static int add_row(struct sorter *sorter, struct row *row)
{
	if (sorter->count == sorter->size) {
		size_t size = sorter->size ? sorter->size * 2 : 64;
		struct row **rows = realloc(sorter->rows, size * sizeof(struct row *));

		if (!rows)
			return -ENOMEM;
		sorter->rows = rows;
		sorter->size = size;
	}
	sorter->rows[sorter->count++] = row;
	if (sorter->top)
		sift_up(sorter, sorter->count - 1);
	return 0;
}

/* The bytes that a row's values need besides themselves. */
static size_t text_bytes(const struct sort_order *order, const struct value *values)
{
	size_t bytes = 0;

	for (size_t i = 0; i < order->count; i++)
		if (values[i].is_here && values[i].value.type == NATU_TEXT)
			bytes += values[i].value.text.length;
	return bytes;
}

static struct row *row_new(const struct sort_order *order, const struct value *values,
			   const struct natu_buffer *text, uint64_t number)
{
	size_t head = sizeof(struct row) + order->count * sizeof(*values);
	struct row *row = malloc(head + text_bytes(order, values) + text->used);
	char *at = row ? (char *)row + head : NULL;

	if (!row)
		return NULL;
	row->number = number;
	memcpy(row->values, values, order->count * sizeof(*values));
	for (size_t i = 0; i < order->count; i++) {
		struct natu_value *value = &row->values[i].value;

		if (!values[i].is_here || value->type != NATU_TEXT)
			continue;
		memcpy(at, value->text.bytes, value->text.length);
		value->text.bytes = at;
		at += value->text.length;
	}
	row->text = at;
	row->length = text->used;
	memcpy(row->text, text->data, text->used);
	return row;
}

/* Whether a row with these values would come after all that are kept. */
static bool comes_too_late(const struct sorter *sorter, const struct value *values)
{
	const struct row *root = sorter->rows[0];

	for (size_t i = 0; i < sorter->order->count; i++) {
		int order = compare_values(&sorter->order->keys[i], &values[i],
					   &root->values[i]);

		if (order)
			return order > 0;
	}
	return true;
}

static int sorter_row(struct sink *sink, struct render *render,
		      const struct natu_socket *socket)
{
	struct sorter *sorter = (struct sorter *)sink;
	struct value values[SORT_KEYS_MAX] = { 0 };
	struct row *row;

	for (size_t i = 0; i < sorter->order->count; i++)
		values[i].is_here = natu_get(socket, sorter->order->keys[i].column,
					     &values[i].value) == NATU_HAS;
	sorter->seen++;
	if (sorter->top && sorter->count == sorter->top) {
		if (comes_too_late(sorter, values))
			return 0;
		free(sorter->rows[0]);
		sorter->rows[0] = sorter->rows[--sorter->count];
		sift_down(sorter, 0);
	}
	sorter->scratch.used = 0;
	render->format->compose(render, socket, &sorter->scratch);
	row = row_new(sorter->order, values, &sorter->scratch, sorter->seen);
	if (!row || sorter->scratch.failed || add_row(sorter, row) < 0) {
		free(row);
		return -ENOMEM;
	}
	return 0;
}

static int sorter_end(struct sink *sink, struct render *render)
{
	struct sorter *sorter = (struct sorter *)sink;
	int result = 0;

	if (!sorter->count)
		return 0;
	qsort_r(sorter->rows, sorter->count, sizeof(struct row *), compare_pointers,
		sorter);
	for (size_t i = 0; i < sorter->count && !result; i++) {
		render_text(render, sorter->rows[i]->text, sorter->rows[i]->length);
		result = output_settle(render->output);
	}
	return result;
}

static void sorter_free(struct sink *sink)
{
	struct sorter *sorter = (struct sorter *)sink;

	for (size_t i = 0; i < sorter->count; i++)
		free(sorter->rows[i]);
	free(sorter->rows);
	natu_buffer_free(&sorter->scratch);
	free(sorter);
}

struct sink *sink_sort_new(const struct sort_order *order, size_t top)
{
	static const struct sink_ops ops = { sorter_row, sorter_end, sorter_free };
	struct sorter *sorter = calloc(1, sizeof(*sorter));

	if (!sorter)
		return NULL;
	sorter->base.ops = &ops;
	sorter->order = order;
	sorter->top = top;
	return &sorter->base;
}
