/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * netstat's own table, byte for byte: its words, widths and blanks (net-tools 2.10, in
 * the C locale, with -n and -W).
 */

enum { PROTOCOLS_MAX = 32, SECTIONS_MAX = 16, NO_SECTION = SECTIONS_MAX };

/* What a table is made of when its rows are not all alike. */
struct table {
	struct natu_plan *plans[PROTOCOLS_MAX]; /* of each protocol; may be another's */
	bool is_owned[PROTOCOLS_MAX];
	/* ... and of sockets of it without a remote end, where those look different */
	struct natu_plan *endpoints[PROTOCOLS_MAX];
	const struct natu_column *remote_port;
	uint8_t sections[PROTOCOLS_MAX];
	uint32_t wanted;	/* the sections that there may be rows of, as bits */
	size_t current;		/* the last section that was begun, or NO_SECTION */
	struct natu_plan *only; /* if all rows are alike */
	bool waits;		/* rows are sorted, and belong to several sections */
	struct natu_buffer texts[SECTIONS_MAX]; /* rows that were sorted */
};

void table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < PROTOCOLS_MAX; i++) {
		if (table->is_owned[i])
			natu_plan_free(table->plans[i]);
		natu_plan_free(table->endpoints[i]);
	}
	for (size_t i = 0; i < SECTIONS_MAX; i++)
		natu_buffer_free(&table->texts[i]);
	free(table);
}

natu_facts table_facts(const struct table *table)
{
	natu_facts facts = 0;

	for (size_t i = 0; table && i < PROTOCOLS_MAX; i++)
		if (table->plans[i])
			facts |= natu_plan_facts(table->plans[i]);
	return facts;
}

static bool is_wanted(const struct look *look, size_t protocol)
{
	return natu_protocol_name(protocol) && (look->protocols >> protocol & 1);
}

/* The first protocol before this one whose rows look the same; itself if there is
 * none. */
static size_t same_before(const struct look *look, size_t protocol)
{
	for (size_t i = 0; i < protocol; i++)
		if (is_wanted(look, i) && section_same_plan(i, protocol))
			return i;
	return protocol;
}

static int out_of_memory(struct natu_error *error)
{
	*error = (struct natu_error){ .code = NATU_ENOMEM,
				      .error = ENOMEM,
				      .text = "out of memory" };
	return -1;
}

/* The plans of one protocol, which may be those of another. False: *error tells. */
static bool prepare_protocol(struct render *render, size_t protocol,
			     struct natu_error *error)
{
	struct table *table = render->table;
	size_t before = same_before(render->look, protocol);
	struct natu_plan **endpoint = &table->endpoints[protocol];

	table->sections[protocol] = (uint8_t)section_of(protocol);
	table->wanted |= 1U << table->sections[protocol];
	table->plans[protocol] = table->plans[before];
	if (before != protocol)
		return true;
	table->is_owned[protocol] = true;
	table->plans[protocol] = section_plan(protocol, render->look, render->painter);
	if (section_has_endpoints(protocol))
		*endpoint = section_endpoint_plan(protocol, render->look,
						  render->painter);
	if (!table->plans[protocol] || (section_has_endpoints(protocol) && !*endpoint))
		return out_of_memory(error) == 0;
	return natu_plan_ready(table->plans[protocol], error) == 0 &&
	       (!*endpoint || natu_plan_ready(*endpoint, error) == 0);
}

static int prepare(struct render *render, struct natu_error *error)
{
	const struct look *look = render->look;
	struct table *table = calloc(1, sizeof(*table));
	unsigned int owned = 0;

	render->table = table;
	if (!table)
		return out_of_memory(error);
	if (render_prepare_painter(render, error) < 0)
		return -1;
	table->current = NO_SECTION;
	table->remote_port = natu_column_find("peer.port");
	for (size_t i = 0; i < PROTOCOLS_MAX; i++) {
		if (!is_wanted(look, i))
			continue;
		if (!prepare_protocol(render, i, error))
			return -1;
		owned += table->is_owned[i] + (table->endpoints[i] != NULL);
		table->only = owned == 1 ? table->plans[i] : NULL;
	}
	table->waits = look->is_sorted && (table->wanted & (table->wanted - 1));
	render->only = render->painter || look->is_sorted ? NULL : table->only;
	return 0;
}

/* Begins a section and those before it that have no rows. */
static void begin_section(struct render *render, size_t section, struct natu_buffer *text)
{
	struct table *table = render->table;
	size_t next = table->current == NO_SECTION ? 0 : table->current + 1;

	for (; next <= section; next++)
		if (render->look->header && (table->wanted >> next & 1))
			section_head(next, render->look, text);
	table->current = section;
}

static void begin(struct render *render, const struct natu *natu)
{
	struct table *table = render->table;
	size_t first = 0;

	(void)natu;
	/* An empty recording has no protocol. */
	table->wanted |= !table->wanted;
	while (!(table->wanted >> first & 1))
		first++;
	if (!table->waits)
		begin_section(render, first, &render->output->text);
}

static const struct natu_plan *plan_for(const struct table *table, size_t protocol,
					const struct natu_socket *socket)
{
	const struct natu_plan *endpoint = table->endpoints[protocol];
	struct natu_value port;

	return endpoint && natu_get(socket, table->remote_port, &port) != NATU_HAS
		       ? endpoint
		       : table->plans[protocol];
}

static void compose(struct render *render, const struct natu_socket *socket,
		    struct natu_buffer *text)
{
	const struct table *table = render->table;
	size_t protocol;

	if (table->only) {
		render_painted_row(render, table->only, socket, text);
		return;
	}
	protocol = natu_socket_protocol(socket);
	if (table->waits) {
		char mark = (char)(table->sections[protocol] + 1);

		natu_buffer_add(text, &mark, 1);
	} else if (table->sections[protocol] != table->current) {
		begin_section(render, table->sections[protocol], text);
	}
	render_painted_row(render, plan_for(table, protocol, socket), socket, text);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	if (!render->table->waits)
		begin_section(render, section_count() - 1, &render->output->text);
	render_totals(render);
}

/* Rows that were sorted come in any order: each section is written as a whole. */
static void emit_sorted(struct render *render, const char *text, size_t length)
{
	if (!render->table->waits)
		natu_buffer_add(&render->output->text, text, length);
	else if (length)
		natu_buffer_add(&render->table->texts[text[0] - 1], text + 1, length - 1);
}

static void end_sorted(struct render *render, const struct natu_report *report,
		       const struct natu_error *error)
{
	struct table *table = render->table;

	if (!table->waits) {
		end(render, report, error);
		return;
	}
	for (size_t i = 0; i < section_count(); i++) {
		const struct natu_buffer *rows = &table->texts[i];

		begin_section(render, i, &render->output->text);
		natu_buffer_add(&render->output->text, rows->data, rows->used);
		render->output->text.failed |= rows->failed;
	}
	render_totals(render);
}

extern const struct renderer render_columns, render_details, render_summary;

static const struct renderer render_sorted_table = {
	.name = "table",
	.in_order = true,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.emit = emit_sorted,
	.has_totals = true,
	.end = end_sorted,
};

const struct renderer render_table = {
	.name = "table",
	.help = "netstat's table",
	.in_order = true,
	.chosen = &render_columns,
	.detailed = &render_details,
	.summary = &render_summary,
	.sorted = &render_sorted_table,
	.prepare = prepare,
	.begin = begin,
	.compose = compose,
	.has_totals = true,
	.end = end,
};
