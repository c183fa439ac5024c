/* SPDX-License-Identifier: MIT */
#include "filter/parse.h"

#include "filter/compare.h"
#include "filter/ephemeral.h"
#include "filter/word.h"
#include "state.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX (1024 * 1024)
#define DEPTH_MAX 100
#define ITEMS_MAX 4096

/*
 *	or         = and { ( "or" | "||" | "|" ) and }
 *	and        = not { [ "and" | "&&" | "&" ] not }
 *	not        = ( "not" | "!" ) not | "(" or ")" | comparison
 */
struct parser {
	struct natu_reading reading;
	struct natu_cursor cursor;
	bool comments; /* from # to the end of the line */
	unsigned int depth;
	struct natu_item *items; /* of the list that is being read: ITEMS_MAX */
};

static struct natu_node *parse_or(struct parser *parser);

/* ---- what stands at the cursor ---- */

static char here(const struct parser *parser)
{
	return parser->cursor.text[parser->cursor.at];
}

static const char *rest(const struct parser *parser)
{
	return parser->cursor.text + parser->cursor.at;
}

static void skip_blanks(struct parser *parser)
{
	for (;;) {
		if (parser->comments && here(parser) == '#')
			parser->cursor.at += strcspn(rest(parser), "\n");
		else if (isspace((unsigned char)here(parser)))
			parser->cursor.at++;
		else
			return;
	}
}

/* The length of the bare name at the cursor. */
static size_t name_length(const struct parser *parser)
{
	return strspn(rest(parser), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_.-:/%*[]@");
}

static bool is_keyword(const struct parser *parser, const char *word)
{
	size_t length = strlen(word);

	return name_length(parser) == length && !strncasecmp(rest(parser), word, length);
}

static bool take_keyword(struct parser *parser, const char *word)
{
	if (!is_keyword(parser, word))
		return false;
	parser->cursor.at += strlen(word);
	return true;
}

static bool take_symbol(struct parser *parser, const char *symbol)
{
	size_t length = strlen(symbol);

	if (strncmp(rest(parser), symbol, length) != 0)
		return false;
	parser->cursor.at += length;
	return true;
}

static bool is_connective(const struct parser *parser)
{
	return here(parser) == '&' || here(parser) == '|' || is_keyword(parser, "and") ||
	       is_keyword(parser, "or") || is_keyword(parser, "not");
}

/* ---- errors ---- */

/* Says what was expected where the cursor is, and what is there. */
static struct natu_node *expected(struct parser *parser, const char *what)
{
	size_t at = parser->cursor.at;
	size_t length = name_length(parser);

	if (at == parser->cursor.end)
		natu_mistake(parser->reading.error, at, 1, "expected %s at the end",
			     what);
	else
		natu_mistake(parser->reading.error, at, length ? length : 1,
			     "expected %s, not %.*s", what, (int)(length ? length : 1),
			     rest(parser));
	return NULL;
}

static struct natu_node *no_memory(struct parser *parser)
{
	natu_no_memory(parser->reading.error);
	return NULL;
}

static struct natu_node *unknown_column(struct parser *parser,
					const struct natu_item *word)
{
	struct natu_nearest nearest;

	if (natu_state_mask(word->text, word->length)) {
		natu_mistake_in(parser->reading.error, word,
				"%s is no column; did you mean state %s?", word->text,
				word->text);
		return NULL;
	}
	if (strspn(word->text, "0123456789-") == word->length) {
		natu_mistake_in(
			parser->reading.error, word,
			"%s stands alone: expected a column before it, or a comma if it "
			"belongs to a list; a port alone is :%s",
			word->text, word->text);
		return NULL;
	}
	if (natu_field_missing(word->text, word->length)) {
		natu_mistake_in(parser->reading.error, word,
				"%s (%s) is not in this version", word->text,
				natu_field_missing(word->text, word->length));
		return NULL;
	}
	natu_nearest_start(&nearest, word->text, word->length);
	natu_field_consider(&nearest);
	natu_mistake_in(parser->reading.error, word, "unknown column %s%s", word->text,
			natu_hint(&nearest).text);
	return NULL;
}

/* ---- comparisons ---- */

static const struct {
	const char *text;
	enum natu_operator operator;
} operators[] = {
	/* What begins like another comes before it. */
	{ "==", NATU_OP_EQUAL },    { "=~", NATU_OP_MATCHES },
	{ "=", NATU_OP_EQUAL },	    { "!=", NATU_OP_UNEQUAL },
	{ "!~", NATU_OP_DIFFERS },  { "<>", NATU_OP_UNEQUAL },
	{ "<=", NATU_OP_AT_MOST },  { "<", NATU_OP_LESS },
	{ ">=", NATU_OP_AT_LEAST }, { ">", NATU_OP_GREATER },
	{ "~", NATU_OP_MATCHES },   { "eq", NATU_OP_EQUAL },
	{ "neq", NATU_OP_UNEQUAL }, { "ne", NATU_OP_UNEQUAL },
	{ "leq", NATU_OP_AT_MOST }, { "le", NATU_OP_AT_MOST },
	{ "lt", NATU_OP_LESS },	    { "geq", NATU_OP_AT_LEAST },
	{ "ge", NATU_OP_AT_LEAST }, { "gt", NATU_OP_GREATER },
};

static bool take_operator(struct parser *parser, enum natu_operator *operator)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		bool is_word = isalpha((unsigned char)operators[i].text[0]);

		if (is_word ? take_keyword(parser, operators[i].text)
			    : take_symbol(parser, operators[i].text)) {
			*operator= operators[i].operator;
			return true;
		}
	}
	return false;
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

