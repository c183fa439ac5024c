/* SPDX-License-Identifier: MIT */
#include "column.h"
#include "state.h"
#include "test.h"
#include "value.h"

#include <arpa/inet.h>
#include <natu/plan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A plan is a short way to write what natu_get_at() and natu_buffer_add_value() would
 * give cell by cell, padded as printf() pads. Here that long way is gone, for every
 * column and every style.
 */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Text columns that the table has no like of: as long as wanted, and of several
 * holders. */
static char long_text[300000];
static size_t long_length;
static const char *const holder_names[] = { "nginx", "a;b, \"c\"", "", "x\ny", "\xff" };

static enum natu_presence get_long(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	(void)socket;
	(void)index;
	value->text.bytes = long_text;
	value->text.length = long_length;
	return NATU_HAS;
}

static enum natu_presence get_holder(const struct natu_socket *socket, size_t index,
				     struct natu_value *value)
{
	(void)socket;
	value->text.bytes = holder_names[index % COUNT(holder_names)];
	value->text.length = strlen(value->text.bytes);
	return index % 7 == 6 ? NATU_DENIED : NATU_HAS;
}

static const struct natu_column long_column = {
	.name = "long",
	.title = "Long",
	.fact = FACT_PATH,
	.type = NATU_TEXT,
	.get = get_long,
};

static const struct natu_column holder_column = {
	.name = "process.name",
	.title = "Name",
	.fact = FACT_PROCESS,
	.type = NATU_TEXT,
	.many = true,
	.get = get_holder,
};

static const unsigned char info[280] = {
	1,
	0,
	2,
	3,
	[24] = 1,
	[68] = 0x10,
	[69] = 0x27,
	[100] = 1,
	[148] = 0xff,
	[149] = 0xff,
};
static const uint32_t meminfo[9] = { 0, 212992, 1, 212992, 4096, 0, 7, 8, 9 };

/* A socket that has everything, and a number of each width in each of its members. */
static struct natu_socket full_socket(unsigned int width)
{
	static const struct natu_word proto = { "tcp6", 4 }, name = { "ipv6", 4 };
	static const struct natu_word kind = { "process", 7 };
	const uint32_t number = width > 9 ? UINT32_MAX
					  : (uint32_t)(4321987654U >> 3 * width);
	struct natu_socket socket = {
		.facts = ~0U,
		.asked = ~0U,
		.proto = &proto,
		.family_name = &name,
		.state = natu_stream_state(1 + width % 11),
		.state_number = (uint8_t)(1 + width % 11),
		.local_port = (uint16_t)(65535 >> width),
		.peer_port = (uint16_t)(width ? 1U << width : 0),
		.recv_q = number,
		.send_q = ~number,
		.accept_queue = width,
		.backlog = number,
		.uid = number,
		.inode = (uint64_t)number << width,
		.cookie = (uint64_t)number << 24,
		.interface_name = width % 2 ? "eth0" : "if\"\\\xff\n",
		.timer = (uint8_t)(width % 7),
		.expires_ms = number,
		.retransmits = width,
		.probes = width,
		.tcp_info = info,
		.tcp_info_length = (uint16_t)(width == 3 ? 30 : sizeof(info)),
		.memory = (const unsigned char *)meminfo,
		.memory_length = (uint16_t)(width == 3 ? 10 : sizeof(meminfo)),
		.owner_kind = &kind,
	};

	socket.local.family = AF_INET6;
	inet_pton(AF_INET6, width % 2 ? "fe80::1:2:3" : "::ffff:10.1.2.3",
		  socket.local.bytes);
	socket.peer.family = width % 3 ? AF_INET6 : AF_INET;
	memset(socket.peer.bytes, (int)(width * 30), sizeof(socket.peer.bytes));
	return socket;
}

enum { FULL = 16, SOCKETS = FULL + 4 };

/* Sockets of many widths, then: denied, unasked, not there, and words that are
 * missing. */
