/* SPDX-License-Identifier: MIT */
#include "fact.h"
#include "socket.h"
#include "test.h"

#include <natu/plan.h>
#include <string.h>

/* A group without its end would lead nowhere: the caller is told instead. */
TEST(what_is_left_open)
{
	const struct natu_column *holders = natu_column_find("process.pid");
	struct natu_error error;

	for (unsigned int i = 0; i < 3; i++) {
		struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

		natu_plan_literal(plan, "(");
		if (i == 0)
			natu_plan_group(plan, FACT_UID, "");
		else if (i == 1)
			natu_plan_each(plan, holders, "");
		else
			natu_plan_span(plan, 7, NATU_LEFT);
		CU_ASSERT(natu_plan_ready(plan, &error) == -1 &&
			  error.code == NATU_EUSAGE);
		natu_plan_free(plan);
	}
}

/* Without its end a row would go on beyond its last step. */
TEST(what_is_not_ready)
{
	const struct natu_socket socket = { .facts = FACT_COOKIE, .cookie = 1 };
	const struct natu_cell cell = { .column = natu_column_find("cookie"),
					.absent = "" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	struct natu_buffer text = { 0 };
	struct natu_error error;

	natu_plan_row(plan, &socket, &text);
	CU_ASSERT(text.failed && !text.used);
	for (unsigned int i = 0; i < 3; i++) {
		natu_buffer_free(&text);
		natu_plan_literal(plan, "<");
		natu_plan_row(plan, &socket, &text);
		CU_ASSERT(text.failed && !text.used);
		natu_plan_cell(plan, &cell);
		natu_plan_row(plan, &socket, &text);
		CU_ASSERT(text.failed && !text.used);
		natu_plan_literal(plan, ">");
		CU_ASSERT_FATAL(natu_plan_ready(plan, &error) == 0);
		CU_ASSERT_FATAL(natu_plan_ready(plan, &error) == 0);
		natu_buffer_free(&text);
		natu_plan_row(plan, &socket, &text);
		CU_ASSERT(!text.failed && text.used == 5 * (i + 1) &&
			  !memcmp(text.data, "<0x1><0x1><0x1>", text.used));
	}
	natu_buffer_free(&text);
	natu_plan_free(plan);
}

/* Likewise an end that ends nothing, or something else, and holders of holders. */
TEST(what_does_not_fit_together)
{
	const struct natu_column *holders = natu_column_find("process.pid");
	struct natu_error error;

	for (unsigned int i = 0; i < 4; i++) {
		struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

		if (i == 0) {
			natu_plan_end_group(plan);
		} else if (i == 1) {
			natu_plan_group(plan, FACT_UID, "");
			natu_plan_end_each(plan, ";");
			natu_plan_end_group(plan);
		} else if (i == 2) {
			natu_plan_each(plan, holders, "");
			natu_plan_group(plan, FACT_UID, "");
			natu_plan_each(plan, holders, "");
			natu_plan_end_each(plan, ";");
			natu_plan_end_group(plan);
			natu_plan_end_each(plan, ";");
		} else {
			natu_plan_end_span(plan);
		}
		CU_ASSERT(natu_plan_ready(plan, &error) == -1 &&
			  error.code == NATU_EUSAGE);
		natu_plan_free(plan);
	}
}
