/* SPDX-License-Identifier: MIT */
#include "plan_cell.h"

/*
 * netstat's own row at once, of the sockets that most lists are full of: IPv4, and little
 * in their queues. For any other socket its cells are written one by one, as in any other
 * row; the text is the same.
 */

/* The cells, in steps one behind the other, a blank before each but the first. */
enum { PROTO, RECV_Q, SEND_Q, LOCAL, PEER, STATE, CELLS };

/* An end takes 21 bytes at most and 9 at least: one run of blanks fills what is left, and
 * is the blank behind it, too. */
enum { END_MIN = 9, END_MAX = 21, BLANKS = 16 };

static bool is_behind_blank(const struct natu_step *step)
{
	return step->before_length == 1 && step->before[0] == ' ';
}

static bool is_queue(const struct natu_step *step)
{
	return step->put == natu_put_right_u32 && is_behind_blank(step) &&
	       step->absence == NATU_ALWAYS_THERE;
}

static bool is_end(const struct natu_step *step)
{
	return step->put == natu_put_end && is_behind_blank(step) &&
	       step->width >= END_MAX && step->width < END_MIN + BLANKS;
}

bool natu_is_row(const struct natu_step *cells, size_t count)
{
	return count > CELLS && cells[PROTO].put == natu_put_padded_word &&
	       is_queue(&cells[RECV_Q]) && is_queue(&cells[SEND_Q]) &&
	       cells[PROTO].width + cells[RECV_Q].width + cells[SEND_Q].width + 3 <=
		       NATU_PIECE &&
	       is_end(&cells[LOCAL]) && is_end(&cells[PEER]) &&
	       cells[STATE].put == natu_put_padded_word &&
	       is_behind_blank(&cells[STATE]) && cells[STATE].width <= BLANKS;
}

natu_facts natu_row_facts(const struct natu_step *cells)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < CELLS; i++)
		facts |= cells[i].facts;
	return facts;
}

static inline uint32_t queue_of(const struct natu_step *step,
				const struct natu_socket *socket)
{
	return *(const uint32_t *)step_member(step, socket);
}

static inline bool is_ipv4(const struct natu_step *step, const struct natu_socket *socket)
{
	return ((const struct natu_address *)step_member(step, socket))->family ==
	       AF_INET;
}

static inline bool is_usual(const struct natu_step *cells,
			    const struct natu_socket *socket, natu_facts facts)
{
	return (socket->facts & facts) == facts && is_ipv4(&cells[LOCAL], socket) &&
	       is_ipv4(&cells[PEER], socket) && queue_of(&cells[RECV_Q], socket) < 10 &&
	       queue_of(&cells[SEND_Q], socket) < 10;
}

static inline const struct natu_word *word_of(const struct natu_step *step,
					      const struct natu_socket *socket)
{
	return *(const struct natu_word *const *)step_member(step, socket);
}

/* Both are a digit: it stands at the end of its cell, in blanks. */
static inline char *add_queues(char *out, const struct natu_step *cells,
			       const struct natu_socket *socket)
{
	out += cells[RECV_Q].width;
	*out++ = (char)('0' + queue_of(&cells[RECV_Q], socket));
	out += cells[SEND_Q].width;
	*out++ = (char)('0' + queue_of(&cells[SEND_Q], socket));
	return out + 1;
}

/* With the blank behind it. */
static inline char *add_end(char *out, const struct natu_step *step,
			    const struct natu_socket *socket)
{
	const struct natu_address *address = step_member(step, socket);
	char *end = step_add_port(natu_add_ipv4(out, address->bytes),
				  *step_port(step, socket));

	memset(end, ' ', BLANKS);
	return out + step->width + 1;
}

char *natu_put_row(const struct natu_step *cells, const struct natu_socket *socket,
		   struct natu_writer *writer, char *out)
{
	const struct natu_word *proto, *state;
	size_t length;

	if (!is_usual(cells, socket, writer->plan->row_facts))
		return natu_put_padded_word(cells, socket, writer, out);
	proto = word_of(&cells[PROTO], socket);
	state = word_of(&cells[STATE], socket);
	if (!proto || !state || proto->length > cells[PROTO].width)
		return natu_put_padded_word(cells, socket, writer, out);
	memset(natu_add_word(out, proto), ' ', NATU_PIECE);
	out = add_queues(out + cells[PROTO].width, cells, socket);
	out = add_end(out, &cells[LOCAL], socket);
	out = add_end(out, &cells[PEER], socket);
	length = state->length > cells[STATE].width ? state->length : cells[STATE].width;
	memset(natu_add_word(out, state), ' ', BLANKS);
	return step_next(&cells[STATE], socket, writer, out + length);
}
