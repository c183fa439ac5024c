/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include "column.h"
#include "filter/explain.h"
#include "packet.h"
#include "test.h"

#include <errno.h>
#include <linux/unix_diag.h>
#include <natu/natu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The memory ends, after every number of allocations: then it is said, and what there was
 * stays. */

enum { ATTEMPTS = 5000 };

static struct natu_error error;

/* A plan of every kind of step. */
static struct natu_plan *build(enum natu_style style)
{
	struct natu_plan *plan = natu_plan_new(style);

	if (!plan)
		return NULL;
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_cell cell = { .column = natu_column_at(i),
						.absent = "-" };

		natu_plan_literal(
			plan, "a literal that is longer than what a step holds itself");
		natu_plan_group(plan, natu_column_facts(cell.column), "null");
		natu_plan_span(plan, 30, NATU_RIGHT);
		natu_plan_cell(plan, &cell);
		natu_plan_end_span(plan);
		if (natu_column_is_many(cell.column)) {
			natu_plan_each(plan, cell.column, "");
			natu_plan_cell(plan, &cell);
			natu_plan_end_each(plan, ";");
		}
		natu_plan_end_group(plan);
	}
	if (!natu_plan_ready(plan, &error))
		return plan;
	CU_ASSERT_EQUAL(error.code, NATU_ENOMEM);
	CU_ASSERT_STRING_EQUAL(error.text,
			       "preparing the output: Cannot allocate memory");
	natu_plan_free(plan);
	return NULL;
}

TEST(building_a_plan)
{
	struct natu_plan *plan = NULL;

	for (long n = 0; !plan && n < ATTEMPTS; n++) {
		memory_ends_after(n);
		plan = build(NATU_STYLE_JSON);
		CU_ASSERT(memory_comes_back() == !plan);
	}
	CU_ASSERT_PTR_NOT_NULL(plan);
	natu_plan_free(plan);
}

/* Names of holders, long enough that the text has to grow for them several times. */
static enum natu_presence get_name(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	static char name[9000];

	(void)socket;
	memset(name, index % 2 ? '"' : 'x', sizeof(name));
	value->text.bytes = name;
	value->text.length = sizeof(name) - index;
	return NATU_HAS;
}

static const struct natu_column name_column = {
	.name = "process.name",
	.title = "Name",
	.fact = FACT_PROCESS,
	.type = NATU_TEXT,
	.many = true,
	.get = get_name,
};

static struct natu_plan *holders_plan(enum natu_style style)
{
	const struct natu_cell cell = { .column = &name_column, .absent = "" };
	struct natu_plan *plan = natu_plan_new(style);

	natu_plan_literal(plan, "[");
	natu_plan_each(plan, &name_column, "");
	natu_plan_span(plan, 9100, NATU_RIGHT);
	natu_plan_cell(plan, &cell);
	natu_plan_end_span(plan);
	natu_plan_end_each(plan, ";");
	natu_plan_literal(plan, "]");
	CU_ASSERT_EQUAL_FATAL(natu_plan_ready(plan, &error), 0);
	return plan;
}

/* A row is there as a whole, or not at all; those before it stay. */
TEST(writing_a_row)
{
	const struct natu_socket socket = { .facts = FACT_PROCESS, .holder_count = 40 };

	for (int style = NATU_STYLE_TEXT; style <= NATU_STYLE_TSV; style++) {
		struct natu_plan *plan = holders_plan((enum natu_style)style);
		bool written = false;

		for (long n = 0; !written && n < ATTEMPTS; n++) {
			struct natu_buffer text = { 0 };

			natu_buffer_add_text(&text, "kept");
			memory_ends_after(n);
			natu_plan_row(plan, &socket, &text);
			CU_ASSERT(memory_comes_back() == text.failed);
			written = !text.failed;
			CU_ASSERT(!memcmp(text.data, "kept", 4));
			CU_ASSERT(written ? text.used > 40 * 8900 : text.used == 4);
			natu_buffer_free(&text);
		}
		CU_ASSERT(written);
		natu_plan_free(plan);
	}
}

/* One of each kind of comparison. */
static const char *const filters[] = {
	"state established exclude listen and not (sport = 1-3,80 or dport > 1024)",
	"src 10.0.0.0/8,10.0.0.1-10.0.0.9,[::1]:22,inet6:*:80 or dst 127.0.0.1%lo",
	"process ~ '^a(b|c)+' and process = \"x y\",a*,b or has unit",
	"dev lo,7,'x' and mark = 1/255 and tcp.retransmit_percent > 1.5 or recv_q > 64K",
	"src unix:/run/* or dst netlink:route:7 or src link:ip:eth0 or vsock.cid = 2",
	"autobound and family = ipv6 or ((((uid = 0))))",
};

