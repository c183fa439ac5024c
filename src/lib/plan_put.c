/* SPDX-License-Identifier: MIT */
#include "plan_step.h"

#include "digits.h"
#include "value.h"

#include <string.h>
#include <sys/socket.h>

static char *add_bytes(char *out, const char *bytes, size_t length)
{
	memcpy(out, bytes, length);
	return out + length;
}

static char *add_text(const struct natu_step *step, char *out)
{
	return add_bytes(out, step->text, step->length);
}

/* Hands the text over to the buffer, for something that is not bounded. */
static struct natu_buffer *leave(struct natu_writer *writer, const char *out)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(out - buffer->data);
	return buffer;
}

/* Takes the text back, with room for the bounded steps once more. Without memory they go
 * over the row, which began with that much room and is dropped in the end. */
static char *come_back(struct natu_writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;

	if (!natu_buffer_reserve(buffer, writer->plan->bound))
		buffer->used = writer->row;
	return buffer->data + buffer->used;
}

/* A value of any length: the buffer may have to grow for it. */
static char *put_value(const struct natu_step *step, const struct natu_value *value,
		       struct natu_writer *writer, char *out)
{
	struct natu_buffer *buffer = leave(writer, out);
	enum natu_style style = writer->plan->style;

	/* One of several in a field: what separates them is escaped, and the field is
	 * quoted as a whole. */
	if (step->column->many && value->type == NATU_TEXT && style != NATU_STYLE_JSON)
		natu_print_item(buffer, value);
	else
		natu_buffer_add_value(buffer, style, value);
	if (value->type == NATU_TEXT && style == NATU_STYLE_JSON)
		natu_print_exact_bytes(buffer, step->column->name, value);
	return come_back(writer);
}

/* Seconds with two decimals, cut off as the kernel's clock ticks are. */
static char *put_seconds(const struct natu_value *value, char *out)
{
	out = natu_print_uint(out, value->number / 1000);
	*out++ = '.';
	*out++ = (char)('0' + value->number / 100 % 10);
	*out++ = (char)('0' + value->number / 10 % 10);
	return out;
}

/* include/linux/net.h: __SO_ACCEPTCON and the others that netstat knows. */
static char *put_flags(const struct natu_value *value, char *out)
{
	static const struct {
		uint32_t flag;
		struct natu_word word;
	} flags[] = {
		{ 0x10000, { "ACC ", 4 } },
		{ 0x20000, { "W ", 2 } },
		{ 0x40000, { "N ", 2 } },
	};

	out = add_bytes(out, "[ ", 2);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (value->number & flags[i].flag)
			out = add_bytes(out, flags[i].word.text, flags[i].word.length);
	*out++ = ']';
	return out;
}

/* The way that serves every column. */
static char *put_any(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	struct natu_value value;
	enum natu_presence presence;
	char *end = NULL;

	if (!(socket->facts & step->facts) && !step->otherwise)
		return add_text(step, out);
	presence = natu_get_at(socket, step->column, writer->index, &value);
	if (presence != NATU_HAS && step->otherwise)
		presence = natu_get_at(socket, step->otherwise, writer->index, &value);
	if (presence == NATU_ANY && writer->plan->style == NATU_STYLE_TEXT) {
		*out = '*';
		return out + 1;
	}
	if (presence != NATU_HAS)
		return add_text(step, out);
	if (step->notation == NATU_AS_SECONDS && value.type == NATU_UINT)
		return put_seconds(&value, out);
	if (step->notation == NATU_AS_FLAGS && value.type == NATU_HEX)
		return put_flags(&value, out);
	if (step->notation == NATU_AS_READABLE)
		end = natu_print_readable(out, &value, step->column->unit);
	return end ? end : put_value(step, &value, writer, out);
}

char *natu_put_any(const struct natu_step *step, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	return put_any(step, socket, writer, out);
}

char *natu_put_value(const struct natu_step *step, const struct natu_value *value,
		     struct natu_writer *writer, char *out)
{
	return put_value(step, value, writer, out);
}

static inline const void *member_of(const struct natu_step *step,
				    const struct natu_socket *socket)
{
	return (const unsigned char *)socket + step->offset;
}

static inline char *add_address(char *out, const struct natu_address *address)
{
	return address->family == AF_INET ? natu_add_ipv4(out, address->bytes)
					  : natu_print_address(out, address);
}

