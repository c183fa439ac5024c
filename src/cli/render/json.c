/* SPDX-License-Identifier: MIT */
#include "list_columns.h"
#include "render.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * JSON (RFC 8259), written as it streams. The column's name is its path: `local.port` is
 * the member "port" of the member "local". Which members there are depends on the columns
 * alone.
 */

static natu_facts group_facts(const struct columns *columns,
			      const struct natu_column *member, size_t depth)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < columns->count; i++)
		if (columns_shared_depth(columns->list[i], member) >= depth)
			facts |= natu_column_facts(columns->list[i]);
	return facts;
}

static void add_key(struct natu_plan *plan, const char *key)
{
	char text[80];

	snprintf(text, sizeof(text), "\"%s\":", key);
	natu_plan_literal(plan, text);
}

static void add_member(struct natu_plan *plan, const struct natu_column *column)
{
	const struct natu_cell cell = { .column = column, .absent = "null" };

	add_key(plan, column_member_name(column));
	natu_plan_cell(plan, &cell);
}

/* Holders are an array with an object for each. */
static void begin_group(struct natu_plan *plan, const struct columns *columns,
			const struct natu_column *column, size_t depth)
{
	char key[GROUP_NAME_MAX];

	column_group_name(column, depth, key);
	add_key(plan, key);
	natu_plan_group(plan, group_facts(columns, column, depth), "null");
	if (column_group_is_many(column, depth)) {
		natu_plan_literal(plan, "[");
		natu_plan_each(plan, column, "");
	}
	natu_plan_literal(plan, "{");
}

static void end_group(struct natu_plan *plan, const struct natu_column *column,
		      size_t depth)
{
	natu_plan_literal(plan, "}");
	if (column_group_is_many(column, depth)) {
		natu_plan_end_each(plan, ",");
		natu_plan_literal(plan, "]");
	}
	natu_plan_end_group(plan);
}

/* Columns of one group stand together. */
static void add_columns(struct natu_plan *plan, const struct columns *columns)
{
	const struct natu_column *previous = NULL;
	size_t open = 0;

	for (size_t i = 0; i < columns->count; i++) {
		const struct natu_column *column = columns->list[i];
		size_t shared = previous ? columns_shared_depth(previous, column) : 0;

		for (; open > shared; open--)
			end_group(plan, previous, open);
		natu_plan_literal(plan, previous ? "," : "");
		while (open < column_depth(column))
			begin_group(plan, columns, column, ++open);
		add_member(plan, column);
		previous = column;
	}
	for (; open; open--)
		end_group(plan, previous, open);
}

static int prepare(struct render *render, struct natu_error *error)
{
	if (render_resolve_columns(render, error) < 0)
		return -1;
	render->plan = natu_plan_new(NATU_STYLE_JSON);
	if (!render->plan) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	natu_plan_literal(render->plan, "{");
	columns_gather(&render->columns);
	add_columns(render->plan, &render->columns);
	natu_plan_literal(render->plan, "}");
	render->only = render->plan;
	return natu_plan_ready(render->plan, error);
}

/* ISO 8601 in UTC, with microseconds. */
static void add_time(struct natu_buffer *text)
{
	struct timespec now;
	struct tm parts;
	char date[32], line[64];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(line, sizeof(line), "\"%s.%06ldZ\"", date, now.tv_nsec / 1000);
	natu_buffer_add_text(text, line);
}

static void add_host(struct natu_buffer *text)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) < 0)
		natu_buffer_add_text(text, "null");
	else
		natu_buffer_add_foreign(text, NATU_STYLE_JSON, host, strlen(host));
}

static void add_sources(struct natu_buffer *text, const struct natu *natu)
{
	const char *separator = "";

	for (size_t i = 0; natu_protocol_name(i); i++) {
		char line[80];

		if (!natu || !natu_source_of(natu, i))
			continue;
		snprintf(line, sizeof(line), "%s\"%s\":\"%s\"", separator,
			 natu_protocol_name(i), natu_source_of(natu, i));
		natu_buffer_add_text(text, line);
		separator = ",";
	}
}

void render_json_begin(struct natu_buffer *text, const struct natu *natu)
{
	natu_buffer_add_text(text, "{\"schema\":\"natu/1\",\"time\":");
	add_time(text);
	natu_buffer_add_text(text, ",\"host\":");
	add_host(text);
	natu_buffer_add_text(text, ",\"sources\":{");
	add_sources(text, natu);
	natu_buffer_add_text(text, "}");
}

static void begin(struct render *render, const struct natu *natu)
{
	struct natu_buffer *text = &render->output->text;

	render_json_begin(text, natu);
	natu_buffer_add_text(text, render->look->counts ? ",\"groups\":[\n"
							: ",\"sockets\":[\n");
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	natu_plan_row(render->plan, socket, text);
}

/* Figures of one level, whose names begin with the first `level` bytes of the first's:
 * "sum.tcp.bytes_sent" is .sum.tcp.bytes_sent. */
