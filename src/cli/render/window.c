/* SPDX-License-Identifier: MIT */
#include "window.h"

#include "paint.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>

enum {
	WINDOW_ROWS = 1000,
	GAP = 2, /* blanks between two columns */
};

struct head {
	const char *title;
	enum natu_align align;
	size_t width;
};

struct window {
	struct head *heads;
	size_t columns;
	size_t rows;
	struct natu_buffer text; /* the rows that wait, a line each */
	bool is_open;		 /* the widths are settled */
	size_t blanks;		 /* no row has more */
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

/* Both go through a row's text, or the titles', cell by cell. */
struct cells {
	const char *at, *end;
	bool is_plain; /* a byte of it is a column */
};

static struct cells cells_of(const char *text, size_t length)
{
	/* No code point takes fewer bytes than columns. */
	return (struct cells){ .at = text,
			       .end = text + length,
			       .is_plain = text_width(text, length) == length };
}

/* The length of the cell at cells->at, and its width; false behind the last. */
static bool next_cell(const struct cells *cells, size_t *length, size_t *width)
{
	const char *stop = memchr(cells->at, CELL_END[0],
				  (size_t)(cells->end - cells->at));

	if (!stop)
		return false;
	*length = (size_t)(stop - cells->at);
	*width = cells->is_plain ? *length : text_width(cells->at, *length);
	return true;
}

static void widen(struct window *window, const char *text, size_t row)
{
	struct cells cells = cells_of(text, row);
	size_t length, width;

	for (size_t i = 0; i < window->columns && next_cell(&cells, &length, &width);
	     i++) {
		if (width > window->heads[i].width)
			window->heads[i].width = width;
		cells.at += length + 1;
	}
}

/* Blanks are written before what follows them: no line ends in blanks. */
static void add_row(struct render *render, const char *text, size_t row)
{
	const struct window *window = render->window;
	struct natu_buffer *output = &render->output->text;
	struct cells cells = cells_of(text, row);
	size_t blanks = 0, length, width;
	char *out;

	if (!natu_buffer_reserve(output, row + window->blanks + 1))
		return;
	out = output->data + output->used;
	for (size_t i = 0; i < window->columns && next_cell(&cells, &length, &width);
	     i++) {
		const struct head *head = &window->heads[i];
		size_t rest = width < head->width ? head->width - width : 0;
		bool is_right = head->align == NATU_RIGHT;

		blanks += is_right ? rest : 0;
		memset(out, ' ', blanks);
		memcpy(out + blanks, cells.at, length);
		out += blanks + length;
		blanks = GAP + (is_right ? 0 : rest);
		cells.at += length + 1;
	}
	*out++ = '\n';
	output->used = (size_t)(out - output->data);
}

static void compose_titles(const struct render *render, struct natu_buffer *text)
{
	const struct window *window = render->window;

	for (size_t i = 0; i < window->columns; i++) {
		const char *title = window->heads[i].title;

		if (render->look->is_colored)
			paint_text(text, PAINT_HEADING, title, strlen(title));
		else
			natu_buffer_add_text(text, title);
		natu_buffer_add_text(text, CELL_END);
	}
}

/* Writes the rows that have waited; the widths are settled from here on. */
static void open_window(struct render *render)
{
	struct window *window = render->window;
	struct natu_buffer titles = { 0 };
	const char *at = window->text.data, *end = at + window->text.used, *stop;

	if (render->look->header) {
		compose_titles(render, &titles);
		widen(window, titles.data, titles.used);
	}
	for (size_t i = 0; i < window->columns; i++)
		window->blanks += GAP + window->heads[i].width;
	if (render->look->header)
		add_row(render, titles.data, titles.used);
	for (; at < end && (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1)
		add_row(render, at, (size_t)(stop - at));
	render->output->text.failed |= titles.failed;
	natu_buffer_free(&titles);
	natu_buffer_free(&window->text);
	window->is_open = true;
}

void window_emit(struct render *render, const char *text, size_t length)
{
	struct window *window = render->window;

	if (window->is_open) {
		add_row(render, text, length);
		return;
	}
	widen(window, text, length);
	natu_buffer_add(&window->text, text, length);
	natu_buffer_add_text(&window->text, "\n");
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
