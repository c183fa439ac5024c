/* SPDX-License-Identifier: MIT */
#ifndef NATU_OPTION_H
#define NATU_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row;

/* Puts an option's value into `target`. Returns an exit status: EXIT_OK, or EXIT_USAGE
 * after a complaint. `value` is NULL for an option that takes none. */
typedef int option_setter(void *target, const struct option_row *row, const char *value);

enum option_sharing {
	OPTION_ALONE,
	OPTION_SHARED,
	OPTION_SECTION_SHARED, /* with all rows under the heading that this row begins */
};

/* One option: all that the parser, --help, the manual and the completions need to
 * know. */
struct option_row {
	char letter;	  /* 0: it has none */
	const char *name; /* the long name, without its dashes; NULL: it has none */
	/* what it takes, in the manual's words: "LIST"; NULL: nothing */
	const char *argument;
	/* the heading under which it is listed; NULL: as the row before it */
	const char *section;
	/* one sentence without a full stop; NULL: the row is not shown */
	const char *help;
	option_setter *set;
	intptr_t value; /* for the setter */
	/* for the setter; for option_elsewhere see there */
	const char *word;
	/* the words that its argument can be, or NULL */
	const char *(*complete)(size_t index);
	const char *synonym; /* a second long name that users of netstat or ss know */
	/* in the table of a listing: commands that choose sockets take it too */
	enum option_sharing sharing;
};

/* The setter for a letter that netstat has and that is not about sockets: `word` names
 * the tool to use. Complains and returns EXIT_USAGE. */
option_setter option_elsewhere;

/* The most rows of a table, with the one that ends it. */
enum { OPTION_ROWS_MAX = 160 };

/* A table that ends with a row that has neither letter nor name. */
struct option_table {
	const char *command; /* "natu", "natu listen" */
	const struct option_row *rows;
};

/*
 * Parses in GNU's manner: letters combine, options and arguments mix, `--` ends the
 * options. Arguments are moved to the end of argv; *first becomes the index of the first
 * of them. Returns an exit status; an option that is not known is named, with the nearest
 * one that is.
 */
int options_parse(const struct option_table *table, int argc, char **argv, void *target,
		  int *first);

/* The index of the first argument that is no option, nor an option's value, nor after
 * `--`; 0: none. */
int options_first_argument(const struct option_table *table, int argc, char **argv);

/* Prints a text that begins in that column and its end of line: on a terminal in lines
 * that fit it. */
void print_folded(const char *text, int column);

/* Prints the table as --help does. */
void options_print(const struct option_table *table);

/* Takes the first item off a list by commas, without the blanks around it; *list is NULL
 * after the last. */
const char *take_item(const char **list, size_t *length);

/* The word of the list that is nearest to what was typed, or NULL if none is near. */
const char *nearest_word(const char *typed, const char *(*word_at)(size_t index));

#endif
