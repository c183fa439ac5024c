/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The summary for people: one screen. */

bool measure_of(const struct render *render, const char *name, uint64_t *number)
{
	const struct natu_measure *measure = natu_measure_find(name);

	return measure && render->measures &&
	       natu_measures_get(render->measures, measure, number) == NATU_HAS;
}

bool ports_of(const struct render *render, size_t which, uint64_t *number)
{
	const char *protocol = render->census.ports[which].protocol;

	return render->census.counts_ports &&
	       (render->look->protocols & natu_protocol_named(protocol)) &&
	       measure_of(render, "ephemeral.ports", number);
}

const char *state_word(const struct natu_word *state)
{
	return state ? state->text : "unconnected";
}

void add_address(struct natu_buffer *text, const struct natu_address *address)
{
	const struct natu_value value = { .type = NATU_ADDRESS, .address = *address };

	natu_buffer_add_value(text, NATU_STYLE_TEXT, &value);
}

void add_end(struct natu_buffer *text, const struct natu_address *address, uint16_t port)
{
	struct natu_buffer host = { 0 };
	char number[16];
	bool brackets;

	add_address(&host, address);
	brackets = host.used && memchr(host.data, ':', host.used);
	natu_buffer_add_text(text, brackets ? "[" : "");
	natu_buffer_add(text, host.data, host.used);
	text->failed |= host.failed;
	snprintf(number, sizeof(number), "%s:%u", brackets ? "]" : "", port);
	natu_buffer_add_text(text, number);
	natu_buffer_free(&host);
}

/* --- what is used of what there is ----------------------------------------------------
 */

/* An amount, which may be unknown. */
struct amount {
	bool known;
	uint64_t number;
	enum natu_unit unit;
	unsigned int beyond; /* of a limit: how much more than it fits in all the same */
};

static struct amount measured(const struct render *render, const char *name)
{
	struct amount amount = { .unit = natu_measure_unit(natu_measure_find(name)) };

	amount.known = measure_of(render, name, &amount.number);
	return amount;
}

static struct amount counted(uint64_t number)
{
	return (struct amount){ true, number, NATU_PLAIN, 0 };
}

static void print_amount(char *out, size_t size, const struct amount *amount)
{
	static const char units[] = "KMGTPE";
	double number = (double)amount->number;
	size_t unit = 0;

	if (!amount->known) {
		snprintf(out, size, "unknown");
	} else if (amount->unit != NATU_BYTES || amount->number < 1024) {
		snprintf(out, size, "%" PRIu64, amount->number);
	} else {
		for (number /= 1024; number >= 1023.95 && units[unit + 1]; unit++)
			number /= 1024;
		snprintf(out, size, "%.1f%c", number, units[unit]);
	}
}

static void add_usage(struct natu_buffer *text, const char *label, struct amount used,
		      struct amount limit, const char *note)
{
	char line[256], of_used[32], of_limit[32], share[32] = "";
	size_t length;

	if (!used.known && !limit.known)
		return;
	print_amount(of_used, sizeof(of_used), &used);
	print_amount(of_limit, sizeof(of_limit), &limit);
	if (used.known && limit.known && limit.number + limit.beyond)
		snprintf(share, sizeof(share), "%.1f%%",
			 (double)used.number / (double)(limit.number + limit.beyond) *
				 100);
	snprintf(line, sizeof(line), "%-22s %9s of %-9s %6s  %s", label, of_used,
		 of_limit, share, note);
	length = strlen(line);
	while (length && line[length - 1] == ' ')
		length--;
	natu_buffer_add(text, line, length);
	natu_buffer_add_text(text, "\n");
}

/* The kernel's own gauges that have a limit. */
static const struct usage {
	const char *label, *used, *limit, *pressure;
} usages[] = {
	{ "TCP memory", "tcp.memory", "tcp.memory_limit", "tcp.memory_pressure" },
	{ "UDP memory", "udp.memory", "udp.memory_limit", "udp.memory_pressure" },
	{ "TCP orphans", "tcp.orphans", "tcp.orphans_limit", NULL },
	{ "TIME_WAIT", "tcp.time_wait", "tcp.time_wait_limit", NULL },
};

static void add_usages(struct natu_buffer *text, const struct render *render)
{
	for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
		const struct usage *usage = &usages[i];
		char note[64] = "", pressure[32];

		if (usage->pressure) {
			struct amount from = measured(render, usage->pressure);

			print_amount(pressure, sizeof(pressure), &from);
			if (from.known)
				snprintf(note, sizeof(note), "pressure at %s", pressure);
		}
		add_usage(text, usage->label, measured(render, usage->used),
			  measured(render, usage->limit), note);
	}
}

static void add_busiest(struct natu_buffer *text, const struct render *render)
{
	const struct census_destination *busiest = census_busiest(&render->census);
	struct natu_buffer note = { 0 };

	if (!busiest)
		return;
	add_address(&note, &busiest->local);
	natu_buffer_add_text(&note, " to ");
	add_end(&note, &busiest->peer, busiest->peer_port);
	natu_buffer_add(&note, "", 1);
	if (!note.failed)
		add_usage(text, "  for one destination", counted(busiest->sockets),
			  measured(render, "ephemeral.ports"), note.data);
	text->failed |= note.failed;
	natu_buffer_free(&note);
}

