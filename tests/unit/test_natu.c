/* SPDX-License-Identifier: MIT */
#include "fact.h"
#include "packet.h"
#include "socket.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <natu/natu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Listing, from recordings that the tests make: what comes in, in which order, and what
 * is said of it. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct natu_error error;
static struct natu_report report;

/* Writes a recording; the caller removes it. */
/* The rows of a listing: "tcp 7, udp6 9, ": the protocol and the local port. */
struct rows {
	char text[512];
	size_t count;
	size_t begun;
	int answer;		 /* what the sink gives back ... */
	size_t after;		 /* ... after so many rows */
	bool v6_has_come, mixed; /* IPv4 after IPv6 of the same protocol */
	const struct natu_word *proto;
};

static int begin(void *context, const struct natu *natu)
{
	struct rows *rows = context;

	CU_ASSERT_PTR_NOT_NULL(natu);
	CU_ASSERT_EQUAL(rows->count, 0);
	rows->begun++;
	return 0;
}

static int row(void *context, const struct natu_socket *socket)
{
	struct rows *rows = context;
	size_t used = strlen(rows->text);
	bool v6 = socket->local.family == AF_INET6;

	if (rows->answer && rows->count == rows->after)
		return rows->answer;
	snprintf(rows->text + used, sizeof(rows->text) - used, "%s %d, ",
		 socket->proto->text, socket->local_port);
	rows->mixed |= rows->v6_has_come && !v6;
	rows->v6_has_come = v6;
	rows->count++;
	return 0;
}

static int list_with(const struct packets *packets, const struct natu_query *query,
		     struct rows *rows)
{
	char path[32];
	struct natu_setup setup = { .replay = path };
	const struct natu_sink sink = { .begin = begin, .row = row, .context = rows };
	struct natu *natu;
	int result;

	packets_save(packets, path);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	memset(&report, 0, sizeof(report));
	result = natu_list(natu, query, &sink, &report, &error);
	CU_ASSERT_EQUAL(report.rows, rows->count);
	natu_close(natu);
	unlink(path);
	return result;
}

static struct rows list(const struct packets *packets, struct natu_query query)
{
	struct rows rows = { .count = 0 };

	CU_ASSERT_EQUAL(list_with(packets, &query, &rows), 0);
	CU_ASSERT(rows.begun == 1 && report.sockets_complete);
	return rows;
}

/* IPv4 and IPv6 mixed, as one walk of the kernel's table gives them. */
static void make_mixed(struct packets *packets)
{
	packets_request(packets, IPPROTO_TCP);
	packets_socket(packets, "::1", 1, 101);
	packets_socket(packets, "127.0.0.1", 2, 102);
	packets_socket(packets, "::ffff:127.0.0.1", 3, 103);
	packets_socket(packets, "127.0.0.1", 4, 104);
	packets_done(packets, 0);
	packets_request(packets, IPPROTO_UDP);
	packets_socket(packets, "::1", 5, 105);
	packets_socket(packets, "127.0.0.1", 6, 106);
	packets_done(packets, 0);
}

TEST(order)
{
	struct packets packets = { 0 };

	make_mixed(&packets);
	CU_ASSERT_STRING_EQUAL(
		list(&packets, (struct natu_query){ .in_order = true }).text,
		"tcp 2, tcp 4, tcp6 1, tcp6 3, udp 6, udp6 5, ");
	CU_ASSERT_STRING_EQUAL(
		list(&packets, (struct natu_query){ .in_order = false }).text,
		"tcp6 1, tcp 2, tcp6 3, tcp 4, udp6 5, udp 6, ");
	packets_free(&packets);
}

TEST(choices)
{
	const uint32_t tcp = natu_protocol_named("tcp"), udp = natu_protocol_named("udp");
	struct packets packets = { 0 };

	make_mixed(&packets);
	CU_ASSERT_STRING_EQUAL(
		list(&packets, (struct natu_query){ .protocols = udp }).text,
		"udp6 5, udp 6, ");
	CU_ASSERT_STRING_EQUAL(
		list(&packets,
		     (struct natu_query){ .protocols = tcp, .families = NATU_IPV4 })
			.text,
		"tcp 2, tcp 4, ");
	CU_ASSERT_STRING_EQUAL(list(&packets, (struct natu_query){ .families = NATU_IPV6,
								   .in_order = true })
				       .text,
			       "tcp6 1, tcp6 3, udp6 5, ");
	CU_ASSERT_STRING_EQUAL(
		list(&packets, (struct natu_query){ .selection = NATU_LISTENING }).text,
		"");
	packets_free(&packets);
}

/* A caller that was built for another library is told so. */
TEST(unknown_bits)
{
	const struct natu_query queries[] = {
		{ .families = 4 },
		{ .families = NATU_IPV4 | 4 },
		{ .protocols = 1U << 31 },
		{ .protocols = 1U << 31 | 1 },
	};
	struct packets packets = { 0 };

	make_mixed(&packets);
	for (size_t i = 0; i < COUNT(queries); i++) {
		struct rows rows = { .count = 0 };

		CU_ASSERT_EQUAL(list_with(&packets, &queries[i], &rows), -1);
		CU_ASSERT(error.code == NATU_EUSAGE && rows.count == 0);
	}
	packets_free(&packets);
}

