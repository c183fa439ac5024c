/* SPDX-License-Identifier: MIT */
#ifndef NATU_COMMAND_H
#define NATU_COMMAND_H

#include "option.h"

#include <stdbool.h>
#include <stddef.h>

/* One command, `natu NAME ...`. Its name is reserved: no column, alias or word of the
 * filter. */
struct command {
	const char *name;
	/* one sentence without a full stop, for --help and the manual */
	const char *summary;
	const char *synopsis; /* its arguments: "[OPTION...] [ADDRESS:]PORT" */
	/* lines "  natu NAME ...  what it does", each with its newline */
	const char *examples;
	const struct option_row *options;
	bool chooses; /* it takes natu's own options that choose sockets, too */
	/* argv[0] is the command's name; gives an exit status */
	int (*run)(int argc, char **argv);
};

/* The table, in the order of --help; ends with a row without a name. */
extern const struct command commands[];

const struct command *command_named(const char *name);
/* The command that was meant by a word that is none, or NULL. */
const char *command_nearest(const char *typed);

/* All options that a command takes: its own, then those of natu that it shares. `rows`
 * has room for OPTION_ROWS_MAX of them. */
void command_options(const struct command *command, struct option_row *rows);

/* What `natu NAME --help` prints; gives an exit status. */
int command_help(const struct command *command);

#endif
