/* SPDX-License-Identifier: MIT */
#ifndef NATU_PAINT_H
#define NATU_PAINT_H

#include <natu/column.h>
#include <natu/natu.h>
#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A list on a terminal: its cells have colours, and are padded by the columns that they
 * take there rather than by bytes. A plan writes marks around its cells, which no cell
 * can hold since its controls are escaped, and the painter replaces them.
 */
struct painter;

/* One of the styles that a cell can have. */
enum paint { PAINT_NONE, PAINT_HEADING, PAINT_MAX = 9 };

/* With colour, or only with widths. NULL without memory. The caller frees it; NULL is
 * accepted. */
struct painter *painter_new(bool colored);
void painter_free(struct painter *painter);

/* Makes a cell known by its columns, of which `otherwise` may be NULL. Gives its number:
 * what is true of all rows with the same text if `of_groups`. */
size_t painter_cell(struct painter *painter, const struct natu_column *column,
		    const struct natu_column *otherwise, bool of_groups);

/* Once all cells are known: forgets rules that take more than `facts`, but for some that
 * cost nothing. Gives those: for natu_query.wishes. */
natu_facts painter_settle(struct painter *painter, natu_facts facts);

/* The style of a socket's cell. */
unsigned int painter_style(const struct painter *painter, size_t cell,
			   const struct natu_socket *socket);

/* Adds a text in a style. */
void paint_text(struct natu_buffer *text, unsigned int style, const char *bytes,
		size_t length);
/* Marks a cell of a plan: what is written between the two is padded to a width, 0 to
 * 90. */
void painter_open(struct natu_plan *plan, size_t cell, unsigned int width,
		  enum natu_align align);
void painter_close(struct natu_plan *plan);

/* Adds a row that a plan with marks wrote. */
void painter_row(const struct painter *painter, const struct natu_socket *socket,
		 const struct natu_buffer *marked, struct natu_buffer *text);

#endif