/* A filter and an address family that exclude each other: of this machine's sockets,
 * too. */
TEST(nothing_can_match)
{
	static const struct natu_setup setups[] = { { .source = NATU_AUTO },
						    { .source = NATU_PROC } };
	const struct natu_sink sink = { .row = row };

	for (size_t i = 0; i < COUNT(setups); i++) {
		struct natu_query query = { .families = NATU_IPV4 };
		struct natu *natu = natu_open(&setups[i], &error);
		struct natu_filter *filter = natu_filter_new();

		CU_ASSERT_FATAL(natu && filter);
		CU_ASSERT_EQUAL(natu_filter_add(filter, "dst", "2001:db8::1", &error), 0);
		query.filter = filter;
		memset(&report, 0, sizeof(report));
		CU_ASSERT_EQUAL(natu_list(natu, &query, &sink, &report, &error), 0);
		CU_ASSERT(report.rows == 0 && report.sockets_complete);
		natu_filter_free(filter);
		natu_close(natu);
	}
}

/* More IPv6 sockets than are held back: they are walked again, and each comes once. */
TEST(more_than_is_held)
{
	struct natu_query query = { .in_order = true };
	struct packets packets = { 0 };
	struct rows rows = { .count = 0 };

	packets_request(&packets, IPPROTO_TCP);
	for (uint32_t i = 0; i < 60000; i++)
		packets_socket(&packets, i % 1000 ? "::1" : "127.0.0.1", 7, i + 1);
	packets_done(&packets, 0);
	CU_ASSERT_EQUAL(list_with(&packets, &query, &rows), 0);
	CU_ASSERT(rows.count == 60000 && !rows.mixed);
	packets_free(&packets);
}

static void add_state(struct packets *packets, uint8_t state, uint32_t uid, uint16_t port)
{
	struct inet_diag_msg socket = packet_socket("127.0.0.1", 80, "127.0.0.1", port);

	socket.idiag_state = state;
	socket.idiag_uid = uid;
	socket.id.idiag_cookie[0] = port + 1U;
	packets_add(packets, TCPDIAG_GETSOCK, &socket, sizeof(socket));
}

static int count_uid(void *context, const struct natu_socket *socket)
{
	struct natu_value value;

	CU_ASSERT_EQUAL(natu_get(socket, natu_column_find("uid"), &value), NATU_HAS);
	*(uint64_t *)context += value.number;
	return 0;
}

/* sock_diag says 0 of a connection that is still being made; /proc says its listener's
 * user. */
TEST(user_of_a_connection_being_made)
{
	struct natu_query query = { .facts = FACT_UID };
	struct packets packets = { 0 };
	uint64_t sum = 0;
	const struct natu_sink sink = { .row = count_uid, .context = &sum };
	char path[32];
	struct natu_setup setup = { .replay = path };
	struct natu *natu;

	packets_request(&packets, IPPROTO_TCP);
	add_state(&packets, 10, 33, 0);
	add_state(&packets, 3, 0, 1);
	packets_done(&packets, 0);
	packets_save(&packets, path);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	CU_ASSERT_EQUAL(natu_list(natu, &query, &sink, &report, &error), 0);
	CU_ASSERT_EQUAL(sum, 2 * 33);
	natu_close(natu);
	unlink(path);
	packets_free(&packets);
}

static int look_at_interface(void *context, const struct natu_socket *socket)
{
	struct natu_value value;

	*(enum natu_presence *)context = natu_get(socket, natu_column_find("interface"),
						  &value);
	return 0;
}

/* What was not asked for is not there, although its message had it: its name was never
 * looked up. */
TEST(interface_that_was_not_asked_for)
{
	struct inet_diag_msg socket = packet_socket("fe80::1", 53, "::", 0);
	struct packets packets = { 0 };
	enum natu_presence presence = NATU_ANY;
	const struct natu_sink sink = { .row = look_at_interface, .context = &presence };
	char path[32];
	struct natu_setup setup = { .replay = path };
	struct natu *natu;

	socket.id.idiag_if = 7;
	packets_request(&packets, IPPROTO_UDP);
	packets_add(&packets, TCPDIAG_GETSOCK, &socket, sizeof(socket));
	packets_done(&packets, 0);
	packets_save(&packets, path);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	CU_ASSERT_EQUAL(
		natu_list(natu, &(struct natu_query){ 0 }, &sink, &report, &error), 0);
	CU_ASSERT_EQUAL(presence, NATU_UNASKED);
	CU_ASSERT_EQUAL(natu_list(natu, &(struct natu_query){ .facts = FACT_INTERFACE },
				  &sink, &report, &error),
			0);
	CU_ASSERT_EQUAL(presence, NATU_HAS);
	natu_close(natu);
	unlink(path);
	packets_free(&packets);
}

