/* SPDX-License-Identifier: MIT */
#include <natu/plan.h>

#include "column.h"
#include "error.h"
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A row costs a walk over the steps and one call for each. What a step must know of its column is
 * copied into it, so that a row touches the steps, the socket and the text, and nothing else.
 */

/* Blanks and short literals are copied in one piece of this size, however short they are. */
#define PIECE 32

struct writer {
	const struct natu_plan *plan;
	struct natu_buffer *buffer;
	char *out;
	size_t span;		/* where the span began, from the buffer's start */
	size_t index;		/* which of a socket's holders is written */
};

struct step;
typedef const struct step *put_function(const struct step *step, const struct natu_socket *socket,
					struct writer *writer);

struct step {
	put_function *put;
	uint32_t facts;
	uint16_t offset;
	uint8_t absence;
	uint8_t align;
	uint16_t width;
	uint16_t length;	/* of text */
	char *text;		/* a literal, or what stands for an absent value */
	char piece[PIECE];	/* a short literal, ready to be copied whole */
	const struct natu_column *column, *otherwise;
	enum natu_notation notation;
	size_t partner;		/* the step that ends this span or group, or that began it */
};

struct natu_plan {
	enum natu_style style;
	struct step *steps;
	size_t count, size;
	size_t open;		/* the innermost span or group not ended yet, as index + 1 */
	size_t bound;		/* the most bytes that the bounded steps write */
	uint32_t facts;
	bool failed;
};

static void add_bytes(struct writer *writer, const char *bytes, size_t length)
{
	memcpy(writer->out, bytes, length);
	writer->out += length;
}

static const struct step *put_literal(const struct step *step, const struct natu_socket *socket,
				      struct writer *writer)
{
	(void)socket;
	add_bytes(writer, step->text, step->length);
	return step + 1;
}

static const struct step *put_piece(const struct step *step, const struct natu_socket *socket,
				    struct writer *writer)
{
	(void)socket;
	memcpy(writer->out, step->piece, PIECE);
	writer->out += step->length;
	return step + 1;
}

/* Room for the bounded steps once more, after something that was not bounded. */
static void make_room(struct writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(writer->out - buffer->data);
	if (!natu_buffer_reserve(buffer, writer->plan->bound))
		buffer->used = 0;
	writer->out = buffer->data + buffer->used;
}

/* A value of any length: the buffer may have to grow for it. */
static void put_value(const struct step *step, const struct natu_value *value,
		      struct writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(writer->out - buffer->data);
	natu_print_value(buffer, writer->plan->style, value);
	if (value->type == NATU_TEXT && writer->plan->style == NATU_STYLE_JSON)
		natu_print_exact_bytes(buffer, step->column->name, value);
	writer->out = buffer->data + buffer->used;
	make_room(writer);
}

/* Seconds with two decimals, cut off as the kernel's clock ticks are. */
static void put_seconds(const struct natu_value *value, struct writer *writer)
{
	writer->out = natu_print_uint(writer->out, value->number / 1000);
	*writer->out++ = '.';
	*writer->out++ = (char)('0' + value->number / 100 % 10);
	*writer->out++ = (char)('0' + value->number / 10 % 10);
}

/* The way that serves every column. */
static const struct step *put_any(const struct step *step, const struct natu_socket *socket,
				  struct writer *writer)
{
	struct natu_value value;

	if (natu_get_at(socket, step->column, writer->index, &value) != NATU_HAS &&
	    (!step->otherwise ||
	     natu_get_at(socket, step->otherwise, writer->index, &value) != NATU_HAS))
		add_bytes(writer, step->text, step->length);
	else if (step->notation == NATU_AS_SECONDS && value.type == NATU_UINT)
		put_seconds(&value, writer);
	else
		put_value(step, &value, writer);
	return step + 1;
}

static inline const void *member_of(const struct step *step, const struct natu_socket *socket)
{
	return (const unsigned char *)socket + step->offset;
}

static inline bool is_absent(const struct step *step, uint64_t number)
{
	return !number && step->absence != NATU_ALWAYS_THERE;
}

static const struct step *put_u16(const struct step *step, const struct natu_socket *socket,
				  struct writer *writer)
{
	const uint16_t *number = member_of(step, socket);

