/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

/* The summary as JSON: `measures` has every measure by its name, as the columns of a
 * socket are, and beside it stands what was counted. */

static void add_counts(struct json *json, const struct census *census)
{
	json_open(json, "sockets", '[');
	for (size_t i = 0; i < census->count_count; i++) {
		const struct census_count *count = &census->counts[i];

		json_open_line(json, NULL, '{');
		json_text(json, "proto", count->proto->text);
		json_text(json, "state", count->state ? count->state->text : NULL);
		json_number(json, "count", count->sockets);
		json_close(json, '{');
	}
	json_close(json, '[');
	json_number(json, "total", census->sockets);
}

static void add_value(struct json *json, const char *key, bool known, uint64_t number)
{
	if (known)
		json_number(json, key, number);
	else
		json_null(json, key);
}

static void add_json_address(struct json *json, const char *key,
			     const struct natu_address *address)
{
	struct natu_buffer text = { 0 };

	add_address(&text, address);
	natu_buffer_add(&text, "", 1);
	if (text.failed)
		json->text->failed = true;
	else
		json_text(json, key, text.data);
	natu_buffer_free(&text);
}

static void add_json_end(struct json *json, const char *key,
			 const struct natu_address *address, uint16_t port)
{
	json_open(json, key, '{');
	add_json_address(json, "address", address);
	add_value(json, "port", port != 0, port);
	json_close(json, '{');
}

static void add_listeners(struct json *json, const struct census *census)
{
	const struct census_listener *fullest = census_fullest(census);
	uint64_t full = 0, sockets = 0, queue = 0;

	for (size_t i = 0; i < census->listener_count; i++) {
		full += census_is_full(&census->listeners[i]);
		sockets += census->listeners[i].sockets;
		queue += census->listeners[i].queue;
	}
	json_open(json, "listeners", '{');
	json_number(json, "sockets", sockets);
	json_number(json, "ends", census->listener_count);
	/* Without limits nothing is known to be full. */
	add_value(json, "full", fullest || !census->listener_count, full);
	json_number(json, "queue", queue);
	if (!fullest) {
		json_null(json, "fullest");
	} else {
		json_open_line(json, "fullest", '{');
		json_text(json, "proto", fullest->proto->text);
		add_json_end(json, "local", &fullest->address, fullest->port);
		json_number(json, "queue", fullest->queue);
		json_number(json, "limit", fullest->limit);
		json_close(json, '{');
	}
	json_close(json, '{');
}

static void add_ports(struct json *json, const struct render *render)
{
	const struct census *census = &render->census;
	const struct census_destination *busiest = census_busiest(census);
	uint64_t ports;

	json_open(json, "ephemeral_used", '{');
	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++)
		add_value(json, census->ports[i].protocol, ports_of(render, i, &ports),
			  census->ports[i].used);
	if (!busiest) {
		json_null(json, "busiest");
	} else {
		json_open_line(json, "busiest", '{');
		add_json_address(json, "local", &busiest->local);
		add_json_end(json, "peer", &busiest->peer, busiest->peer_port);
		json_number(json, "count", busiest->sockets);
		json_close(json, '{');
	}
	json_close(json, '{');
}

static void add_measures(struct json *json, const struct render *render)
{
	const char *previous = "";

	json_open(json, "measures", '{');
	for (size_t i = 0; i < natu_measure_count(); i++) {
		const struct natu_measure *measure = natu_measure_at(i);
		const char *name = natu_measure_name(measure);
		size_t group = strcspn(name, ".");
		uint64_t number = 0;
		bool known = measure_of(render, name, &number);
		char key[64];

		if (strncmp(previous, name, group + 1) != 0) {
			if (*previous)
				json_close(json, '{');
			snprintf(key, sizeof(key), "%.*s", (int)group, name);
			json_open(json, key, '{');
		}
		add_value(json, name + group + 1, known, number);
		previous = name;
	}
	json_close(json, '{');
	json_close(json, '{');
}

static int prepare(struct render *render, struct natu_error *error)
{
	(void)render;
	(void)error;
	return 0;
}

static void begin(struct render *render, const struct natu *natu)
{
	render_json_begin(&render->output->text, natu);
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	struct natu_buffer *text = &render->output->text;
	struct json json = { .text = text, .depth = 1, .follows = true };

	census_end(&render->census);
	json_open(&json, "summary", '{');
	add_counts(&json, &render->census);
	add_listeners(&json, &render->census);
	add_ports(&json, render);
	add_measures(&json, render);
	json_close(&json, '{');
	natu_buffer_add_text(text, "\n");
	render_json_end(text, report, error);
}

static natu_facts counts(void)
{
	return census_facts(false);
}

const struct renderer render_summary_json = {
	.name = "summary-json",
	.help = "the summary as JSON",
	.counts = counts,
	.prepare = prepare,
	.begin = begin,
	.end = end,
};
