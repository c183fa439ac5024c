/* SPDX-License-Identifier: MIT */
#ifndef NATU_PLAN_H
#define NATU_PLAN_H

#include <natu/column.h>
#include <natu/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A plan is a row's text, compiled once per query: literal text, cells, and spans that
 * are padded to a width. Writing a row then is one walk over its steps, and every value
 * goes through the one place that prints and escapes.
 */
struct natu_plan;

/* How values are written. */
enum natu_style {
	NATU_STYLE_TEXT, /* for people: foreign text escaped, one line */
	NATU_STYLE_JSON, /* RFC 8259 */
	NATU_STYLE_CSV,	 /* RFC 4180, and escaped as in TEXT */
	NATU_STYLE_TSV,
};

enum natu_notation {
	NATU_AS_IS,
	NATU_AS_SECONDS, /* milliseconds as seconds with two decimals, cut off */
	/* for people: sizes, rates and times in the unit that suits them, 1.5K, 12ms,
	 * 5m10s; K, M, G are 1024 */
	NATU_AS_READABLE,
	NATU_AS_FLAGS, /* a UNIX socket's flags as netstat has them: "[ ACC ]" */
};

enum natu_align { NATU_LEFT, NATU_RIGHT };

struct natu_cell {
	const struct natu_column *column;
	const struct natu_column *otherwise; /* printed where column is absent; or NULL */
	const char *absent; /* printed where both are; a constant string */
	enum natu_notation notation;
};

/* A text that grows. Zero it before the first use; natu_buffer_free() leaves it
 * zeroed. */
struct natu_buffer {
	char *data;
	size_t used, size;
	bool failed; /* memory ran out: the text is not complete */
};

void natu_buffer_free(struct natu_buffer *buffer);
/* Makes room for that many more bytes. False, and failed set, without memory. Since
 * 0.1. */
bool natu_buffer_reserve(struct natu_buffer *buffer, size_t more);
void natu_buffer_add(struct natu_buffer *buffer, const char *bytes, size_t length);
void natu_buffer_add_text(struct natu_buffer *buffer, const char *text);
/* Adds foreign bytes as a value in that style, escaped (in JSON with its quotes). Since
 * 0.1. */
void natu_buffer_add_foreign(struct natu_buffer *buffer, enum natu_style style,
			     const char *bytes, size_t length);

/* Adds a value as a plan's cell has it in that style: in JSON texts, words, addresses and
 * identities are quoted. Since 0.1. */
void natu_buffer_add_value(struct natu_buffer *buffer, enum natu_style style,
			   const struct natu_value *value);

/* NULL without memory. The caller frees it; NULL is accepted. Since 0.1. */
struct natu_plan *natu_plan_new(enum natu_style style);
void natu_plan_free(struct natu_plan *plan);

/* The steps, in the order in which they are written. The strings are copied. After a
 * failure (memory) the plan says so once, in natu_plan_ready(). Since 0.1. */
void natu_plan_literal(struct natu_plan *plan, const char *text);
void natu_plan_cell(struct natu_plan *plan, const struct natu_cell *cell);
/* What is written between the two is padded with blanks to a width; it is never cut.
 * Spans do not nest. */
void natu_plan_span(struct natu_plan *plan, unsigned int width, enum natu_align align);
void natu_plan_end_span(struct natu_plan *plan);
/* What is written between the two is replaced by `absent` for a socket that has none of
 * these facts. Groups may nest. */
void natu_plan_group(struct natu_plan *plan, natu_facts facts, const char *absent);
void natu_plan_end_group(struct natu_plan *plan);
/* What is written between the two is repeated for each of what a socket has several of,
 * as this column says (its holders, those of its peer), with the separator between two of
 * them; it is replaced by `absent` for a socket that has none. They do not nest, and the
 * cells between them are of such columns. */
void natu_plan_each(struct natu_plan *plan, const struct natu_column *column,
		    const char *absent);
void natu_plan_end_each(struct natu_plan *plan, const char *separator);

/* What is written between the two is repeated for the second and every further value of
 * the longer of two lists; cells of lists stand for one value there. They do not nest.
 * Since 0.1. */
void natu_plan_further(struct natu_plan *plan, const struct natu_column *list,
		       const struct natu_column *other);
void natu_plan_end_further(struct natu_plan *plan);

/* Ends the building, also of what was added to a plan that was ready; without it nothing
 * is written, and the buffer says that it failed. Returns 0, or -1 with *error
 * filled: NATU_ENOMEM, or NATU_EUSAGE if what was begun was not ended, or the other way
 * round. Since 0.1. */
int natu_plan_ready(struct natu_plan *plan, struct natu_error *error);

/* All facts that the cells need: for natu_query.facts. Since 0.1. */
natu_facts natu_plan_facts(const struct natu_plan *plan);

/* Adds a socket's row to the buffer: all of it, or on lack of memory nothing, and
 * buffer->failed is set. Since 0.1. */
void natu_plan_row(const struct natu_plan *plan, const struct natu_socket *socket,
		   struct natu_buffer *buffer);

#endif