static bool read_items(struct parser *parser, const struct natu_column *column,
		       enum natu_word_style style, size_t *count)
{
	for (*count = 0; *count < ITEMS_MAX;) {
		struct natu_item *item = &parser->items[(*count)++];

		skip_blanks(parser);
		if (!here(parser) || is_connective(parser))
			return expected(parser, expected_value(column));
		if (!natu_read_word(&parser->reading, &parser->cursor, style, item))
			return false;
		if (!item->extent)
			return expected(parser, expected_value(column));
		if (style == NATU_WORD_PATTERN)
			return true;
		skip_blanks(parser);
		if (!take_symbol(parser, ","))
			return true;
	}
	return natu_mistake(parser->reading.error, parser->cursor.at, 1,
			    "the list has more than %d values", ITEMS_MAX);
}

static struct natu_node *parse_values(struct parser *parser,
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

static bool stands_truth(const struct parser *parser)
{
	return is_keyword(parser, "yes") || is_keyword(parser, "no") ||
	       is_keyword(parser, "true") || is_keyword(parser, "false");
}

/* A column that is true or false can stand alone. */
static struct natu_node *parse_truth(struct parser *parser,
				     const struct natu_field *field)
{
	static const struct natu_item yes = { .text = "yes", .length = 3 };

	return natu_compare(&parser->reading, field, NATU_OP_EQUAL, &yes, 1);
}

/*
 * `state A state B exclude C`, as ss has it: the first state is all there is, the first
 * exclude leaves all but one, and the next ones add and take away.
 */
static struct natu_node *parse_states(struct parser *parser,
				      const struct natu_field *field, bool excludes)
{
	struct natu_node *node = natu_node_new(parser->reading.filter, NATU_NODE_STATE,
					       field->columns[0]);
	size_t count;

	if (!node)
		return no_memory(parser);
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
		skip_blanks(parser);
		excludes = is_keyword(parser, "exclude") || is_keyword(parser, "excl");
		if (excludes)
			parser->cursor.at += name_length(parser);
		else if (!take_keyword(parser, field->name))
			return node;
	}
}

static struct natu_node *parse_comparison(struct parser *parser,
					  const struct natu_field *field)
{
	const struct natu_column *column = field->columns[0];
	enum natu_operator operator= NATU_OP_EQUAL;
	bool is_said;

	skip_blanks(parser);
	is_said = take_operator(parser, &operator);
	if (is_said)
		return parse_values(parser, field, operator);
	if (natu_field_kind(column) == NATU_FIELD_STATE)
		return parse_states(parser, field, false);
	if (column->type == NATU_BOOL && !stands_truth(parser))
		return parse_truth(parser, field);
	if (!here(parser) || here(parser) == ')' || is_connective(parser))
		return expected(parser, "= or another comparison");
	return parse_values(parser, field, operator);
}

