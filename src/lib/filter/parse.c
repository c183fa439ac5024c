/* SPDX-License-Identifier: MIT */
#include "filter/parse.h"

#include "filter/parser.h"
#include "filter/word.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX (1024 * 1024)
#define DEPTH_MAX 100

/*
 *	or         = and { ( "or" | "||" | "|" ) and }
 *	and        = not { [ "and" | "&&" | "&" ] not }
 *	not        = ( "not" | "!" ) not | "(" or ")" | comparison
 */
static struct natu_node *parse_or(struct natu_parser *parser);

static struct natu_node *parse_group(struct natu_parser *parser)
{
	size_t opened = parser->cursor.at - 1;
	struct natu_node *node = parse_or(parser);

	if (!node)
		return NULL;
	natu_parser_skip_blanks(parser);
	if (natu_parser_take_symbol(parser, ")"))
		return node;
	if (natu_parser_here(parser))
		return natu_parser_expected(parser, "and, or or )");
	natu_mistake(parser->reading.error, opened, 1,
		     "this parenthesis is never closed");
	return NULL;
}

static struct natu_node *negate(struct natu_parser *parser, struct natu_node *node)
{
	struct natu_node * not ;

	if (!node)
		return NULL;
	not = natu_node_new(parser->reading.filter, NATU_NODE_NOT, NULL);
	if (!not )
		return natu_parser_no_memory(parser);
	natu_node_add(not, node);
	return not ;
}

static struct natu_node *parse_not(struct natu_parser *parser)
{
	struct natu_node *node;

	natu_parser_skip_blanks(parser);
	if (++parser->depth > DEPTH_MAX) {
		natu_mistake(parser->reading.error, parser->cursor.at, 1,
			     "this is nested more than %d deep", DEPTH_MAX);
		return NULL;
	}
	if (natu_parser_take_symbol(parser, "!") ||
	    natu_parser_take_keyword(parser, "not"))
		node = negate(parser, parse_not(parser));
	else if (natu_parser_take_symbol(parser, "("))
		node = parse_group(parser);
	else
		node = natu_parse_primary(parser);
	parser->depth--;
	return node;
}

static bool take_and(struct natu_parser *parser)
{
	natu_parser_skip_blanks(parser);
	if (natu_parser_take_symbol(parser, "&&") ||
	    natu_parser_take_symbol(parser, "&") ||
	    natu_parser_take_keyword(parser, "and"))
		return true;
	/* What stands side by side is joined by `and`. */
	return natu_parser_here(parser) && !strchr(")|", natu_parser_here(parser)) &&
	       !natu_parser_is_keyword(parser, "or");
}

static bool take_or(struct natu_parser *parser)
{
	natu_parser_skip_blanks(parser);
	return natu_parser_take_symbol(parser, "||") ||
	       natu_parser_take_symbol(parser, "|") ||
	       natu_parser_take_keyword(parser, "or");
}

static struct natu_node *parse_and(struct natu_parser *parser)
{
	struct natu_node *all = natu_node_new(parser->reading.filter, NATU_NODE_AND,
					      NULL);

	if (!all)
		return natu_parser_no_memory(parser);
	do {
		struct natu_node *node = parse_not(parser);

		if (!node)
			return NULL;
		natu_node_add(all, node);
	} while (take_and(parser));
	return natu_node_simplify(all);
}

static struct natu_node *parse_or(struct natu_parser *parser)
{
	struct natu_node *any = natu_node_new(parser->reading.filter, NATU_NODE_OR, NULL);

	if (!any)
		return natu_parser_no_memory(parser);
	do {
		struct natu_node *node = parse_and(parser);

		if (!node)
			return NULL;
		natu_node_add(any, node);
	} while (take_or(parser));
	return natu_node_simplify(any);
}

/* The whole text; an empty one is true. */
static struct natu_node *parse(struct natu_parser *parser)
{
	struct natu_node *node;

	natu_parser_skip_blanks(parser);
	if (!natu_parser_here(parser)) {
		node = natu_node_new(parser->reading.filter, NATU_NODE_AND, NULL);
		return node ? node : natu_parser_no_memory(parser);
	}
	node = parse_or(parser);
	if (node && natu_parser_here(parser) == ')') {
		natu_mistake(parser->reading.error, parser->cursor.at, 1,
			     "this parenthesis was never opened");
		return NULL;
	}
	return node;
}

struct natu_node *natu_filter_read_text(struct natu_reading *reading, const char *text,
					bool comments)
{
	size_t length = strnlen(text, TEXT_MAX);
	struct natu_parser parser = {
		.reading = *reading,
		.cursor = { text, 0, length },
		.comments = comments,
		.items = natu_items_new(text, length),
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
