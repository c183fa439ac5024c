/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include "aggregate.h"
#include "columns.h"
#include "schema_parts.h"

#include <natu/destroy.h>
#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

/*
 * What is not named in a schema is allowed in it, as natu/1 may gain members; so what is
 * required, and the types of what is there, are all that it tells.
 */

/* How the values of a type look in JSON. */
struct shape {
	const char *type;
	const char *pattern;
	bool is_count; /* never below 0 */
};

static struct shape shape_of(enum natu_type type)
{
	static const struct shape shapes[] = {
		[NATU_BOOL] = { "boolean", NULL, false },
		[NATU_UINT] = { "integer", NULL, true },
		[NATU_INT] = { "integer", NULL, false },
		[NATU_REAL] = { "number", NULL, false },
		[NATU_HEX] = { "string", "^0x(0|[1-9a-f][0-9a-f]*)$", false },
		[NATU_WORD] = { "string", "^[!-~]*$", false },
		[NATU_TEXT] = { "string", NULL, false },
		[NATU_ADDRESS] = { "string", "^[0-9a-f]*[.:][0-9a-f.:]*$", false },
	};

	return shapes[type];
}

/* The column's sentence, with its unit behind it. */
static void add_description(struct json *json, const struct natu_column *column)
{
	const char *unit = natu_column_unit_name(column);
	enum natu_unit kind = natu_column_unit(column);
	char text[400];

	snprintf(text, sizeof(text), "%s%s%s%s", natu_column_help(column),
		 kind == NATU_PLAIN || kind == NATU_PORT ? "" : " Unit: ",
		 kind == NATU_PORT ? "" : unit,
		 kind == NATU_PLAIN || kind == NATU_PORT ? "" : ".");
	json_text(json, "description", text);
}

static void add_column(struct json *json, const struct natu_column *column)
{
	const struct shape shape = shape_of(natu_column_type(column));

	json_open_line(json, column_member_name(column), '{');
	if (natu_column_is_list(column)) {
		schema_type(json, "array", natu_column_can_be_absent(column));
		json_open_line(json, "items", '{');
		schema_type(json, shape.type, false);
		json_text(json, "pattern", shape.pattern);
		json_close(json, '{');
		add_description(json, column);
		json_close(json, '{');
		return;
	}
	schema_type(json, shape.type, natu_column_can_be_absent(column));
	if (shape.pattern)
		json_text(json, "pattern", shape.pattern);
	if (natu_column_unit(column) == NATU_PORT) {
		json_number(json, "minimum", 1);
		json_number(json, "maximum", UINT16_MAX);
	} else if (shape.is_count) {
		json_number(json, "minimum", 0);
	}
	add_description(json, column);
	json_close(json, '{');
}

/* Beside a text that is not UTF-8 stand its exact bytes. */
static void add_exact_bytes(struct json *json, const struct natu_column *column)
{
	char key[80], text[160];

	if (natu_column_type(column) != NATU_TEXT)
		return;
	snprintf(key, sizeof(key), "%s_base64", column_member_name(column));
	snprintf(text, sizeof(text),
		 "The exact bytes of %s; only where they are no UTF-8.",
		 column_member_name(column));
	json_open_line(json, key, '{');
	json_text(json, "type", "string");
	json_text(json, "pattern", "^[A-Za-z0-9+/]+=*$");
	json_text(json, "contentEncoding", "base64");
	json_text(json, "description", text);
	json_close(json, '{');
}

static void open_group(struct json *json, const struct natu_column *column, size_t depth)
{
	char name[GROUP_NAME_MAX];
	bool many = column_group_is_many(column, depth);

	column_group_name(column, depth, name);
	json_open(json, name, '{');
	schema_type(json, many ? "array" : "object", true);
	json_text(
		json, "description",
		many ? "One for each: of processes, for each descriptor that is the "
		       "socket, or the one at its other end. Empty if there is none, null "
		       "if nobody looked or it is hidden."
		     : "Null if the socket has none of it.");
	if (many) {
		json_open(json, "items", '{');
		json_text(json, "type", "object");
	}
	json_open(json, "properties", '{');
}

static void close_group(struct json *json, const struct natu_column *column, size_t depth)
{
	json_close(json, '{');
	if (column_group_is_many(column, depth))
		json_close(json, '{');
	json_close(json, '{');
}

