/* SPDX-License-Identifier: MIT */
#include "plan_step.h"

#include "value.h"

#include <string.h>

static void add_bytes(struct natu_writer *writer, const char *bytes, size_t length)
{
	memcpy(writer->out, bytes, length);
	writer->out += length;
}

/* Room for the bounded steps once more, after something that was not bounded. Without memory they
 * go over the row, which began with that much room and is dropped in the end. */
static void make_room(struct natu_writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(writer->out - buffer->data);
	if (!natu_buffer_reserve(buffer, writer->plan->bound))
		buffer->used = writer->row;
	writer->out = buffer->data + buffer->used;
}

/* A value of any length: the buffer may have to grow for it. */
static void put_value(const struct natu_step *step, const struct natu_value *value,
		      struct natu_writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;
	enum natu_style style = writer->plan->style;

	buffer->used = (size_t)(writer->out - buffer->data);
	/* One of several in a field: what separates them is escaped, and the field is quoted as a whole. */
	if (step->column->many && value->type == NATU_TEXT && style != NATU_STYLE_JSON)
		natu_print_item(buffer, value);
	else
		natu_print_value(buffer, style, value);
	if (value->type == NATU_TEXT && style == NATU_STYLE_JSON)
		natu_print_exact_bytes(buffer, step->column->name, value);
	writer->out = buffer->data + buffer->used;
	make_room(writer);
}

/* Seconds with two decimals, cut off as the kernel's clock ticks are. */
static void put_seconds(const struct natu_value *value, struct natu_writer *writer)
{
	writer->out = natu_print_uint(writer->out, value->number / 1000);
	*writer->out++ = '.';
	*writer->out++ = (char)('0' + value->number / 100 % 10);
	*writer->out++ = (char)('0' + value->number / 10 % 10);
}

/* The way that serves every column. */
static const struct natu_step *put_any(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	struct natu_value value;
	enum natu_presence presence;

	if (!(socket->facts & step->facts) && !step->otherwise) {
		add_bytes(writer, step->text, step->length);
		return step + 1;
	}
	presence = natu_get_at(socket, step->column, writer->index, &value);
	if (presence != NATU_HAS && step->otherwise)
		presence = natu_get_at(socket, step->otherwise, writer->index, &value);
	if (presence == NATU_ANY && writer->plan->style == NATU_STYLE_TEXT)
		*writer->out++ = '*';
	else if (presence != NATU_HAS)
		add_bytes(writer, step->text, step->length);
	else if (step->notation == NATU_AS_SECONDS && value.type == NATU_UINT)
		put_seconds(&value, writer);
	else
		put_value(step, &value, writer);
	return step + 1;
}

static inline const void *member_of(const struct natu_step *step, const struct natu_socket *socket)
{
	return (const unsigned char *)socket + step->offset;
}

static inline bool is_here(const struct natu_step *step, const struct natu_socket *socket,
			   uint64_t number)
{
	return (socket->facts & step->facts) && (number || step->absence == NATU_ALWAYS_THERE);
}

static const struct natu_step *put_u16(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	const uint16_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct natu_step *put_u32(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	const uint32_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct natu_step *put_u64(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	const uint64_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer);
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

static const struct natu_step *put_word(const struct natu_step *step,
					const struct natu_socket *socket,
					struct natu_writer *writer)
{
	const struct natu_word *const *word = member_of(step, socket);

	if (!(socket->facts & step->facts) || !*word)
		return put_any(step, socket, writer);
	memcpy(writer->out, (*word)->text, sizeof((*word)->text));
	writer->out += (*word)->length;
	return step + 1;
}

static const struct natu_step *put_address(const struct natu_step *step,
					   const struct natu_socket *socket,
					   struct natu_writer *writer)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer);
	writer->out = natu_print_address(writer->out, member_of(step, socket));
	return step + 1;
}

/* The same in JSON: between quotes. */
static const struct natu_step *put_quoted_word(const struct natu_step *step,
					       const struct natu_socket *socket,
					       struct natu_writer *writer)
{
	const struct natu_word *const *word = member_of(step, socket);

	if (!(socket->facts & step->facts) || !*word)
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	put_word(step, socket, writer);
	*writer->out++ = '"';
	return step + 1;
}

static const struct natu_step *put_quoted_address(const struct natu_step *step,
						  const struct natu_socket *socket,
						  struct natu_writer *writer)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	writer->out = natu_print_address(writer->out, member_of(step, socket));
	*writer->out++ = '"';
	return step + 1;
}

static const struct natu_step *put_quoted_identity(const struct natu_step *step,
						   const struct natu_socket *socket,
						   struct natu_writer *writer)
{
	const uint64_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer);
	*writer->out++ = '"';
	writer->out = natu_print_hex(writer->out, *number);
	*writer->out++ = '"';
	return step + 1;
}

const struct natu_step *natu_put_literal(const struct natu_step *step,
					 const struct natu_socket *socket,
					 struct natu_writer *writer)
{
	(void)socket;
	add_bytes(writer, step->text, step->length);
	return step + 1;
}

const struct natu_step *natu_put_span(const struct natu_step *step,
				      const struct natu_socket *socket, struct natu_writer *writer)
{
	(void)socket;
	writer->span = (size_t)(writer->out - writer->buffer->data);
	return step + 1;
}

