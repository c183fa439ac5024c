/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "cli.h"
#include "connect.h"
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
	{ 0 },
};

const struct command *command_named(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

int command_help(const struct command *command)
{
	char full_name[64];
	struct option_table table = { full_name, command->options };

	snprintf(full_name, sizeof(full_name), "natu %s", command->name);
	printf("%s\n%s\nUsage: %s %s\n  %s.\n", "Examples:", command->examples, full_name,
	       command->synopsis, command->summary);
	options_print(&table);
	return EXIT_OK;
}