static void add_figures(struct natu_buffer *text, const struct figure *figures,
			size_t count, size_t level);

static bool share(const struct figure *a, const struct figure *b, size_t length)
{
	return !strncmp(a->name, b->name, length);
}

/* The figure at `index`, or the object of all that have its name's next part. */
static void add_member_of(struct natu_buffer *text, const struct figure *figures,
			  size_t count, size_t level)
{
	const char *part = figures->name + level;
	size_t length = strcspn(part, ".");

	natu_buffer_add_text(text, "\"");
	natu_buffer_add(text, part, length);
	natu_buffer_add_text(text, "\":");
	if (!part[length]) {
		render_figure(text, NATU_STYLE_JSON, figures, "null");
		return;
	}
	natu_buffer_add_text(text, "{");
	add_figures(text, figures, count, level + length + 1);
	natu_buffer_add_text(text, "}");
}

static void add_figures(struct natu_buffer *text, const struct figure *figures,
			size_t count, size_t level)
{
	for (size_t i = 0; i < count; i++) {
		size_t part = strcspn(figures[i].name + level, ".");
		size_t length = level + part + (figures[i].name[level + part] == '.');
		bool is_there = !share(&figures[i], figures, level);

		/* Whichever came first has taken the others along. */
		for (size_t j = 0; j < i; j++)
			is_there |= share(&figures[i], &figures[j], length);
		if (is_there)
			continue;
		natu_buffer_add_text(text, text->data[text->used - 1] == '{' ? "" : ",");
		add_member_of(text, figures + i, count - i, level);
	}
}

static void append(struct render *render, struct natu_buffer *text,
		   const struct figure *figures, size_t count)
{
	(void)render;
	render_reopen(text, "}");
	if (!text->failed)
		add_figures(text, figures, count, 0);
	natu_buffer_add_text(text, "}");
}

static void add_totals(const struct render *render)
{
	struct natu_buffer *text = &render->output->text;

	natu_buffer_add_text(text, "\"total\":{");
	if (!text->failed)
		add_figures(text, render->totals, render->total_count, 0);
	natu_buffer_add_text(text, "}");
}

static void add_warnings(struct natu_buffer *text, const struct natu_report *report,
			 const struct natu_error *error)
{
	const char *separator = "";
	bool told = false;

	natu_buffer_add_text(text, ",\"warnings\":[");
	for (size_t i = 0; i < report->count; i++) {
		const struct natu_notice *notice = &report->notices[i];

		if (notice->kind == NATU_FALLBACK)
			continue;
		natu_buffer_add_text(text, separator);
		natu_buffer_add_foreign(text, NATU_STYLE_JSON, notice->text,
					strlen(notice->text));
		separator = ",";
		told |= error && !strcmp(notice->text, error->text);
	}
	if (error && !told) {
		natu_buffer_add_text(text, separator);
		natu_buffer_add_foreign(text, NATU_STYLE_JSON, error->text,
					strlen(error->text));
	}
	natu_buffer_add_text(text, "]}\n");
}

void render_json_end(struct natu_buffer *text, const struct natu_report *report,
		     const struct natu_error *error)
{
	natu_buffer_add_text(text, ",\"complete\":{\"sockets\":");
	natu_buffer_add_text(text, report->sockets_complete && !error ? "true" : "false");
	natu_buffer_add_text(text, ",\"processes\":");
	natu_buffer_add_text(text, !report->processes_asked	? "null"
				   : report->processes_complete ? "true"
								: "false");
	natu_buffer_add_text(text, "}");
	add_warnings(text, report, error);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	struct natu_buffer *text = &render->output->text;

	natu_buffer_add_text(text, render->rows ? "\n]" : "]");
	if (render->totals) {
		natu_buffer_add_text(text, ",");
		add_totals(render);
	}
	render_json_end(text, report, error);
}

extern const struct renderer render_summary_json, render_summary_ndjson;

const struct renderer render_json = {
	.name = "json",
	.help = "one JSON document",
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.append = append,
	.has_totals = true,
	.between = SEPARATOR(",\n"),
	.describe = columns_describe_json,
	.summary = &render_summary_json,
	.end = end,
};

/* NDJSON is the rows alone. */
static void begin_lines(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

static void end_lines(struct render *render, const struct natu_report *report,
		      const struct natu_error *error)
{
	(void)report;
	(void)error;
	if (!render->totals)
		return;
	natu_buffer_add_text(&render->output->text, "{");
	add_totals(render);
	natu_buffer_add_text(&render->output->text, "}\n");
}

const struct renderer render_ndjson = {
	.name = "ndjson",
	.help = "one JSON object per socket and line, and nothing else",
	.prepare = prepare,
	.begin = begin_lines,
	.compose = compose,
	.append = append,
	.has_totals = true,
	.after = SEPARATOR("\n"),
	.describe = columns_describe_ndjson,
	.summary = &render_summary_ndjson,
	.end = end_lines,
};
