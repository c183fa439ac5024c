/* SPDX-License-Identifier: MIT */
#include "schema_parts.h"

#include <natu/measure.h>
#include <stdio.h>
#include <string.h>

/* The schema of the summary: made from the measure table, and of what is counted. */

static void open_object(struct json *json, const char *key, bool nullable)
{
	json_open(json, key, '{');
	schema_type(json, "object", nullable);
	json_open(json, "properties", '{');
}

static void close_object(struct json *json)
{
	json_close(json, '{');
	json_close(json, '{');
}

static void define_measure(struct json *json, const struct natu_measure *measure)
{
	enum natu_unit unit = natu_measure_unit(measure);
	const char *name = natu_measure_name(measure);
	char text[400];

	snprintf(text, sizeof(text), "%s%s%s%s", natu_measure_help(measure),
		 unit == NATU_PLAIN || unit == NATU_PORT ? "" : " Unit: ",
		 unit == NATU_PLAIN || unit == NATU_PORT ? "" : natu_unit_name(unit),
		 unit == NATU_PLAIN || unit == NATU_PORT ? "" : ".");
	schema_count(json, strchr(name, '.') + 1, true, text);
}

static void define_measures(struct json *json)
{
	const char *previous = "";

	open_object(json, "measures", false);
	for (size_t i = 0; natu_measure_at(i); i++) {
		const char *name = natu_measure_name(natu_measure_at(i));
		size_t group = strcspn(name, ".");
		char key[64];

		if (strncmp(previous, name, group + 1) != 0) {
			if (*previous)
				close_object(json);
			snprintf(key, sizeof(key), "%.*s", (int)group, name);
			open_object(json, key, false);
		}
		define_measure(json, natu_measure_at(i));
		previous = name;
	}
	close_object(json);
	close_object(json);
}

static void define_listeners(struct json *json)
{
	open_object(json, "listeners", false);
	schema_count(json, "sockets", false, "Sockets that listen.");
	schema_count(json, "ends", false,
		     "Local ends that they listen on: several can share one.");
	schema_count(json, "full", true, "Ends whose accept queue has no room.");
	schema_count(json, "queue", false, "Connections that wait in all of them.");
	open_object(json, "fullest", true);
	schema_refer(json, "proto", "#/$defs/socket/properties/proto");
	schema_refer(json, "local", "#/$defs/socket/properties/local");
	schema_count(json, "queue", false, "Connections that wait.");
	schema_count(json, "limit", false, "The most that may wait.");
	close_object(json);
	close_object(json);
}

static void define_ports(struct json *json)
{
	static const char counted[] =
		"Different local ports of ip_local_port_range that its sockets have, in "
		"any state and with any address.";

	open_object(json, "ephemeral_used", false);
	schema_count(json, "tcp", true, counted);
	schema_count(json, "udp", true, counted);
	open_object(json, "busiest", true);
	schema_refer(json, "local", "#/$defs/socket/properties/local/properties/address");
	schema_refer(json, "peer", "#/$defs/socket/properties/peer");
	schema_count(json, "count", false,
		     "The most ports that one local address has used for one remote end: "
		     "there a port serves once.");
	close_object(json);
	close_object(json);
}

static void define_counts(struct json *json)
{
	json_open(json, "sockets", '{');
	json_text(json, "type", "array");
	json_open(json, "items", '{');
	json_text(json, "type", "object");
	schema_require(json, (const char *const[]){ "proto", "state", "count", NULL });
	json_open(json, "properties", '{');
	schema_refer(json, "proto", "#/$defs/socket/properties/proto");
	schema_refer(json, "state", "#/$defs/socket/properties/state");
	schema_count(json, "count", false, "How many there are.");
	json_close(json, '{');
	json_close(json, '{');
	json_close(json, '{');
	schema_count(json, "total", false, "All sockets that were counted.");
}

void schema_define_summary(struct json *json)
{
	json_open(json, "summary", '{');
	json_text(json, "description", "What --summary tells.");
	json_text(json, "type", "object");
	schema_require(json, (const char *const[]){ "sockets", "total", "listeners",
						    "ephemeral_used", "measures", NULL });
	json_open(json, "properties", '{');
	define_counts(json);
	define_listeners(json);
	define_ports(json);
	define_measures(json);
	close_object(json);
}