/* ---- what is no comparison ---- */

static struct natu_node *parse_has(struct parser *parser)
{
	struct natu_node *any = natu_node_new(parser->reading.filter, NATU_NODE_OR, NULL);
	struct natu_field field;
	struct natu_item word;

	skip_blanks(parser);
	if (!any ||
	    !natu_read_word(&parser->reading, &parser->cursor, NATU_WORD_NAME, &word))
		return any ? NULL : no_memory(parser);
	if (!word.extent)
		return expected(parser, "a column");
	if (word.is_quoted || !natu_field_find(&field, word.text, word.length))
		return unknown_column(parser, &word);
	for (size_t i = 0; i < field.count; i++) {
		struct natu_node *has = natu_node_new(parser->reading.filter,
						      NATU_NODE_HAS, field.columns[i]);

		if (!has)
			return no_memory(parser);
		natu_node_add(any, has);
	}
	return natu_node_simplify(any);
}

/* The kernel chose the local port: as far as can be told from outside, when it is in the
 * range from which it chooses. */
static struct natu_node *parse_autobound(struct parser *parser)
{
	struct natu_node *node = NULL;
	struct natu_field field;
	struct natu_range *range;

	if (natu_field_find(&field, "sport", 5))
		node = natu_node_new(parser->reading.filter, NATU_NODE_PORT,
				     field.columns[0]);
	range = natu_filter_alloc(parser->reading.filter, sizeof(*range));
	if (!node || !range)
		return no_memory(parser);
	*range = natu_ephemeral_ports();
	node->ranges = range;
	node->count = 1;
	return node;
}

/* `:443`, `[::1]:22`, `10.0.0.0/8`: the end of a socket, either of them. */
static bool looks_like_end(const struct natu_item *word)
{
	size_t digits = strspn(word->text, "0123456789.");

	if (word->is_quoted)
		return false;
	return strpbrk(word->text, ":[/") ||
	       (digits == word->length && strchr(word->text, '.'));
}

static struct natu_node *parse_end(struct parser *parser, const struct natu_item *word)
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
		return unknown_column(parser, word);
	return parse_values(parser, &field, NATU_OP_EQUAL);
}

static struct natu_node *parse_primary(struct parser *parser)
{
	struct natu_field field;
	struct natu_item word;

	if (take_keyword(parser, "has"))
		return parse_has(parser);
	if (take_keyword(parser, "autobound"))
		return parse_autobound(parser);
	if (take_keyword(parser, "exclude") || take_keyword(parser, "excl"))
		return natu_field_find(&field, "state", 5)
			       ? parse_states(parser, &field, true)
			       : NULL;
	if (is_connective(parser) || !here(parser))
		return expected(parser, "a column");
	if (!natu_read_word(&parser->reading, &parser->cursor, NATU_WORD_NAME, &word))
		return NULL;
	if (!word.extent)
		return expected(parser, "a column");
	if (!word.is_quoted && natu_field_find(&field, word.text, word.length))
		return parse_comparison(parser, &field);
	return looks_like_end(&word) ? parse_end(parser, &word)
				     : unknown_column(parser, &word);
}

/* ---- not, and, or ---- */

static struct natu_node *parse_group(struct parser *parser)
{
	size_t opened = parser->cursor.at - 1;
	struct natu_node *node = parse_or(parser);

	if (!node)
		return NULL;
	skip_blanks(parser);
	if (take_symbol(parser, ")"))
		return node;
	if (here(parser))
		return expected(parser, "and, or or )");
	natu_mistake(parser->reading.error, opened, 1,
		     "this parenthesis is never closed");
	return NULL;
}

static struct natu_node *negate(struct parser *parser, struct natu_node *node)
{
	struct natu_node * not ;

