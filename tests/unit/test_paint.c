/* SPDX-License-Identifier: MIT */
#include "paint.h"
#include "terminal.h"

#include "socket.h"
#include "state.h"
#include "test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the first of these locales that this machine has. */
static bool in_utf8(void)
{
	return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
}

TEST(width_of_text)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 },
		{ "natu", 4 },
		{ "\xc3\xa9t\xc3\xa9", 3 },		/* composed */
		{ "e\xcc\x81te\xcc\x81", 3 },		/* with combining accents */
		{ "\xe6\x97\xa5\xe6\x9c\xac", 4 },	/* wide */
		{ "\xed\x95\x9c-\xf0\x9f\x98\x80", 5 }, /* wide, outside of the BMP */
		{ "\033[1;31m\xe6\x97\xa5\033[0m", 2 }, /* in colour */
		{ "\xe2\x80\x8b", 0 },			/* a space without width */
	};

	if (!in_utf8()) {
		test_skip("no UTF-8 locale here");
		return;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(text_width(cases[i].text, strlen(cases[i].text)),
				cases[i].width);
	setlocale(LC_CTYPE, "C");
	/* Without a locale: code points. */
	CU_ASSERT_EQUAL(text_width("\xe6\x97\xa5\xe6\x9c\xac", 6), 2);
	CU_ASSERT_EQUAL(text_width("natu", 4), 4);
}

TEST(width_of_what_is_cut)
{
	static const char text[] = "\xf0\x9f\x98\x80";

	for (size_t length = 1; length < 4; length++) {
		char exact[4];

		memcpy(exact, text, length);
		CU_ASSERT_EQUAL(text_width(exact, length), 1);
	}
}

/* The row of a plan with one marked cell, of a socket. */
static char *painted(struct painter *painter, const char *column, unsigned int width,
		     enum natu_align align, const struct natu_socket *socket)
{
	const struct natu_column *shown = natu_column_find(column);
	const struct natu_cell cell = { .column = shown, .absent = "-" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	struct natu_buffer marked = { 0 }, row = { 0 };
	struct natu_error error;

	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	natu_plan_literal(plan, "<");
	painter_open(plan, painter_cell(painter, shown, NULL, false), width, align);
	natu_plan_cell(plan, &cell);
	painter_close(plan);
	natu_plan_literal(plan, ">");
	CU_ASSERT_EQUAL_FATAL(natu_plan_ready(plan, &error), 0);
	painter_settle(painter, ~(natu_facts)0);
	natu_plan_row(plan, socket, &marked);
	painter_row(painter, socket, &marked, &row);
	natu_buffer_add(&row, "", 1);
	natu_plan_free(plan);
	natu_buffer_free(&marked);
	return row.data;
}

static bool is_painted(bool colored, const char *column, enum natu_align align,
		       const struct natu_socket *socket, const char *expected)
{
	struct painter *painter = painter_new(colored);
	struct natu_buffer row = { 0 };
	bool same;

	CU_ASSERT_PTR_NOT_NULL_FATAL(painter);
	row.data = painted(painter, column, 8, align, socket);
	same = row.data && !strcmp(row.data, expected);
	if (!same)
		printf("%s: %s, not %s\n", column, row.data, expected);
	natu_buffer_free(&row);
	painter_free(painter);
	return same;
}

TEST(cells_of_a_row)
{
	struct natu_socket socket = {
		.facts = FACT_BASE | FACT_QUEUES,
		.asked = ~(natu_facts)0,
		.recv_q = 65535,
		.send_q = 65536,
		.state = &(struct natu_word){ "LISTEN", 6 },
		.state_number = STATE_LISTEN,
	};

	CU_ASSERT(is_painted(true, "state", NATU_LEFT, &socket,
			     "<\033[36mLISTEN\033[0m  >"));
	CU_ASSERT(is_painted(true, "send_q", NATU_RIGHT, &socket,
			     "<   \033[1;33m65536\033[0m>"));
	CU_ASSERT(is_painted(true, "recv_q", NATU_RIGHT, &socket, "<   65535>"));
	CU_ASSERT(is_painted(false, "send_q", NATU_RIGHT, &socket, "<   65536>"));
	/* What is not there is no trouble. */
	socket.facts = FACT_BASE;
	CU_ASSERT(is_painted(true, "send_q", NATU_LEFT, &socket, "<-       >"));
}

TEST(widths_are_those_of_a_terminal)
{
	struct natu_socket socket = { .facts = FACT_INTERFACE,
				      .asked = ~(natu_facts)0,
				      .interface = 1,
				      .interface_name = "\xe6\x97\xa5\xe6\x9c\xac" };

	if (!in_utf8()) {
		test_skip("no UTF-8 locale here");
		return;
	}
	/* painter_new() takes the user's locale. */
	setenv("LC_ALL", setlocale(LC_CTYPE, NULL), 1);
	CU_ASSERT(is_painted(false, "interface", NATU_LEFT, &socket,
			     "<\xe6\x97\xa5\xe6\x9c\xac    >"));
	setenv("LC_ALL", "C", 1);
	CU_ASSERT(is_painted(false, "interface", NATU_LEFT, &socket,
			     "<\xe6\x97\xa5\xe6\x9c\xac      >"));
	setlocale(LC_CTYPE, "C");
}

TEST(a_full_queue_is_trouble)
{
	struct natu_socket socket = { .facts = FACT_LISTENER | FACT_BACKLOG,
				      .asked = ~(natu_facts)0,
				      .accept_queue = 2,
				      .backlog = 1 };

	CU_ASSERT(is_painted(true, "listener.queue", NATU_LEFT, &socket,
			     "<\033[1;31m2\033[0m       >"));
	socket.accept_queue = 1;
	CU_ASSERT(is_painted(true, "listener.queue", NATU_LEFT, &socket, "<1       >"));
	/* /proc does not say how many may wait. */
	socket.accept_queue = 2;
	socket.facts = FACT_LISTENER;
	CU_ASSERT(is_painted(true, "listener.queue", NATU_LEFT, &socket, "<2       >"));
}
