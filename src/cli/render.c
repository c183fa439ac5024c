/* SPDX-License-Identifier: MIT */
#include "render.h"

#include "paint.h"

#include <stdlib.h>
#include <string.h>

extern const struct renderer render_table, render_json, render_ndjson, render_csv,
	render_tsv, render_prometheus;

/* THE FORMAT TABLE. */
const struct renderer *const renderers[] = {
	&render_table, &render_json,	   &render_ndjson, &render_csv,
	&render_tsv,   &render_prometheus, NULL,
};

const struct renderer *renderer_named(const char *name)
{
	for (size_t i = 0; renderers[i]; i++)
		if (!strcmp(renderers[i]->name, name))
			return renderers[i];
	return NULL;
}

const char *renderer_name_at(size_t index)
{
	for (size_t i = 0; renderers[i]; i++)
		if (i == index)
			return renderers[i]->name;
	return NULL;
}

bool look_is_detailed(const struct look *look)
{
	return (look->sets & DETAIL_SETS) && look->format->detailed &&
	       !look->named.count && !look->counts;
}

int render_resolve_columns(struct render *render, struct natu_error *error)
{
	const struct look *look = render->look;

	if (columns_resolve(&look->named, look->sets, &render->columns))
		return 0;
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

int render_prepare(struct render *render, struct natu_error *error)
{
	return render->format->prepare ? render->format->prepare(render, error) : 0;
}

int render_prepare_painter(struct render *render, struct natu_error *error)
{
	const struct look *look = render->look;

	if (!look->is_terminal && !look->is_colored)
		return 0;
	render->painter = painter_new(look->is_colored);
	if (render->painter)
		return 0;
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

void render_cell(struct natu_plan *plan, const struct natu_column *column,
		 const char *absent)
{
	const struct natu_cell cell = { .column = column, .absent = absent };

	if (!natu_column_is_many(column)) {
		natu_plan_cell(plan, &cell);
		return;
	}
	natu_plan_group(plan, natu_column_facts(column), absent);
	natu_plan_each(plan, column, absent);
	natu_plan_cell(plan, &cell);
	natu_plan_end_each(plan, ";");
	natu_plan_end_group(plan);
}

void render_painted_cell(struct render *render, const struct natu_column *column,
			 const char *absent)
{
	struct painter *painter = render->painter;

	if (painter)
		painter_open(render->plan,
			     painter_cell(painter, column, NULL, render->look->counts), 0,
			     NATU_LEFT);
	render_cell(render->plan, column, absent);
	if (painter)
		painter_close(render->plan);
}

void render_painted_row(struct render *render, const struct natu_plan *plan,
			const struct natu_socket *socket, struct natu_buffer *text)
{
	if (!render->painter) {
		natu_plan_row(plan, socket, text);
		return;
	}
	render->marked.used = 0;
	natu_plan_row(plan, socket, &render->marked);
	painter_row(render->painter, socket, &render->marked, text);
}

static inline void add_separator(struct natu_buffer *text,
				 const struct separator *separator)
{
	if (text->size - text->used < sizeof(separator->text) || text->failed) {
		natu_buffer_add(text, separator->text, separator->length);
		return;
	}
	memcpy(text->data + text->used, separator->text, sizeof(separator->text));
	text->used += separator->length;
}

static inline void begin_row(struct render *render)
{
	if (render->rows++ && render->format->between.length)
		add_separator(&render->output->text, &render->format->between);
}

static inline void end_row(struct render *render)
{
	if (render->format->after.length)
		add_separator(&render->output->text, &render->format->after);
}

static void emit_row(struct render *render, const struct natu_socket *socket)
{
	render->scratch.used = 0;
	render->format->compose(render, socket, &render->scratch);
	render_text(render, render->scratch.data, render->scratch.used);
	render->output->text.failed |= render->scratch.failed;
}

/* The way that serves every format. */
static void compose_row(struct render *render, const struct natu_socket *socket)
{
	struct natu_buffer *text = &render->output->text;

	if (render->format->emit) {
		emit_row(render, socket);
		return;
	}
	begin_row(render);
	if (render->only)
		natu_plan_row(render->only, socket, text);
	else
		render->format->compose(render, socket, text);
	end_row(render);
}

void render_row(struct render *render, const struct natu_socket *socket)
{
	const struct renderer *format = render->format;

	if (!render->only || format->between.length || format->after.length) {
		compose_row(render, socket);
		return;
	}
	render->rows++;
	natu_plan_row(render->only, socket, &render->output->text);
}

void render_text(struct render *render, const char *text, size_t length)
{
	begin_row(render);
	if (render->format->emit)
		render->format->emit(render, text, length);
	else
		natu_buffer_add(&render->output->text, text, length);
	end_row(render);
}

void render_reopen(struct natu_buffer *text, const char *end)
{
	text->used -= text->failed ? 0 : strlen(end);
}

void render_figure(struct natu_buffer *text, enum natu_style style,
		   const struct figure *figure, const char *absent)
{
	if (figure->is_here)
		natu_buffer_add_value(text, style, &figure->value);
	else
		natu_buffer_add_text(text, absent);
}

/* "Total: sockets 16, sum.recv_q 1201, sum.send_q 1" */
void render_totals(struct render *render)
{
	struct natu_buffer *text = &render->output->text;

	for (size_t i = 0; i < render->total_count; i++) {
		const struct figure *figure = &render->totals[i];

		natu_buffer_add_text(text, i ? ", " : "Total: ");
		natu_buffer_add_text(text, figure->name);
		natu_buffer_add_text(text, " ");
		render_figure(text, NATU_STYLE_TEXT, figure, "-");
	}
	natu_buffer_add_text(text, render->total_count ? "\n" : "");
}

natu_facts render_facts(const struct render *render)
{
	return (render->plan ? natu_plan_facts(render->plan) : 0) |
	       table_facts(render->table) | render->facts;
}

void render_free(struct render *render)
{
	natu_plan_free(render->plan);
	table_free(render->table);
	natu_buffer_free(&render->scratch);
	natu_buffer_free(&render->marked);
	painter_free(render->painter);
	columns_free(&render->columns);
	census_free(&render->census);
	window_free(render->window);
	free(render->totals);
}
