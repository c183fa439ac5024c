/* SPDX-License-Identifier: MIT */
#include <natu/plan.h>

#include "error.h"
#include "plan_cell.h"
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct natu_plan *natu_plan_new(enum natu_style style)
{
	struct natu_plan *plan = calloc(1, sizeof(*plan));

	if (plan) {
		plan->style = style;
		plan->room = NATU_PIECE;
		plan->bound = SIZE_MAX;
	}
	return plan;
}

void natu_plan_free(struct natu_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->count; i++)
		free(plan->steps[i].text);
	free(plan->steps);
	free(plan);
}

static bool has_room(struct natu_plan *plan)
{
	size_t size = plan->size ? plan->size * 2 : 32;
	struct natu_step *steps;

	if (plan->count < plan->size)
		return true;
	steps = realloc(plan->steps, size * sizeof(*steps));
	if (!steps)
		return false;
	plan->steps = steps;
	plan->size = size;
	return true;
}

static bool has_last(const struct natu_plan *plan)
{
	return plan->count && plan->steps[plan->count - 1].put == natu_put_last;
}

/* What was ready goes on. */
static void reopen(struct natu_plan *plan)
{
	struct natu_step *last;

	plan->bound = SIZE_MAX;
	if (!has_last(plan))
		return;
	last = &plan->steps[--plan->count];
	memcpy(plan->pending, last->before, sizeof(plan->pending));
	plan->pending_length = last->before_length;
	free(last->text);
}

/* A new step at the end, with a copy of its text and with the literal that waits for it.
 * NULL, and failed set, without memory. */
static struct natu_step *add_step(struct natu_plan *plan, natu_put *put, const char *text)
{
	size_t length = strlen(text);
	char *copy = length <= UINT16_MAX ? calloc(1, length + NATU_MIDDLE_PIECE) : NULL;
	struct natu_step *step;

	reopen(plan);
	if (!copy || !has_room(plan)) {
		free(copy);
		plan->failed = true;
		return NULL;
	}
	memcpy(copy, text, length);
	step = &plan->steps[plan->count++];
	*step = (struct natu_step){ .put = put,
				    .text = copy,
				    .length = (uint16_t)length };
	memcpy(step->before, plan->pending, sizeof(step->before));
	step->before_length = (uint8_t)plan->pending_length;
	plan->pending_length = 0;
	plan->room += length + NATU_PIECE;
	return step;
}

void natu_plan_literal(struct natu_plan *plan, const char *text)
{
	size_t length = strlen(text);

	reopen(plan);
	if (plan->pending_length + length <= NATU_PIECE) {
		memcpy(plan->pending + plan->pending_length, text, length);
		plan->pending_length += length;
	} else {
		add_step(plan, natu_put_literal, text);
	}
}

void natu_plan_cell(struct natu_plan *plan, const struct natu_cell *cell)
{
	const struct natu_column *column = cell->column;
	struct natu_step *step =
		add_step(plan, natu_put_for(plan->style, column, cell->notation),
			 cell->absent ? cell->absent : "");

	if (!step)
		return;
	step->column = column;
	step->otherwise = cell->otherwise;
	step->notation = (uint8_t)cell->notation;
	step->facts = column->fact;
	step->offset = column->offset;
	step->absence = column->absence;
	plan->facts |= column->fact | (cell->otherwise ? cell->otherwise->fact : 0);
	plan->room += NATU_VALUE_MAX;
}

/* Begins a span or a group. Until it is ended its partner is the one around it. */
static struct natu_step *open_step(struct natu_plan *plan, natu_put *put,
				   const char *text)
{
	struct natu_step *step = add_step(plan, put, text);

	if (step) {
		step->partner = plan->open;
		plan->open = plan->count;
	}
	return step;
}

/* Ends what was begun last, which must be a `begun`, and joins the two. */
static void close_step(struct natu_plan *plan, natu_put *begun, natu_put *put,
		       const char *text)
{
	struct natu_step *end = add_step(plan, put, text);
	struct natu_step *start;

	if (!end)
		return;
	if (!plan->open || plan->steps[plan->open - 1].put != begun) {
		plan->misused = true;
		return;
	}
	start = &plan->steps[plan->open - 1];
	end->column = start->column;
	end->width = start->width;
	end->align = start->align;
	end->partner = plan->open - 1;
	plan->open = start->partner;
	start->partner = plan->count - 1;
}

void natu_plan_span(struct natu_plan *plan, unsigned int width, enum natu_align align)
{
	struct natu_step *step = open_step(plan, natu_put_span, "");

	if (!step)
		return;
	step->width = (uint16_t)(width < UINT16_MAX ? width : UINT16_MAX);
	step->align = (uint8_t)align;
	plan->room += step->width;
}

