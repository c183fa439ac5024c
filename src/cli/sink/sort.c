/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A row that waits. Behind the values follow the bytes of those that are texts, and the
 * row's text. */
struct row {
	uint64_t number; /* rows that are equal keep their order */
	char *text;
	size_t length;
	struct sort_value values[];
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

static int compare_rows(const struct sorter *sorter, const struct row *a,
			const struct row *b)
{
	int order = sort_compare(sorter->order, a->values, b->values);

	if (order)
		return order;
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

static struct row *row_new(const struct sort_order *order,
			   const struct sort_value *values,
			   const struct natu_buffer *text, uint64_t number)
{
	size_t head = sizeof(struct row) + order->count * sizeof(*values);
	struct row *row = malloc(head + sort_text_bytes(order, values) + text->used);

	if (!row)
		return NULL;
	row->number = number;
	memcpy(row->values, values, order->count * sizeof(*values));
	row->text = sort_keep_texts(order, row->values, (char *)row + head);
	row->length = text->used;
	memcpy(row->text, text->data, text->used);
	return row;
}

/* Whether a row with these values would come after all that are kept. */
static bool comes_too_late(const struct sorter *sorter, const struct sort_value *values)
{
	return sort_compare(sorter->order, values, sorter->rows[0]->values) >= 0;
}

static int sorter_row(struct sink *sink, struct render *render,
		      const struct natu_socket *socket)
{
	struct sorter *sorter = (struct sorter *)sink;
	struct sort_value values[SORT_KEYS_MAX] = { 0 };
	struct row *row;

	sort_read(sorter->order, socket, values);
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