/* Without a known range nothing is known to be ephemeral. */
static void add_ports(struct natu_buffer *text, const struct render *render)
{
	const struct census *census = &render->census;
	struct amount ports = measured(render, "ephemeral.ports");
	struct amount first = measured(render, "ephemeral.first");
	struct amount last = measured(render, "ephemeral.last");

	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++) {
		struct amount used = counted(census->ports[i].used);
		char label[64], note[64] = "";

		/* Of what is not listed no port is counted. */
		if (ports.known && !ports_of(render, i, &ports.number))
			continue;
		used.known = ports.known;
		snprintf(label, sizeof(label), "Ephemeral ports of %s",
			 census->ports[i].protocol);
		if (ports.known)
			snprintf(note, sizeof(note), "from %" PRIu64 " to %" PRIu64,
				 first.number, last.number);
		add_usage(text, label, used, ports, note);
		if (i == CENSUS_OF_DESTINATIONS)
			add_busiest(text, render);
	}
}

static void add_listeners(struct natu_buffer *text, const struct render *render)
{
	const struct census *census = &render->census;
	const struct census_listener *fullest = census_fullest(census);
	struct natu_buffer note = { 0 };
	struct amount limit;
	uint64_t full = 0;
	char line[64];

	if (!fullest)
		return;
	limit = counted(fullest->limit);
	limit.beyond = 1; /* as listener.full_percent has it */
	for (size_t i = 0; i < census->listener_count; i++)
		full += census_is_full(&census->listeners[i]);
	natu_buffer_add_text(&note, fullest->proto->text);
	natu_buffer_add_text(&note, " ");
	add_end(&note, &fullest->address, fullest->port);
	snprintf(line, sizeof(line), ", %" PRIu64 " of %zu full", full,
		 census->listener_count);
	natu_buffer_add_text(&note, full ? line : "");
	natu_buffer_add(&note, "", 1);
	if (!note.failed)
		add_usage(text, "Fullest accept queue", counted(fullest->queue), limit,
			  note.data);
	text->failed |= note.failed;
	natu_buffer_free(&note);
}

/* --- what has been --------------------------------------------------------------------
 */

/* A line of counters: words, each with a measure, or with two that are added up. */
static const struct line {
	const char *label;
	struct {
		const char *word, *measure, *second;
	} parts[6];
} lines[] = {
	{ "Connections",
	  { { "begun", "tcp.active_opens", NULL },
	    { "taken", "tcp.passive_opens", NULL },
	    { "failed", "tcp.failed_opens", NULL },
	    { "reset", "tcp.established_resets", NULL } } },
	{ "TCP segments",
	  { { "received", "tcp.segments_received", NULL },
	    { "sent", "tcp.segments_sent", NULL },
	    { "sent again", "tcp.retransmitted", NULL },
	    { "timeouts", "tcp.timeouts", NULL } } },
	{ "Accept queues",
	  { { "overflows", "listen.overflows", NULL },
	    { "connections dropped", "listen.drops", NULL } } },
	{ "SYN queues",
	  { { "dropped", "syn.queue_drops", NULL },
	    { "cookies sent", "syn.cookies_sent", NULL },
	    { "right", "syn.cookies_received", NULL },
	    { "wrong", "syn.cookies_failed", NULL } } },
	{ "TCP shortages",
	  { { "memory saved", "tcp.memory_pressures", NULL },
	    { "connections reset", "tcp.out_of_memory", NULL },
	    { "TIME_WAIT skipped", "tcp.time_wait_overflows", NULL } } },
	{ "UDP datagrams",
	  { { "received", "udp.received", "udp.received6" },
	    { "sent", "udp.sent", "udp.sent6" },
	    { "for no port", "udp.no_port", "udp.no_port6" },
	    { "dropped", "udp.receive_drops", "udp.receive_drops6" },
	    { "not sent", "udp.send_drops", "udp.send_drops6" } } },
};

static bool is_known(const struct render *render, const struct line *line)
{
	uint64_t number;

	for (size_t i = 0; line->parts[i].word; i++)
		if (measure_of(render, line->parts[i].measure, &number))
			return true;
	return false;
}

static void add_line(struct natu_buffer *text, const struct render *render,
		     const struct line *line)
{
	char part[80];

	if (!is_known(render, line))
		return;
	snprintf(part, sizeof(part), "%-16s", line->label);
	natu_buffer_add_text(text, part);
	for (size_t i = 0; line->parts[i].word; i++) {
		struct amount amount = measured(render, line->parts[i].measure);
		uint64_t second = 0;
		char number[32];

		/* A machine without IPv6 has none of the second. */
		if (line->parts[i].second &&
		    measure_of(render, line->parts[i].second, &second))
			amount.number += second;
		amount.unit = NATU_PLAIN;
		print_amount(number, sizeof(number), &amount);
		snprintf(part, sizeof(part), "%s %s %s", i ? "," : "",
			 line->parts[i].word, number);
		natu_buffer_add_text(text, part);
	}
	natu_buffer_add_text(text, "\n");
}

static void begin(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

static void add_counters(struct natu_buffer *text, const struct render *render)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		add_line(text, render, &lines[i]);
}

static void add_limits(struct natu_buffer *text, const struct render *render)
{
	add_usages(text, render);
	add_ports(text, render);
	add_listeners(text, render);
}

/* After an empty line, if there is anything to say. */
static void add_section(struct render *render, void (*add)(struct natu_buffer *text,
							   const struct render *render))
{
	struct natu_buffer *text = &render->output->text;
	size_t before = text->used, start;

	natu_buffer_add_text(text, "\n");
	start = text->used;
	add(text, render);
	if (text->used == start)
		text->used = before;
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	(void)report;
	(void)error;
	census_end(&render->census);
	add_states(&render->output->text, &render->census);
	add_section(render, add_limits);
	add_section(render, add_counters);
}

natu_facts summary_counts(void)
{
	return census_facts(false);
}

const struct renderer render_summary = {
	.name = "summary",
	.help = "the summary, for people",
	.counts = summary_counts,
	.begin = begin,
	.end = end,
};
