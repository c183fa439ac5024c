/* SPDX-License-Identifier: MIT */
#include "list_columns.h"

#include "columns.h"
#include "json.h"
#include "list.h"
#include "list_setters.h"
#include "terminal.h"

#include <natu/column.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the sentences begin, and where on a terminal that has little room there. */
enum { HELP_COLUMN = 49, NARROW_COLUMN = 4, ROOM_LEAST = 40 };

static void add_folded(struct natu_buffer *text, const char *sentence, size_t width)
{
	size_t column = width < HELP_COLUMN + ROOM_LEAST ? NARROW_COLUMN : HELP_COLUMN;
	size_t room = width > column ? width - column : 0, length;
	char line[500];

	if (width && column == NARROW_COLUMN)
		natu_buffer_add_text(text, "\n    ");
	while (length = text_line(sentence, room), sentence[length]) {
		snprintf(line, sizeof(line), "%.*s\n%*s", (int)length, sentence,
			 (int)column, "");
		natu_buffer_add_text(text, line);
		sentence += length + 1;
	}
	natu_buffer_add_text(text, sentence);
	natu_buffer_add_text(text, "\n");
}

void columns_describe(struct natu_buffer *text)
{
	size_t width = terminal_width(STDOUT_FILENO);
	bool is_narrow = width && width < HELP_COLUMN;
	int name_width = is_narrow ? 0 : 28, word_width = is_narrow ? 0 : 9;

	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		char line[500];

		snprintf(line, sizeof(line), "%-*s %-*s %-*s ", name_width,
			 natu_column_name(column), word_width,
			 natu_column_type_name(column), word_width,
			 natu_column_unit_name(column));
		natu_buffer_add_text(text, line);
		add_folded(text, natu_column_help(column), width);
	}
}

/* What shows a column: "default", or an option. NULL: only its name does. */
static const char *shown_by(const struct natu_column *column, size_t index)
{
	unsigned int sets = natu_column_sets(column);

	if ((sets & NATU_SET_DEFAULT) && index-- == 0)
		return "default";
	for (const struct option_row *row = list_options.rows; row->letter || row->name;
	     row++)
		if (row->set == list_add_set && (sets & (unsigned int)row->value) &&
		    index-- == 0)
			return row->name;
	return NULL;
}

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static void describe(struct json *json, const struct natu_column *column)
{
	json_open_line(json, NULL, '{');
	json_text(json, "name", natu_column_name(column));
	json_text(json, "title", natu_column_title(column));
	json_text(json, "type", natu_column_type_name(column));
	json_text(json, "unit", text_or_null(natu_column_unit_name(column)));
	json_truth(json, "many",
		   natu_column_is_many(column) || natu_column_is_list(column));
	json_truth(json, "nullable", natu_column_can_be_absent(column));
	json_open(json, "shown_by", '[');
	for (size_t i = 0; shown_by(column, i); i++)
		json_text(json, NULL, shown_by(column, i));
	json_close(json, '[');
	json_text(json, "help", natu_column_help(column));
	json_close(json, '{');
}

void columns_describe_json(struct natu_buffer *text)
{
	struct json json = { .text = text };

	json_open(&json, NULL, '{');
	json_text(&json, "schema", "natu/1");
	json_open(&json, "columns", '[');
	for (size_t i = 0; natu_column_at(i); i++)
		describe(&json, natu_column_at(i));
	json_close(&json, '[');
	json_close(&json, '{');
}

void columns_describe_ndjson(struct natu_buffer *text)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		struct json json = { .text = text };

		describe(&json, natu_column_at(i));
	}
}

static void add_shown_by(struct natu_buffer *text, const struct natu_column *column)
{
	for (size_t i = 0; shown_by(column, i); i++) {
		natu_buffer_add_text(text, i ? ";" : "");
		natu_buffer_add_text(text, shown_by(column, i));
	}
}

void columns_describe_fields(struct natu_buffer *text, enum natu_style style,
			     const char *separator, const char *line_end)
{
	static const char *const heading[] = { "name",	   "title", "type",
					       "unit",	   "many",  "nullable",
					       "shown_by", "help",  NULL };

	for (size_t i = 0; heading[i]; i++) {
		natu_buffer_add_text(text, i ? separator : "");
		natu_buffer_add_text(text, heading[i]);
	}
	natu_buffer_add_text(text, line_end);
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		const char *const fields[] = {
			natu_column_name(column),
			natu_column_title(column),
			natu_column_type_name(column),
			natu_column_unit_name(column),
			natu_column_is_many(column) || natu_column_is_list(column)
				? "true"
				: "false",
			natu_column_can_be_absent(column) ? "true" : "false",
		};

		for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
			natu_buffer_add_foreign(text, style, fields[f],
						strlen(fields[f]));
			natu_buffer_add_text(text, separator);
		}
		add_shown_by(text, column);
		natu_buffer_add_text(text, separator);
		natu_buffer_add_foreign(text, style, natu_column_help(column),
					strlen(natu_column_help(column)));
		natu_buffer_add_text(text, line_end);
	}
}
