/* SPDX-License-Identifier: MIT */
#include "window.h"

/* A table of chosen columns. */

static bool add_columns(struct render *render)
{
	const struct look *look = render->look;

	for (size_t i = 0; i < render->columns.count; i++) {
		const struct natu_column *column = render->columns.list[i];

		if (!window_column(render->window, natu_column_title(column),
				   window_align(column)))
			return false;
		render_painted_cell(render, column, "-");
		natu_plan_literal(render->plan, CELL_END);
	}
	if (look->counts && !window_column(render->window, "Count", NATU_RIGHT))
		return false;
	for (size_t i = 0; look->counts && i < look->figures.count; i++)
		if (!window_column(render->window, look->figures.list[i].title,
				   NATU_RIGHT))
			return false;
	return true;
}

static int prepare(struct render *render, struct natu_error *error)
{
	if (render_resolve_columns(render, error) < 0 ||
	    render_prepare_painter(render, error) < 0)
		return -1;
	render->plan = natu_plan_new(NATU_STYLE_TEXT);
	render->window = window_new();
	if (!render->plan || !render->window || !add_columns(render)) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	return natu_plan_ready(render->plan, error);
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	render_painted_row(render, render->plan, socket, text);
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

const struct renderer render_columns = {
	.name = "columns",
	.help = "a table of chosen columns",
	.in_order = true,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.append = append,
	.has_totals = true,
	.emit = window_emit,
	.end = window_end,
};
