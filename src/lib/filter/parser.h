/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_PARSER_H
#define NATU_FILTER_PARSER_H

#include "filter/word.h"

#include <stdbool.h>
#include <stddef.h>

/* What the parts of the parser share: where it is, and what it says of a mistake
 * there. */

struct natu_parser {
	struct natu_reading reading;
	struct natu_cursor cursor;
	bool comments; /* from # to the end of the line */
	unsigned int depth;
	struct natu_item *items; /* of the list that is being read: natu_items_new() */
};

/* What is at the cursor; NUL at the end. */
char natu_parser_here(const struct natu_parser *parser);
const char *natu_parser_rest(const struct natu_parser *parser);
void natu_parser_skip_blanks(struct natu_parser *parser);

/* The length of the bare name at the cursor. */
size_t natu_parser_name_length(const struct natu_parser *parser);

/* Whether a keyword, in any case, or a symbol is at the cursor; take_ also goes behind
 * it. */
bool natu_parser_is_keyword(const struct natu_parser *parser, const char *word);
bool natu_parser_take_keyword(struct natu_parser *parser, const char *word);
bool natu_parser_take_symbol(struct natu_parser *parser, const char *symbol);
bool natu_parser_is_connective(const struct natu_parser *parser);

/* Each fills the error and returns NULL. */
struct natu_node *natu_parser_expected(struct natu_parser *parser, const char *what);
struct natu_node *natu_parser_no_memory(struct natu_parser *parser);
struct natu_node *natu_parser_unknown_column(struct natu_parser *parser,
					     const struct natu_item *word);

/* parse_term.c: a comparison, or another thing that is true or false by itself. */
struct natu_node *natu_parse_primary(struct natu_parser *parser);

#endif
