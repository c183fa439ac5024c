/* SPDX-License-Identifier: MIT */
#include "filter/parser.h"

#include "filter/word.h"
#include "filter/field.h"
#include "state.h"

#include <ctype.h>
#include <natu/nearest.h>
#include <string.h>
#include <strings.h>

char natu_parser_here(const struct natu_parser *parser)
{
	return parser->cursor.text[parser->cursor.at];
}

const char *natu_parser_rest(const struct natu_parser *parser)
{
	return parser->cursor.text + parser->cursor.at;
}

void natu_parser_skip_blanks(struct natu_parser *parser)
{
	for (;;) {
		if (parser->comments && natu_parser_here(parser) == '#')
			parser->cursor.at += strcspn(natu_parser_rest(parser), "\n");
		else if (isspace((unsigned char)natu_parser_here(parser)))
			parser->cursor.at++;
		else
			return;
	}
}

size_t natu_parser_name_length(const struct natu_parser *parser)
{
	return strspn(natu_parser_rest(parser),
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789_.-:/%*[]@");
}

bool natu_parser_is_keyword(const struct natu_parser *parser, const char *word)
{
	size_t length = strlen(word);

	return natu_parser_name_length(parser) == length &&
	       !strncasecmp(natu_parser_rest(parser), word, length);
}

bool natu_parser_take_keyword(struct natu_parser *parser, const char *word)
{
	if (!natu_parser_is_keyword(parser, word))
		return false;
	parser->cursor.at += strlen(word);
	return true;
}

bool natu_parser_take_symbol(struct natu_parser *parser, const char *symbol)
{
	size_t length = strlen(symbol);

	if (strncmp(natu_parser_rest(parser), symbol, length) != 0)
		return false;
	parser->cursor.at += length;
	return true;
}

bool natu_parser_is_connective(const struct natu_parser *parser)
{
	return natu_parser_here(parser) == '&' || natu_parser_here(parser) == '|' ||
	       natu_parser_is_keyword(parser, "and") ||
	       natu_parser_is_keyword(parser, "or") ||
	       natu_parser_is_keyword(parser, "not");
}

/* Says what was expected where the cursor is, and what is there. */
struct natu_node *natu_parser_expected(struct natu_parser *parser, const char *what)
{
	size_t at = parser->cursor.at;
	size_t length = natu_parser_name_length(parser);

	if (at == parser->cursor.end)
		natu_mistake(parser->reading.error, at, 1, "expected %s at the end",
			     what);
	else
		natu_mistake(parser->reading.error, at, length ? length : 1,
			     "expected %s, not %.*s", what, (int)(length ? length : 1),
			     natu_parser_rest(parser));
	return NULL;
}

struct natu_node *natu_parser_no_memory(struct natu_parser *parser)
{
	natu_no_memory(parser->reading.error);
	return NULL;
}

/* A number ends before the word, but for blanks. */
static bool follows_number(const struct natu_parser *parser, const struct natu_item *word)
{
	const char *text = parser->cursor.text;
	size_t at = word->position;

	while (at > 0 && isspace((unsigned char)text[at - 1]))
		at--;
	return at > 0 && isdigit((unsigned char)text[at - 1]);
}

/* It is no comparison with something that is missing. */
static bool stands_alone(const struct natu_parser *parser)
{
	const char *behind = natu_parser_rest(parser);

	behind += strspn(behind, " \t\n\r\f\v");
	return !*behind || !strchr("=<>!~", *behind);
}

/* What stands in a column's place is something else that can be told; false if not. */
static bool is_misplaced(struct natu_parser *parser, const struct natu_item *word)
{
	struct natu_error *error = parser->reading.error;
	const char *text = word->text;
	struct natu_field field;

	if (word->is_quoted) {
		if (!natu_field_find(&field, text, word->length))
			return false;
		natu_mistake_in(error, word, "the name of a column has no quotes");
	} else if (natu_state_mask(text, word->length)) {
		natu_mistake_in(error, word, "%s is no column; did you mean state %s?",
				text, text);
	} else if (!strcmp(text, "-")) {
		natu_mistake_in(error, word, "a range has no blanks around its -");
	} else if (strspn(text, "0123456789-") == word->length) {
		natu_mistake_in(
			error, word,
			"%s stands alone: expected a column before it, or a comma "
			"if it belongs to a list; a port alone is :%s",
			text, text);
	} else if (natu_is_unit(text) && follows_number(parser, word)) {
		natu_mistake_in(error, word,
				"%s stands alone: a unit has no blank before it", text);
	} else if (natu_field_missing(text, word->length)) {
		natu_mistake_in(error, word, "%s (%s) is not in this version", text,
				natu_field_missing(text, word->length));
	} else if (stands_alone(parser) && natu_is_service(text)) {
		natu_mistake_in(error, word, "%s is no column; did you mean :%s?", text,
				text);
	} else {
		return false;
	}
	return true;
}

/* The state that was meant by a word that is none. */
static void find_state(struct natu_nearest *nearest, const struct natu_item *word)
{
	natu_nearest_start(nearest, word->text, word->length);
	for (size_t i = 0; natu_state_word_at(i); i++)
		natu_nearest_consider(nearest, natu_state_word_at(i));
}

struct natu_node *natu_parser_unknown_column(struct natu_parser *parser,
					     const struct natu_item *word)
{
	struct natu_nearest nearest, state;

	if (is_misplaced(parser, word))
		return NULL;
	natu_nearest_start(&nearest, word->text, word->length);
	natu_field_consider(&nearest);
	find_state(&state, word);
	if (natu_field_titled(word->text))
		natu_mistake_in(parser->reading.error, word,
				"%s is the heading of a column; did you mean %s?",
				word->text, natu_field_titled(word->text));
	else if (natu_field_with_value(word->text))
		natu_mistake_in(parser->reading.error, word,
				"%s is no column; did you mean %s = %s?", word->text,
				natu_field_with_value(word->text), word->text);
	else if (state.distance < nearest.distance)
		natu_mistake_in(parser->reading.error, word,
				"%s is no column; did you mean state %s?", word->text,
				state.word);
	else
		natu_mistake_in(parser->reading.error, word, "unknown column %s%s",
				word->text,
				*nearest.word ? natu_hint(&nearest).text
					      : ": expected a column such as state or "
						"process.name, an address, or a port "
						"such as :443");
	return NULL;
}
