/* SPDX-License-Identifier: MIT */
#include "kill.h"

#include "cli.h"
#include "list.h"
#include "render.h"

#include <errno.h>
#include <natu/destroy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than these are not told of one by one. */
enum { TOLD_MAX = 20 };

/* A socket that is to be closed, and where its texts end: they follow one another. */
struct row {
	size_t text_end; /* as it is shown in the list */
	size_t name_end; /* as it is named in a message */
};

/* What is to be closed, once it is fixed: later sockets are none of its business. */
struct set {
	const struct kill_request *request;
	struct output output;
	struct render render;
	struct natu_plan *name;
	struct natu_target *targets;
	struct row *rows;
	size_t count, size;
	struct natu_buffer text, names;
};

static bool has_room(struct set *set)
{
	size_t size = set->size ? set->size * 2 : 64;
	struct natu_target *targets;
	struct row *rows;

	if (set->count < set->size)
		return true;
	targets = realloc(set->targets, size * sizeof(*targets));
	if (targets)
		set->targets = targets;
	rows = realloc(set->rows, size * sizeof(*rows));
	if (rows)
		set->rows = rows;
	if (!targets || !rows)
		return false;
	set->size = size;
	return true;
}

static int take_row(void *context, const struct natu_socket *socket)
{
	struct set *set = context;

	if (!has_room(set))
		return -ENOMEM;
	set->targets[set->count] = natu_target_of(socket);
	set->render.format->compose(&set->render, socket, &set->text);
	natu_plan_row(set->name, socket, &set->names);
	if (set->text.failed || set->names.failed)
		return -ENOMEM;
	set->rows[set->count++] = (struct row){ set->text.used, set->names.used };
	return 0;
}

/* --- what a message calls a socket --- */

static void add_column(struct natu_plan *plan, const char *before, const char *column,
		       const char *absent)
{
	const struct natu_cell cell = { .column = natu_column_find(column),
					.absent = absent };

	natu_plan_literal(plan, before);
	natu_plan_cell(plan, &cell);
}

/* Begins what only sockets that have this column are called by. */
static void begin_part(struct natu_plan *plan, const char *column)
{
	natu_plan_group(plan, natu_column_facts(natu_column_find(column)), "");
}

/* "tcp 127.0.0.1:22 - 127.0.0.1:40000", "unix /run/socket (inode 4711)" */
static int prepare_name(struct set *set, struct natu_error *error)
{
	struct natu_plan *plan = set->name = natu_plan_new(NATU_STYLE_TEXT);

	if (!plan) {
		*error = (struct natu_error){ .code = NATU_ENOMEM,
					      .text = "out of memory" };
		return -1;
	}
	add_column(plan, "", "proto", "");
	begin_part(plan, "local.address");
	add_column(plan, " ", "local.address", "*");
	add_column(plan, ":", "local.port", "*");
	add_column(plan, " - ", "peer.address", "*");
	add_column(plan, ":", "peer.port", "*");
	natu_plan_end_group(plan);
	begin_part(plan, "local.path");
	add_column(plan, " ", "local.path", "");
	natu_plan_end_group(plan);
	/* What is not of the internet has a type, and often no name. */
	begin_part(plan, "type");
	add_column(plan, " (inode ", "inode", "unknown");
	natu_plan_literal(plan, ")");
	natu_plan_end_group(plan);
	return natu_plan_ready(plan, error);
}

/* --- fixing the set --- */

static int prepare(struct set *set, struct natu_error *error)
{
	if (render_prepare(&set->render, error) < 0)
		return -1;
	return prepare_name(set, error);
}

/* Lists what is to be closed. An incomplete list is told of; what is on it can be closed
 * all the same. */
static int fix(struct set *set, struct natu *natu, struct natu_report *report,
	       struct natu_error *error)
{
	const struct list_request *list = &set->request->list;
	const struct natu_sink sink = { .row = take_row, .context = set };
	struct natu_query query = list->query;

	query.filter = list->filter;
	query.in_order = set->render.format->in_order;
	query.facts = render_facts(&set->render) | natu_plan_facts(set->name) |
		      natu_target_facts();
	return natu_list(natu, &query, &sink, report, error);
}

/* --- showing --- */

static const char *text_of(const struct set *set, size_t index, size_t *length)
{
	size_t start = index ? set->rows[index - 1].text_end : 0;

	*length = set->rows[index].text_end - start;
	return set->text.data + start;
}

static bool is_table(const struct set *set)
{
	return !strcmp(set->request->list.look.format->name, "table");
}

static void add_text_member(struct natu_buffer *text, const char *before,
			    const char *value)
{
	natu_buffer_add_text(text, before);
	if (value)
		natu_buffer_add_foreign(text, NATU_STYLE_JSON, value, strlen(value));
	else
		natu_buffer_add_text(text, "null");
}

/* A row's object with two more members: what became of it, and why. */
static void render_object(struct set *set, size_t index)
{
	const struct natu_target *target = &set->targets[index];
	struct natu_buffer *object = &set->render.scratch;
	size_t length;
	const char *text = text_of(set, index, &length);
	bool is_tried = target->fate != NATU_UNTOUCHED;

	object->used = 0;
	natu_buffer_add(object, text, length - strlen("}"));
	add_text_member(object,
			",\"result\":", is_tried ? natu_fate_name(target->fate) : NULL);
	add_text_member(object, ",\"reason\":", natu_target_reason(target));
	natu_buffer_add_text(object, "}");
	render_text(&set->render, object->data, object->used);
	set->output.text.failed |= object->failed;
}

