/* SPDX-License-Identifier: MIT */
#include "filter/parser.h"

#include "filter/compare.h"
#include "filter/ephemeral.h"
#include "filter/word.h"
#include "state.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One that is a word: `ge`. */
static bool take_word_operator(struct natu_parser *parser, enum natu_operator *operator)
{
	for (unsigned int i = 0; i < NATU_OP_COUNT; i++) {
		const char *spelling;

		for (size_t s = 0; (spelling = natu_operator_spelling(i, s)); s++)
			if (natu_parser_take_keyword(parser, spelling)) {
				*operator=(enum natu_operator) i;
				return true;
			}
	}
	return false;
}

static bool take_operator(struct natu_parser *parser, enum natu_operator *operator)
{
	size_t length = natu_operator_of_signs(natu_parser_rest(parser), operator);

	parser->cursor.at += length;
	return length > 0 || take_word_operator(parser, operator);
}

/* False with the error filled if more signs than the operator's stand there: `=>`. */
static bool ends_operator(struct natu_parser *parser, size_t start)
{
	const char *signs = parser->cursor.text + start, *turned;
	size_t length = strspn(signs, NATU_OPERATOR_SIGNS);

	if (start + length <= parser->cursor.at)
		return true;
	turned = natu_operator_turned(signs, length);
	return natu_mistake(parser->reading.error, start, length,
			    "%.*s is no comparison%s%s%s", (int)length, signs,
			    turned ? "; did you mean " : "", turned ? turned : "",
			    turned ? "?" : "");
}

static const char *expected_value(const struct natu_column *column)
{
	static const char *const words[] = {
		[NATU_FIELD_STATE] = "a state such as established",
		[NATU_FIELD_PORT] = "a port",
		[NATU_FIELD_HOST] = "an address, a prefix or a host",
		[NATU_FIELD_DEVICE] = "an interface",
		[NATU_FIELD_NUMBER] = "a number",
		[NATU_FIELD_TEXT] = "a text",
	};

	return words[natu_field_kind(column)];
}

/* What a value cannot begin with, unless it is quoted. */
static bool stands_operator(const struct natu_parser *parser)
{
	return natu_parser_here(parser) && strchr("=<>!", natu_parser_here(parser));
}

static bool read_items(struct natu_parser *parser, const struct natu_column *column,
		       enum natu_word_style style, size_t *count)
{
	for (*count = 0; *count < NATU_ITEMS_MAX;) {
		struct natu_item *item = &parser->items[(*count)++];

		natu_parser_skip_blanks(parser);
		if (!natu_parser_here(parser) || natu_parser_is_connective(parser) ||
		    (style == NATU_WORD_VALUE && stands_operator(parser)))
			return natu_parser_expected(parser, expected_value(column));
		if (!natu_read_word(&parser->reading, &parser->cursor, style, item))
			return false;
		if (!item->extent)
			return natu_parser_expected(parser, expected_value(column));
		if (style == NATU_WORD_PATTERN)
			return true;
		natu_parser_skip_blanks(parser);
		if (!natu_parser_take_symbol(parser, ","))
			return true;
	}
	return natu_mistake(parser->reading.error, parser->cursor.at, 1,
			    "the list has more than %d values", NATU_ITEMS_MAX);
}

static struct natu_node *parse_values(struct natu_parser *parser,
				      const struct natu_field *field,
				      enum natu_operator operator)
{
	bool is_pattern = operator== NATU_OP_MATCHES || operator== NATU_OP_DIFFERS;
	size_t count;

	if (!read_items(parser, field->columns[0],
			is_pattern ? NATU_WORD_PATTERN : NATU_WORD_VALUE, &count))
		return NULL;
	return natu_compare(&parser->reading, field, operator, parser->items, count);
}

static bool stands_truth(const struct natu_parser *parser)
{
	return natu_parser_is_keyword(parser, "yes") ||
	       natu_parser_is_keyword(parser, "no") ||
	       natu_parser_is_keyword(parser, "true") ||
	       natu_parser_is_keyword(parser, "false");
}

/* A column that is true or false can stand alone. */
static struct natu_node *parse_truth(struct natu_parser *parser,
				     const struct natu_field *field)
{
	static const struct natu_item yes = { .text = "yes", .length = 3 };

	return natu_compare(&parser->reading, field, NATU_OP_EQUAL, &yes, 1);
}

/*
 * `state A state B exclude C`, as ss has it: the first state is all there is, the first
 * exclude leaves all but one, and the next ones add and take away.
 */
static struct natu_node *parse_states(struct natu_parser *parser,
				      const struct natu_field *field, bool excludes)
{
	struct natu_node *node = natu_node_new(parser->reading.filter, NATU_NODE_STATE,
					       field->columns[0]);
	size_t count;

	if (!node)
		return natu_parser_no_memory(parser);
	if (excludes)
		node->states = natu_state_mask("all", 3);
	for (;;) {
		struct natu_node *some;

		if (!read_items(parser, field->columns[0], NATU_WORD_VALUE, &count))
			return NULL;
		some = natu_compare(&parser->reading, field, NATU_OP_EQUAL, parser->items,
				    count);
		if (!some)
			return NULL;
		node->states = excludes ? node->states & ~some->states
					: node->states | some->states;
		natu_parser_skip_blanks(parser);
		excludes = natu_parser_is_keyword(parser, "exclude") ||
			   natu_parser_is_keyword(parser, "excl");
		if (excludes)
			parser->cursor.at += natu_parser_name_length(parser);
		else if (!natu_parser_take_keyword(parser, field->name))
			return node;
	}
}

