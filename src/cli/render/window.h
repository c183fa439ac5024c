/* SPDX-License-Identifier: MIT */
#ifndef NATU_RENDER_WINDOW_H
#define NATU_RENDER_WINDOW_H

#include "render.h"

/*
 * A table whose columns are as wide as those of its first rows, which wait until there
 * are enough of them; later rows are written as they come, and a wider value pushes its
 * row to the right. Nothing is cut.
 */

/* Behind each cell of a row: text is escaped, so that no cell has it in it. */
#define CELL_END "\x1f"

/* NULL without memory. */
struct window *window_new(void);
/* One more column, before the first row. False without memory. The title is a constant
 * string. */
bool window_column(struct window *window, const char *title, enum natu_align align);

/* Numbers stand at the right. */
static inline enum natu_align window_align(const struct natu_column *column)
{
	enum natu_type type = natu_column_type(column);
	bool is_number = type == NATU_UINT || type == NATU_INT || type == NATU_REAL;

	return is_number && !natu_column_is_many(column) ? NATU_RIGHT : NATU_LEFT;
}

/* What a renderer that has one does with a row's text, and in the end. */
void window_emit(struct render *render, const char *text, size_t length);
void window_end(struct render *render, const struct natu_report *report,
		const struct natu_error *error);

#endif
