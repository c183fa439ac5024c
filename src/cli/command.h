/* SPDX-License-Identifier: MIT */
#ifndef NATU_COMMAND_H
#define NATU_COMMAND_H

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
	/* argv[0] is the command's name; gives an exit status */
	int (*run)(int argc, char **argv);
};

/* The table, in the order of --help; ends with a row without a name. */
extern const struct command commands[];

const struct command *command_named(const char *name);

/* What `natu NAME --help` prints; gives an exit status. */
int command_help(const struct command *command);

#endif
