/* SPDX-License-Identifier: MIT */
#include "render/dialect.h"

#include "list_columns.h"
#include "render.h"

#include <string.h>

/* CSV (RFC 4180) and TSV: a heading of column names, an empty field for what is absent,
 * and a socket's holders in one field, joined by semicolons. */

const struct dialect dialect_csv = { NATU_STYLE_CSV, ",", "\r\n", "\"\"" };
const struct dialect dialect_tsv = { NATU_STYLE_TSV, "\t", "\n", "" };

static int prepare_dialect(struct render *render, const struct dialect *dialect,
			   struct natu_error *error)
{
	bool is_alone;

	if (render_resolve_columns(render, error) < 0)
		return -1;
	render->plan = natu_plan_new(dialect->style);
	if (!render->plan) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	is_alone = render->columns.count == 1 && !render->look->counts;
	for (size_t i = 0; i < render->columns.count; i++) {
		natu_plan_literal(render->plan, i ? dialect->separator : "");
		render_cell(render->plan, render->columns.list[i],
			    is_alone ? dialect->lone_absent : "");
	}
	natu_plan_literal(render->plan, dialect->line_end);
	render->only = render->plan;
	return natu_plan_ready(render->plan, error);
}

/* Of figures. */
static void add_headings(const struct render *render, const struct dialect *dialect)
{
	const struct aggregates *figures = &render->look->figures;
	struct natu_buffer *text = &render->output->text;

	natu_buffer_add_text(text, render->columns.count ? dialect->separator : "");
	natu_buffer_add_text(text, COUNT_NAME);
	for (size_t i = 0; i < figures->count; i++) {
		natu_buffer_add_text(text, dialect->separator);
		natu_buffer_add_text(text, figures->list[i].name);
	}
}

static void begin_dialect(struct render *render, const struct dialect *dialect)
{
	struct natu_buffer *text = &render->output->text;

	if (!render->look->header)
		return;
	for (size_t i = 0; i < render->columns.count; i++) {
		natu_buffer_add_text(text, i ? dialect->separator : "");
		natu_buffer_add_text(text, natu_column_name(render->columns.list[i]));
	}
	if (render->look->counts)
		add_headings(render, dialect);
	natu_buffer_add_text(text, dialect->line_end);
}

static int prepare_csv(struct render *render, struct natu_error *error)
{
	return prepare_dialect(render, &dialect_csv, error);
}

static int prepare_tsv(struct render *render, struct natu_error *error)
{
	return prepare_dialect(render, &dialect_tsv, error);
}

static void begin_csv(struct render *render, const struct natu *natu)
{
	(void)natu;
	begin_dialect(render, &dialect_csv);
}

static void begin_tsv(struct render *render, const struct natu *natu)
{
	(void)natu;
	begin_dialect(render, &dialect_tsv);
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	natu_plan_row(render->plan, socket, text);
}

/* A row without columns has nothing to be separated from. */
static void append(struct render *render, const struct dialect *dialect,
		   struct natu_buffer *text, const struct figure *figures, size_t count)
{
	bool has_cells = render->columns.count > 0;

	render_reopen(text, dialect->line_end);
	for (size_t i = 0; i < count; i++) {
		natu_buffer_add_text(text, has_cells || i ? dialect->separator : "");
		render_figure(text, dialect->style, &figures[i], "");
	}
	natu_buffer_add_text(text, dialect->line_end);
}

static void append_csv(struct render *render, struct natu_buffer *text,
		       const struct figure *figures, size_t count)
{
	append(render, &dialect_csv, text, figures, count);
}

static void append_tsv(struct render *render, struct natu_buffer *text,
		       const struct figure *figures, size_t count)
{
	append(render, &dialect_tsv, text, figures, count);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)render;
	(void)report;
	(void)error;
}

static void describe_csv(struct natu_buffer *text)
{
	columns_describe_fields(text, dialect_csv.style, dialect_csv.separator,
				dialect_csv.line_end);
}

static void describe_tsv(struct natu_buffer *text)
{
	columns_describe_fields(text, dialect_tsv.style, dialect_tsv.separator,
				dialect_tsv.line_end);
}

extern const struct renderer render_summary_csv, render_summary_tsv;

const struct renderer render_csv = {
	.name = "csv",
	.help = "comma-separated values, RFC 4180, with a heading",
	.prepare = prepare_csv,
	.begin = begin_csv,
	.compose = compose,
	.append = append_csv,
	.describe = describe_csv,
	.summary = &render_summary_csv,
	.end = end,
};

const struct renderer render_tsv = {
	.name = "tsv",
	.help = "tab-separated values, with a heading",
	.prepare = prepare_tsv,
	.begin = begin_tsv,
	.compose = compose,
	.append = append_tsv,
	.describe = describe_tsv,
	.summary = &render_summary_tsv,
	.end = end,
};
