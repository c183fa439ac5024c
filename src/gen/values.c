/* SPDX-License-Identifier: MIT */
#include "aggregate.h"
#include "columns.h"
#include "filter/field.h"
#include "gen.h"
#include "list.h"
#include "state.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What the words for arguments in the option tables mean to a shell. */
static const struct {
	const char *argument, *kind;
} kinds_of_arguments[] = {
	{ "FILE", "files" },	{ "PATH", "files" }, { "DIR", "directories" },
	{ "NS", "namespaces" }, { "USER", "users" }, { "NAME|UID", "users" },
};

/* ... what some columns mean ... */
static const struct {
	const char *column, *kind;
} kinds_of_columns[] = {
	{ "user", "users" },
	{ "process.pid", "pids" },
	{ "process.name", "programs" },
};

/* ... and what the fields of the filter mean. Without a name here, nothing can be
 * said. */
static const char *const kinds_of_fields[] = {
	[NATU_FIELD_STATE] = "words",	 [NATU_FIELD_PORT] = "services",
	[NATU_FIELD_HOST] = "hosts",	 [NATU_FIELD_DEVICE] = "devices",
	[NATU_FIELD_NUMBER] = "nothing", [NATU_FIELD_TEXT] = "nothing",
};

bool command_rows_at(size_t index, struct command_rows *command)
{
	if (index == 0) {
		command->name = "";
		command->rows = list_options.rows;
		return true;
	}
	if (!commands[index - 1].name)
		return false;
	command->name = commands[index - 1].name;
	command->rows = command->all;
	command_options(&commands[index - 1], command->all);
	return true;
}

const struct option_row *shown(const struct option_row *row)
{
	for (; row->letter || row->name; row++)
		if (row->help)
			return row;
	return NULL;
}

static bool is_of_listing(const struct option_row *row)
{
	for (const struct option_row *other = list_options.rows; (other = shown(other));
	     other++)
		if (other->set == row->set && other->name && row->name &&
		    !strcmp(other->name, row->name))
			return true;
	return false;
}

/* An option that chooses sockets by a field of the filter. */
static bool choice_of_field(const struct option_row *row, struct choice *choice)
{
	const char *name = row->word ? row->word : row->name;
	struct natu_field field;
	enum natu_field_kind kind;

	if (!name || !is_of_listing(row) || !natu_field_find(&field, name, strlen(name)))
		return false;
	kind = natu_field_kind(field.columns[0]);
	choice->kind = kinds_of_fields[kind];
	for (size_t i = 0; i < sizeof(kinds_of_columns) / sizeof(kinds_of_columns[0]);
	     i++)
		if (field.columns[0] == natu_column_find(kinds_of_columns[i].column))
			choice->kind = kinds_of_columns[i].kind;
	choice->is_state = kind == NATU_FIELD_STATE;
	choice->word_at = choice->is_state ? natu_state_word_at : NULL;
	return true;
}

/* They are many: each kind is there only once. */
static const struct {
	const char *(*word_at)(size_t index);
	const char *kind;
} kinds_of_words[] = {
	{ column_name_at, "columns" },
	{ aggregate_word_at, "columns_and_figures" },
};

struct choice choice_of(const struct option_row *row)
{
	struct choice choice = { .kind = "nothing" };

	choice.is_list = strstr(row->argument, "LIST") != NULL;
	for (size_t i = 0; i < sizeof(kinds_of_words) / sizeof(kinds_of_words[0]); i++)
		if (row->complete && row->complete == kinds_of_words[i].word_at) {
			choice.kind = kinds_of_words[i].kind;
			return choice;
		}
	if (row->complete) {
		choice.kind = "words";
		choice.word_at = row->complete;
		return choice;
	}
	for (size_t i = 0; i < sizeof(kinds_of_arguments) / sizeof(kinds_of_arguments[0]);
	     i++) {
		if (strcmp(kinds_of_arguments[i].argument, row->argument) != 0)
			continue;
		choice.kind = kinds_of_arguments[i].kind;
		return choice;
	}
	choice_of_field(row, &choice);
	return choice;
}

void print_words(const struct choice *choice, const char *quote)
{
	for (size_t i = 0; choice->word_at && choice->word_at(i); i++) {
		printf("%s%s", i ? " " : "", quote);
		for (const char *c = choice->word_at(i); *c; c++)
			putchar(choice->is_state ? tolower((unsigned char)*c) : *c);
		fputs(quote, stdout);
	}
}
