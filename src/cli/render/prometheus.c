/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * Prometheus' text format, version 0.0.4. What there is one sample of for each listener
 * is bounded: the listeners beyond the bound are one together.
 */

/* As many as stand for themselves, and how that is spelt in the help. */
#define LISTENERS 100
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

/* One family of metrics. */
struct metric {
	const char *name, *type, *help;
	void (*add)(struct render *render, const struct metric *metric);
};

/* A family's head, before its first sample. */
static void add_head(struct render *render, const struct metric *metric)
{
	struct natu_buffer *text = &render->output->text;
	char line[400];

	snprintf(line, sizeof(line), "# HELP %s %s\n# TYPE %s %s\n", metric->name,
		 metric->help, metric->name, metric->type);
	natu_buffer_add_text(text, line);
}

/* A sample; `labels` is "" or `a="b",c="d"`, of words that need no escaping. */
static void add_sample(struct render *render, const struct metric *metric,
		       const char *labels, uint64_t number)
{
	struct natu_buffer *text = &render->output->text;
	char digits[32];

	natu_buffer_add_text(text, metric->name);
	if (*labels) {
		natu_buffer_add_text(text, "{");
		natu_buffer_add_text(text, labels);
		natu_buffer_add_text(text, "}");
	}
	snprintf(digits, sizeof(digits), " %" PRIu64 "\n", number);
	natu_buffer_add_text(text, digits);
}

static void add_state(struct render *render, const struct metric *metric,
		      const struct natu_word *proto, const struct natu_word *state,
		      uint64_t sockets)
{
	char labels[80];

	snprintf(labels, sizeof(labels), "proto=\"%s\",state=\"%s\"", proto->text,
		 state_word(state));
	add_sample(render, metric, labels, sockets);
}

static bool is_counted(const struct census *census, const struct natu_word *proto,
		       const struct natu_word *state)
{
	for (size_t i = 0; i < census->count_count; i++)
		if (census->counts[i].proto == proto && census->counts[i].state == state)
			return true;
	return false;
}

/* The states that none of a protocol's sockets is in. */
static void add_zeros(struct render *render, const struct metric *metric, size_t protocol)
{
	for (size_t i = 0; natu_protocol_word(protocol, i); i++) {
		const struct natu_word *proto = natu_protocol_word(protocol, i), *state;
		bool is_either = natu_protocol_word(protocol, 1);

		if (is_either && render->look->families &&
		    !(render->look->families >> i & 1))
			continue;
		for (size_t at = 0;
		     natu_protocol_state(protocol, render->look->selection, at, &state);
		     at++)
			if (!is_counted(&render->census, proto, state))
				add_state(render, metric, proto, state, 0);
	}
}

/* A sample that vanishes is not one of 0: each protocol that is there has all its states.
 */
static void add_sockets(struct render *render, const struct metric *metric)
{
	const struct census *census = &render->census;

	if (census->count_count || render->sources)
		add_head(render, metric);
	for (size_t i = 0; i < census->count_count; i++)
		add_state(render, metric, census->counts[i].proto,
			  census->counts[i].state, census->counts[i].sockets);
	for (size_t i = 0; natu_protocol_name(i); i++)
		if (render->sources >> i & 1)
			add_zeros(render, metric, i);
}

static size_t told_alone(const struct render *render)
{
	size_t most = render->most ? render->most : LISTENERS;

	return render->census.listener_count < most ? render->census.listener_count
						    : most;
}

static void add_ends(struct render *render, const struct metric *metric)
{
	add_head(render, metric);
	add_sample(render, metric, "", render->census.listener_count);
}

static void add_ends_together(struct render *render, const struct metric *metric)
{
	add_head(render, metric);
	add_sample(render, metric, "",
		   render->census.listener_count - told_alone(render));
}

/* One of the numbers that a listener has; false: it is not known. */
typedef bool listener_number(const struct census_listener *listener, uint64_t *number);

static bool number_of_queue(const struct census_listener *listener, uint64_t *number)
{
	*number = listener->queue;
	return true;
}

static bool number_of_limit(const struct census_listener *listener, uint64_t *number)
{
	*number = listener->limit;
	return listener->has_limit;
}

static bool number_of_drops(const struct census_listener *listener, uint64_t *number)
{
	*number = listener->drops;
	return listener->has_drops;
}

static void add_listener(struct render *render, const struct metric *metric,
			 const struct census_listener *listener, uint64_t number)
{
	struct natu_buffer labels = { 0 };
	char part[64];

	snprintf(part, sizeof(part), "proto=\"%s\",address=\"", listener->proto->text);
	natu_buffer_add_text(&labels, part);
	add_address(&labels, &listener->address);
	snprintf(part, sizeof(part), "\",port=\"%u\"", listener->port);
	natu_buffer_add_text(&labels, part);
	natu_buffer_add(&labels, "", 1);
	if (labels.failed)
		render->output->text.failed = true;
	else
		add_sample(render, metric, labels.data, number);
	natu_buffer_free(&labels);
}

