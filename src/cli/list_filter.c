/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "cli.h"
#include "command.h"
#include "list_options.h"

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
	if (argc && !error.position && !command_named(argv[0]) &&
	    command_nearest(argv[0])) {
		complain("%s is neither a command nor a column; did you mean natu %s?",
			 argv[0], command_nearest(argv[0]));
		return EXIT_USAGE;
	}
	return filter_mistake(text, &error);
}
