/* SPDX-License-Identifier: MIT */
#include "render/dialect.h"
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The summary as CSV and TSV: a line for each fact, with its path in JSON and its value.
 * Sockets are counted under the words for their protocol and their state. */

struct fields {
	struct natu_buffer *text;
	const struct dialect *dialect;
};

static void add_number(const struct fields *fields, const char *name, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	natu_buffer_add_text(fields->text, name);
	natu_buffer_add_text(fields->text, fields->dialect->separator);
	natu_buffer_add_text(fields->text, digits);
	natu_buffer_add_text(fields->text, fields->dialect->line_end);
}

static void add_text(const struct fields *fields, const char *name, const char *text)
{
	natu_buffer_add_text(fields->text, name);
	natu_buffer_add_text(fields->text, fields->dialect->separator);
	natu_buffer_add_foreign(fields->text, fields->dialect->style, text, strlen(text));
	natu_buffer_add_text(fields->text, fields->dialect->line_end);
}

static void add_counts(const struct fields *fields, const struct census *census)
{
	for (size_t i = 0; i < census->count_count; i++) {
		const struct census_count *count = &census->counts[i];
		char name[SUMMARY_NAME_SIZE];

		snprintf(name, sizeof(name), "sockets.%s.%s", count->proto->text,
			 state_word(count->state));
		add_number(fields, name, count->sockets);
	}
}

static void add_fact(void *context, const struct summary_fact *fact)
{
	if (fact->kind == SUMMARY_NO_GROUP)
		return;
	if (fact->kind == SUMMARY_NUMBER)
		add_number(context, fact->name, fact->number);
	else
		add_text(context, fact->name,
			 fact->kind == SUMMARY_TEXT ? fact->text : "");
}

static void begin(struct render *render, const struct natu *natu)
{
	(void)render;
	(void)natu;
}

static void end_with(struct render *render, const struct dialect *dialect)
{
	const struct fields fields = { &render->output->text, dialect };

	census_end(&render->census);
	if (render->look->header)
		add_text(&fields, "name", "value");
	add_counts(&fields, &render->census);
	summary_tell(render, add_fact, (void *)&fields);
}

static void end_csv(struct render *render, const struct natu_report *report,
		    const struct natu_error *error)
{
	(void)report;
	(void)error;
	end_with(render, &dialect_csv);
}

static void end_tsv(struct render *render, const struct natu_report *report,
		    const struct natu_error *error)
{
	(void)report;
	(void)error;
	end_with(render, &dialect_tsv);
}

const struct renderer render_summary_csv = {
	.name = "summary-csv",
	.help = "the summary as comma-separated values",
	.counts = summary_counts,
	.begin = begin,
	.end = end_csv,
};

const struct renderer render_summary_tsv = {
	.name = "summary-tsv",
	.help = "the summary as tab-separated values",
	.counts = summary_counts,
	.begin = begin,
	.end = end_tsv,
};