static struct natu_socket socket_at(size_t index)
{
	struct natu_socket socket = full_socket((unsigned int)index);

	if (index == FULL) {
		socket.facts = 0;
		socket.denied = ~0U;
	} else if (index == FULL + 1) {
		socket.facts = 0;
		socket.asked = 0;
	} else if (index == FULL + 2) {
		socket.facts = 0;
	} else if (index == FULL + 3) {
		socket.state = NULL;
		socket.interface_name = NULL;
		socket.inode = socket.cookie = 0;
	}
	return socket;
}

/* A cell, the long way. */
static void add_cell(struct natu_buffer *text, enum natu_style style,
		     const struct natu_socket *socket, const struct natu_cell *cell)
{
	struct natu_value value;
	enum natu_presence presence = natu_get(socket, cell->column, &value);
	char seconds[32];

	if (presence != NATU_HAS && cell->otherwise)
		presence = natu_get(socket, cell->otherwise, &value);
	if (presence == NATU_ANY && style == NATU_STYLE_TEXT) {
		natu_buffer_add_text(text, "*");
	} else if (presence != NATU_HAS) {
		natu_buffer_add_text(text, cell->absent);
	} else if (cell->notation == NATU_AS_SECONDS && value.type == NATU_UINT) {
		snprintf(seconds, sizeof(seconds), "%.2f",
			 (double)(value.number / 10) / 100);
		natu_buffer_add_text(text, seconds);
	} else {
		natu_buffer_add_value(text, style, &value);
		if (style == NATU_STYLE_JSON && value.type == NATU_TEXT)
			natu_print_exact_bytes(text, natu_column_name(cell->column),
					       &value);
	}
}

/* As printf() pads. */
static void add_padded(struct natu_buffer *text, const struct natu_buffer *cell,
		       int width, enum natu_align align)
{
	char padded[512];

	snprintf(padded, sizeof(padded), align == NATU_LEFT ? "%-*.*s" : "%*.*s", width,
		 (int)cell->used, cell->used ? cell->data : "");
	natu_buffer_add_text(text, padded);
}

static void finish(struct natu_plan *plan)
{
	struct natu_error error;

	CU_ASSERT_FATAL(natu_plan_ready(plan, &error) == 0);
}

static bool writes(const struct natu_plan *plan, const struct natu_socket *socket,
		   const struct natu_buffer *expected)
{
	struct natu_buffer text = { 0 };
	bool same;

	/* The text before a row stays. */
	natu_buffer_add_text(&text, "kept");
	natu_plan_row(plan, socket, &text);
	same = !text.failed && text.used == expected->used + 4 &&
	       !memcmp(text.data, "kept", 4) &&
	       (!expected->used ||
		!memcmp(text.data + 4, expected->data, expected->used));
	if (!same)
		printf("wrote \"%.*s\", not \"%.*s\"\n", (int)text.used - 4,
		       text.data + 4, (int)expected->used, expected->data);
	natu_buffer_free(&text);
	return same;
}

static bool is_written_like(enum natu_style style, const struct natu_cell *cell)
{
	struct natu_plan *plan = natu_plan_new(style);
	struct natu_buffer expected = { 0 };
	bool same = true;

	natu_plan_literal(plan, "<");
	natu_plan_cell(plan, cell);
	natu_plan_literal(plan, ">");
	finish(plan);
	for (size_t i = 0; i < SOCKETS; i++) {
		const struct natu_socket socket = socket_at(i);

		expected.used = 0;
		natu_buffer_add_text(&expected, "<");
		add_cell(&expected, style, &socket, cell);
		natu_buffer_add_text(&expected, ">");
		same &= writes(plan, &socket, &expected);
	}
	natu_buffer_free(&expected);
	natu_plan_free(plan);
	return same;
}