static void add_listeners(struct render *render, const struct metric *metric,
			  listener_number *of)
{
	const struct census *census = &render->census;
	size_t alone = told_alone(render);
	struct census_listener others;
	bool has_head = false;
	uint64_t number;

	for (size_t i = 0; i < alone; i++) {
		if (!of(&census->listeners[i], &number))
			continue;
		if (!has_head)
			add_head(render, metric);
		has_head = true;
		add_listener(render, metric, &census->listeners[i], number);
	}
	census_join_listeners(census->listeners + alone, census->listener_count - alone,
			      &others);
	if (has_head && others.sockets && of(&others, &number))
		add_sample(render, metric,
			   "proto=\"other\",address=\"other\",port=\"other\"", number);
}

static void add_queues(struct render *render, const struct metric *metric)
{
	add_listeners(render, metric, number_of_queue);
}

static void add_limits(struct render *render, const struct metric *metric)
{
	add_listeners(render, metric, number_of_limit);
}

static void add_drops(struct render *render, const struct metric *metric)
{
	add_listeners(render, metric, number_of_drops);
}

static void add_ports(struct render *render, const struct metric *metric)
{
	bool has_head = false;
	uint64_t ports;

	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++) {
		char labels[40];

		if (!ports_of(render, i, &ports))
			continue;
		if (!has_head)
			add_head(render, metric);
		has_head = true;
		snprintf(labels, sizeof(labels), "protocol=\"%s\"",
			 render->census.ports[i].protocol);
		add_sample(render, metric, labels, render->census.ports[i].used);
	}
}

static void add_busiest(struct render *render, const struct metric *metric)
{
	const struct census_destination *busiest = census_busiest(&render->census);

	uint64_t ports;

	if (!ports_of(render, CENSUS_OF_DESTINATIONS, &ports))
		return;
	add_head(render, metric);
	add_sample(render, metric, "", busiest ? busiest->sockets : 0);
}

static void add_build(struct render *render, const struct metric *metric)
{
	char labels[64];

	snprintf(labels, sizeof(labels), "version=\"%s\"", natu_version());
	add_head(render, metric);
	add_sample(render, metric, labels, 1);
}

/* THE METRICS that are counted; the measures follow from their own table. */
static const struct metric metrics[] = {
	{ "natu_sockets", "gauge", "Sockets by protocol and state.", add_sockets },
	{ "natu_listeners", "gauge",
	  "Local ends that are listened on; several sockets can share one.", add_ends },
	{ "natu_listeners_other", "gauge",
	  "Ends without samples of their own: those beyond the first " TEXT(
		  LISTENERS) ", or beyond --top; they are summed as other.",
	  add_ends_together },
	{ "natu_listener_queue", "gauge",
	  "Connections that wait for the listener's accept.", add_queues },
	{ "natu_listener_queue_limit", "gauge",
	  "The most connections that may wait at the listener.", add_limits },
	{ "natu_listener_drops_total", "counter",
	  "Connections that the listener had to turn away.", add_drops },
	{ "natu_ephemeral_ports_used", "gauge",
	  "Different local ports of the ephemeral range that sockets have, whatever the "
	  "address and the state.",
	  add_ports },
	{ "natu_ephemeral_ports_busiest", "gauge",
	  "The most ephemeral ports that one local address uses for one remote end.",
	  add_busiest },
	{ "natu_build_info", "gauge", "The version of natu, as a label.", add_build },
};

/* tcp.memory, in bytes, is natu_tcp_memory_bytes; counters end in _total. */
static void name_metric(char *name, size_t size, const struct natu_measure *measure)
{
	snprintf(name, size, "natu_%s%s%s", natu_measure_name(measure),
		 natu_measure_unit(measure) == NATU_BYTES ? "_bytes" : "",
		 natu_measure_kind(measure) == NATU_COUNTER ? "_total" : "");
	for (char *dot = name; (dot = strchr(dot, '.')) != NULL;)
		*dot = '_';
}

static void add_measure(struct render *render, const struct natu_measure *measure)
{
	const char *type = natu_measure_kind(measure) == NATU_COUNTER ? "counter"
								      : "gauge";
	char name[80];
	const struct metric metric = { name, type, natu_measure_help(measure), NULL };
	uint64_t number;

	if (!measure_of(render, natu_measure_name(measure), &number))
		return;
	name_metric(name, sizeof(name), measure);
	add_head(render, &metric);
	add_sample(render, &metric, "", number);
}

static void begin(struct render *render, const struct natu *natu)
{
	for (size_t i = 0; natu_protocol_name(i); i++)
		render->sources |= natu_source_of(natu, i) ? 1U << i : 0;
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	const struct metric complete = {
		"natu_complete", "gauge",
		"1 if all that was asked for could be read, and 0 if not.", NULL
	};

	census_end(&render->census);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		metrics[i].add(render, &metrics[i]);
	for (size_t i = 0; natu_measure_at(i); i++)
		add_measure(render, natu_measure_at(i));
	add_head(render, &complete);
	add_sample(render, &complete, "", report->sockets_complete && !error);
}

static natu_facts counts(void)
{
	return census_facts(true);
}

const struct renderer render_prometheus = {
	.name = "prometheus",
	.help = "metrics in Prometheus' text format, for its textfile collector",
	.summary = &render_prometheus,
	.counts = counts,
	.begin = begin,
	.end = end,
};
