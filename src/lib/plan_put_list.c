/* SPDX-License-Identifier: MIT */
#include "plan_step.h"

#include <string.h>

/* Columns whose value is a list: all of it in a cell, or line by line. */

/* Goes on behind the other end of a pair. */
static void jump(const struct natu_step *step, struct natu_writer *writer)
{
	writer->next = writer->plan->steps + step->partner + 1;
}

/* Makes room for the bounded steps once more. Without memory they go over the row, which
 * began with that much room and is dropped in the end. */
static char *make_room(struct natu_writer *writer, const char *out)
{
	struct natu_buffer *buffer = writer->buffer;

	buffer->used = (size_t)(out - buffer->data);
	if (!natu_buffer_reserve(buffer, writer->plan->bound))
		buffer->used = writer->row;
	return buffer->data + buffer->used;
}

/* How many values the longer of two lists has. */
static size_t longest(const struct natu_step *step, const struct natu_socket *socket)
{
	size_t one = natu_count(socket, step->column);
	size_t other = natu_count(socket, step->otherwise);

	return one > other ? one : other;
}

/* Each further value of two lists in turn. */
char *natu_put_further(const struct natu_step *step, const struct natu_socket *socket,
		       struct natu_writer *writer, char *out)
{
	writer->index = 1;
	if (longest(step, socket) > 1)
		return out;
	writer->index = 0;
	jump(step, writer);
	return out;
}

char *natu_put_end_further(const struct natu_step *step, const struct natu_socket *socket,
			   struct natu_writer *writer, char *out)
{
	if (++writer->index < longest(&writer->plan->steps[step->partner], socket)) {
		jump(step, writer);
		return make_room(writer, out);
	}
	writer->index = 0;
	return out;
}

/* All values: an array, or one behind the other. */
char *natu_put_list(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	bool json = writer->plan->style == NATU_STYLE_JSON;
	size_t count = natu_count(socket, step->column);
	struct natu_value value;

	/* One line is written for each, or there is none. */
	if (writer->index || !(socket->facts & step->facts) || (!json && !count))
		return natu_put_any(step, socket, writer, out);
	if (json)
		*out++ = '[';
	for (size_t i = 0; i < count; i++) {
		if (i)
			*out++ = json ? ',' : ';';
		if (natu_get_at(socket, step->column, i, &value) == NATU_HAS)
			out = natu_put_value(step, &value, writer, out);
	}
	if (json)
		*out++ = ']';
	return out;
}
