/* SPDX-License-Identifier: MIT */
#include "paint.h"
#include "render.h"

#include <stddef.h>
#include <string.h>

/*
 * netstat's own table, byte for byte: its words, widths and blanks (net-tools 2.10, in
 * the C locale, with -n and -W).
 */

/* One field of a row: the text before it, and what stands in it. */
struct field {
	const char *before;
	unsigned int width;
	enum natu_align align;
	const char *column;
	const char *otherwise;
	const char *absent;
	/* Behind a colon in the same field: a port. */
	const char *port;
	enum natu_notation notation;
};

static const struct field ends[] = {
	{ .before = "", .width = 5, .column = "proto" },
	/* A listener's Recv-Q is its accept queue, and netstat knows no limit for it. */
	{ .before = " ",
	  .width = 6,
	  .align = NATU_RIGHT,
	  .column = "recv_q",
	  .otherwise = "listener.queue",
	  .absent = "0" },
	{ .before = " ",
	  .width = 6,
	  .align = NATU_RIGHT,
	  .column = "send_q",
	  .absent = "0" },
	{ .before = " ", .width = 23, .column = "local.address", .port = "local.port" },
	{ .before = " ", .width = 23, .column = "peer.address", .port = "peer.port" },
	{ .before = NULL },
};

static const struct field state[] = {
	{ .before = " ", .width = 11, .column = "state" },
	{ .before = NULL },
};

static const struct field state_number[] = {
	{ .before = " ", .width = 11, .column = "state_number" },
	{ .before = NULL },
};

static const struct field owner[] = {
	{ .before = " ", .width = 10, .column = "uid", .absent = "0" },
	{ .before = " ", .width = 10, .column = "inode", .absent = "0" },
	{ .before = NULL },
};

static const struct field namespace[] = {
	{ .before = " ",
	  .width = 16,
	  .column = "netns.name",
	  .otherwise = "netns.inode",
	  .absent = "-" },
	{ .before = NULL },
};

static const struct field program[] = {
	{ .before = " ", .width = 20, .column = "program", .absent = "-" },
	{ .before = NULL },
};

static const struct field timer[] = {
	{ .before = " ", .column = "timer.kind", .absent = "off" },
	{ .before = " (",
	  .column = "timer.expires_ms",
	  .absent = "0.00",
	  .notation = NATU_AS_SECONDS },
	{ .before = "/", .column = "timer.retransmits", .absent = "0" },
	{ .before = "/", .column = "timer.probes", .absent = "0" },
	{ .before = ")" },
	{ .before = NULL },
};

static const struct natu_column *column_named(const char *name)
{
	return name ? natu_column_find(name) : NULL;
}

/* Cells are padded by the plan itself, or on a terminal by the painter. */
static void open_field(struct natu_plan *plan, const struct field *field,
		       const struct natu_cell *cell, struct painter *painter)
{
	if (painter)
		painter_open(plan,
			     painter_cell(painter, cell->column, cell->otherwise, false),
			     field->width, field->align);
	else if (field->width)
		natu_plan_span(plan, field->width, field->align);
}

static void close_field(struct natu_plan *plan, const struct field *field,
			const struct painter *painter)
{
	if (painter)
		painter_close(plan);
	else if (field->width)
		natu_plan_end_span(plan);
}

static void add_field(struct natu_plan *plan, const struct field *field,
		      struct painter *painter)
{
	const struct natu_cell cell = {
		.column = column_named(field->column),
		.otherwise = column_named(field->otherwise),
		.absent = field->absent ? field->absent : "",
		.notation = field->notation,
	};
	const struct natu_cell port = { .column = column_named(field->port),
					.absent = "*" };

	natu_plan_literal(plan, field->before);
	if (!cell.column)
		return;
	open_field(plan, field, &cell, painter);
	natu_plan_cell(plan, &cell);
	if (port.column) {
		natu_plan_literal(plan, ":");
		natu_plan_cell(plan, &port);
	}
	close_field(plan, field, painter);
}

static void add_fields(struct natu_plan *plan, const struct field *field,
		       struct painter *painter)
{
	for (; field->before; field++)
		add_field(plan, field, painter);
}

static struct natu_plan *plan_with(const struct render *render,
				   const struct field *state_field)
{
	const struct look *look = render->look;
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

	if (!plan)
		return NULL;
	add_fields(plan, ends, render->painter);
	add_fields(plan, state_field, render->painter);
	if (look->sets & NATU_SET_EXTENDED)
		add_fields(plan, owner, render->painter);
	if (look->sets & NATU_SET_NETNS)
		add_fields(plan, namespace, render->painter);
	if (look->sets & NATU_SET_OWNERS)
		add_fields(plan, program, render->painter);
	if (look->sets & NATU_SET_TIMERS)
		add_fields(plan, timer, render->painter);
	natu_plan_literal(plan, "\n");
	return plan;
}

static int prepare(struct render *render, struct natu_error *error)
{
	/* netstat shows a RAW socket's state as a number. */
	bool raw = render->look->protocols & natu_protocol_named("raw");

	if (render_prepare_painter(render, error) < 0)
		return -1;
	render->proto = natu_column_find(ends[0].column);
	render->plan = plan_with(render, state);
	if (raw)
		render->other = plan_with(render, state_number);
	if (!render->plan || (raw && !render->other)) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	if (natu_plan_ready(render->plan, error) < 0)
		return -1;
	return raw ? natu_plan_ready(render->other, error) : 0;
}

static void begin(struct render *render, const struct natu *natu)
{
	static const char *const which[] = {
		[NATU_ALL] = "servers and established",
		[NATU_LISTENING] = "only servers",
		[NATU_CONNECTED] = "w/o servers",
	};
	struct natu_buffer *text = &render->output->text;

	(void)natu;
	if (!render->look->header)
		return;
	natu_buffer_add_text(text, "Active Internet connections (");
	natu_buffer_add_text(text, which[render->look->selection]);
	natu_buffer_add_text(text, ")\nProto Recv-Q Send-Q Local Address           "
				   "Foreign Address         State      ");
	if (render->look->sets & NATU_SET_EXTENDED)
		natu_buffer_add_text(text, " User       Inode     ");
	if (render->look->sets & NATU_SET_NETNS)
		natu_buffer_add_text(text, " Netns           ");
	if (render->look->sets & NATU_SET_OWNERS)
		natu_buffer_add_text(text, " PID/Program name    ");
	if (render->look->sets & NATU_SET_TIMERS)
		natu_buffer_add_text(text, " Timer");
	natu_buffer_add_text(text, "\n");
}

static bool is_raw(const struct render *render, const struct natu_socket *socket)
{
	struct natu_value proto;

	return natu_get(socket, render->proto, &proto) == NATU_HAS &&
	       !strncmp(proto.word->text, "raw", 3);
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	bool other = render->other && is_raw(render, socket);
	const struct natu_plan *plan = other ? render->other : render->plan;

	render_painted_row(render, plan, socket, text);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	render_totals(render);
}

extern const struct renderer render_columns, render_details, render_summary;

const struct renderer render_table = {
	.name = "table",
	.help = "netstat's table",
	.in_order = true,
	.chosen = &render_columns,
	.detailed = &render_details,
	.summary = &render_summary,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.has_totals = true,
	.end = end,
};
