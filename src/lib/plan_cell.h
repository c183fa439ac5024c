/* SPDX-License-Identifier: MIT */
#ifndef NATU_PLAN_CELL_H
#define NATU_PLAN_CELL_H

#include "digits.h"
#include "plan_step.h"
#include "value.h"

#include <string.h>
#include <sys/socket.h>

/* What steps of every kind do, in place: a call for each would be half of a row. */

static inline char *natu_add_bytes(char *out, const char *bytes, size_t length)
{
	memcpy(out, bytes, length);
	return out + length;
}

/* The text has room for a piece of it, however short it is. */
static inline char *step_add_text(const struct natu_step *step, char *out)
{
	if (step->length > NATU_MIDDLE_PIECE)
		return natu_add_bytes(out, step->text, step->length);
	memcpy(out, step->text, NATU_MIDDLE_PIECE);
	return out + step->length;
}

static inline const void *step_member(const struct natu_step *step,
				      const struct natu_socket *socket)
{
	return (const unsigned char *)socket + step->offset;
}

static inline char *natu_add_address(char *out, const struct natu_address *address)
{
	return address->family == AF_INET ? natu_add_ipv4(out, address->bytes)
					  : natu_print_address(out, address);
}

/* True if the value is here, and this is it. */
static inline bool step_has(const struct natu_step *step,
			    const struct natu_socket *socket, uint64_t number)
{
	return (socket->facts & step->facts) &&
	       (number || step->absence == NATU_ALWAYS_THERE);
}

/* NULL: it has none. */
static inline const struct natu_word *step_word(const struct natu_step *step,
						const struct natu_socket *socket)
{
	const struct natu_word *const *word = step_member(step, socket);

	return socket->facts & step->facts ? *word : NULL;
}

static inline char *natu_add_word(char *out, const struct natu_word *word)
{
	memcpy(out, word->text, sizeof(word->text));
	return out + word->length;
}

static inline const uint16_t *step_port(const struct natu_step *step,
					const struct natu_socket *socket)
{
	return (const uint16_t *)((const unsigned char *)socket + step->port_offset);
}

/* A colon and the port, or `*`. */
static inline char *step_add_port(char *out, uint16_t port)
{
	*out++ = ':';
	if (port)
		return natu_add_short(out, port);
	*out = '*';
	return out + 1;
}

/* Hands the text over to the buffer, for something that is not bounded. */
static inline struct natu_buffer *step_leave(struct natu_writer *writer, const char *out)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(out - buffer->data);
	return buffer;
}

/* Takes the text back, with room for the bounded steps once more. Without memory they go
 * over the row, which began with that much room and is dropped in the end. */
static inline char *step_come_back(struct natu_writer *writer)
{
	struct natu_buffer *buffer = writer->buffer;

	if (!natu_buffer_reserve(buffer, writer->plan->bound))
		buffer->used = writer->row;
	return buffer->data + buffer->used;
}

/* Writes a step with the literal before it, and all that follow. */
static inline char *step_enter(const struct natu_step *step,
			       const struct natu_socket *socket,
			       struct natu_writer *writer, char *out)
{
	memcpy(out, step->before, NATU_MIDDLE_PIECE);
	if (step->before_length > NATU_MIDDLE_PIECE)
		memcpy(out + NATU_MIDDLE_PIECE, step->before + NATU_MIDDLE_PIECE,
		       NATU_PIECE - NATU_MIDDLE_PIECE);
	return step->put(step, socket, writer, out + step->before_length);
}

/* Goes on with the step behind this one. */
static inline char *step_next(const struct natu_step *step,
			      const struct natu_socket *socket,
			      struct natu_writer *writer, char *out)
{
	return step_enter(step + 1, socket, writer, out);
}

/* Goes on behind the other end of a pair, by a way back to the row: steps that are left
 * out or repeated do not call each other deeper and deeper. */
static inline char *step_jump(const struct natu_step *step, struct natu_writer *writer,
			      char *out)
{
	writer->next = writer->plan->steps + step->partner + 1;
	return out;
}

#endif
