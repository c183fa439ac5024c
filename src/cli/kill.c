/* SPDX-License-Identifier: MIT */
#include "kill.h"

#include "cli.h"
#include "command.h"
#include "list.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

static int set_switch(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	*((bool *)((char *)target + row->value)) = true;
	return EXIT_OK;
}

/* The options that are shared with a listing take the request by its first member. */
_Static_assert(offsetof(struct kill_request, list) == 0,
	       "setters of a listing find its request at the beginning");

#define SWITCH(member) .set = set_switch, .value = offsetof(struct kill_request, member)

const struct option_row kill_rows[] = {
	{ 'y', "yes", .section = "Closing", .help = "close without a question",
	  SWITCH(yes) },
	{ 0, "dry-run", .help = "show what would be closed, and close nothing",
	  SWITCH(dry_run) },
	{ 0, "all", .help = "without a filter: every socket that the options leave",
	  SWITCH(everything) },
	{ 'h', "help", .help = "this help", SWITCH(help) },
	{ .name = NULL },
};

const char kill_examples[] =
	"  natu kill dst 192.0.2.7                 the connections to a host, after a question\n"
	"  natu kill --dry-run -tp --pid 4242      what a process would lose\n"
	"  natu kill --yes state close_wait and sport = 8080\n"
	"  natu kill --yes --json --port 5432 | jq '.sockets[] | select(.result != \"closed\")'\n";

/* True if every socket passes the filter. */
static bool lets_all_pass(const struct natu_filter *filter)
{
	struct natu_buffer text = { 0 };
	bool empty;

	natu_filter_explain(filter, &text);
	empty = !text.used && !text.failed;
	natu_buffer_free(&text);
	return empty;
}

/* Why nobody can be asked who has seen what it is about; NULL: somebody can. */
static const char *nobody_to_ask(const struct kill_request *request)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return "here nobody can be asked";
	if (request->list.quiet)
		return "-q shows nothing to be asked about";
	if (strcmp(request->list.look.format->name, "table") != 0)
		return "this format shows nothing before it is done";
	if (!isatty(STDOUT_FILENO))
		return "the list does not go to the terminal";
	return NULL;
}

/* What has no sense together with closing; -K can stand beside all options of a list. */
static const char *misfit_of(const struct list_request *list)
{
	if (list->setup.replay)
		return "--replay";
	if (list->setup.proc_root)
		return "--proc-root";
	if (list->setup.source == NATU_PROC)
		return "--source proc";
	if (list->look.summary)
		return "--summary";
	if (list->look.counts)
		return "--count-by";
	if (list->sort.count)
		return "--sort";
	if (list->look.total)
		return "--total";
	if (list->top)
		return "--top";
	if (list->explain)
		return "--explain";
	if (list->interval)
		return "--continuous";
	return NULL;
}

static int check(const struct kill_request *request)
{
	const char *format = request->list.look.format->name;
	const char *misfit = misfit_of(&request->list);
	const char *nobody = nobody_to_ask(request);

	if (misfit) {
		complain("what is to be closed cannot be chosen with %s", misfit);
		return EXIT_USAGE;
	}
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0 &&
	    strcmp(format, "ndjson") != 0) {
		complain("kill has no format %s: expected table, json or ndjson", format);
		return EXIT_USAGE;
	}
	if (!request->everything && lets_all_pass(request->list.filter)) {
		complain("kill closes only what is chosen: give a filter such as "
			 "--port 443 or 'dst 192.0.2.7', or --all for every socket");
		return EXIT_USAGE;
	}
	if (!request->dry_run && !request->yes && nobody) {
		complain("kill asks before it closes, and %s: say natu kill --yes, or "
			 "--dry-run to see what would be closed",
			 nobody);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int checked_run(struct kill_request *request)
{
	int status = check(request);

	/* Rows are written when all of them are known. */
	request->list.look.is_sorted = true;
	return status == EXIT_OK ? kill_sockets(request) : status;
}

int kill_listed(struct list_request *list)
{
	/* The filter and the columns stay the caller's. */
	struct kill_request request = { .list = *list };

	return checked_run(&request);
}

int kill_run(int argc, char **argv)
{
	struct option_row rows[OPTION_ROWS_MAX];
	const struct option_table table = { "natu kill", rows };
	const struct command *command = command_named("kill");
	struct kill_request request = { 0 };
	int first, status;

	if (!list_request_new(&request.list)) {
		complain("out of memory");
		return EXIT_TROUBLE;
	}
	command_options(command, rows);
	status = options_parse(&table, argc, argv, &request, &first);
	if (status == EXIT_OK && request.help) {
		status = command_help(command);
	} else if (status == EXIT_OK && request.list.describe) {
		status = list_describe_columns(&request.list);
	} else if (status == EXIT_OK && !request.list.done) {
		status = list_add_expression(&request.list, argc - first, argv + first);
		if (status == EXIT_OK)
			status = list_request_settle(&request.list);
		if (status == EXIT_OK)
			status = checked_run(&request);
	}
	list_request_free(&request.list);
	return status;
}
