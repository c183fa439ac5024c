/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

/* The summary as JSON: each fact at its path, and the sockets by protocol and state as an
 * array. */

static void add_counts(struct json *json, const struct census *census)
{
	json_open(json, "sockets", '[');
	for (size_t i = 0; i < census->count_count; i++) {
		const struct census_count *count = &census->counts[i];

		json_open_line(json, NULL, '{');
		json_text(json, "proto", count->proto->text);
		json_text(json, "state", count->state ? count->state->text : NULL);
		json_number(json, "count", count->sockets);
		json_close(json, '{');
	}
	json_close(json, '[');
}

/* Facts on their way into groups of groups. */
struct nesting {
	struct json *json;
	size_t open;			  /* groups */
	char previous[SUMMARY_NAME_SIZE]; /* what was told last */
};

static void close_groups(struct nesting *nesting, size_t but)
{
	for (; nesting->open > but; nesting->open--)
		json_close(nesting->json, '{');
}

/* Closes the groups that end before a name, and opens its own. Gives its last part. */
static const char *enter(struct nesting *nesting, const char *name)
{
	const char *part = name, *end;
	size_t shared = 0;

	for (; (end = strchr(part, '.')) &&
	       !strncmp(nesting->previous, name, (size_t)(end + 1 - name));
	     part = end + 1)
		shared++;
	close_groups(nesting, shared);
	for (; (end = strchr(part, '.')); part = end + 1) {
		char key[SUMMARY_NAME_SIZE];

		snprintf(key, sizeof(key), "%.*s", (int)(end - part), part);
		json_open(nesting->json, key, '{');
		nesting->open++;
	}
	snprintf(nesting->previous, sizeof(nesting->previous), "%s", name);
	return part;
}

static void add_fact(void *context, const struct summary_fact *fact)
{
	struct nesting *nesting = context;

	if (fact->kind == SUMMARY_NO_MEMBER)
		return;
	if (fact->kind == SUMMARY_NUMBER)
		json_number(nesting->json, enter(nesting, fact->name), fact->number);
	else if (fact->kind == SUMMARY_TEXT)
		json_text(nesting->json, enter(nesting, fact->name), fact->text);
	else
		json_null(nesting->json, enter(nesting, fact->name));
}

static void begin(struct render *render, const struct natu *natu)
{
	render_json_begin(&render->output->text, natu);
}

static void add_summary(struct render *render, struct json *json)
{
	struct nesting nesting = { .json = json };

	census_end(&render->census);
	json_open(json, "summary", '{');
	add_counts(json, &render->census);
	summary_tell(render, add_fact, &nesting);
	close_groups(&nesting, 0);
	json_close(json, '{');
}

static void end(struct render *render, const struct natu_report *report,
		const struct natu_error *error)
{
	struct natu_buffer *text = &render->output->text;
	struct json json = { .text = text, .depth = 1, .follows = true };

	add_summary(render, &json);
	natu_buffer_add_text(text, "\n");
	render_json_end(text, report, error);
}

/* The same document, in one line. */
static void end_line(struct render *render, const struct natu_report *report,
		     const struct natu_error *error)
{
	struct natu_buffer *text = &render->output->text;
	struct json json = { .text = text, .depth = 1, .line = 1, .follows = true };

	add_summary(render, &json);
	render_json_end(text, report, error);
}

const struct renderer render_summary_json = {
	.name = "summary-json",
	.help = "the summary as JSON",
	.counts = summary_counts,
	.begin = begin,
	.end = end,
};

const struct renderer render_summary_ndjson = {
	.name = "summary-ndjson",
	.help = "the summary as JSON, in one line",
	.counts = summary_counts,
	.begin = begin,
	.end = end_line,
};