static void define_columns(struct json *json, const struct columns *columns)
{
	const struct natu_column *previous = NULL;
	size_t open = 0;

	for (size_t i = 0; i < columns->count; i++) {
		const struct natu_column *column = columns->list[i];
		size_t shared = previous ? columns_shared_depth(previous, column) : 0;

		for (; open > shared; open--)
			close_group(json, previous, open);
		while (open < column_depth(column))
			open_group(json, column, ++open);
		add_column(json, column);
		add_exact_bytes(json, column);
		previous = column;
	}
	for (; open; open--)
		close_group(json, previous, open);
}

/* What `natu kill` adds. */
static void define_fate(struct json *json)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "Of natu kill: %s, %s or %s; null if nothing was tried, as after "
		 "--dry-run.",
		 natu_fate_name(NATU_CLOSED), natu_fate_name(NATU_VANISHED),
		 natu_fate_name(NATU_REFUSED));
	schema_define(json, "result", "string", true, text);
	schema_define(json, "reason", "string", true,
		      "Of natu kill: why it was refused.");
}

static void define_socket(struct json *json, const struct columns *columns)
{
	json_open(json, "socket", '{');
	json_text(
		json, "description",
		"One socket; a line of NDJSON is one, too. Which members it has depends "
		"on the options alone.");
	json_text(json, "type", "object");
	json_open(json, "properties", '{');
	define_columns(json, columns);
	define_fate(json);
	json_close(json, '{');
	json_close(json, '{');
}

/* A group has the members of a socket that are counted by, and the count. */
static void refer_to_columns(struct json *json, const struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct natu_column *column = columns->list[i];
		char name[GROUP_NAME_MAX];

		if (i && columns_shared_depth(columns->list[i - 1], column))
			continue;
		if (column_depth(column))
			column_group_name(column, 1, name);
		else
			snprintf(name, sizeof(name), "%s", natu_column_name(column));
		schema_refer(json, name, "#/$defs/socket/properties/%s", name);
		if (!column_depth(column) && natu_column_type(column) == NATU_TEXT) {
			snprintf(name, sizeof(name), "%s_base64",
				 natu_column_name(column));
			schema_refer(json, name, "#/$defs/socket/properties/%s", name);
		}
	}
}

/* "sum" and its like: below each stand columns, with numbers. */
static void define_figures(struct json *json)
{
	for (size_t i = 0; aggregate_name_at(i); i++)
		schema_refer(json, aggregate_name_at(i), "#/$defs/figures");
}

static void define_group(struct json *json, const struct columns *columns)
{
	json_open(json, "group", '{');
	json_text(json, "description", "Sockets that agree in what is counted by.");
	json_text(json, "type", "object");
	schema_require(json, (const char *const[]){ "count", NULL });
	json_open(json, "properties", '{');
	json_open_line(json, "count", '{');
	json_text(json, "type", "integer");
	json_number(json, "minimum", 1);
	json_text(json, "description", "How many there are.");
	json_close(json, '{');
	define_figures(json);
	refer_to_columns(json, columns);
	json_close(json, '{');
	json_close(json, '{');
}

static void define_sources(struct json *json)
{
	json_open(json, "sources", '{');
	json_text(json, "type", "object");
	json_text(json, "description", "Where each protocol was read from.");
	json_open(json, "properties", '{');
	for (size_t i = 0; natu_protocol_name(i); i++)
		schema_refer(json, natu_protocol_name(i), "#/$defs/source");
	json_close(json, '{');
	json_close(json, '{');
}

static void define_complete(struct json *json)
{
	json_open(json, "complete", '{');
	json_text(json, "type", "object");
	schema_require(json, (const char *const[]){ "sockets", "processes", NULL });
	json_open(json, "properties", '{');
	schema_define(json, "sockets", "boolean", false,
		      "Whether every socket that was asked for is here.");
	schema_define(json, "processes", "boolean", true,
		      "Whether every holder is here; null if they were not asked for.");
	json_close(json, '{');
	json_close(json, '{');
}

static void define_total(struct json *json)
{
	json_open(json, "total", '{');
	json_text(json, "type", "object");
	json_text(json, "description", "Of all that was chosen, with --total.");
	schema_require(json, (const char *const[]){ "sockets", NULL });
	json_open(json, "properties", '{');
	schema_define(json, "sockets", "integer", false, "How many there are.");
	schema_define(json, "groups", "integer", false,
		      "How many groups they make, with --count-by.");
	define_figures(json);
	json_close(json, '{');
	json_close(json, '{');
}

