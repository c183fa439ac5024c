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

/* Most rows are told apart by their ranks, without a look at what lies elsewhere. */
struct place {
	uint64_t rank;
	struct row *row;
};

struct sorter {
	struct sink base;
	const struct sort_order *order;
	size_t top; /* 0: all */
	uint64_t seen;
	struct place *places; /* with top, a heap whose root is the last of them */
	size_t count, size;
	struct natu_buffer scratch;
};

static int compare_places(const struct sorter *sorter, const struct place *a,
			  const struct place *b)
{
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	order = sort_compare(sorter->order, a->row->values, b->row->values);
	if (order)
		return order;
	return (a->row->number > b->row->number) - (a->row->number < b->row->number);
}

static int compare_pointers(const void *a, const void *b, void *sorter)
{
	return compare_places(sorter, a, b);
}

static void exchange(struct place *a, struct place *b)
{
	struct place place = *a;

	*a = *b;
	*b = place;
}

/* Lets the row at `at` sink until none below it comes later. */
static void sift_down(struct sorter *sorter, size_t at)
{
	for (;;) {
		size_t last = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < sorter->count &&
			    compare_places(sorter, &sorter->places[child],
					   &sorter->places[last]) > 0)
				last = child;
		if (last == at)
			return;
		exchange(&sorter->places[at], &sorter->places[last]);
		at = last;
	}
}

static void sift_up(struct sorter *sorter, size_t at)
{
	while (at && compare_places(sorter, &sorter->places[at],
				    &sorter->places[(at - 1) / 2]) > 0) {
		exchange(&sorter->places[at], &sorter->places[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static int add_row(struct sorter *sorter, struct row *row)
{
	if (sorter->count == sorter->size) {
		size_t size = sorter->size ? sorter->size * 2 : 64;
		struct place *places = realloc(sorter->places, size * sizeof(*places));

		if (!places)
			return -ENOMEM;
		sorter->places = places;
		sorter->size = size;
	}
	sorter->places[sorter->count++] = (struct place){
		.rank = sort_rank(sorter->order, row->values),
		.row = row,
	};
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
	return sort_compare(sorter->order, values, sorter->places[0].row->values) >= 0;
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
		free(sorter->places[0].row);
		sorter->places[0] = sorter->places[--sorter->count];
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
	qsort_r(sorter->places, sorter->count, sizeof(struct place), compare_pointers,
		sorter);
	for (size_t i = 0; i < sorter->count && !result; i++) {
		const struct row *row = sorter->places[i].row;

		render_text(render, row->text, row->length);
		result = output_settle(render->output);
	}
	return result;
}

static void sorter_free(struct sink *sink)
{
	struct sorter *sorter = (struct sorter *)sink;

	for (size_t i = 0; i < sorter->count; i++)
		free(sorter->places[i].row);
	free(sorter->places);
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
