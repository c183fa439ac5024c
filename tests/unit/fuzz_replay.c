/* SPDX-License-Identifier: MIT */
#include <natu/natu.h>

#include "family.h"
#include "fuzz.h"

#include <ctype.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

/* All columns that a message can fill, printed in one style. */
struct printer {
	struct natu_plan *plan;
	struct natu_buffer text;
};

static natu_facts message_facts(void)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < natu_family_count; i++)
		facts |= natu_families[i].diag_facts;
	return facts;
}

static struct natu_plan *plan_all_columns(enum natu_style style)
{
	struct natu_plan *plan = natu_plan_new(style);
	struct natu_error error;

	for (size_t i = 0; i < natu_column_count(); i++) {
		struct natu_cell cell = { .column = natu_column_at(i), .absent = "-" };

		if (natu_column_facts(cell.column) & message_facts())
			natu_plan_cell(plan, &cell);
		natu_plan_literal(plan, " ");
	}
	fuzz_expect(natu_plan_ready(plan, &error) == 0, "a plan can be made");
	return plan;
}

static int print_row(void *context, const struct natu_socket *socket)
{
	struct printer *printers = context;

	for (size_t i = 0; i < 4; i++) {
		struct natu_buffer *text = &printers[i].text;

		text->used = 0;
		natu_plan_row(printers[i].plan, socket, text);
		for (size_t k = 0; k < text->used; k++)
			fuzz_expect(!iscntrl((unsigned char)text->data[k]),
				    "a row has no control characters");
	}
	return 0;
}

static uint64_t list(const char *path, struct printer *printers, bool in_order)
{
	struct natu_setup setup = { .replay = path };
	struct natu_query query = { .facts = message_facts(), .in_order = in_order };
	struct natu_sink sink = { .row = print_row, .context = printers };
	struct natu_report report = { 0 };
	struct natu_error error = { 0 };
	struct natu *natu = natu_open(&setup, &error);

	if (natu && natu_list(natu, &query, &sink, &report, &error) == 0)
		fuzz_expect(!error.text[0], "who succeeds has no error");
	else
		fuzz_expect(error.code != NATU_OK && error.text[0], "who fails says why");
	fuzz_expect(!strpbrk(error.text, "\n\x1b"), "an error is one harmless line");
	natu_close(natu);
	return report.rows;
}

int fuzz_replay(const uint8_t *data, size_t size)
{
	static struct printer printers[4];
	const char *path = fuzz_file(data, size);
	uint64_t rows;

	for (int style = 0; style < 4; style++)
		if (!printers[style].plan)
			printers[style].plan = plan_all_columns((enum natu_style)style);
	rows = list(path, printers, false);
	fuzz_expect(rows <= size / NLMSG_HDRLEN, "a row needs a message");
	fuzz_expect(list(path, printers, true) == rows, "the order changes no row");
	return 0;
}