TEST(every_column_in_every_style)
{
	for (size_t i = 0; natu_column_at(i); i++)
		for (int style = NATU_STYLE_TEXT; style <= NATU_STYLE_TSV; style++) {
			struct natu_cell cell = { .column = natu_column_at(i),
						  .absent = "absent" };

			if (natu_column_is_many(cell.column))
				continue;
			CU_ASSERT(is_written_like((enum natu_style)style, &cell));
			cell.notation = NATU_AS_SECONDS;
			CU_ASSERT(is_written_like((enum natu_style)style, &cell));
		}
}

/* One column in place of another that is absent. */
TEST(otherwise)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_cell cell = {
			.column = natu_column_at(i),
			.otherwise = natu_column_find("state_number"),
			.absent = "-",
		};

		if (natu_column_is_many(cell.column))
			continue;
		CU_ASSERT(is_written_like(NATU_STYLE_TEXT, &cell));
		CU_ASSERT(is_written_like(NATU_STYLE_JSON, &cell));
	}
}

/* One cell in a span, or two with a text between them. */
struct span {
	unsigned int width;
	enum natu_align align;
	const struct natu_cell *cell;
	const char *between;
	const struct natu_cell *second;
};

static struct natu_plan *span_plan(const struct span *span)
{
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

	natu_plan_literal(plan, " ");
	natu_plan_span(plan, span->width, span->align);
	natu_plan_cell(plan, span->cell);
	if (span->second) {
		natu_plan_literal(plan, span->between);
		natu_plan_cell(plan, span->second);
	}
	natu_plan_end_span(plan);
	natu_plan_literal(plan, "|");
	finish(plan);
	return plan;
}

static bool is_padded(const struct span *span)
{
	struct natu_plan *plan = span_plan(span);
	struct natu_buffer expected = { 0 }, inner = { 0 };
	bool same = true;

	for (size_t i = 0; i < SOCKETS; i++) {
		const struct natu_socket socket = socket_at(i);

		inner.used = expected.used = 0;
		add_cell(&inner, NATU_STYLE_TEXT, &socket, span->cell);
		if (span->second) {
			natu_buffer_add_text(&inner, span->between);
			add_cell(&inner, NATU_STYLE_TEXT, &socket, span->second);
		}
		natu_buffer_add_text(&expected, " ");
		add_padded(&expected, &inner, (int)span->width, span->align);
		natu_buffer_add_text(&expected, "|");
		same &= writes(plan, &socket, &expected);
	}
	natu_buffer_free(&expected);
	natu_buffer_free(&inner);
	natu_plan_free(plan);
	return same;
}

TEST(every_width_of_a_span)
{
	for (size_t i = 0; natu_column_at(i); i++)
		for (unsigned int width = 0; width < 100; width += width < 48 ? 1 : 17) {
			const struct natu_cell cell = { .column = natu_column_at(i),
							.absent = "" };

			if (natu_column_is_many(cell.column))
				continue;
			CU_ASSERT(is_padded(
				&(struct span){ width, NATU_LEFT, .cell = &cell }));
			CU_ASSERT(is_padded(
				&(struct span){ width, NATU_RIGHT, .cell = &cell }));
		}
}

/* An address and a port in one span, as netstat's ends are: every way of which natu makes
 * one step, and those of which it cannot. */
TEST(ends)
{
	static const char *const betweens[] = { ":", "", "::", " " };
	const struct natu_column *number = natu_column_find("state_number");
	struct natu_cell address = { .column = natu_column_find("local.address"),
				     .absent = "" };
	struct natu_cell port = { .column = natu_column_find("peer.port"),
				  .absent = "*" };
	const struct span end = { 23, NATU_LEFT, &address, ":", &port };

	for (size_t i = 0; i < COUNT(betweens); i++)
		for (int align = NATU_LEFT; align <= NATU_RIGHT; align++)
			CU_ASSERT(is_padded(&(struct span){ 23, (enum natu_align)align,
							    &address, betweens[i],
							    &port }));
	address.absent = "nowhere";
	CU_ASSERT(is_padded(&end));
	port.absent = "-";
	CU_ASSERT(is_padded(&end));
	port.absent = "*";
	port.otherwise = number;
	CU_ASSERT(is_padded(&end));
	port.otherwise = NULL;
	address.otherwise = number;
	CU_ASSERT(is_padded(&end));
}

