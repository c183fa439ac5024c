/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "cli.h"
#include "kill.h"
#include "list_columns.h"
#include "list_options.h"
#include "render.h"
#include "replace.h"
#include "resolve/resolve.h"
#include "list_setters.h"
#include "paint.h"
#include "sink.h"
#include "totals.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* One listing on its way out. */
struct listing {
	const struct list_request *request;
	struct output output;
	struct replacement replacement; /* with --output */
	struct render render;
	struct sink *sink; /* NULL: rows are written as they come */
	struct totals totals;
	bool stopped;			/* more rows were not wanted */
	bool is_told;			/* what there was to say of it, and to write */
	struct natu_measures *measures; /* of a format that counts */
};

static int begin(void *context, const struct natu *natu)
{
	struct listing *listing = context;

	if (listing->request->quiet)
		return 0;
	listing->render.begun = true;
	listing->render.format->begin(&listing->render, natu);
	return output_settle(&listing->output);
}

/* Most lists have neither an order nor an end of their own. */
static int plain_row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;

	render_row(&listing->render, socket);
	return output_settle(&listing->output);
}

static int row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;
	size_t top = listing->request->top;

	if (listing->render.format->counts)
		return census_row(&listing->render.census, socket);
	if (listing->request->look.total)
		totals_add(&listing->totals, socket);
	if (listing->sink)
		return sink_row(listing->sink, &listing->render, socket);
	/* Those that are not shown are in the totals. */
	if (top && listing->render.rows == top)
		return 0;
	render_row(&listing->render, socket);
	if (listing->render.rows == top && !listing->request->look.total) {
		listing->stopped = true;
		return -ECANCELED;
	}
	return output_settle(&listing->output);
}

/* One match is all that -q wants to know. */
static int quiet_row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;

	(void)socket;
	listing->stopped = true;
	return -ECANCELED;
}

typedef int take_row(void *context, const struct natu_socket *socket);

static take_row *row_of(const struct list_request *request)
{
	const struct look *look = &request->look;
	bool is_plain = !look->counts && !look->total && !request->sort.count &&
			!request->top && !list_format(request)->counts;

	if (request->quiet)
		return quiet_row;
	return is_plain ? plain_row : row;
}

/* What the report has to say, and the error if the report does not have it. True if
 * something that was asked for is missing. */
bool list_tell(const struct list_request *request, const struct natu_report *report,
	       const struct natu_error *error)
{
	bool missing = false, told = !error;

	for (size_t i = 0; i < report->count; i++) {
		const struct natu_notice *notice = &report->notices[i];

		missing |= notice->kind != NATU_FALLBACK;
		if (notice->kind == NATU_FALLBACK && !request->verbose)
			continue;
		complain("%s", notice->text);
		told |= error && !strcmp(notice->text, error->text);
	}
	if (!told)
		complain("%s", error->text);
	return missing;
}

/* The recording has been begun, and so its file is there. */
static bool is_recorded_to(const struct list_request *request, const char *path)
{
	const char *recording = request->setup.record;
	struct stat output, record;

	return recording && stat(path, &output) == 0 && stat(recording, &record) == 0 &&
	       S_ISREG(record.st_mode) && output.st_dev == record.st_dev &&
	       output.st_ino == record.st_ino;
}

/* 0, or -1 after a complaint. */
static int open_output(struct listing *listing)
{
	const struct list_request *request = listing->request;
	int fd = STDOUT_FILENO;

	if (request->output && !request->quiet) {
		if (is_recorded_to(request, request->output)) {
			complain("--output %s: --record writes to the same file",
				 request->output);
			return -1;
		}
		if (replace_begin(&listing->replacement, request->output) < 0)
			return -1;
		fd = listing->replacement.fd;
	}
	output_open(&listing->output, fd);
	return 0;
}

/* Ends the output: 0 or a negative errno, after a complaint. */
static int close_output(struct listing *listing, int written, const char *what)
{
	const char *path = listing->request->output;
	int closed = output_close(&listing->output);

	written = written < 0 ? written : closed;
	if (written >= 0 && path)
		written = replace_commit(&listing->replacement);
	if (written < 0)
		complain("writing %s: %s", path ? path : what, strerror(-written));
	return written;
}