static bool read_filter(const char *text, long allocations)
{
	struct natu_buffer buffer = { 0 };
	struct natu_filter *filter;
	bool read, refused;

	memset(&error, 0, sizeof(error));
	memory_ends_after(allocations);
	filter = natu_filter_new();
	read = filter && natu_filter_parse(filter, text, &error) == 0 &&
	       natu_filter_add(filter, "port", "80,443", &error) == 0;
	if (read)
		natu_filter_explain(filter, &buffer);
	refused = memory_comes_back();
	CU_ASSERT(read || !filter || error.code == NATU_ENOMEM);
	CU_ASSERT(read || refused);
	CU_ASSERT(!read || buffer.failed == refused);
	natu_buffer_free(&buffer);
	natu_filter_free(filter);
	return read && !refused;
}

TEST(reading_a_filter)
{
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		bool read = false;

		for (long n = 0; !read && n < ATTEMPTS; n++)
			read = read_filter(filters[i], n);
		CU_ASSERT(read);
	}
}

struct rows {
	size_t count;
	unsigned char seen[2001];
};

static int row(void *context, const struct natu_socket *socket)
{
	struct rows *rows = context;

	rows->count++;
	rows->seen[socket->facts & FACT_INET ? socket->local_port : socket->inode]++;
	return 0;
}

/* IPv4 and IPv6 mixed, so that some have to be held back; and listeners. */
static void make(char path[static 32])
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	for (uint16_t port = 1; port <= 2000; port++) {
		packets_socket(&packets, port % 2 ? "::1" : "127.0.0.1", port, port);
		((struct inet_diag_msg *)NLMSG_DATA(packets_last(&packets)))
			->idiag_state = port % 10 ? 1 : 10;
	}
	packets_done(&packets, 0);
	packets_save(&packets, path);
	packets_free(&packets);
}

/* All of these are kept before the first is given. */
static void make_unix(char path[static 32])
{
	const struct unix_diag_req request = { .sdiag_family = AF_UNIX };
	struct packets packets = { 0 };

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &request, sizeof(request));
	packets_last(&packets)->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (uint32_t inode = 1; inode <= 2000; inode++) {
		const struct unix_diag_msg message = {
			.udiag_family = AF_UNIX,
			.udiag_type = SOCK_STREAM,
			.udiag_state = inode % 10 ? 1 : 10,
			.udiag_ino = inode,
			.udiag_cookie = { inode },
		};

		packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
		packets_attribute(&packets, UNIX_DIAG_NAME, "/run/name", 9);
	}
	packets_done(&packets, 0);
	packets_save(&packets, path);
	packets_free(&packets);
}

/* What natu_list() calls done has every row, once: also where what could not be held back
 * was walked again. */
static bool list(const char *path, long allocations)
{
	static struct rows rows;
	const struct natu_setup setup = { .replay = path };
	const struct natu_query query = {
		.in_order = true, .facts = FACT_UID | FACT_INTERFACE | FACT_PEER_PATH
	};
	const struct natu_sink sink = { .row = row, .context = &rows };
	struct natu_report report = { 0 };
	struct natu *natu;
	bool listed;

	memset(&rows, 0, sizeof(rows));
	memset(&error, 0, sizeof(error));
	memory_ends_after(allocations);
	natu = natu_open(&setup, &error);
	listed = natu && natu_list(natu, &query, &sink, &report, &error) == 0;
	natu_close(natu);
	memory_comes_back();
	for (size_t i = 1; i <= 2000; i++)
		CU_ASSERT(rows.seen[i] <= 1);
	CU_ASSERT(listed ? rows.count == 2000 : error.code == NATU_ENOMEM);
	return listed;
}

static void list_all(const char *path)
{
	size_t listed = 0;

	for (long n = 0; listed < 20 && n < ATTEMPTS; n++)
		listed += list(path, n);
	CU_ASSERT_EQUAL(listed, 20);
	unlink(path);
}

TEST(listing)
{
	char path[32];

	make(path);
	list_all(path);
}

TEST(listing_unix_sockets)
{
	char path[32];

	make_unix(path);
	list_all(path);
}

static int any_row(void *context, const struct natu_socket *socket)
{
	(void)context;
	(void)socket;
	return 0;
}

/* Who is not told who is at the other end is told that. */
static bool list_peers(long allocations)
{
	const struct natu_query query = { .protocols = natu_protocol_named("tcp"),
					  .facts = FACT_PEER_INODE };
	const struct natu_sink sink = { .row = any_row };
	struct natu_report report = { 0 };
	struct natu *natu;
	bool listed, refused;

	memset(&error, 0, sizeof(error));
	memory_ends_after(allocations);
	natu = natu_open(&(struct natu_setup){ 0 }, &error);
	listed = natu && natu_list(natu, &query, &sink, &report, &error) == 0;
	natu_close(natu);
	refused = memory_comes_back();
	CU_ASSERT(!refused || (listed ? report.count > 0 : error.error == ENOMEM));
	return listed && !refused;
}

TEST(listing_peers)
{
	bool listed = false;

	for (long n = 0; !listed && n < ATTEMPTS; n++)
		listed = list_peers(n);
	CU_ASSERT(listed);
}
