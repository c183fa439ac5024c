/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <stdlib.h>
#include <string.h>

/*
 * A table of chosen columns. The widths are those of the first rows, which wait until
 * there are enough of them; later rows are written as they come, and a wider value pushes
 * its row to the right.
 */

enum { WINDOW_ROWS = 1000 };

/* Between the cells of a row that waits: text is escaped, so that no cell has it in
 * it. */
#define CELL_END "\x1f"
#define COUNT_TITLE "Count"

struct window {
	size_t columns; /* the figures of groups follow */
	unsigned int *widths;
	size_t rows;
	struct natu_buffer text; /* the rows that wait */
	bool is_open;		 /* the widths are settled */
};

void window_free(struct window *window)
{
	if (!window)
		return;
	free(window->widths);
	natu_buffer_free(&window->text);
	free(window);
}

static struct window *window_new(size_t columns)
{
	struct window *window = calloc(1, sizeof(*window));

	if (!window)
		return NULL;
	window->columns = columns;
	window->widths = calloc(columns, sizeof(*window->widths));
	if (window->widths)
		return window;
	window_free(window);
	return NULL;
}

/* NULL: a figure of a group. */
static const struct natu_column *column_at(const struct render *render, size_t index)
{
	return index < render->columns.count ? render->columns.list[index] : NULL;
}

static const char *title_of(const struct render *render, size_t index)
{
	const struct natu_column *column = column_at(render, index);
	size_t figure = index - render->columns.count;

	if (column)
		return natu_column_title(column);
	return figure ? render->look->figures.list[figure - 1].title : COUNT_TITLE;
}

static bool is_number(const struct natu_column *column)
{
	enum natu_type type = column ? natu_column_type(column) : NATU_UINT;

	return (type == NATU_UINT || type == NATU_INT || type == NATU_REAL) &&
	       !(column && natu_column_is_many(column));
}

static int prepare(struct render *render, struct natu_error *error)
{
	if (render_resolve_columns(render, error) < 0)
		return -1;
	render->plan = natu_plan_new(NATU_STYLE_TEXT);
	render->window =
		window_new(render->columns.count +
			   (render->look->counts ? 1 + render->look->figures.count : 0));
	if (!render->plan || !render->window) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	for (size_t i = 0; i < render->window->columns; i++)
		if (render->look->header)
			render->window->widths[i] =
				(unsigned int)strlen(title_of(render, i));
	for (size_t i = 0; i < render->columns.count; i++) {
		render_cell(render->plan, render->columns.list[i], "-");
		natu_plan_literal(render->plan, CELL_END);
	}
	return natu_plan_ready(render->plan, error);
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	natu_plan_row(render->plan, socket, text);
}

static void append(struct render *render, struct natu_buffer *text,
		   const struct figure *figures, size_t count)
{
	(void)render;
	for (size_t i = 0; i < count; i++) {
		render_figure(text, NATU_STYLE_TEXT, &figures[i], "-");
		natu_buffer_add_text(text, CELL_END);
	}
}

static void begin(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

/* How many columns of a terminal a text takes, as far as that can be said without a font:
 * each code point one. Controls are escaped, so none takes less. */
static unsigned int text_width(const char *text, size_t length)
{
	unsigned int width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

static void add_blanks(struct natu_buffer *text, unsigned int count)
{
	while (count--)
		natu_buffer_add(text, " ", 1);
}

/* The last column is not padded to the right: no line ends in blanks. */
static void add_cell(const struct render *render, size_t column, const char *cell,
		     size_t length)
{
	struct natu_buffer *text = &render->output->text;
	unsigned int width = text_width(cell, length),
		     wanted = render->window->widths[column];
	unsigned int blanks = width < wanted ? wanted - width : 0;
	bool right = is_number(column_at(render, column));
	bool last = column + 1 == render->window->columns;

	add_blanks(text, column ? 2 : 0);
	add_blanks(text, right ? blanks : 0);
	natu_buffer_add(text, cell, length);
	add_blanks(text, right || last ? 0 : blanks);
	if (last)
		natu_buffer_add(text, "\n", 1);
}

/* Cuts a row's text into its cells; gives the end of the row. */
static const char *each_cell(struct render *render, const char *at, const char *end,
			     void (*cell)(const struct render *, size_t, const char *,
					  size_t))
{
	for (size_t i = 0; i < render->window->columns && at < end; i++) {
		const char *stop = memchr(at, CELL_END[0], (size_t)(end - at));

		if (!stop)
			return end;
		cell(render, i, at, (size_t)(stop - at));
		at = stop + 1;
	}
	return at;
}

static void widen(const struct render *render, size_t column, const char *cell,
		  size_t length)
{
	unsigned int width = text_width(cell, length);

	if (width > render->window->widths[column])
		render->window->widths[column] = width;
}

/* Writes the rows that have waited; the widths are settled from here on. */
static void open_window(struct render *render)
{
	struct window *window = render->window;
	const char *at = window->text.data, *end = at + window->text.used;

	for (size_t i = 0; render->look->header && i < window->columns; i++) {
		const char *title = title_of(render, i);

		add_cell(render, i, title, strlen(title));
	}
	while (at < end)
		at = each_cell(render, at, end, add_cell);
	natu_buffer_free(&window->text);
	window->is_open = true;
}

static void emit(struct render *render, const char *text, size_t length)
{
	struct window *window = render->window;

	if (window->is_open) {
		each_cell(render, text, text + length, add_cell);
		return;
	}
	each_cell(render, text, text + length, widen);
	natu_buffer_add(&window->text, text, length);
	render->output->text.failed |= window->text.failed;
	if (++window->rows == WINDOW_ROWS)
		open_window(render);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	if (!render->window->is_open)
		open_window(render);
	render_totals(render);
}

const struct renderer render_columns = {
	.name = "columns",
	.help = "a table of chosen columns",
	.in_order = true,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.append = append,
	.has_totals = true,
	.emit = emit,
	.end = end,
};