/* A sink that has enough ends the listing, with its own errno. */
TEST(sink_that_fails)
{
	struct packets packets = { 0 };

	make_mixed(&packets);
	for (size_t after = 0; after < 6; after++)
		for (int in_order = 0; in_order < 2; in_order++) {
			struct rows rows = { .answer = -ENOSPC, .after = after };
			const struct natu_query query = { .in_order = in_order };

			CU_ASSERT_EQUAL(list_with(&packets, &query, &rows), -1);
			CU_ASSERT(error.code == NATU_ESYS && error.error == ENOSPC);
			CU_ASSERT_EQUAL(rows.count, after);
		}
	packets_free(&packets);
}

/* One protocol that ends badly: its rows before that are shown, and the others whole. */
TEST(protocol_that_fails)
{
	const struct natu_query query = { .in_order = true };
	struct packets packets = { 0 };
	struct rows rows = { .count = 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_socket(&packets, "::1", 1, 101);
	packets_socket(&packets, "127.0.0.1", 2, 102);
	packets_done(&packets, -EACCES);
	packets_request(&packets, IPPROTO_UDP);
	packets_socket(&packets, "127.0.0.1", 6, 106);
	packets_done(&packets, 0);
	CU_ASSERT_EQUAL(list_with(&packets, &query, &rows), -1);
	CU_ASSERT_STRING_EQUAL(rows.text, "tcp 2, tcp6 1, udp 6, ");
	CU_ASSERT(!report.sockets_complete);
	CU_ASSERT(error.code == NATU_ESYS && error.error == EACCES);
	CU_ASSERT(report.count == 1 && report.notices[0].kind == NATU_LOST_SOCKETS);
	CU_ASSERT_STRING_EQUAL(report.notices[0].text, error.text);
	packets_free(&packets);
}

/* A message that is none is skipped, counted and told. */
TEST(malformed)
{
	const struct natu_query query = { .in_order = true };
	struct packets packets = { 0 };
	struct rows rows = { .count = 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_socket(&packets, "::1", 1, 101);
	packets_add(&packets, TCPDIAG_GETSOCK, "short", 5);
	packets_socket(&packets, "::1", 2, 102);
	packets_done(&packets, 0);
	CU_ASSERT_EQUAL(list_with(&packets, &query, &rows), 0);
	CU_ASSERT_STRING_EQUAL(rows.text, "tcp6 1, tcp6 2, ");
	CU_ASSERT(!report.sockets_complete && report.count == 1);
	CU_ASSERT_STRING_EQUAL(report.notices[0].text,
			       "1 malformed entries of TCP sockets were skipped");
	packets_free(&packets);
}

TEST(setups_that_exclude_one_another)
{
	static const struct natu_setup setups[] = {
		{ .replay = "/dev/null", .source = NATU_DIAG },
		{ .replay = "/dev/null", .proc_root = "/proc" },
		{ .replay = "/dev/null", .record = "/dev/null" },
		{ .proc_root = "/proc", .source = NATU_DIAG },
		{ .proc_root = "/proc", .record = "/dev/null" },
		{ .source = NATU_PROC, .record = "/dev/null" },
	};

	for (size_t i = 0; i < COUNT(setups); i++) {
		memset(&error, 0, sizeof(error));
		CU_ASSERT_PTR_NULL(natu_open(&setups[i], &error));
		CU_ASSERT(error.code == NATU_EUSAGE && error.text[0]);
	}
	natu_close(NULL);
}

TEST(files_that_cannot_be_opened)
{
	static const struct natu_setup setups[] = {
		{ .replay = "/nowhere/at/all" },
		{ .proc_root = "/nowhere/at/all" },
		{ .record = "/nowhere/at/all" },
	};

	for (size_t i = 0; i < COUNT(setups); i++) {
		CU_ASSERT_PTR_NULL(natu_open(&setups[i], &error));
		CU_ASSERT(error.code == NATU_ESYS && error.error == ENOENT);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(error.text, "/nowhere/at/all: No such file"));
	}
}

TEST(sources)
{
	struct packets packets = { 0 };
	char path[32];
	struct natu_setup setup = { .replay = path };
	const struct natu_sink sink = { .row = row,
					.context = &(struct rows){ .count = 0 } };
	struct natu *natu;

	make_mixed(&packets);
	packets_save(&packets, path);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	CU_ASSERT_PTR_NULL(natu_source_of(natu, 0));
	CU_ASSERT_EQUAL(
		natu_list(natu, &(struct natu_query){ 0 }, &sink, &report, &error), 0);
	for (size_t i = 0; natu_protocol_name(i); i++) {
		const char *source = natu_source_of(natu, i);

		if (!strcmp(natu_protocol_name(i), "tcp") ||
		    !strcmp(natu_protocol_name(i), "udp"))
			CU_ASSERT_STRING_EQUAL_FATAL(source ? source : "", "replay")
		else
			CU_ASSERT_PTR_NULL(source);
	}
	CU_ASSERT_PTR_NULL(natu_source_of(natu, SIZE_MAX));
	natu_close(natu);
	unlink(path);
	packets_free(&packets);
}
