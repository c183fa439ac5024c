/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "cli.h"
#include "connect.h"
#include "kill.h"
#include "list.h"
#include "listen.h"
#include "option.h"

#include <stdio.h>
#include <string.h>

/* THE TABLE OF COMMANDS. */
const struct command commands[] = {
	{
		.name = "listen",
		.summary = "Serve as the other end: a test listener that shows each step",
		.synopsis = "[OPTION...] [ADDRESS:]PORT",
		.examples = listen_examples,
		.options = listen_rows,
		.run = listen_run,
	},
	{
		.name = "connect",
		.summary = "Open test connections, send, and check what comes back",
		.synopsis = "[OPTION...] [ADDRESS:]PORT",
		.examples = connect_examples,
		.options = connect_rows,
		.run = connect_run,
	},
	{
		.name = "kill",
		.summary =
			"Close connections and other sockets from outside, after a question",
		.synopsis = "[OPTION...] FILTER...",
		.examples = kill_examples,
		.options = kill_rows,
		.chooses = true,
		.run = kill_run,
	},
	{ 0 },
};

const struct command *command_named(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

static const char *command_name_at(size_t index)
{
	return commands[index].name;
}

const char *command_nearest(const char *typed)
{
	const char *nearest = nearest_word(typed, command_name_at);
	size_t length = nearest ? strlen(nearest) : 0, typed_length = strlen(typed);

	/* "listening" is a state, and not meant to be `listen`. */
	return typed_length <= length + 1 && length <= typed_length + 1 ? nearest : NULL;
}

static bool has_option(const struct option_row *rows, const struct option_row *wanted)
{
	for (; rows->letter || rows->name; rows++)
		if ((wanted->letter && rows->letter == wanted->letter) ||
		    (wanted->name && rows->name && !strcmp(rows->name, wanted->name)))
			return true;
	return false;
}

void command_options(const struct command *command, struct option_row *rows)
{
	const struct option_row *own = command->options, *row = own;
	const char *section = NULL;
	bool is_section_shared = false;
	size_t count = 0;

	while ((row->letter || row->name) && count < OPTION_ROWS_MAX - 1)
		rows[count++] = *row++;
	row = list_options.rows;
	for (; command->chooses && (row->letter || row->name); row++) {
		if (row->section) {
			section = row->section;
			is_section_shared = row->sharing == OPTION_SECTION_SHARED;
		}
		if ((!is_section_shared && row->sharing == OPTION_ALONE) ||
		    has_option(own, row) || count == OPTION_ROWS_MAX - 1)
			continue;
		rows[count] = *row;
		rows[count++].section = section;
		section = NULL;
	}
	rows[count] = (struct option_row){ .name = NULL };
}

int command_help(const struct command *command)
{
	struct option_row rows[OPTION_ROWS_MAX];
	char full_name[64], summary[160];
	struct option_table table = { full_name, rows };

	command_options(command, rows);
	snprintf(full_name, sizeof(full_name), "natu %s", command->name);
	snprintf(summary, sizeof(summary), "%s.", command->summary);
	printf("%s\n%s\nUsage: %s %s\n  ", "Examples:", command->examples, full_name,
	       command->synopsis);
	print_folded(summary, 2);
	options_print(&table);
	return EXIT_OK;
}
