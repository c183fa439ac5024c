/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void new_line(struct json *json)
{
	natu_buffer_add_text(json->text, "\n");
	for (unsigned int i = 0; i < json->depth; i++)
		natu_buffer_add_text(json->text, "  ");
}

/* All that stands before a value. */
static void start(struct json *json, const char *key)
{
	bool own_line = json->depth && !json->line;

	if (json->follows)
		natu_buffer_add_text(json->text, own_line ? "," : ", ");
	if (own_line)
		new_line(json);
	if (key) {
		natu_buffer_add_foreign(json->text, NATU_STYLE_JSON, key, strlen(key));
		natu_buffer_add_text(json->text, ": ");
	}
	json->follows = true;
}

void json_open(struct json *json, const char *key, char bracket)
{
	start(json, key);
	natu_buffer_add(json->text, &bracket, 1);
	json->depth++;
	json->follows = false;
}

void json_open_line(struct json *json, const char *key, char bracket)
{
	json_open(json, key, bracket);
	if (!json->line)
		json->line = json->depth;
}

void json_close(struct json *json, char bracket)
{
	bool own_line = json->follows && !json->line;

	if (json->line == json->depth)
		json->line = 0;
	json->depth--;
	if (own_line)
		new_line(json);
	natu_buffer_add_text(json->text, bracket == '{' ? "}" : "]");
	json->follows = true;
	if (!json->depth)
		natu_buffer_add_text(json->text, "\n");
}

static void add(struct json *json, const char *key, const char *value)
{
	start(json, key);
	natu_buffer_add_text(json->text, value);
}

void json_text(struct json *json, const char *key, const char *text)
{
	if (!text) {
		json_null(json, key);
		return;
	}
	start(json, key);
	natu_buffer_add_foreign(json->text, NATU_STYLE_JSON, text, strlen(text));
}

void json_number(struct json *json, const char *key, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	add(json, key, digits);
}

void json_truth(struct json *json, const char *key, bool truth)
{
	add(json, key, truth ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	add(json, key, "null");
}