/* Writes the list out. 0 or a negative errno. */
static int show(struct set *set, const struct natu *natu,
		const struct natu_report *report, const struct natu_error *error)
{
	set->render.format->begin(&set->render, natu);
	for (size_t i = 0; i < set->count; i++) {
		size_t length;
		const char *text = text_of(set, i, &length);

		if (is_table(set))
			render_text(&set->render, text, length);
		else
			render_object(set, i);
	}
	set->render.format->end(&set->render, report, error);
	return output_flush(&set->output);
}

/* --- asking --- */

/* Who is logged in from elsewhere should know what a yes does. */
static void warn_of_session(const struct set *set)
{
	size_t start = 0;

	for (size_t i = 0; i < set->count; i++) {
		size_t end = set->rows[i].name_end;

		if (kill_is_session(&set->targets[i]))
			complain("%.*s is the connection that you are logged in by",
				 (int)(end - start), set->names.data + start);
		start = end;
	}
}

/* Anything but y or yes means no, and so does the end of the input. */
static bool says_yes(size_t count)
{
	char answer[16] = "";

	if (count == 1)
		fputs("Close this socket? [y/N] ", stderr);
	else
		fprintf(stderr, "Close these %zu sockets? [y/N] ", count);
	fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		fputc('\n', stderr);
	answer[strcspn(answer, "\n")] = '\0';
	if (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"))
		return true;
	complain("nothing was closed");
	return false;
}

/* --- telling --- */

static size_t count_fate(const struct set *set, enum natu_fate fate)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		count += set->targets[i].fate == fate;
	return count;
}

/* One line for each socket that was not closed, and one for all. */
static void tell(const struct set *set)
{
	size_t refused = count_fate(set, NATU_REFUSED), told = 0;
	size_t vanished = count_fate(set, NATU_VANISHED), start = 0;

	for (size_t i = 0; i < set->count && told < TOLD_MAX; i++) {
		const struct natu_target *target = &set->targets[i];
		const char *reason = natu_target_reason(target);
		size_t end = set->rows[i].name_end;

		if (target->fate == NATU_REFUSED || target->fate == NATU_VANISHED) {
			complain("%.*s %s%s%s", (int)(end - start),
				 set->names.data + start, natu_fate_name(target->fate),
				 reason ? ": " : "", reason ? reason : "");
			told++;
		}
		start = end;
	}
	if (told < refused + vanished)
		complain("... and %zu more that were not closed",
			 refused + vanished - told);
	complain("%zu of %zu sockets closed, %zu vanished, %zu refused",
		 count_fate(set, NATU_CLOSED), set->count, vanished, refused);
}

static int failed(const struct natu_error *error)
{
	complain("%s", error->text);
	return error->code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
}

static int written(int result)
{
	if (result >= 0)
		return EXIT_OK;
	complain("writing the list: %s", strerror(-result));
	return EXIT_TROUBLE;
}

/* Closes what has been fixed and agreed to. */
static int close_all(struct set *set, struct natu *natu)
{
	struct natu_error error;
	int result = natu_destroy(natu, set->targets, set->count, &error);

	if (!set->request->list.quiet)
		tell(set);
	if (result < 0)
		return failed(&error);
	return count_fate(set, NATU_REFUSED) ? EXIT_TROUBLE : EXIT_OK;
}

/* The table is shown before anything is closed; objects, which say what became of each,
 * after it. */
static int show_and_close(struct set *set, struct natu *natu,
			  const struct natu_report *report,
			  const struct natu_error *error)
{
	const struct kill_request *request = set->request;
	bool shows = !request->list.quiet, table = is_table(set);
	int status = EXIT_OK, after;

	if (shows && table && set->count)
		status = written(show(set, natu, report, error));
	if (status != EXIT_OK)
		return status;
	warn_of_session(set);
	if (!set->count)
		status = EXIT_NO_MATCH;
	else if (request->dry_run)
		status = EXIT_OK;
	else if (!request->yes && !says_yes(set->count))
		status = EXIT_TROUBLE;
	else
		status = close_all(set, natu);
	if (!shows || table)
		return status;
	after = written(show(set, natu, report, error));
	return after == EXIT_OK ? status : after;
}

static int run(struct set *set, struct natu *natu)
{
	struct natu_report report = { 0 };
	struct natu_error list_error, *error = NULL;
	int status, end;

	if (prepare(set, &list_error) < 0)
		return failed(&list_error);
	if (fix(set, natu, &report, &list_error) < 0)
		error = &list_error;
	list_tell(&set->request->list, &report, error);
	/* Without memory or with a wrong query nothing has been chosen. */
	if (error && (error->code == NATU_ENOMEM || error->code == NATU_EUSAGE))
		return EXIT_TROUBLE;
	status = show_and_close(set, natu, &report, error);
	if (status == EXIT_NO_MATCH && !set->request->list.quiet)
		complain("no socket matches: there is nothing to close");
	end = written(output_close(&set->output));
	if (status == EXIT_OK)
		status = error ? EXIT_TROUBLE : end;
	return status;
}

int kill_sockets(const struct kill_request *request)
{
	const struct list_request *list = &request->list;
	struct set set = { .request = request };
	struct natu_error error;
	struct natu *natu = natu_open(&list->setup, &error);
	int status;

	if (!natu)
		return failed(&error);
	status = list_check_filter(list, natu);
	if (status != EXIT_OK) {
		natu_close(natu);
		return status;
	}
	set.render = (struct render){ .look = &list->look,
				      .format = list_format(list),
				      .output = &set.output };
	output_open(&set.output, STDOUT_FILENO);
	status = run(&set, natu);
	natu_close(natu);
	render_free(&set.render);
	natu_plan_free(set.name);
	natu_buffer_free(&set.text);
	natu_buffer_free(&set.names);
	natu_buffer_free(&set.output.text);
	free(set.targets);
	free(set.rows);
	return status;
}
