/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "cli.h"
#include "command.h"
#include "list_options.h"

#include <string.h>

/* A mistake in a filter, with the place that it is at. */
static int filter_mistake(const struct natu_buffer *text, const struct natu_error *error)
{
	complain("filter: %s", error->text);
	if (error->code != NATU_EUSAGE)
		return EXIT_TROUBLE;
	if (error->length && error->position + error->length <= text->used + 1)
		point_at(text->data, text->used, error->position, error->length);
	return EXIT_USAGE;
}

int list_check_filter(const struct list_request *request, const struct natu *natu)
{
	struct natu_error error;

	if (!natu_filter_check(request->filter, natu, &error))
		return EXIT_OK;
	return filter_mistake(&request->expression, &error);
}

static bool is_option(const char *word)
{
	const struct option_row *row = list_options.rows;

	for (; row->letter || row->name; row++)
		if (row->name && row->help && !strcmp(row->name, word))
			return true;
	return false;
}

/* Tells what the first argument could have been, before what the filter says of it. */
static bool tell_first_word(const char *word)
{
	if (command_named(word))
		return false;
	if (is_option(word))
		complain("%s is neither a command nor a column; did you mean --%s?", word,
			 word);
	else if (command_nearest(word))
		complain("%s is neither a command nor a column; did you mean natu %s?",
			 word, command_nearest(word));
	else
		return false;
	return true;
}

/* What the arguments say together is one expression. */
int list_add_expression(struct list_request *request, int argc, char **argv)
{
	struct natu_buffer *text = &request->expression;
	struct natu_error error;

	for (int i = 0; i < argc; i++) {
		natu_buffer_add(text, " ", i ? 1 : 0);
		natu_buffer_add_text(text, argv[i]);
	}
	natu_buffer_add(text, "", 1);
	if (text->failed) {
		complain("out of memory");
		return EXIT_TROUBLE;
	}
	text->used--;
	if (natu_filter_parse(request->filter, text->data, &error) == 0)
		return EXIT_OK;
	if (argc && !error.position && tell_first_word(argv[0]))
		return EXIT_USAGE;
	return filter_mistake(text, &error);
}
