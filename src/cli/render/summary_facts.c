/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <stdio.h>
#include <string.h>

/* The summary as facts: what was counted, and every measure by its name, as the columns
 * of a socket are. */

struct telling {
	summary_teller *tell;
	void *context;
	bool is_there; /* the group that the facts are of */
};

static void tell(const struct telling *telling, const char *name, enum summary_kind kind,
		 uint64_t number, const char *text)
{
	const struct summary_fact fact = {
		.name = name,
		.kind = telling->is_there || kind == SUMMARY_NO_GROUP ? kind
								      : SUMMARY_NO_MEMBER,
		.number = number,
		.text = text,
	};

	telling->tell(telling->context, &fact);
}

static void tell_number(const struct telling *telling, const char *name, bool known,
			uint64_t number)
{
	tell(telling, name, known ? SUMMARY_NUMBER : SUMMARY_UNKNOWN, number, NULL);
}

static void tell_address(const struct telling *telling, const char *name,
			 const struct natu_address *address)
{
	struct natu_buffer text = { 0 };

	if (telling->is_there)
		add_address(&text, address);
	natu_buffer_add(&text, "", 1);
	tell(telling, name, text.failed ? SUMMARY_UNKNOWN : SUMMARY_TEXT, 0, text.data);
	natu_buffer_free(&text);
}

static void begin_group(struct telling *telling, const char *name, bool is_there)
{
	telling->is_there = is_there;
	if (!is_there)
		tell(telling, name, SUMMARY_NO_GROUP, 0, NULL);
}

static void end_group(struct telling *telling)
{
	telling->is_there = true;
}

static void tell_fullest(struct telling *telling, const struct census_listener *fullest)
{
	static const struct natu_word nothing;
	static const struct census_listener none = { .proto = &nothing };
	const struct census_listener *listener = fullest ? fullest : &none;

	begin_group(telling, "listeners.fullest", fullest != NULL);
	tell(telling, "listeners.fullest.proto", SUMMARY_TEXT, 0, listener->proto->text);
	tell_address(telling, "listeners.fullest.local.address", &listener->address);
	tell_number(telling, "listeners.fullest.local.port", listener->port != 0,
		    listener->port);
	tell_number(telling, "listeners.fullest.queue", true, listener->queue);
	tell_number(telling, "listeners.fullest.limit", true, listener->limit);
	end_group(telling);
}

static void tell_listeners(struct telling *telling, const struct census *census)
{
	const struct census_listener *fullest = census_fullest(census);
	uint64_t full = 0, sockets = 0, queue = 0;

	for (size_t i = 0; i < census->listener_count; i++) {
		full += census_is_full(&census->listeners[i]);
		sockets += census->listeners[i].sockets;
		queue += census->listeners[i].queue;
	}
	tell_number(telling, "listeners.sockets", true, sockets);
	tell_number(telling, "listeners.ends", true, census->listener_count);
	/* Without limits nothing is known to be full. */
	tell_number(telling, "listeners.full", fullest || !census->listener_count, full);
	tell_number(telling, "listeners.queue", true, queue);
	tell_fullest(telling, fullest);
}

static void tell_ports(struct telling *telling, const struct render *render)
{
	static const struct census_destination none;
	const struct census *census = &render->census;
	const struct census_destination *found = census_busiest(census);
	const struct census_destination *busiest = found ? found : &none;
	uint64_t ports;

	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "ephemeral_used.%s",
			 census->ports[i].protocol);
		tell_number(telling, name, ports_of(render, i, &ports),
			    census->ports[i].used);
	}
	begin_group(telling, "ephemeral_used.busiest", found != NULL);
	tell_address(telling, "ephemeral_used.busiest.local", &busiest->local);
	tell_address(telling, "ephemeral_used.busiest.peer.address", &busiest->peer);
	tell_number(telling, "ephemeral_used.busiest.peer.port", busiest->peer_port != 0,
		    busiest->peer_port);
	tell_number(telling, "ephemeral_used.busiest.count", true, busiest->sockets);
	end_group(telling);
}

void summary_tell(const struct render *render, summary_teller *teller, void *context)
{
	struct telling telling = { teller, context, true };

	tell_number(&telling, "total", true, render->census.sockets);
	tell_listeners(&telling, &render->census);
	tell_ports(&telling, render);
	for (size_t i = 0; i < natu_measure_count(); i++) {
		const char *measure = natu_measure_name(natu_measure_at(i));
		char name[SUMMARY_NAME_SIZE];
		uint64_t number = 0;
		bool known = measure_of(render, measure, &number);

		snprintf(name, sizeof(name), "measures.%s", measure);
		tell_number(&telling, name, known, number);
	}
}