static void define_schema_name(struct json *json)
{
	json_open_line(json, "schema", '{');
	json_text(json, "const", "natu/1");
	json_text(json, "description",
		  "natu/1 only gains members: leave alone what you do not know.");
	json_close(json, '{');
}

static void define_frame(struct json *json)
{
	json_open(json, "properties", '{');
	define_schema_name(json);
	json_open_line(json, "time", '{');
	json_text(json, "type", "string");
	json_text(json, "pattern",
		  "^[0-9]+-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$");
	json_text(json, "description", "When it was begun, in UTC.");
	json_close(json, '{');
	schema_define(json, "host", "string", true, "The name of the machine.");
	define_sources(json);
	schema_array(json, "sockets", "socket", "The sockets.");
	schema_array(
		json, "groups", "group",
		"In place of sockets with --count-by: the largest first, or sorted.");
	define_total(json);
	schema_refer(json, "summary", "#/$defs/summary");
	schema_array(json, "columns", "column",
		     "What --columns help tells: the columns that there are.");
	define_complete(json);
	schema_array(json, "warnings", "message",
		     "What is missing, why, and what would show it.");
	json_close(json, '{');
}

/* A document is about one thing, and this is what it then has. */
static void define_kinds(struct json *json)
{
	static const char *const kinds[][8] = {
		{ "time", "host", "sources", "sockets", "complete", "warnings" },
		{ "time", "host", "sources", "groups", "complete", "warnings" },
		{ "time", "host", "sources", "summary", "complete", "warnings" },
		{ "columns" },
	};

	json_open(json, "oneOf", '[');
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		json_open_line(json, NULL, '{');
		schema_require(json, kinds[i]);
		json_close(json, '{');
	}
	json_close(json, '[');
}

static void define_words(struct json *json)
{
	json_open_line(json, "source", '{');
	json_open(json, "enum", '[');
	json_text(json, NULL, "diag");
	json_text(json, NULL, "proc");
	json_text(json, NULL, "replay");
	json_close(json, '[');
	json_close(json, '{');
	json_open(json, "figures", '{');
	json_text(
		json, "description",
		"What was made of columns, at their paths; null where no socket has a value.");
	json_text(json, "type", "object");
	json_open(json, "additionalProperties", '{');
	json_open(json, "anyOf", '[');
	json_open_line(json, NULL, '{');
	schema_type(json, "number", true);
	json_close(json, '{');
	json_open_line(json, NULL, '{');
	json_text(json, "$ref", "#/$defs/figures");
	json_close(json, '{');
	json_close(json, '[');
	json_close(json, '{');
	json_close(json, '{');
	schema_define(json, "word", "string", false, "A word.");
	schema_define(json, "message", "string", false,
		      "A sentence without a full stop.");
}

static void define_column(struct json *json)
{
	static const char *const texts[] = { "name", "title", "type", "help" };

	json_open(json, "column", '{');
	json_text(json, "type", "object");
	json_open(json, "properties", '{');
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_open_line(json, texts[i], '{');
		json_text(json, "type", "string");
		json_close(json, '{');
	}
	schema_define(json, "unit", "string", true, "Of its numbers.");
	schema_define(json, "many", "boolean", false,
		      "Whether a socket can have several.");
	schema_define(json, "nullable", "boolean", false,
		      "Whether a socket can lack it.");
	schema_array(json, "shown_by", "word", "Long options, and default.");
	json_close(json, '{');
	json_close(json, '{');
}

void schema_write(struct natu_buffer *text)
{
	struct json json = { .text = text };
	struct columns columns;

	if (!columns_all(&columns)) {
		text->failed = true;
		return;
	}
	json_open(&json, NULL, '{');
	json_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	json_text(&json, "$id", "urn:natu:1");
	json_text(&json, "title", "What natu --json writes");
	json_text(&json, "type", "object");
	schema_require(&json, (const char *const[]){ "schema", NULL });
	define_kinds(&json);
	define_frame(&json);
	json_open(&json, "$defs", '{');
	define_socket(&json, &columns);
	define_group(&json, &columns);
	schema_define_summary(&json);
	define_column(&json);
	define_words(&json);
	json_close(&json, '{');
	json_close(&json, '{');
	columns_free(&columns);
}
