/* SPDX-License-Identifier: MIT */
#ifndef NATU_COMMAND_H
#define NATU_COMMAND_H

#include <stddef.h>

/* One command, `natu NAME ...`. Its name is reserved: no column, alias or word of the filter. */
struct command {
	const char *name;
	const char *summary;	/* one sentence without a full stop, for --help and the manual */
	const char *synopsis;	/* its arguments: "[OPTION...] [ADDRESS:]PORT" */
	const char *examples;	/* lines "  natu NAME ...  what it does", each with its newline */
	const struct option_row *options;
	int (*run)(int argc, char **argv);	/* argv[0] is the command's name; gives an exit status */
};

/* The table, in the order of --help; ends with a row without a name. */
extern const struct command commands[];

const struct command *command_named(const char *name);

/* What `natu NAME --help` prints; gives an exit status. */
int command_help(const struct command *command);

#endif
