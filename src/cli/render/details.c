/* SPDX-License-Identifier: MIT */
#include "window.h"

#include "paint.h"

#include <string.h>

/*
 * netstat's columns and, behind them, those that -i, -m and the like add, as people read
 * them: sizes and times in the unit that suits them, and what is only true or false as
 * one cell of names.
 */

/* Families whose sockets have no address and no state that these cells could show. */
enum { WITHOUT_ENDS = NATU_SET_PACKET | NATU_SET_NETLINK | NATU_SET_XDP };

/* One cell: a column, or its substitute, or an address with its port. */
static const struct cell {
	const char *column;
	const char *otherwise;
	const char *port;
	unsigned int set; /* only with this; 0: always */
	unsigned int but; /* not if all that is listed are of these */
} cells[] = {
	{ .column = "proto" },
	/* Of a listener: who waits, and how many may. */
	{ .column = "recv_q", .otherwise = "listener.queue" },
	{ .column = "send_q", .otherwise = "listener.limit" },
	{ .column = "local.address",
	  .otherwise = "local.path",
	  .port = "local.port",
	  .but = WITHOUT_ENDS },
	{ .column = "peer.address",
	  .otherwise = "peer.path",
	  .port = "peer.port",
	  .but = WITHOUT_ENDS },
	{ .column = "state", .but = WITHOUT_ENDS },
	{ .column = "interface", .set = NATU_SET_PACKET | NATU_SET_XDP },
	{ .column = "uid", .set = NATU_SET_EXTENDED },
	{ .column = "inode", .set = NATU_SET_EXTENDED },
	{ .column = "program", .set = NATU_SET_OWNERS },
};

enum { CELLS = sizeof(cells) / sizeof(cells[0]) };

/* The same notation as in netstat's table: keepalive (7.22/0/0). */
static const struct {
	const char *before, *column, *absent;
	enum natu_notation notation;
} timer[] = {
	{ "", "timer.kind", "off", NATU_AS_IS },
	{ " (", "timer.expires_ms", "0.00", NATU_AS_SECONDS },
	{ "/", "timer.retransmits", "0", NATU_AS_IS },
	{ "/", "timer.probes", "0", NATU_AS_IS },
};

static void add_cell(struct natu_plan *plan, const char *name, const char *otherwise,
		     const char *absent, enum natu_notation notation)
{
	const struct natu_cell cell = {
		.column = natu_column_find(name),
		.otherwise = otherwise ? natu_column_find(otherwise) : NULL,
		.absent = absent,
		.notation = notation,
	};

	natu_plan_cell(plan, &cell);
}

/* Around what has the colours of a column, on a terminal. */
static void begin_paint(struct render *render, const char *name, const char *otherwise)
{
	if (render->painter)
		painter_open(render->plan,
			     painter_cell(render->painter, natu_column_find(name),
					  otherwise ? natu_column_find(otherwise) : NULL,
					  false),
			     0, NATU_LEFT);
}

static void end_paint(struct render *render)
{
	if (render->painter)
		painter_close(render->plan);
}

static bool add_known(struct render *render, const struct cell *cell)
{
	const struct natu_column *column = natu_column_find(cell->column);

	begin_paint(render, cell->column, cell->otherwise);
	add_cell(render->plan, cell->column, cell->otherwise, "-", NATU_AS_IS);
	if (cell->port) {
		natu_plan_group(render->plan, natu_column_facts(column), "");
		natu_plan_literal(render->plan, ":");
		add_cell(render->plan, cell->port, NULL, "*", NATU_AS_IS);
		natu_plan_end_group(render->plan);
	}
	end_paint(render);
	natu_plan_literal(render->plan, CELL_END);
	return window_column(render->window, natu_column_title(column),
			     window_align(column));
}

static bool add_timer(struct render *render)
{
	for (size_t i = 0; i < sizeof(timer) / sizeof(timer[0]); i++) {
		natu_plan_literal(render->plan, timer[i].before);
		add_cell(render->plan, timer[i].column, NULL, timer[i].absent,
			 timer[i].notation);
	}
	natu_plan_literal(render->plan, ")" CELL_END);
	return window_column(render->window,
			     natu_column_title(natu_column_find(timer[0].column)),
			     NATU_LEFT);
}