	if (!(socket->facts & step->facts) || is_absent(step, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct step *put_u32(const struct step *step, const struct natu_socket *socket,
				  struct writer *writer)
{
	const uint32_t *number = member_of(step, socket);

	if (!(socket->facts & step->facts) || is_absent(step, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct step *put_u64(const struct step *step, const struct natu_socket *socket,
				  struct writer *writer)
{
	const uint64_t *number = member_of(step, socket);

	if (!(socket->facts & step->facts) || is_absent(step, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct step *put_word(const struct step *step, const struct natu_socket *socket,
				   struct writer *writer)
{
	const struct natu_word *const *word = member_of(step, socket);

	if (!(socket->facts & step->facts) || !*word)
		return put_any(step, socket, writer);
	memcpy(writer->out, (*word)->text, sizeof((*word)->text));
	writer->out += (*word)->length;
	return step + 1;
}

static const struct step *put_address(const struct step *step, const struct natu_socket *socket,
				      struct writer *writer)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer);
	writer->out = natu_print_address(writer->out, member_of(step, socket));
	return step + 1;
}

/* The same in JSON: between quotes. */
static const struct step *put_quoted_word(const struct step *step,
					  const struct natu_socket *socket, struct writer *writer)
{
	const struct natu_word *const *word = member_of(step, socket);

	if (!(socket->facts & step->facts) || !*word)
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	put_word(step, socket, writer);
	*writer->out++ = '"';
	return step + 1;
}

static const struct step *put_quoted_address(const struct step *step,
					     const struct natu_socket *socket,
					     struct writer *writer)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	writer->out = natu_print_address(writer->out, member_of(step, socket));
	*writer->out++ = '"';
	return step + 1;
}

static const struct step *put_quoted_identity(const struct step *step,
					      const struct natu_socket *socket,
					      struct writer *writer)
{
	const uint64_t *number = member_of(step, socket);

	if (!(socket->facts & step->facts) || is_absent(step, *number))
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	writer->out = natu_print_hex(writer->out, *number);
	*writer->out++ = '"';
	return step + 1;
}

static const struct step *put_span(const struct step *step, const struct natu_socket *socket,
				   struct writer *writer)
{
	(void)socket;
	writer->span = (size_t)(writer->out - writer->buffer->data);
	return step + 1;
}

static const struct step *put_end_span(const struct step *step, const struct natu_socket *socket,
				       struct writer *writer)
{
	char *start = writer->buffer->data + writer->span;
	size_t length = (size_t)(writer->out - start);
	size_t blanks = length < step->width ? step->width - length : 0;

	(void)socket;
	if (step->align == NATU_RIGHT && blanks) {
		memmove(start + blanks, start, length);
		memset(start, ' ', blanks);
	} else if (blanks <= PIECE) {
		memset(writer->out, ' ', PIECE);
	} else {
		memset(writer->out, ' ', blanks);
	}
	writer->out += blanks;
	return step + 1;
}

static const struct step *put_group(const struct step *step, const struct natu_socket *socket,
				    struct writer *writer)
{
	if (socket->facts & step->facts)
		return step + 1;
	add_bytes(writer, step->text, step->length);
	return writer->plan->steps + step->partner + 1;
}

static const struct step *put_end_group(const struct step *step, const struct natu_socket *socket,
					struct writer *writer)
{
	(void)socket;
	(void)writer;
	return step + 1;
}

/* Each holder in turn; a socket without one writes nothing between its brackets. */
static const struct step *put_each(const struct step *step, const struct natu_socket *socket,
				   struct writer *writer)
{
	writer->index = 0;
	return socket->holder_count ? step + 1 : writer->plan->steps + step->partner + 1;
}

static const struct step *put_end_each(const struct step *step, const struct natu_socket *socket,
				       struct writer *writer)
{
	if (++writer->index < socket->holder_count) {
		make_room(writer);
		add_bytes(writer, step->text, step->length);
		return writer->plan->steps + step->partner + 1;
	}
	writer->index = 0;
	return step + 1;
}

/* The function that writes a column's cells: by where and how its value is kept, never by its name. */
static put_function *function_for(const struct natu_plan *plan, const struct natu_cell *cell)
{
	const struct natu_column *column = cell->column;
	bool json = plan->style == NATU_STYLE_JSON;

	if (column->get || column->many || column->base != NATU_IN_SOCKET ||
	    column->absence == NATU_MAX_IS_NONE || cell->notation != NATU_AS_IS)
		return put_any;
	if (column->type == NATU_UINT && column->size == sizeof(uint16_t))
		return put_u16;
	if (column->type == NATU_UINT && column->size == sizeof(uint32_t))
		return put_u32;
	if (column->type == NATU_UINT && column->size == sizeof(uint64_t))
		return put_u64;
	if (column->type == NATU_WORD)
		return json ? put_quoted_word : put_word;
	if (column->type == NATU_ADDRESS)
		return json ? put_quoted_address : put_address;
	if (column->type == NATU_HEX && column->size == sizeof(uint64_t) && json)
		return put_quoted_identity;
	return put_any;
}

struct natu_plan *natu_plan_new(enum natu_style style)
{
	struct natu_plan *plan = calloc(1, sizeof(*plan));

	if (plan) {
		plan->style = style;
		plan->bound = PIECE;
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

/* A new step at the end, with a copy of its text; NULL, and failed set, without memory. */
static struct step *add_step(struct natu_plan *plan, put_function *put, const char *text)
{
	struct step *step;

	if (plan->count == plan->size) {
		size_t size = plan->size ? plan->size * 2 : 32;
		struct step *steps = realloc(plan->steps, size * sizeof(*steps));

		if (!steps) {
			plan->failed = true;
			return NULL;
		}
		plan->steps = steps;
		plan->size = size;
	}
	step = &plan->steps[plan->count];
	*step = (struct step){ .put = put, .text = strdup(text) };
	if (!step->text || strlen(text) > UINT16_MAX) {
		free(step->text);
		plan->failed = true;
		return NULL;
	}
	step->length = (uint16_t)strlen(text);
	plan->bound += step->length;
	plan->count++;
	return step;
}

void natu_plan_literal(struct natu_plan *plan, const char *text)
{
	struct step *step = *text ? add_step(plan, put_literal, text) : NULL;

	if (step && step->length <= PIECE) {
		memcpy(step->piece, text, step->length);
		step->put = put_piece;
	}
}

void natu_plan_cell(struct natu_plan *plan, const struct natu_cell *cell)
{
	struct step *step = add_step(plan, function_for(plan, cell),
				     cell->absent ? cell->absent : "");

	if (!step)
		return;
	step->column = cell->column;
	step->otherwise = cell->otherwise;
	step->notation = cell->notation;
	step->facts = cell->column->fact;
	step->offset = cell->column->offset;
	step->absence = cell->column->absence;
	plan->facts |= cell->column->fact | (cell->otherwise ? cell->otherwise->fact : 0);
	plan->bound += NATU_VALUE_MAX;
}

/* Begins a span or a group. Until it is ended its partner is the one around it. */
static struct step *open_step(struct natu_plan *plan, put_function *put, const char *text)
{
	struct step *step = add_step(plan, put, text);

	if (step) {
		step->partner = plan->open;
		plan->open = plan->count;
	}
	return step;
}

/* Ends what was begun last, and joins the two. */
static void close_step(struct natu_plan *plan, put_function *put, const char *text)
{
	struct step *end = add_step(plan, put, text);
	struct step *start;

	if (!end || !plan->open)
		return;
	start = &plan->steps[plan->open - 1];
	end->width = start->width;
	end->align = start->align;
	end->partner = plan->open - 1;
	plan->open = start->partner;
	start->partner = plan->count - 1;
}

void natu_plan_span(struct natu_plan *plan, unsigned int width, enum natu_align align)
{
	struct step *step = open_step(plan, put_span, "");

	if (!step)
		return;
	step->width = (uint16_t)(width < UINT16_MAX ? width : UINT16_MAX);
	step->align = (uint8_t)align;
	plan->bound += step->width;
}

void natu_plan_end_span(struct natu_plan *plan)
{
	close_step(plan, put_end_span, "");
}

void natu_plan_group(struct natu_plan *plan, uint32_t facts, const char *absent)
{
	struct step *step = open_step(plan, put_group, absent);

	if (step)
		step->facts = facts;
}

void natu_plan_end_group(struct natu_plan *plan)
{
	close_step(plan, put_end_group, "");
}

void natu_plan_each(struct natu_plan *plan)
{
	open_step(plan, put_each, "");
}

void natu_plan_end_each(struct natu_plan *plan, const char *separator)
{
	close_step(plan, put_end_each, separator);
}

int natu_plan_ready(struct natu_plan *plan, struct natu_error *error)
{
	if (plan->failed)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "preparing the output");
	return 0;
}

uint32_t natu_plan_facts(const struct natu_plan *plan)
{
	return plan->facts;
}

void natu_plan_row(const struct natu_plan *plan, const struct natu_socket *socket,
		   struct natu_buffer *buffer)
{
	const struct step *step = plan->steps;
	const struct step *end = plan->steps + plan->count;
	struct writer writer = { .plan = plan, .buffer = buffer };

	if (!natu_buffer_reserve(buffer, plan->bound))
		return;
	writer.out = buffer->data + buffer->used;
	while (step < end)
		step = step->put(step, socket, &writer);
	buffer->used = (size_t)(writer.out - buffer->data);
}