	if (!node)
		return NULL;
	not = natu_node_new(parser->reading.filter, NATU_NODE_NOT, NULL);
	if (!not )
		return no_memory(parser);
	natu_node_add(not, node);
	return not ;
}

static struct natu_node *parse_not(struct parser *parser)
{
	struct natu_node *node;

	skip_blanks(parser);
	if (++parser->depth > DEPTH_MAX) {
		natu_mistake(parser->reading.error, parser->cursor.at, 1,
			     "this is nested more than %d deep", DEPTH_MAX);
		return NULL;
	}
	if (take_symbol(parser, "!") || take_keyword(parser, "not"))
		node = negate(parser, parse_not(parser));
	else if (take_symbol(parser, "("))
		node = parse_group(parser);
	else
		node = parse_primary(parser);
	parser->depth--;
	return node;
}

static bool take_and(struct parser *parser)
{
	skip_blanks(parser);
	if (take_symbol(parser, "&&") || take_symbol(parser, "&") ||
	    take_keyword(parser, "and"))
		return true;
	/* What stands side by side is joined by `and`. */
	return here(parser) && !strchr(")|", here(parser)) && !is_keyword(parser, "or");
}

static bool take_or(struct parser *parser)
{
	skip_blanks(parser);
	return take_symbol(parser, "||") || take_symbol(parser, "|") ||
	       take_keyword(parser, "or");
}

static struct natu_node *parse_and(struct parser *parser)
{
	struct natu_node *all = natu_node_new(parser->reading.filter, NATU_NODE_AND,
					      NULL);

	if (!all)
		return no_memory(parser);
	do {
		struct natu_node *node = parse_not(parser);

		if (!node)
			return NULL;
		natu_node_add(all, node);
	} while (take_and(parser));
	return natu_node_simplify(all);
}

static struct natu_node *parse_or(struct parser *parser)
{
	struct natu_node *any = natu_node_new(parser->reading.filter, NATU_NODE_OR, NULL);

	if (!any)
		return no_memory(parser);
	do {
		struct natu_node *node = parse_and(parser);

		if (!node)
			return NULL;
		natu_node_add(any, node);
	} while (take_or(parser));
	return natu_node_simplify(any);
}

/* The whole text; an empty one is true. */
static struct natu_node *parse(struct parser *parser)
{
	struct natu_node *node;

	skip_blanks(parser);
	if (!here(parser)) {
		node = natu_node_new(parser->reading.filter, NATU_NODE_AND, NULL);
		return node ? node : no_memory(parser);
	}
	node = parse_or(parser);
	if (node && here(parser) == ')') {
		natu_mistake(parser->reading.error, parser->cursor.at, 1,
			     "this parenthesis was never opened");
		return NULL;
	}
	return node;
}

struct natu_node *natu_filter_read_text(struct natu_reading *reading, const char *text,
					bool comments)
{
	struct parser parser = {
		.reading = *reading,
		.cursor = { text, 0, strnlen(text, TEXT_MAX) },
		.comments = comments,
		.items = calloc(ITEMS_MAX, sizeof(*parser.items)),
	};
	struct natu_node *node = NULL;

	if (!parser.items)
		natu_no_memory(reading->error);
	else if (text[parser.cursor.end])
		natu_mistake(reading->error, 0, 0, "the filter is longer than %d bytes",
			     TEXT_MAX);
	else
		node = parse(&parser);
	free(parser.items);
	return node;
}

int natu_filter_parse_text(struct natu_filter *filter, const char *text, bool comments,
			   struct natu_error *error)
{
	struct natu_reading reading = { filter, error, false };
	struct natu_node *node = natu_filter_read_text(&reading, text, comments);

	/* Host names are looked up not before all else is known to be right. */
	reading.may_resolve = true;
	if (node)
		node = natu_filter_read_text(&reading, text, comments);
	if (!node)
		return -1;
	natu_filter_join(filter, node);
	return 0;
}

int natu_filter_parse(struct natu_filter *filter, const char *text,
		      struct natu_error *error)
{
	return natu_filter_parse_text(filter, text, false, error);
}
