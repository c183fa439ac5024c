/* SPDX-License-Identifier: MIT */
#ifndef NATU_PLAN_STEP_H
#define NATU_PLAN_STEP_H

#include "column.h"

#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A row is a chain of steps: each ends with a call of the next, which compilers make a
 * jump, with all that steps share still in registers. What a step must know of its column
 * is copied into it, so that a row touches the steps, the socket and the text, and
 * nothing else.
 */

/* Blanks, short literals and words are copied in one piece of this size, however short
 * they are: the text always has that much room beyond its end. */
enum { NATU_PIECE = 32 };

/* Most are much shorter: what stores less is faster. */
enum { NATU_SHORT_PIECE = 8, NATU_MIDDLE_PIECE = 16 };

struct natu_step;

/* A row that is being written. */
struct natu_writer {
	const struct natu_plan *plan;
	struct natu_buffer *buffer;
	const struct natu_step *next; /* where a step jumped to, or NULL */
	size_t row;		      /* where the row began, from the buffer's start */
	size_t span;		      /* where the span began, from the buffer's start */
	size_t each;		      /* where the first holder began, likewise */
	size_t index; /* which of a socket's holders, or of a list, is written */
};

/* Writes a step at `out`, and those behind it up to the first that jumps or ends the row;
 * gives the end of what was written. */
typedef char *natu_put(const struct natu_step *step, const struct natu_socket *socket,
		       struct natu_writer *writer, char *out);

struct natu_step {
	natu_put *put;
	/* Literal text before what the step writes itself. */
	char before[NATU_PIECE];
	uint8_t before_length;
	uint8_t absence;
	uint8_t align;
	uint8_t notation;
	natu_facts facts;
	uint16_t offset;
	uint16_t port_offset; /* of an end: address and port in one step */
	uint16_t width;
	uint16_t length; /* of text */
	char *text;	 /* a longer literal, or what stands for an absent value */
	const struct natu_column *column, *otherwise;
	size_t partner; /* the step that ends this span or group, or that began it */
};

struct natu_plan {
	enum natu_style style;
	struct natu_step *steps;
	size_t count, size;
	size_t open; /* the innermost span or group not ended yet, as index + 1 */
	/* A literal that waits for the next step. */
	char pending[NATU_PIECE];
	size_t pending_length;
	size_t room;  /* the most bytes that the bounded steps write ... */
	size_t bound; /* ... and the same once the plan is ready: no row has more */
	natu_facts facts;
	natu_facts row_facts; /* natu_row_facts(), for natu_put_row() */
	bool failed;
	bool misused; /* an end without its beginning, or holders within holders */
};

/* The steps that are not cells. */
natu_put natu_put_literal, natu_put_span, natu_put_end_span, natu_put_group,
	natu_put_end_group, natu_put_each, natu_put_end_each, natu_put_further,
	natu_put_end_further, natu_put_last;

/* The cells that others are made of: the way that serves every column, a list, and what
 * most rows have. */
natu_put natu_put_any, natu_put_list, natu_put_u16, natu_put_u32, natu_put_word,
	natu_put_address;
/* The same for part of a step: what follows is not written. */
char *natu_write_any(const struct natu_step *step, const struct natu_socket *socket,
		     struct natu_writer *writer, char *out);
/* One value that is known, likewise. */
char *natu_write_value(const struct natu_step *step, const struct natu_value *value,
		       struct natu_writer *writer, char *out);

/* The function that writes a column's cells: chosen by where and how its value is kept,
 * never by its name. */
natu_put *natu_put_for(enum natu_style style, const struct natu_column *column,
		       enum natu_notation notation);

/* One function for a whole span, or NULL if there is none: of a single cell, or of an
 * address with the port of the same end. */
natu_put *natu_put_padded(natu_put *cell, const struct natu_step *span);
natu_put *natu_put_end_of(natu_put *address, natu_put *port,
			  const struct natu_step *span);

/* Those of them that are for what most rows have, and short. */
natu_put natu_put_padded_word, natu_put_right_u32, natu_put_end;

/* A whole row in one step, in place of its first: for what natu_is_row() knows. */
natu_put natu_put_row;
bool natu_is_row(const struct natu_step *cells, size_t count);
/* What a socket must have for it. */
natu_facts natu_row_facts(const struct natu_step *cells);

#endif