static inline bool is_here(const struct natu_step *step, const struct natu_socket *socket,
			   uint64_t number)
{
	return (socket->facts & step->facts) &&
	       (number || step->absence == NATU_ALWAYS_THERE);
}

/* NULL: it is not here. */
static inline const struct natu_word *word_of(const struct natu_step *step,
					      const struct natu_socket *socket)
{
	const struct natu_word *const *word = member_of(step, socket);

	return socket->facts & step->facts ? *word : NULL;
}

static inline char *add_word(char *out, const struct natu_word *word)
{
	memcpy(out, word->text, sizeof(word->text));
	return out + word->length;
}

static char *put_u16(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	const uint16_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer, out);
	return natu_add_short(out, *number);
}

static char *put_u32(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	const uint32_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer, out);
	return natu_print_u32(out, *number);
}

static char *put_u64(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	const uint64_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer, out);
	return natu_print_uint(out, *number);
}

static char *put_word(const struct natu_step *step, const struct natu_socket *socket,
		      struct natu_writer *writer, char *out)
{
	const struct natu_word *word = word_of(step, socket);

	return word ? add_word(out, word) : put_any(step, socket, writer, out);
}

static char *put_address(const struct natu_step *step, const struct natu_socket *socket,
			 struct natu_writer *writer, char *out)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer, out);
	return add_address(out, member_of(step, socket));
}

static char *put_identity(const struct natu_step *step, const struct natu_socket *socket,
			  struct natu_writer *writer, char *out)
{
	const uint64_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer, out);
	return natu_print_hex(out, *number);
}

/* The same in JSON: between quotes. */
static char *put_quoted_word(const struct natu_step *step,
			     const struct natu_socket *socket, struct natu_writer *writer,
			     char *out)
{
	const struct natu_word *word = word_of(step, socket);

	if (!word)
		return put_any(step, socket, writer, out);
	*out++ = '"';
	out = add_word(out, word);
	*out++ = '"';
	return out;
}

static char *put_quoted_address(const struct natu_step *step,
				const struct natu_socket *socket,
				struct natu_writer *writer, char *out)
{
	if (!(socket->facts & step->facts))
		return put_any(step, socket, writer, out);
	*out++ = '"';
	out = add_address(out, member_of(step, socket));
	*out++ = '"';
	return out;
}

static char *put_quoted_identity(const struct natu_step *step,
				 const struct natu_socket *socket,
				 struct natu_writer *writer, char *out)
{
	const uint64_t *number = member_of(step, socket);

	if (!is_here(step, socket, *number))
		return put_any(step, socket, writer, out);
	*out++ = '"';
	out = natu_print_hex(out, *number);
	*out++ = '"';
	return out;
}

char *natu_put_literal(const struct natu_step *step, const struct natu_socket *socket,
		       struct natu_writer *writer, char *out)
{
	(void)socket;
	(void)writer;
	return add_text(step, out);
}

char *natu_put_span(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	(void)step;
	(void)socket;
	writer->span = (size_t)(out - writer->buffer->data);
	return out;
}

/* Pads what was written since `start`, from the buffer's, to the step's width. */
static char *pad(const struct natu_step *step, size_t start,
		 const struct natu_writer *writer, char *out)
{
	char *text = writer->buffer->data + start;
	size_t length = (size_t)(out - text), blanks;

	/* It is wide enough; or, without memory, the row has begun anew before the
	 * span. */
	if (out < text || length >= step->width)
		return out;
	blanks = step->width - length;
	if (step->align == NATU_RIGHT) {
		memmove(text + blanks, text, length);
		memset(text, ' ', blanks);
	} else {
		memset(out, ' ', blanks);
	}
	return out + blanks;
}

char *natu_put_end_span(const struct natu_step *step, const struct natu_socket *socket,
			struct natu_writer *writer, char *out)
{
	(void)socket;
	return pad(step, writer->span, writer, out);
}

/* Kept apart, so that what is short needs no registers of its own. */
__attribute__((noinline)) static char *put_padded_any(const struct natu_step *step,
						      const struct natu_socket *socket,
						      struct natu_writer *writer,
						      char *out)
{
	size_t start = (size_t)(out - writer->buffer->data);

	return pad(step, start, writer, put_any(step, socket, writer, out));
}

/* At most NATU_PIECE blanks. */
static inline void add_blanks(char *out, size_t count)
{
	memset(out, ' ', NATU_SHORT_PIECE);
	if (count > NATU_SHORT_PIECE)
		memset(out + NATU_SHORT_PIECE, ' ', NATU_PIECE - NATU_SHORT_PIECE);
}

