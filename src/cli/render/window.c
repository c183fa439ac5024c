/* SPDX-License-Identifier: MIT */
#include "window.h"

#include "paint.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW_ROWS = 1000 };

struct head {
	const char *title;
	enum natu_align align;
	size_t width;
};

struct window {
	struct head *heads;
	size_t columns;
	size_t rows;
	struct natu_buffer text; /* the rows that wait */
	bool is_open;		 /* the widths are settled */
	bool is_plain;		 /* the row at hand: a byte of it is a column */
};

struct window *window_new(void)
{
	text_width_begin();
	return calloc(1, sizeof(struct window));
}

void window_free(struct window *window)
{
	if (!window)
		return;
	free(window->heads);
	natu_buffer_free(&window->text);
	free(window);
}

bool window_column(struct window *window, const char *title, enum natu_align align)
{
	struct head *heads = realloc(window->heads,
				     (window->columns + 1) * sizeof(*heads));

	if (!heads)
		return false;
	window->heads = heads;
	heads[window->columns++] = (struct head){ .title = title, .align = align };
	return true;
}

static size_t width_of(const struct window *window, const char *cell, size_t length)
{
	return window->is_plain ? length : text_width(cell, length);
}

/* The last column is not padded to the right: no line ends in blanks. */
static void add_cell(const struct render *render, size_t column, const char *cell,
		     size_t length)
{
	struct natu_buffer *text = &render->output->text;
	const struct head *head = &render->window->heads[column];
	size_t width = width_of(render->window, cell, length);
	size_t blanks = width < head->width ? head->width - width : 0;
	bool right = head->align == NATU_RIGHT;
	bool last = column + 1 == render->window->columns;
	size_t before = (column ? 2 : 0) + (right ? blanks : 0);
	size_t after = last ? strlen("\n") : right ? 0 : blanks;
	char *out;

	if (text->size - text->used < before + length + after &&
	    !natu_buffer_reserve(text, before + length + after))
		return;
	out = text->data + text->used;
	memset(out, ' ', before);
	memcpy(out + before, cell, length);
	memset(out + before + length, last ? '\n' : ' ', after);
	text->used += before + length + after;
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
	struct head *head = &render->window->heads[column];
	size_t width = width_of(render->window, cell, length);

	if (width > head->width)
		head->width = width;
}

static void each_title(const struct render *render,
		       void (*cell)(const struct render *, size_t, const char *, size_t))
{
	const struct window *window = render->window;

	for (size_t i = 0; render->look->header && i < window->columns; i++)
		cell(render, i, window->heads[i].title, strlen(window->heads[i].title));
}

static void add_title(const struct render *render, size_t column, const char *title,
		      size_t length)
{
	struct natu_buffer painted = { 0 };

	if (!render->look->is_colored) {
		add_cell(render, column, title, length);
		return;
	}
	paint_text(&painted, PAINT_HEADING, title, length);
	add_cell(render, column, painted.data, painted.used);
	render->output->text.failed |= painted.failed;
	natu_buffer_free(&painted);
}

/* Writes the rows that have waited; the widths are settled from here on. */
static void open_window(struct render *render)
{
	struct window *window = render->window;
	const char *at = window->text.data, *end = at + window->text.used;

	window->is_plain = false;
	each_title(render, widen);
	each_title(render, add_title);
	while (at < end)
		at = each_cell(render, at, end, add_cell);
	natu_buffer_free(&window->text);
	window->is_open = true;
}

void window_emit(struct render *render, const char *text, size_t length)
{
	struct window *window = render->window;

	/* No code point takes fewer bytes than columns. */
	window->is_plain = text_width(text, length) == length;
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

void window_end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	if (!render->window->is_open)
		open_window(render);
	render_totals(render);
}
