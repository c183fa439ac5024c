/* SPDX-License-Identifier: MIT */
#ifndef NATU_GEN_H
#define NATU_GEN_H

#include "command.h"
#include "option.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * natu-gen fills the placeholders of the manual and of the completions from the program's
 * own tables: what --help says, they say. `@NAME@` and `@NAME argument@` stand for text;
 * a block stands alone on its line.
 */
struct fill {
	const char *name;
	bool is_block;
	/* Writes to stdout. `argument` is "" where there is none. False: it makes no
	 * sense here. */
	bool (*print)(const char *argument);
};

/* What can be filled in the files of one kind; the tables end with a row without a
 * name. */
struct target {
	const char *suffix; /* of the file's name, before ".in" */
	const struct fill *fills;
};

extern const struct fill mdoc_fills[], bash_fills[], zsh_fills[], fish_fills[];

/* --- natu-gen.c --- */

/* What the file says between `@MORE NAME@` and `@END@` about an option, or NULL. A text
 * that nobody asks for is an error: its option is not in this version. */
const char *more_about(const char *name);

/* --- api.c: the public headers as mdoc --- */

bool api_synopsis(const char *header);
bool api_description(const char *header);

/* --- mdoc.c --- */

/* Text for the page, escaped, one sentence a line. */
void mdoc_text(const char *text);
/* One line that is shown as it is. */
void mdoc_literal(const char *line, size_t length);

/* --- values.c: the tables, as the targets walk through them --- */

/* `natu` itself, then its commands: index from 0. NULL beyond the end. */
struct command_rows {
	const char *name; /* "" for natu itself */
	const struct option_row *rows;
	struct option_row all[OPTION_ROWS_MAX]; /* of a command: where `rows` leads */
};
bool command_rows_at(size_t index, struct command_rows *command);

/* This row or the next one that is shown; NULL at the end. */
const struct option_row *shown(const struct option_row *row);

/* What an option's argument can be, for completion. */
struct choice {
	const char *kind; /* the shells have a function for each: see values.c */
	bool is_list;	  /* several, with commas between them */
	bool is_state;	  /* words that are written in lower case */
	const char *(*word_at)(size_t index); /* where the kind is "words" */
};
struct choice choice_of(const struct option_row *row);

/* Writes the words with blanks between them, each between two `quote`s. */
void print_words(const struct choice *choice, const char *quote);

#endif
