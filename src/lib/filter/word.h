/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_WORD_H
#define NATU_FILTER_WORD_H

#include "filter/literal.h"

#include <stdbool.h>
#include <stddef.h>

/* A text that is being read. It ends with a NUL at text[end], and has none before. */
struct natu_cursor {
	const char *text;
	size_t at, end;
};

enum natu_word_style {
	NATU_WORD_NAME,	   /* before a comparison: ends at an operator */
	NATU_WORD_VALUE,   /* behind it: ends at a comma, a parenthesis, & or | */
	NATU_WORD_LIST,	   /* between commas, blanks and all */
	NATU_WORD_PATTERN, /* a regular expression, with its own parentheses and
			      backslashes */
};

/*
 * Reads a word: bare, 'as it is', or "with escapes", which are those that natu prints
 * foreign text with, and which a bare word can have too. *item gets it and its place; the
 * cursor moves behind it. A bare word may turn out empty. False with the error filled.
 */
bool natu_read_word(struct natu_reading *reading, struct natu_cursor *cursor,
		    enum natu_word_style style, struct natu_item *item);

/* As many values in a list as anybody types, and more than a program should need. */
enum { NATU_ITEMS_MAX = 4096 };

/* Room for the values of any list in a text that has that length, as far as a list may be
 * long: free() takes it. NULL without memory. */
struct natu_item *natu_items_new(const char *text, size_t length);

#endif