static int finish(struct listing *listing, const struct natu_report *report,
		  const struct natu_error *error)
{
	const struct list_request *request = listing->request;
	int written = 0;
	bool missing;

	if (request->quiet) {
		natu_buffer_free(&listing->output.text);
		listing->is_told = true;
		if (listing->stopped && !error)
			return EXIT_OK;
	} else {
		if (!listing->render.begun)
			listing->render.format->begin(&listing->render, NULL);
		if (listing->sink)
			written = sink_end(listing->sink, &listing->render);
		if (request->look.total &&
		    !totals_end(&listing->totals, &listing->render))
			written = -ENOMEM;
		listing->render.format->end(&listing->render, report, error);
		written = close_output(listing, written, "the list");
	}
	missing = list_tell(request, report, written < 0 ? NULL : error);
	listing->is_told = written >= 0;
	if (written < 0 || error || report->failed)
		return EXIT_TROUBLE;
	if (request->strict && missing)
		return EXIT_INCOMPLETE;
	return request->quiet ? EXIT_NO_MATCH : EXIT_OK;
}

const struct renderer *list_format(const struct list_request *request)
{
	const struct look *look = &request->look;
	const struct renderer *format = look->format;

	if (look->summary)
		return format->summary;
	if ((look->named.count || look->counts) && format->chosen)
		return format->chosen;
	if (look_is_detailed(look))
		return format->detailed;
	return look->is_sorted && format->sorted ? format->sorted : format;
}

