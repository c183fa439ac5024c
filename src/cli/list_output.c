/* SPDX-License-Identifier: MIT */
#include "list_setters.h"

#include "cli.h"
#include "list.h"
#include "list_options.h"
#include "terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int list_add_set(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->look.sets |= (unsigned int)row->value;
	return EXIT_OK;
}

int list_no_header(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	(void)value;
	request->look.header = false;
	return EXIT_OK;
}

static void complain_of_format(const char *option, const char *name)
{
	const char *nearest = nearest_word(name, renderer_name_at);
	char known[128] = "";

	for (size_t i = 0; renderer_name_at(i); i++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
			 renderer_name_at(i));
	}
	if (nearest)
		complain("--%s %s: unknown format; did you mean %s?", option, name,
			 nearest);
	else
		complain("--%s %s: unknown format: expected one of %s", option, name,
			 known);
}

int list_set_format(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	const char *name = row->word ? row->word : value;

	request->look.format = renderer_named(name);
	if (request->look.format)
		return EXIT_OK;
	complain_of_format(row->name, name);
	return EXIT_USAGE;
}

int list_choose_columns(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	if (strcmp(value, "help") != 0)
		return columns_parse(&request->look.named, row->name, value);
	/* In which format, an option after this one may say. */
	request->describe = true;
	return EXIT_OK;
}

int list_choose_order(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	request->sort_list = value;
	return EXIT_OK;
}

int list_choose_top(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(value, &end, 10);
	/* strtoul() takes blanks and signs. */
	if (*value < '0' || *value > '9' || *end || errno || !number) {
		complain("--%s %s: expected a number of rows, 1 or more", row->name,
			 value);
		return EXIT_USAGE;
	}
	request->top = number;
	return EXIT_OK;
}

/* One item of --count-by: the name of a column or of a group of them, or a figure. */
static int add_group(struct list_request *request, const char *option, const char *item,
		     size_t length)
{
	char name[80];

	if (is_aggregate(item, length))
		return aggregates_parse(&request->look.figures, option, item, length);
	snprintf(name, sizeof(name), "%.*s", (int)length, item);
	return columns_parse(&request->groups, option, name);
}

int list_choose_groups(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	int status = EXIT_OK;

	columns_free(&request->groups);
	aggregates_free(&request->look.figures);
	request->look.counts = true;
	while (status == EXIT_OK && value) {
		size_t length;
		const char *item = take_item(&value, &length);

		status = add_group(request, row->name, item, length);
	}
	return status;
}

int list_set_output(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	if (!*value) {
		complain("--%s needs the name of a %s", row->name, row->argument);
		return EXIT_USAGE;
	}
	request->output = strcmp(value, "-") != 0 ? value : NULL;
	return EXIT_OK;
}

int list_summarise(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	(void)value;
	request->look.summary = true;
	return EXIT_OK;
}

int list_choose_color(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	for (size_t i = 0; color_word_at(i); i++) {
		if (strcmp(color_word_at(i), value) != 0)
			continue;
		color_choose((enum color_when)i);
		return EXIT_OK;
	}
	complain("--%s %s: expected auto, always or never", row->name, value);
	return EXIT_USAGE;
}

int list_set_pager(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->pager = (enum pager_when)row->value;
	return EXIT_OK;
}

int list_choose_patience(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(value, &end);
	if (end == value || *end || errno || !(seconds >= 0.01 && seconds <= 3600)) {
		complain("--%s %s: expected seconds, from 0.01 to 3600", row->name,
			 value);
		return EXIT_USAGE;
	}
	request->resolve_seconds = seconds;
	return EXIT_OK;
}

int list_repeat(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	char *end;
	double seconds = 1;

	if (value) {
		errno = 0;
		seconds = strtod(value, &end);
		if (end == value || *end || errno ||
		    !(seconds >= 0.01 && seconds <= 86400)) {
			complain("--%s %s: expected seconds, from 0.01 to 86400",
				 row->name, value);
			return EXIT_USAGE;
		}
	}
	if (value || !request->interval)
		request->interval = seconds;
	return EXIT_OK;
}

/* Groups have columns of their own. */
static int settle_groups(struct list_request *request)
{
	struct look *look = &request->look;

	if (!look->counts)
		return EXIT_OK;
	if (look->named.count) {
		complain(
			"--columns does not go with --count-by, whose LIST has the columns");
		return EXIT_USAGE;
	}
	columns_free(&look->named);
	look->named = request->groups;
	look->named.replaces = true;
	request->groups = (struct columns){ 0 };
	return EXIT_OK;
}

static int settle_totals(const struct look *look)
{
	const struct renderer *format = look->format;

	if (!look->total || format->has_totals)
		return EXIT_OK;
	complain(
		"--total: %s has rows of one kind only; --count-by sum.COLUMN gives the sums alone",
		format->name);
	return EXIT_USAGE;
}

/* What counts the rows shows none of them: there is nothing to sort or to choose from. */
static int settle_counts(const struct list_request *request)
{
	const struct look *look = &request->look;
	const char *other = request->sort.count		    ? "sort"
			    : look->counts		    ? "count-by"
			    : look->named.count		    ? "columns"
			    : look->total		    ? "total"
			    : request->top && look->summary ? "top"
							    : NULL;

	if (!list_format(request)->counts || !other)
		return EXIT_OK;
	complain("--%s does not go with %s, which shows no sockets", other,
		 look->summary ? "--summary" : look->format->name);
	return EXIT_USAGE;
}

int list_settle(struct list_request *request)
{
	/* A file is no terminal. */
	int descriptor = request->output ? -1 : STDOUT_FILENO;
	int status = settle_groups(request);

	request->look.is_terminal = isatty(descriptor);
	request->look.is_colored = color_wanted(descriptor);
	if (status == EXIT_OK)
		status = settle_totals(&request->look);
	if (status == EXIT_OK && request->sort_list)
		status = sort_parse(&request->sort, &request->look, "sort",
				    request->sort_list);
	return status == EXIT_OK ? settle_counts(request) : status;
}