/* Pads what was written since `start` to the step's width. */
static inline void pad(const struct natu_step *step, size_t start, struct natu_writer *writer)
{
	char *text = writer->buffer->data + start;
	size_t length = (size_t)(writer->out - text);
	size_t blanks = length < step->width ? step->width - length : 0;

	if (step->align == NATU_RIGHT && blanks) {
		memmove(text + blanks, text, length);
		memset(text, ' ', blanks);
	} else if (blanks <= NATU_PIECE) {
		memset(writer->out, ' ', NATU_PIECE);
	} else {
		memset(writer->out, ' ', blanks);
	}
	writer->out += blanks;
}

const struct natu_step *natu_put_end_span(const struct natu_step *step,
					  const struct natu_socket *socket,
					  struct natu_writer *writer)
{
	(void)socket;
	pad(step, writer->span, writer);
	return step + 1;
}

static const struct natu_step *put_padded_any(const struct natu_step *step,
					      const struct natu_socket *socket,
					      struct natu_writer *writer)
{
	size_t start = (size_t)(writer->out - writer->buffer->data);

	put_any(step, socket, writer);
	pad(step, start, writer);
	return step + 1;
}

static const struct natu_step *put_padded_word(const struct natu_step *step,
					       const struct natu_socket *socket,
					       struct natu_writer *writer)
{
	size_t start = (size_t)(writer->out - writer->buffer->data);

	put_word(step, socket, writer);
	pad(step, start, writer);
	return step + 1;
}

static const struct natu_step *put_right_u32(const struct natu_step *step,
					     const struct natu_socket *socket,
					     struct natu_writer *writer)
{
	const uint32_t *number = member_of(step, socket);
	size_t digits;

	if (!is_here(step, socket, *number) || step->width > NATU_PIECE)
		return put_padded_any(step, socket, writer);
	digits = natu_uint_digits(*number);
	memset(writer->out, ' ', NATU_PIECE);
	writer->out += digits < step->width ? step->width - digits : 0;
	writer->out = natu_print_uint(writer->out, *number);
	return step + 1;
}

/* An address, a colon and the port, or `*`: what netstat shows of an end. */
static const struct natu_step *put_end(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	size_t start = (size_t)(writer->out - writer->buffer->data);
	const uint16_t *port =
		(const uint16_t *)((const unsigned char *)socket + step->port_offset);
	bool here = socket->facts & step->facts;

	if (here)
		writer->out = natu_print_address(writer->out, member_of(step, socket));
	else
		add_bytes(writer, step->text, step->length);
	*writer->out++ = ':';
	if (here && *port)
		writer->out = natu_print_uint(writer->out, *port);
	else
		*writer->out++ = '*';
	pad(step, start, writer);
	return step + 1;
}

const struct natu_step *natu_put_group(const struct natu_step *step,
				       const struct natu_socket *socket,
				       struct natu_writer *writer)
{
	if (socket->facts & step->facts)
		return step + 1;
	add_bytes(writer, step->text, step->length);
	return writer->plan->steps + step->partner + 1;
}

const struct natu_step *natu_put_end_group(const struct natu_step *step,
					   const struct natu_socket *socket,
					   struct natu_writer *writer)
{
	(void)socket;
	(void)writer;
	return step + 1;
}

static size_t holder_count(const struct natu_socket *socket)
{
	return socket->facts & FACT_PROCESS ? socket->holder_count : 0;
}

/* Each holder in turn; a socket without one writes nothing between its brackets. */
const struct natu_step *natu_put_each(const struct natu_step *step,
				      const struct natu_socket *socket, struct natu_writer *writer)
{
	writer->index = 0;
	writer->each = (size_t)(writer->out - writer->buffer->data);
	return holder_count(socket) ? step + 1 : writer->plan->steps + step->partner + 1;
}

const struct natu_step *natu_put_end_each(const struct natu_step *step,
					  const struct natu_socket *socket,
					  struct natu_writer *writer)
{
	if (++writer->index < holder_count(socket)) {
		make_room(writer);
		add_bytes(writer, step->text, step->length);
		return writer->plan->steps + step->partner + 1;
	}
	writer->index = 0;
	if (writer->plan->style == NATU_STYLE_CSV && !writer->buffer->failed) {
		writer->buffer->used = (size_t)(writer->out - writer->buffer->data);
		natu_quote_csv(writer->buffer, writer->each);
		writer->out = writer->buffer->data + writer->buffer->used;
		make_room(writer);
	}
	return step + 1;
}

natu_put *natu_put_for(enum natu_style style, const struct natu_column *column,
		       enum natu_notation notation)
{
	bool json = style == NATU_STYLE_JSON;

	if (column->get || column->many || column->base != NATU_IN_SOCKET ||
	    column->absence > NATU_ZERO_IS_ANY || notation != NATU_AS_IS)
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

natu_put *natu_put_padded(natu_put *cell, enum natu_align align)
{
	if (cell == put_word && align == NATU_LEFT)
		return put_padded_word;
	if (cell == put_u32 && align == NATU_RIGHT)
		return put_right_u32;
	return cell == put_any ? put_padded_any : NULL;
}

natu_put *natu_put_end_of(natu_put *address, natu_put *port)
{
	return address == put_address && port == put_u16 ? put_end : NULL;
}