/* Compiles the output, and chooses what the rows go through. */
static int prepare(struct listing *listing, struct natu_error *error)
{
	const struct list_request *request = listing->request;
	bool needs_sink = request->sort.count || request->look.counts;

	if (render_prepare(&listing->render, error) < 0)
		return -1;
	if (request->look.counts)
		listing->sink = sink_group_new(&request->look, &request->sort,
					       request->top);
	else if (request->sort.count)
		listing->sink = sink_sort_new(&request->sort, request->top);
	if ((!needs_sink || listing->sink) &&
	    (!request->look.total || totals_begin(&listing->totals, &request->look)))
		return 0;
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

/* Instead of the list: what is asked of the kernel for it. */
static int explain(struct listing *listing, struct natu *natu,
		   const struct natu_query *query)
{
	natu_explain(natu, query, &listing->output.text);
	return close_output(listing, 0, "the explanation") < 0 ? EXIT_TROUBLE : EXIT_OK;
}

/* What rows are counted by, and what the kernel has counted by itself: both at once, as
 * far as that goes. */
static int prepare_counts(struct listing *listing, const struct natu *natu,
			  struct natu_report *report, struct natu_error *error)
{
	if (!listing->render.format->counts || listing->request->quiet)
		return 0;
	listing->measures = natu_measures_read(natu, report, error);
	if (!listing->measures)
		return -1;
	listing->render.measures = listing->measures;
	census_begin(&listing->render.census, listing->measures,
		     !listing->request->setup.all_netns);
	return 0;
}

/* All that the rows have to bring. */
static natu_facts facts_of(const struct listing *listing)
{
	natu_facts facts = sort_facts(&listing->request->sort) |
			   aggregates_facts(&listing->request->look.figures) |
			   aggregates_facts(&listing->totals.figures);

	facts |= render_facts(&listing->render);
	if (listing->render.format->counts && !listing->request->quiet)
		facts |= listing->render.format->counts();
	return facts;
}

static int run(struct listing *listing, struct natu *natu, const struct natu_query *query,
	       struct natu_report *report)
{
	const struct natu_sink sink = {
		.begin = begin,
		.row = row_of(listing->request),
		.context = listing,
	};
	struct natu_error error;
	bool failed = natu_list(natu, query, &sink, report, &error) < 0 &&
		      !(listing->stopped && error.error == ECANCELED);

	if (query->resolver)
		resolve_report(query->resolver->context, report);
	return finish(listing, report, failed ? &error : NULL);
}

/* Names are looked up only with --resolve, and only those that the list needs: `--columns
 * local` does not mean the network. */
static void choose_resolver(const struct list_request *request, struct natu_query *query,
			    struct resolve *resolve)
{
	natu_facts filter = natu_filter_facts(request->filter);
	bool is_allowed = request->look.sets & NATU_SET_NAMES;
	natu_facts names = is_allowed || filter
				   ? (query->facts | filter) & resolve_facts()
				   : 0;

	if (names && is_allowed)
		query->resolver = resolve_begin(resolve);
	else if (filter & names)
		complain("the filter is about names, which only --resolve looks up");
}

/* False in *can_go_on: nothing more can be written. */
static int list_once(struct natu *natu, const struct list_request *request,
		     struct resolve *resolve, bool *can_go_on)
{
	struct listing listing = {
		.request = request,
		.render = { .look = &request->look,
			    .format = list_format(request),
			    .output = &listing.output,
			    .most = request->top },
	};
	struct natu_query query = request->query;
	struct natu_report report = { 0 };
	struct natu_error error;
	int status;

	*can_go_on = false;
	query.filter = request->filter;
	query.in_order = listing.render.format->in_order && !request->quiet &&
			 !request->look.counts;
	if (open_output(&listing) < 0)
		return EXIT_TROUBLE;
	if ((!request->quiet && prepare(&listing, &error) < 0) ||
	    prepare_counts(&listing, natu, &report, &error) < 0) {
		complain("%s", error.text);
		status = EXIT_TROUBLE;
	} else {
		query.facts = facts_of(&listing);
		if (listing.render.painter)
			query.wishes = painter_settle(listing.render.painter,
						      query.facts);
		choose_resolver(request, &query, resolve);
		status = request->explain ? explain(&listing, natu, &query)
					  : run(&listing, natu, &query, &report);
	}
	*can_go_on = listing.is_told;
	replace_drop(&listing.replacement);
	render_free(&listing.render);
	natu_measures_free(listing.measures);
	sink_free(listing.sink);
	totals_free(&listing.totals);
	return status;
}

static void wait_seconds(double seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* Each protocol brings the columns that it alone has. Without a choice a recording lists
 * whatever it holds, which shows once it is open. */
static void settle_protocols(struct list_request *request, const struct natu *natu)
{
	request->look.protocols = natu_query_protocols(natu, &request->query);
	request->look.families = request->query.families;
	request->look.sets |= natu_protocol_sets(request->look.protocols);
	if ((request->look.sets & NATU_SET_SCTP) && (request->look.sets & NATU_SET_INFO))
		request->look.sets |= NATU_SET_SCTP_INFO;
	/* Nothing else has anything of TCP. */
	if (request->look.protocols == natu_protocol_named("sctp"))
		request->look.sets &= ~(unsigned int)NATU_SET_INFO;
	if (natu)
		columns_narrow(&request->look.named, request->look.protocols,
			       request->look.sets);
}

/* What has worked once may fail for a moment: that is said, and it goes on. */
static int list_repeatedly(struct natu *natu, const struct list_request *request,
			   struct resolve *resolve)
{
	bool can_go_on;
	int status = list_once(natu, request, resolve, &can_go_on);

	can_go_on &= status == EXIT_OK;
	while (request->interval && can_go_on && !(request->quiet && status != EXIT_OK)) {
		int once;

		wait_seconds(request->interval);
		once = list_once(natu, request, resolve, &can_go_on);
		status = status == EXIT_OK ? once : status;
	}
	return status;
}

static int list(struct list_request *request)
{
	struct natu_error error;
	struct resolve *resolve = resolve_new(request->resolve_seconds);
	struct natu *natu = resolve ? natu_open(&request->setup, &error) : NULL;
	int status;

	if (!resolve) {
		complain("out of memory");
		return EXIT_TROUBLE;
	}
	if (!natu) {
		resolve_free(resolve);
		complain("%s", error.text);
		return error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
	}
	settle_protocols(request, natu);
	status = list_check_filter(request, natu);
	if (status == EXIT_OK)
		status = list_repeatedly(natu, request, resolve);
	natu_close(natu);
	resolve_free(resolve);
	return status;
}

/* The columns, in the format in which sockets would be listed. */
int list_describe_columns(const struct list_request *request)
{
	const struct look *look = &request->look;
	struct natu_buffer text = { 0 };

	if (look->format->describe)
		look->format->describe(&text);
	else
		columns_describe(&text);
	return print_text(&text);
}

int list_request_settle(struct list_request *request)
{
	int status = list_settle(request);

	request->look.selection = request->query.selection;
	/* Of several namespaces each has all protocols. */
	request->look.is_sorted = (request->sort.count && !request->look.counts) ||
				  request->setup.all_netns;
	settle_protocols(request, NULL);
	return status;
}

/* On a terminal perhaps through a pager. */
static int list_paged(struct list_request *request)
{
	bool is_read = !request->quiet && !request->output;
	struct pager pager = { 0 };
	int status;

	if (is_read && !pager_begin(&pager, request->pager))
		return EXIT_TROUBLE;
	status = list(request);
	pager_end(&pager);
	return status;
}

int list_run(int argc, char **argv)
{
	struct list_request request;
	int first, status;

	if (!list_request_new(&request)) {
		complain("out of memory");
		return EXIT_TROUBLE;
	}
	status = options_parse(&list_options, argc, argv, &request, &first);
	if (status == EXIT_OK && !request.done)
		status = list_request_settle(&request);
	if (status == EXIT_OK && !request.done && request.describe) {
		request.done = true;
		status = list_describe_columns(&request);
	}
	if (status == EXIT_OK && !request.done && first < argc)
		status = list_add_expression(&request, argc - first, argv + first);
	if (status == EXIT_OK && !request.done)
		status = request.kill ? kill_listed(&request) : list_paged(&request);
	list_request_free(&request);
	return status;
}
