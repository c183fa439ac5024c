/* SPDX-License-Identifier: MIT */
#include "plan_cell.h"

/* Spans: what is between two places of a row, padded to a width. */

char *natu_put_span(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	writer->span = (size_t)(out - writer->buffer->data);
	return step_next(step, socket, writer, out);
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
	return step_next(step, socket, writer, pad(step, writer->span, writer, out));
}

/* Kept apart, so that what is short needs no registers of its own. */
__attribute__((noinline)) static char *put_padded_any(const struct natu_step *step,
						      const struct natu_socket *socket,
						      struct natu_writer *writer,
						      char *out)
{
	size_t start = (size_t)(out - writer->buffer->data);

	out = pad(step, start, writer, natu_write_any(step, socket, writer, out));
	return step_next(step, socket, writer, out);
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

char *natu_put_padded_word(const struct natu_step *step, const struct natu_socket *socket,
			   struct natu_writer *writer, char *out)
{
	const struct natu_word *word = step_word(step, socket);

	if (!word)
		return put_padded_any(step, socket, writer, out);
	out = fill_up(step, out, natu_add_word(out, word));
	return step_next(step, socket, writer, out);
}

__attribute__((noinline)) static char *put_right_digits(const struct natu_step *step,
							const struct natu_socket *socket,
							struct natu_writer *writer,
							char *out)
{
	uint32_t number = *(const uint32_t *)step_member(step, socket);
	size_t digits = natu_uint_digits(number);

	if (digits < step->width) {
		add_blanks(out, step->width - digits);
		out += step->width - digits;
	}
	return step_next(step, socket, writer, natu_add_u32(out, number));
}

/* Most queues are empty. */
char *natu_put_right_u32(const struct natu_step *step, const struct natu_socket *socket,
			 struct natu_writer *writer, char *out)
{
	uint32_t number = *(const uint32_t *)step_member(step, socket);
	size_t width = step->width;

	if (!step_has(step, socket, number))
		return put_padded_any(step, socket, writer, out);
	if (number >= 10)
		return put_right_digits(step, socket, writer, out);
	add_blanks(out, width);
	out[width - 1] = (char)('0' + number);
	return step_next(step, socket, writer, out + width);
}

__attribute__((noinline)) static char *put_end_any(const struct natu_step *step,
						   const struct natu_socket *socket,
						   struct natu_writer *writer, char *out)
{
	size_t start = (size_t)(out - writer->buffer->data);
	bool here = socket->facts & step->facts;

	out = here ? natu_add_address(out, step_member(step, socket))
		   : step_add_text(step, out);
	out = step_add_port(out, here ? *step_port(step, socket) : 0);
	return step_next(step, socket, writer, pad(step, start, writer, out));
}

/* An address, a colon and the port, or `*`: what netstat shows of an end. */
char *natu_put_end(const struct natu_step *step, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	const struct natu_address *address = step_member(step, socket);
	char *end;

	if (!(socket->facts & step->facts) || address->family != AF_INET)
		return put_end_any(step, socket, writer, out);
	end = natu_add_ipv4(out, address->bytes);
	end = step_add_port(end, *step_port(step, socket));
	return step_next(step, socket, writer, fill_up(step, out, end));
}

/* As wide as the ways for what is short can pad. */
static bool is_short(const struct natu_step *span)
{
	return span->width > 0 && span->width <= NATU_PIECE;
}

natu_put *natu_put_padded(natu_put *cell, const struct natu_step *span)
{
	if (cell == natu_put_word && span->align == NATU_LEFT)
		return is_short(span) ? natu_put_padded_word : put_padded_any;
	if (cell == natu_put_u32 && span->align == NATU_RIGHT)
		return is_short(span) ? natu_put_right_u32 : put_padded_any;
	return cell == natu_put_any ? put_padded_any : NULL;
}

natu_put *natu_put_end_of(natu_put *address, natu_put *port, const struct natu_step *span)
{
	if (address != natu_put_address || port != natu_put_u16 ||
	    span->align != NATU_LEFT)
		return NULL;
	return is_short(span) ? natu_put_end : put_end_any;
}