static bool is_colon_and_star(const struct natu_step *port)
{
	return port->before_length == 1 && port->before[0] == ':' &&
	       !strcmp(port->text, "*") && port->absence == NATU_ZERO_IS_ANY &&
	       !port->otherwise;
}

static bool is_end(const struct natu_step *address, const struct natu_step *port)
{
	return !address->before_length && !address->otherwise &&
	       is_colon_and_star(port) && address->facts == port->facts;
}

/* Makes one step of a span and its single cell, or its address and port. */
static bool join_span(struct natu_plan *plan)
{
	struct natu_step *span = plan->open ? &plan->steps[plan->open - 1] : NULL;
	size_t cells = plan->count - plan->open;
	natu_put *put = NULL;
	struct natu_step joined;

	if (!span || span->put != natu_put_span || plan->pending_length)
		return false;
	if (cells == 1 && !span[1].before_length)
		put = natu_put_padded(span[1].put, span);
	else if (cells == 2 && is_end(&span[1], &span[2]))
		put = natu_put_end_of(span[1].put, span[2].put, span);
	if (!put)
		return false;
	joined = span[1];
	joined.put = put;
	joined.width = span->width;
	joined.align = span->align;
	joined.before_length = span->before_length;
	memcpy(joined.before, span->before, sizeof(joined.before));
	if (cells == 2)
		joined.port_offset = span[2].offset;
	free(span->text);
	if (cells == 2)
		free(span[2].text);
	plan->count = plan->open;
	plan->open = span->partner;
	*span = joined;
	return true;
}

void natu_plan_end_span(struct natu_plan *plan)
{
	if (!plan->failed && !join_span(plan))
		close_step(plan, natu_put_span, natu_put_end_span, "");
}

void natu_plan_group(struct natu_plan *plan, natu_facts facts, const char *absent)
{
	struct natu_step *step = open_step(plan, natu_put_group, absent);

	if (step)
		step->facts = facts;
}

void natu_plan_end_group(struct natu_plan *plan)
{
	close_step(plan, natu_put_group, natu_put_end_group, "");
}

void natu_plan_each(struct natu_plan *plan, const struct natu_column *column,
		    const char *absent)
{
	struct natu_step *step;

	for (size_t open = plan->open; open; open = plan->steps[open - 1].partner)
		plan->misused |= plan->steps[open - 1].put == natu_put_each;
	step = open_step(plan, natu_put_each, absent);
	if (step)
		step->column = column;
}

void natu_plan_end_each(struct natu_plan *plan, const char *separator)
{
	close_step(plan, natu_put_each, natu_put_end_each, separator);
}

void natu_plan_further(struct natu_plan *plan, const struct natu_column *list,
		       const struct natu_column *other)
{
	struct natu_step *step = open_step(plan, natu_put_further, "");

	if (!step)
		return;
	plan->misused |= !natu_column_is_list(list) || !natu_column_is_list(other);
	step->column = list;
	step->otherwise = other;
	plan->facts |= list->fact | other->fact;
}

void natu_plan_end_further(struct natu_plan *plan)
{
	close_step(plan, natu_put_further, natu_put_end_further, "");
}

int natu_plan_ready(struct natu_plan *plan, struct natu_error *error)
{
	add_step(plan, natu_put_last, "");
	if (plan->failed)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "preparing the output");
	/* A row would jump to an end that is not there. */
	if (plan->open || plan->misused)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "a part of a row begins or ends alone");
	if (natu_is_row(plan->steps, plan->count)) {
		plan->steps[0].put = natu_put_row;
		plan->row_facts = natu_row_facts(plan->steps);
	}
	plan->bound = plan->room;
	return 0;
}

natu_facts natu_plan_facts(const struct natu_plan *plan)
{
	return plan->facts;
}

void natu_plan_row(const struct natu_plan *plan, const struct natu_socket *socket,
		   struct natu_buffer *buffer)
{
	const struct natu_step *step = plan->steps;
	struct natu_writer writer;
	char *out;

	if (buffer->size - buffer->used < plan->bound &&
	    !natu_buffer_reserve(buffer, plan->bound))
		return;
	/* What a step needs of the rest another has set. */
	writer.plan = plan;
	writer.buffer = buffer;
	writer.row = buffer->used;
	writer.index = 0;
	out = buffer->data + buffer->used;
	do {
		writer.next = NULL;
		out = step_enter(step, socket, &writer, out);
		step = writer.next;
	} while (step);
	buffer->used = buffer->failed ? writer.row : (size_t)(out - buffer->data);
}