static struct natu_node *parse_comparison(struct natu_parser *parser,
					  const struct natu_field *field)
{
	const struct natu_column *column = field->columns[0];
	enum natu_operator operator= NATU_OP_EQUAL;
	size_t start;

	natu_parser_skip_blanks(parser);
	start = parser->cursor.at;
	if (take_operator(parser, &operator))
		return ends_operator(parser, start)
			       ? parse_values(parser, field, operator)
			       : NULL;
	if (natu_field_kind(column) == NATU_FIELD_STATE)
		return parse_states(parser, field, false);
	if (column->type == NATU_BOOL && !stands_truth(parser))
		return parse_truth(parser, field);
	if (!natu_parser_here(parser) || natu_parser_here(parser) == ')' ||
	    natu_parser_is_connective(parser) || stands_operator(parser))
		return natu_parser_expected(parser, "= or another comparison");
	return parse_values(parser, field, operator);
}

static struct natu_node *parse_has(struct natu_parser *parser)
{
	struct natu_node *any = natu_node_new(parser->reading.filter, NATU_NODE_OR, NULL);
	struct natu_field field;
	struct natu_item word;

	natu_parser_skip_blanks(parser);
	if (!any ||
	    !natu_read_word(&parser->reading, &parser->cursor, NATU_WORD_NAME, &word))
		return any ? NULL : natu_parser_no_memory(parser);
	if (!word.extent)
		return natu_parser_expected(parser, "a column");
	if (word.is_quoted || !natu_field_find(&field, word.text, word.length))
		return natu_parser_unknown_column(parser, &word);
	for (size_t i = 0; i < field.count; i++) {
		struct natu_node *has = natu_node_new(parser->reading.filter,
						      NATU_NODE_HAS, field.columns[i]);

		if (!has)
			return natu_parser_no_memory(parser);
		natu_node_add(any, has);
	}
	return natu_node_simplify(any);
}

/* The kernel chose the local port: as far as can be told from outside, when it is in the
 * range from which it chooses. */
static struct natu_node *parse_autobound(struct natu_parser *parser)
{
	struct natu_node *node = NULL;
	struct natu_field field;
	struct natu_filter *filter = parser->reading.filter;

	if (natu_field_find(&field, "sport", 5))
		node = natu_node_new(filter, NATU_NODE_PORT, field.columns[0]);
	if (!filter->ephemeral) {
		filter->ephemeral = natu_filter_alloc(filter, sizeof(*filter->ephemeral));
		if (filter->ephemeral)
			*filter->ephemeral = NATU_EPHEMERAL_DEFAULT;
	}
	if (!node || !filter->ephemeral)
		return natu_parser_no_memory(parser);
	node->ranges = filter->ephemeral;
	node->count = 1;
	return node;
}

/* `:443`, `[::1]:22`, `10.0.0.0/8`: the end of a socket, either of them. */
static bool looks_like_end(const struct natu_item *word)
{
	size_t digits = strspn(word->text, "0123456789.-");

	if (word->is_quoted)
		return false;
	return strpbrk(word->text, ":[/%") ||
	       (digits == word->length && strchr(word->text, '.'));
}

static struct natu_node *parse_end(struct natu_parser *parser,
				   const struct natu_item *word)
{
	size_t before = strcspn(word->text, ":");
	struct natu_field field;

	if (natu_field_find(&field, word->text, before)) {
		natu_mistake(parser->reading.error, word->position + before, 1,
			     "expected = after %s", field.name);
		return NULL;
	}
	/* The word is read again, as the first of a list. */
	parser->cursor.at = word->position;
	if (!natu_field_find(&field, "addr", 4))
		return natu_parser_unknown_column(parser, word);
	return parse_values(parser, &field, NATU_OP_EQUAL);
}

struct natu_node *natu_parse_primary(struct natu_parser *parser)
{
	struct natu_field field;
	struct natu_item word;

	if (natu_parser_take_keyword(parser, "has"))
		return parse_has(parser);
	if (natu_parser_take_keyword(parser, "autobound"))
		return parse_autobound(parser);
	if (natu_parser_take_keyword(parser, "exclude") ||
	    natu_parser_take_keyword(parser, "excl"))
		return natu_field_find(&field, "state", 5)
			       ? parse_states(parser, &field, true)
			       : NULL;
	if (natu_parser_is_connective(parser) || !natu_parser_here(parser))
		return natu_parser_expected(parser, "a column");
	if (!natu_read_word(&parser->reading, &parser->cursor, NATU_WORD_NAME, &word))
		return NULL;
	if (!word.extent)
		return natu_parser_expected(parser, "a column");
	if (!word.is_quoted && natu_field_find(&field, word.text, word.length))
		return parse_comparison(parser, &field);
	return looks_like_end(&word) ? parse_end(parser, &word)
				     : natu_parser_unknown_column(parser, &word);
}
