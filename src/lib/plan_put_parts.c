/* SPDX-License-Identifier: MIT */
#include "plan_cell.h"

/* Parts of a row that can be left out or are written again: for each holder, for each
 * value of a list. */

char *natu_put_group(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out)
{
	if (socket->facts & step->facts)
		return step_next(step, socket, writer, out);
	return step_jump(step, writer, step_add_text(step, out));
}

char *natu_put_end_group(const struct natu_step *step, const struct natu_socket *socket,
			 struct natu_writer *writer, char *out)
{
	return step_next(step, socket, writer, out);
}

/* Each holder in turn. */
char *natu_put_each(const struct natu_step *step, const struct natu_socket *socket,
		    struct natu_writer *writer, char *out)
{
	writer->index = 0;
	writer->each = (size_t)(out - writer->buffer->data);
	if (natu_count(socket, step->column))
		return step_next(step, socket, writer, out);
	return step_jump(step, writer, step_add_text(step, out));
}

char *natu_put_end_each(const struct natu_step *step, const struct natu_socket *socket,
			struct natu_writer *writer, char *out)
{
	if (++writer->index < natu_count(socket, step->column)) {
		step_leave(writer, out);
		out = step_come_back(writer);
		return step_jump(step, writer, step_add_text(step, out));
	}
	writer->index = 0;
	if (writer->plan->style == NATU_STYLE_CSV && !writer->buffer->failed) {
		natu_quote_csv(step_leave(writer, out), writer->each);
		out = step_come_back(writer);
	}
	return step_next(step, socket, writer, out);
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
		return step_next(step, socket, writer, out);
	writer->index = 0;
	return step_jump(step, writer, out);
}

char *natu_put_end_further(const struct natu_step *step, const struct natu_socket *socket,
			   struct natu_writer *writer, char *out)
{
	if (++writer->index < longest(&writer->plan->steps[step->partner], socket)) {
		step_leave(writer, out);
		return step_jump(step, writer, step_come_back(writer));
	}
	writer->index = 0;
	return step_next(step, socket, writer, out);
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
		step_leave(writer, out);
		out = step_come_back(writer);
		if (i)
			*out++ = json ? ',' : ';';
		if (natu_get_at(socket, step->column, i, &value) == NATU_HAS)
			out = natu_write_value(step, &value, writer, out);
	}
	if (json)
		*out++ = ']';
	return step_next(step, socket, writer, out);
}
