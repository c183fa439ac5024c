/* SPDX-License-Identifier: MIT */
#include "schema_parts.h"

#include <stdarg.h>
#include <stdio.h>

void schema_type(struct json *json, const char *type, bool nullable)
{
	if (!nullable) {
		json_text(json, "type", type);
		return;
	}
	json_open_line(json, "type", '[');
	json_text(json, NULL, type);
	json_text(json, NULL, "null");
	json_close(json, '[');
}

void schema_refer(struct json *json, const char *key, const char *format, ...)
{
	char target[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(target, sizeof(target), format, arguments);
	va_end(arguments);
	json_open_line(json, key, '{');
	json_text(json, "$ref", target);
	json_close(json, '{');
}

void schema_require(struct json *json, const char *const words[])
{
	json_open_line(json, "required", '[');
	for (size_t i = 0; words[i]; i++)
		json_text(json, NULL, words[i]);
	json_close(json, '[');
}

void schema_define(struct json *json, const char *key, const char *type, bool nullable,
		   const char *description)
{
	json_open_line(json, key, '{');
	schema_type(json, type, nullable);
	json_text(json, "description", description);
	json_close(json, '{');
}

void schema_array(struct json *json, const char *key, const char *items,
		  const char *description)
{
	json_open_line(json, key, '{');
	json_text(json, "type", "array");
	schema_refer(json, "items", "#/$defs/%s", items);
	json_text(json, "description", description);
	json_close(json, '{');
}

void schema_count(struct json *json, const char *key, bool nullable,
		  const char *description)
{
	json_open_line(json, key, '{');
	schema_type(json, "integer", nullable);
	json_number(json, "minimum", 0);
	json_text(json, "description", description);
	json_close(json, '{');
}
