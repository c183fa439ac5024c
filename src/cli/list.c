/* SPDX-License-Identifier: MIT */
#include "list.h"

#include "cli.h"
#include "list_options.h"
#include "render.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One listing on its way out. */
struct listing {
	const struct list_request *request;
	struct output output;
	struct render render;
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

static int row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;

	listing->render.format->row(&listing->render, socket);
	listing->render.rows++;
	return output_settle(&listing->output);
}

/* One match is all that -q wants to know. */
static int quiet_row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;

	(void)socket;
	listing->render.rows++;
	return -ECANCELED;
}

/* What the report has to say that is not the error itself. True if something asked for is missing. */
static bool tell(const struct list_request *request, const struct natu_report *report,
		 const struct natu_error *error)
{
	bool missing = false;

	for (size_t i = 0; i < report->count; i++) {
		const struct natu_notice *notice = &report->notices[i];

		missing |= notice->kind != NATU_FALLBACK;
		if (notice->kind == NATU_FALLBACK && !request->verbose)
			continue;
		if (!error || strcmp(notice->text, error->text) != 0)
			complain("%s", notice->text);
	}
	return missing;
}

static int finish(struct listing *listing, const struct natu_report *report,
		  const struct natu_error *error)
{
	const struct list_request *request = listing->request;
	int written = 0;
	bool missing;

	if (request->quiet) {
		natu_buffer_free(&listing->output.text);
		if (listing->render.rows)
			return EXIT_OK;
	} else {
		if (!listing->render.begun)
			listing->render.format->begin(&listing->render, NULL);
		listing->render.format->end(&listing->render, report, error);
		written = output_close(&listing->output);
	}
	missing = tell(request, report, error);
	if (written < 0)
		complain("writing the list: %s", strerror(-written));
	else if (error)
		complain("%s", error->text);
	if (written < 0 || error)
		return EXIT_TROUBLE;
	if (request->strict && missing)
		return EXIT_INCOMPLETE;
	return request->quiet ? EXIT_NO_MATCH : EXIT_OK;
}

static const struct renderer *format_of(const struct look *look)
{
	return look->named.count && look->format->chosen ? look->format->chosen : look->format;
}

static int list_once(struct natu *natu, const struct list_request *request)
{
	struct listing listing = {
		.request = request,
		.render = { .look = &request->look,
			    .format = format_of(&request->look),
			    .output = &listing.output },
	};
	const struct natu_sink sink = {
		.begin = begin,
		.row = request->quiet ? quiet_row : row,
		.context = &listing,
	};
	struct natu_query query = request->query;
	struct natu_report report = { 0 };
	struct natu_error error;
	int status;

	query.filter = request->filter;
	query.in_order = listing.render.format->in_order && !request->quiet;
	output_open(&listing.output, STDOUT_FILENO);
	if (!request->quiet && listing.render.format->prepare(&listing.render, &error) < 0) {
		complain("%s", error.text);
		status = EXIT_TROUBLE;
	} else {
		query.facts = listing.render.facts;
		if (listing.render.plan)
			query.facts |= natu_plan_facts(listing.render.plan);
		if (natu_list(natu, &query, &sink, &report, &error) < 0)
			status = finish(&listing, &report, &error);
		else
			status = finish(&listing, &report, NULL);
	}
	render_free(&listing.render);
	return status;
}

static void wait_seconds(double seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

static int list(const struct list_request *request)
{
	struct natu_error error;
	struct natu *natu = natu_open(&request->setup, &error);
	int status;

	if (!natu) {
		complain("%s", error.text);
		return error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
	}
	status = list_once(natu, request);
	while (request->interval && status == EXIT_OK) {
		wait_seconds(request->interval);
		status = list_once(natu, request);
	}
	natu_close(natu);
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
	request.look.selection = request.query.selection;
	/* Without a choice a recording lists whatever it holds. */
	request.look.protocols = request.query.protocols ? request.query.protocols : UINT32_MAX;
	if (status == EXIT_OK && !request.done && first < argc) {
		complain("%s: filter expressions are not in this version", argv[first]);
		status = EXIT_USAGE;
	}
	if (status == EXIT_OK && !request.done)
		status = list(&request);
	list_request_free(&request);
	return status;
}
