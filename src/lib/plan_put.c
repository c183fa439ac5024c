/* SPDX-License-Identifier: MIT */
#include "plan_cell.h"

/* Cells: the value of a column, as wide as it is. */

/* A text of any length: the buffer may have to grow for it. */
static char *write_text(const struct natu_step *step, const struct natu_value *value,
			struct natu_writer *writer, char *out)
{
	struct natu_buffer *buffer = step_leave(writer, out);
	enum natu_style style = writer->plan->style;

	/* One of several in a field: what separates them is escaped, and the field is
	 * quoted as a whole. */
	if (step->column->many && style != NATU_STYLE_JSON)
		natu_print_item(buffer, value);
	else
		natu_buffer_add_value(buffer, style, value);
	if (style == NATU_STYLE_JSON)
		natu_print_exact_bytes(buffer, step->column->name, value);
	return step_come_back(writer);
}

char *natu_write_value(const struct natu_step *step, const struct natu_value *value,
		       struct natu_writer *writer, char *out)
{
	if (value->type == NATU_TEXT)
		return write_text(step, value, writer, out);
	return natu_print_bounded(out, writer->plan->style, value);
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

	out = natu_add_bytes(out, "[ ", 2);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (value->number & flags[i].flag)
			out = natu_add_bytes(out, flags[i].word.text,
					     flags[i].word.length);
	*out++ = ']';
	return out;
}

/* The way that serves every column. */
char *natu_write_any(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	struct natu_value value;
	enum natu_presence presence;
	char *end = NULL;

	if (!(socket->facts & step->facts) && !step->otherwise)
		return step_add_text(step, out);
	presence = natu_get_at(socket, step->column, writer->index, &value);
	if (presence != NATU_HAS && step->otherwise)
		presence = natu_get_at(socket, step->otherwise, writer->index, &value);
	if (presence == NATU_ANY && writer->plan->style == NATU_STYLE_TEXT) {
		*out = '*';
		return out + 1;
	}
	if (presence != NATU_HAS)
		return step_add_text(step, out);
	if (step->notation == NATU_AS_SECONDS && value.type == NATU_UINT)
		return put_seconds(&value, out);
	if (step->notation == NATU_AS_FLAGS && value.type == NATU_HEX)
		return put_flags(&value, out);
	if (step->notation == NATU_AS_READABLE)
		end = natu_print_readable(out, &value, step->column->unit);
	return end ? end : natu_write_value(step, &value, writer, out);
}

char *natu_put_any(const struct natu_step *step, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	return step_next(step, socket, writer, natu_write_any(step, socket, writer, out));
}

char *natu_put_u16(const struct natu_step *step, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	const uint16_t *number = step_member(step, socket);

	if (!step_has(step, socket, *number))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_add_short(out, *number));
}

char *natu_put_u32(const struct natu_step *step, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	const uint32_t *number = step_member(step, socket);

	if (!step_has(step, socket, *number))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_add_u32(out, *number));
}

static char *put_u64(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	const uint64_t *number = step_member(step, socket);

	if (!step_has(step, socket, *number))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_print_uint(out, *number));
}

/* True if there is a number, wherever it lies, such as in struct tcp_info. */
static inline bool step_number(const struct natu_step *step,
			       const struct natu_socket *socket, uint64_t *number)
{
	return (socket->facts & step->facts) &&
	       natu_column_number(socket, step->column, number) == NATU_HAS;
}

static char *put_number(const struct natu_step *step, const struct natu_socket *socket,
			struct natu_writer *writer, char *out)
{
	uint64_t number;

	if (!step_number(step, socket, &number))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_print_uint(out, number));
}

/* The same in the unit that suits it. */
static char *put_readable(const struct natu_step *step, const struct natu_socket *socket,
			  struct natu_writer *writer, char *out)
{
	struct natu_value value = { .type = NATU_UINT };
	char *end;

	if (!step_number(step, socket, &value.number))
		return natu_put_any(step, socket, writer, out);
	end = natu_print_readable(out, &value, step->column->unit);
	return step_next(step, socket, writer,
			 end ? end : natu_print_uint(out, value.number));
}

char *natu_put_word(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	const struct natu_word *word = step_word(step, socket);

	if (!word)
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_add_word(out, word));
}

char *natu_put_address(const struct natu_step *step, const struct natu_socket *socket,
		       struct natu_writer *writer, char *out)
{
	if (!(socket->facts & step->facts))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer,
			 natu_add_address(out, step_member(step, socket)));
}

static char *put_identity(const struct natu_step *step, const struct natu_socket *socket,
			  struct natu_writer *writer, char *out)
{
	const uint64_t *number = step_member(step, socket);

	if (!step_has(step, socket, *number))
		return natu_put_any(step, socket, writer, out);
	return step_next(step, socket, writer, natu_print_hex(out, *number));
}

/* The same in JSON: between quotes. */
static char *put_quoted_word(const struct natu_step *step,
			     const struct natu_socket *socket, struct natu_writer *writer,
			     char *out)
{
	const struct natu_word *word = step_word(step, socket);

	if (!word)
		return natu_put_any(step, socket, writer, out);
	*out++ = '"';
	out = natu_add_word(out, word);
	*out++ = '"';
	return step_next(step, socket, writer, out);
}

static char *put_quoted_address(const struct natu_step *step,
				const struct natu_socket *socket,
				struct natu_writer *writer, char *out)
{
	if (!(socket->facts & step->facts))
		return natu_put_any(step, socket, writer, out);
	*out++ = '"';
	out = natu_add_address(out, step_member(step, socket));
	*out++ = '"';
	return step_next(step, socket, writer, out);
}

static char *put_quoted_identity(const struct natu_step *step,
				 const struct natu_socket *socket,
				 struct natu_writer *writer, char *out)
{
	const uint64_t *number = step_member(step, socket);

	if (!step_has(step, socket, *number))
		return natu_put_any(step, socket, writer, out);
	*out++ = '"';
	out = natu_print_hex(out, *number);
	*out++ = '"';
	return step_next(step, socket, writer, out);
}

char *natu_put_literal(const struct natu_step *step, const struct natu_socket *socket,
		       struct natu_writer *writer, char *out)
{
	return step_next(step, socket, writer, step_add_text(step, out));
}

char *natu_put_last(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	(void)step;
	(void)socket;
	(void)writer;
	return out;
}

natu_put *natu_put_for(enum natu_style style, const struct natu_column *column,
		       enum natu_notation notation)
{
	bool json = style == NATU_STYLE_JSON;

	if (column->count)
		return natu_put_list;
	if (column->get || column->many)
		return natu_put_any;
	if (notation == NATU_AS_READABLE && column->type == NATU_UINT)
		return put_readable;
	if (notation != NATU_AS_IS)
		return natu_put_any;
	if (column->base != NATU_IN_SOCKET || column->absence > NATU_ZERO_IS_ANY)
		return column->type == NATU_UINT ? put_number : natu_put_any;
	if (column->type == NATU_UINT && column->size == sizeof(uint16_t))
		return natu_put_u16;
	if (column->type == NATU_UINT && column->size == sizeof(uint32_t))
		return natu_put_u32;
	if (column->type == NATU_UINT && column->size == sizeof(uint64_t))
		return put_u64;
	if (column->type == NATU_WORD)
		return json ? put_quoted_word : natu_put_word;
	if (column->type == NATU_ADDRESS)
		return json ? put_quoted_address : natu_put_address;
	if (column->type == NATU_HEX && column->size == sizeof(uint64_t))
		return json ? put_quoted_identity : put_identity;
	return natu_put_any;
}