static bool is_brief(const struct render *render, const struct natu_column *column)
{
	unsigned int sets = natu_column_sets(column);

	return (sets & NATU_SET_BRIEF) && (sets & render->look->sets);
}

static bool is_flag(const struct natu_column *column)
{
	return natu_column_type(column) == NATU_BOOL;
}

/* Those that a family alone has, or those that options add. */
static bool add_columns(struct render *render, bool of_families)
{
	const unsigned int families = natu_protocol_sets(render->look->protocols);
	const struct natu_column *column;

	for (size_t i = 0; (column = natu_column_at(i)); i++) {
		bool of_family = natu_column_sets(column) & families;

		if (!is_brief(render, column) || is_flag(column) ||
		    of_family != of_families)
			continue;
		begin_paint(render, natu_column_name(column), NULL);
		add_cell(render->plan, natu_column_name(column), NULL, "-",
			 NATU_AS_READABLE);
		end_paint(render);
		natu_plan_literal(render->plan, CELL_END);
		if (!window_column(render->window, natu_column_title(column),
				   window_align(column)))
			return false;
	}
	return true;
}

/* What is only true or false: gathered in render->columns, one cell for all. */
static bool add_flags(struct render *render)
{
	const struct natu_column *column;

	for (size_t i = 0; (column = natu_column_at(i)); i++)
		if (is_brief(render, column) && is_flag(column) &&
		    !columns_add(&render->columns, column))
			return false;
	return !render->columns.count ||
	       window_column(render->window, "Flags", NATU_LEFT);
}

/* True if some of the listed families are other ones. */
static bool lists_others(const struct render *render, unsigned int families)
{
	uint32_t protocols = render->look->protocols;

	for (size_t i = 0; natu_protocol_name(i); i++)
		if ((protocols >> i & 1) && !(natu_protocol_sets(1U << i) & families))
			return true;
	return !protocols;
}

static bool is_shown(const struct render *render, const struct cell *cell)
{
	return (!cell->set || (cell->set & render->look->sets)) &&
	       (!cell->but || lists_others(render, cell->but));
}

static bool add_all(struct render *render)
{
	for (size_t i = 0; i < CELLS; i++)
		if (is_shown(render, &cells[i]) && !add_known(render, &cells[i]))
			return false;
	if ((render->look->sets & NATU_SET_TIMERS) && !add_timer(render))
		return false;
	return add_columns(render, true) && add_columns(render, false) &&
	       add_flags(render);
}

static int prepare(struct render *render, struct natu_error *error)
{
	if (render_prepare_painter(render, error) < 0)
		return -1;
	render->plan = natu_plan_new(NATU_STYLE_TEXT);
	render->window = window_new();
	if (!render->plan || !render->window || !add_all(render)) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	/* Their facts have to be asked for, though the plan does not print them. */
	for (size_t i = 0; i < render->columns.count; i++)
		render->facts |= natu_column_facts(render->columns.list[i]);
	return natu_plan_ready(render->plan, error);
}

static void begin(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

static void add_names(const struct columns *flags, const struct natu_socket *socket,
		      struct natu_buffer *text)
{
	const char *separator = "";

	for (size_t i = 0; i < flags->count; i++) {
		struct natu_value value;

		if (natu_get(socket, flags->list[i], &value) != NATU_HAS || !value.truth)
			continue;
		natu_buffer_add_text(text, separator);
		natu_buffer_add_text(text, column_member_name(flags->list[i]));
		separator = " ";
	}
	natu_buffer_add_text(text, *separator ? CELL_END : "-" CELL_END);
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	render_painted_row(render, render->plan, socket, text);
	if (render->columns.count)
		add_names(&render->columns, socket, text);
}

const struct renderer render_details = {
	.name = "details",
	.help = "netstat's table with more columns",
	.in_order = true,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.has_totals = true,
	.emit = window_emit,
	.end = window_end,
};
