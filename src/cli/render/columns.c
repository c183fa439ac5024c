/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <stdlib.h>
#include <string.h>

/*
 * A table of chosen columns. The widths are those of the first rows, which wait until there are enough
 * of them; later rows are written as they come, and a wider value pushes its row to the right.
 */

enum { WINDOW_ROWS = 1000 };

/* The rows that wait: their cells one after the other, and where each ends. */
struct window {
	struct natu_plan **cells;	/* a plan for each column */
	unsigned int *widths;
	size_t columns, rows;
	struct natu_buffer text;
	size_t *ends;			/* WINDOW_ROWS * columns */
};

void window_free(struct window *window)
{
	if (!window)
		return;
	for (size_t i = 0; window->cells && i < window->columns; i++)
		natu_plan_free(window->cells[i]);
	free(window->cells);
	free(window->widths);
	free(window->ends);
	natu_buffer_free(&window->text);
	free(window);
}

static struct window *window_new(size_t columns)
{
	struct window *window = calloc(1, sizeof(*window));

	if (!window)
		return NULL;
	window->columns = columns;
	window->cells = calloc(columns, sizeof(struct natu_plan *));
	window->widths = calloc(columns, sizeof(*window->widths));
	window->ends = calloc(columns * WINDOW_ROWS, sizeof(*window->ends));
	if (window->cells && window->widths && window->ends)
		return window;
	window_free(window);
	return NULL;
}

static bool is_number(const struct natu_column *column)
{
	enum natu_type type = natu_column_type(column);

	return (type == NATU_UINT || type == NATU_INT || type == NATU_REAL) &&
	       !natu_column_is_many(column);
}

static int fail(struct natu_error *error)
{
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

static int prepare(struct render *render, struct natu_error *error)
{
	struct window *window;

	if (render_resolve_columns(render, error) < 0)
		return -1;
	window = render->window = window_new(render->columns.count);
	if (!window)
		return fail(error);
	for (size_t i = 0; i < window->columns; i++) {
		const struct natu_column *column = render->columns.list[i];

		window->cells[i] = natu_plan_new(NATU_STYLE_TEXT);
		if (!window->cells[i])
			return fail(error);
		render_cell(window->cells[i], column, "-");
		if (natu_plan_ready(window->cells[i], error) < 0)
			return -1;
		render->facts |= natu_plan_facts(window->cells[i]);
		if (render->look->header)
			window->widths[i] = (unsigned int)strlen(natu_column_title(column));
	}
	return 0;
}

static void begin(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

/* How many columns of a terminal a text takes, as far as that can be said without a font: each
 * code point one. Controls are escaped, so none takes less. */
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
static void add_cell(const struct render *render, size_t column, const char *cell, size_t length)
{
	struct natu_buffer *text = &render->output->text;
	unsigned int width = text_width(cell, length), wanted = render->window->widths[column];
	unsigned int blanks = width < wanted ? wanted - width : 0;
	bool right = is_number(render->columns.list[column]);
	bool last = column + 1 == render->window->columns;

	add_blanks(text, column ? 2 : 0);
	add_blanks(text, right ? blanks : 0);
	natu_buffer_add(text, cell, length);
	add_blanks(text, right || last ? 0 : blanks);
	if (last)
		natu_buffer_add(text, "\n", 1);
}

static void add_header(const struct render *render)
{
	for (size_t i = 0; render->look->header && i < render->window->columns; i++) {
		const char *title = natu_column_title(render->columns.list[i]);

		add_cell(render, i, title, strlen(title));
	}
}

/* Writes the rows that have waited; the widths are settled from here on. */
static void open_window(struct render *render)
{
	struct window *window = render->window;
	size_t start = 0;

	add_header(render);
	for (size_t i = 0; i < window->rows * window->columns; i++) {
		add_cell(render, i % window->columns, window->text.data + start,
			 window->ends[i] - start);
		start = window->ends[i];
	}
	natu_buffer_free(&window->text);
	free(window->ends);
	window->ends = NULL;
}

static void keep_row(struct window *window, const struct natu_socket *socket)
{
	for (size_t i = 0; i < window->columns; i++) {
		size_t start = window->text.used;
		unsigned int width;

		natu_plan_row(window->cells[i], socket, &window->text);
		window->ends[window->rows * window->columns + i] = window->text.used;
		width = text_width(window->text.data + start, window->text.used - start);
		if (width > window->widths[i])
			window->widths[i] = width;
	}
	window->rows++;
}

static void stream_row(struct render *render, const struct natu_socket *socket)
{
	struct window *window = render->window;

	for (size_t i = 0; i < window->columns; i++) {
		window->text.used = 0;
		natu_plan_row(window->cells[i], socket, &window->text);
		add_cell(render, i, window->text.data, window->text.used);
	}
}

static void row(struct render *render, const struct natu_socket *socket)
{
	struct window *window = render->window;

	if (!window->ends) {
		stream_row(render, socket);
		return;
	}
	keep_row(window, socket);
	if (window->text.failed)
		render->output->text.failed = true;
	else if (window->rows == WINDOW_ROWS)
		open_window(render);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	if (render->window->ends)
		open_window(render);
}

const struct renderer render_columns = {
	.name = "columns",
	.help = "a table of chosen columns",
	.in_order = true,
	.prepare = prepare,
	.begin = begin,
	.row = row,
	.end = end,
};