/* Short ones are gathered, long ones stand alone: the text is the same. */
static bool literals_are_written(size_t length, size_t split)
{
	const struct natu_socket socket = socket_at(1);
	const struct natu_cell cell = { .column = natu_column_find("proto"),
					.absent = "" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	struct natu_buffer expected = { 0 };
	char first[128] = "", second[128] = "";
	bool same;

	for (size_t i = 0; i < length; i++)
		(i < split ? first
			   : second)[i < split ? i : i - split] = (char)('a' + i % 26);
	for (unsigned int i = 0; i < 2; i++) {
		natu_plan_literal(plan, first);
		natu_plan_literal(plan, second);
		natu_plan_cell(plan, &cell);
		natu_buffer_add_text(&expected, first);
		natu_buffer_add_text(&expected, second);
		natu_buffer_add_text(&expected, "tcp6");
	}
	natu_plan_literal(plan, second);
	natu_buffer_add_text(&expected, second);
	finish(plan);
	same = writes(plan, &socket, &expected);
	natu_buffer_free(&expected);
	natu_plan_free(plan);
	return same;
}

TEST(literals_of_every_length)
{
	bool same = true;

	for (size_t length = 0; length < 100; length++)
		for (size_t split = 0; split <= length; split++)
			same &= literals_are_written(length, split);
	CU_ASSERT(same);
}

static bool row_is(struct natu_plan *plan, const struct natu_socket *socket,
		   const char *expected)
{
	struct natu_buffer text = { .data = strdup(expected), .used = strlen(expected) };
	bool same = writes(plan, socket, &text);

	natu_buffer_free(&text);
	return same;
}

/* A group is there if the socket has one of its facts; one within it for itself. */
TEST(groups)
{
	const struct natu_cell port = { .column = natu_column_find("local.port"),
					.absent = "?" };
	const struct natu_cell uid = { .column = natu_column_find("uid"), .absent = "?" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_JSON);
	struct natu_socket socket = socket_at(0);

	socket.uid = 7;
	natu_plan_literal(plan, "{");
	natu_plan_group(plan, FACT_INET | FACT_QUEUES, "null");
	natu_plan_literal(plan, "[");
	natu_plan_cell(plan, &port);
	natu_plan_group(plan, FACT_UID, "nobody");
	natu_plan_cell(plan, &uid);
	natu_plan_end_group(plan);
	natu_plan_literal(plan, "]");
	natu_plan_end_group(plan);
	natu_plan_literal(plan, "}");
	finish(plan);
	CU_ASSERT_EQUAL(natu_plan_facts(plan), FACT_INET | FACT_UID);
	CU_ASSERT(row_is(plan, &socket, "{[655357]}"));
	socket.facts = FACT_QUEUES | FACT_UID;
	CU_ASSERT(row_is(plan, &socket, "{[?7]}"));
	socket.facts = FACT_INET;
	CU_ASSERT(row_is(plan, &socket, "{[65535nobody]}"));
	socket.facts = FACT_UID;
	CU_ASSERT(row_is(plan, &socket, "{null}"));
	natu_plan_free(plan);
}

static struct natu_plan *holders_plan(enum natu_style style, const char *separator)
{
	const struct natu_cell cell = { .column = &holder_column, .absent = "hidden" };
	struct natu_plan *plan = natu_plan_new(style);

	natu_plan_literal(plan, "[");
	natu_plan_each(plan, &holder_column, "nobody");
	natu_plan_cell(plan, &cell);
	natu_plan_end_each(plan, separator);
	natu_plan_literal(plan, "]");
	finish(plan);
	return plan;
}

/* The names of the holders, the long way. */
static void add_holders(struct natu_buffer *text, enum natu_style style, size_t count,
			const char *separator)
{
	const struct natu_socket socket = { .facts = ~0U, .holder_count = count };
	size_t start;

	natu_buffer_add_text(text, count ? "[" : "[nobody");
	start = text->used;
	for (size_t i = 0; i < count; i++) {
		struct natu_value value;

		natu_buffer_add_text(text, i ? separator : "");
		if (natu_get_at(&socket, &holder_column, i, &value) != NATU_HAS)
			natu_buffer_add_text(text, "hidden");
		else if (style != NATU_STYLE_JSON)
			natu_print_item(text, &value);
		else
			natu_buffer_add_value(text, style, &value);
		if (style == NATU_STYLE_JSON && i % 7 != 6)
			natu_print_exact_bytes(text, "process.name", &value);
	}
	if (style == NATU_STYLE_CSV && count)
		natu_quote_csv(text, start);
	natu_buffer_add_text(text, "]");
}

TEST(holders)
{
	static const size_t counts[] = { 0, 1, 2, 7, 50, 2000 };

	for (size_t i = 0; i < COUNT(counts); i++)
		for (int style = NATU_STYLE_TEXT; style <= NATU_STYLE_TSV; style++) {
			const char *separator = style == NATU_STYLE_JSON ? "," : ";";
			struct natu_plan *plan = holders_plan((enum natu_style)style,
							      separator);
			const struct natu_socket socket = { .facts = FACT_PROCESS,
							    .holder_count = counts[i] };
			struct natu_buffer expected = { 0 };

			add_holders(&expected, (enum natu_style)style, counts[i],
				    separator);
			CU_ASSERT(writes(plan, &socket, &expected));
			natu_buffer_free(&expected);
			natu_plan_free(plan);
		}
}

/* The record is used again from row to row: what is not among its facts is of another
 * socket. */
TEST(holders_of_another_socket)
{
	const struct natu_socket socket = { .facts = FACT_BASE, .holder_count = 3 };
	struct natu_plan *plan = holders_plan(NATU_STYLE_TEXT, ";");

	CU_ASSERT(row_is(plan, &socket, "[nobody]"));
	natu_plan_free(plan);
}

/* Rows far longer than the room that a buffer begins with, with steps on either side. */
TEST(long_values)
{
	const struct natu_cell text_cell = { .column = &long_column, .absent = "" };
	const struct natu_cell word_cell = { .column = natu_column_find("proto"),
					     .absent = "" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_JSON);
	const struct natu_socket socket = socket_at(2);

	for (unsigned int i = 0; i < 3; i++) {
		natu_plan_cell(plan, &text_cell);
		natu_plan_span(plan, 60, NATU_RIGHT);
		natu_plan_cell(plan, &word_cell);
		natu_plan_end_span(plan);
	}
	finish(plan);
	for (size_t length = 0; length < sizeof(long_text); length = length * 3 + 4000) {
		struct natu_buffer expected = { 0 };

		memset(long_text, '\n', length);
		long_length = length;
		for (unsigned int i = 0; i < 3; i++) {
			natu_buffer_add_text(&expected, "\"");
			for (size_t at = 0; at < length; at++)
				natu_buffer_add_text(&expected, "\\u000a");
			natu_buffer_add_text(&expected, "\"");
			for (unsigned int blank = 0; blank < 54; blank++)
				natu_buffer_add_text(&expected, " ");
			natu_buffer_add_text(&expected, "\"tcp6\"");
		}
		CU_ASSERT(writes(plan, &socket, &expected));
		natu_buffer_free(&expected);
	}
	natu_plan_free(plan);
}

TEST(empty_plan)
{
	const struct natu_socket socket = socket_at(0);
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

	finish(plan);
	CU_ASSERT(row_is(plan, &socket, ""));
	CU_ASSERT_EQUAL(natu_plan_facts(plan), 0);
	natu_plan_free(plan);
	natu_plan_free(NULL);
}