/* Pads to a width of at most NATU_PIECE. */
static inline char *fill_up(const struct natu_step *step, char *start, char *out)
{
	char *end = start + step->width;

	if (out >= end)
		return out;
	add_blanks(out, (size_t)(end - out));
	return end;
}

static char *put_padded_word(const struct natu_step *step,
			     const struct natu_socket *socket, struct natu_writer *writer,
			     char *out)
{
	const struct natu_word *word = word_of(step, socket);

	if (!word || step->width > NATU_PIECE)
		return put_padded_any(step, socket, writer, out);
	return fill_up(step, out, add_word(out, word));
}

static char *put_right_digits(const struct natu_step *step, uint32_t number, char *out)
{
	size_t digits = natu_uint_digits(number);

	if (digits < step->width) {
		add_blanks(out, step->width - digits);
		out += step->width - digits;
	}
	return natu_print_u32(out, number);
}

/* Most queues are empty. */
static char *put_right_u32(const struct natu_step *step, const struct natu_socket *socket,
			   struct natu_writer *writer, char *out)
{
	uint32_t number = *(const uint32_t *)member_of(step, socket);
	size_t width = step->width;

	if (!is_here(step, socket, number) || width - 1 >= NATU_PIECE)
		return put_padded_any(step, socket, writer, out);
	if (number >= 10)
		return put_right_digits(step, number, out);
	add_blanks(out, width);
	out[width - 1] = (char)('0' + number);
	return out + width;
}

static const uint16_t *port_of(const struct natu_step *step,
			       const struct natu_socket *socket)
{
	return (const uint16_t *)((const unsigned char *)socket + step->port_offset);
}

static inline char *add_port(char *out, uint16_t port)
{
	*out++ = ':';
	if (port)
		return natu_add_short(out, port);
	*out = '*';
	return out + 1;
}

__attribute__((noinline)) static char *put_end_any(const struct natu_step *step,
						   const struct natu_socket *socket,
						   struct natu_writer *writer, char *out)
{
	size_t start = (size_t)(out - writer->buffer->data);
	bool here = socket->facts & step->facts;

	out = here ? add_address(out, member_of(step, socket)) : add_text(step, out);
	out = add_port(out, here ? *port_of(step, socket) : 0);
	return pad(step, start, writer, out);
}

/* An address, a colon and the port, or `*`: what netstat shows of an end. */
static char *put_end(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	const struct natu_address *address = member_of(step, socket);
	char *end;

	if (!(socket->facts & step->facts) || address->family != AF_INET ||
	    step->width > NATU_PIECE)
		return put_end_any(step, socket, writer, out);
	end = natu_add_ipv4(out, address->bytes);
	end = add_port(end, *port_of(step, socket));
	return fill_up(step, out, end);
}

/* Goes on behind the other end of a pair. */
static void jump(const struct natu_step *step, struct natu_writer *writer)
{
	writer->next = writer->plan->steps + step->partner + 1;
}

char *natu_put_group(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	if (socket->facts & step->facts)
		return out;
	jump(step, writer);
	return add_text(step, out);
}

char *natu_put_end_group(const struct natu_step *step, const struct natu_socket *socket,
			 struct natu_writer *writer, char *out)
{
	(void)step;
	(void)socket;
	(void)writer;
	return out;
}

/* Each holder in turn. */
char *natu_put_each(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	writer->index = 0;
	writer->each = (size_t)(out - writer->buffer->data);
	if (natu_count(socket, step->column))
		return out;
	jump(step, writer);
	return add_text(step, out);
}

char *natu_put_end_each(const struct natu_step *step, const struct natu_socket *socket,
			struct natu_writer *writer, char *out)
{
	if (++writer->index < natu_count(socket, step->column)) {
		leave(writer, out);
		jump(step, writer);
		return add_text(step, come_back(writer));
	}
	writer->index = 0;
	if (writer->plan->style != NATU_STYLE_CSV || writer->buffer->failed)
		return out;
	natu_quote_csv(leave(writer, out), writer->each);
	return come_back(writer);
}

natu_put *natu_put_for(enum natu_style style, const struct natu_column *column,
		       enum natu_notation notation)
{
	bool json = style == NATU_STYLE_JSON;

	if (column->count)
		return natu_put_list;
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
	if (column->type == NATU_HEX && column->size == sizeof(uint64_t))
		return json ? put_quoted_identity : put_identity;
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
