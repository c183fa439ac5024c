/* SPDX-License-Identifier: MIT */
#include "render.h"

#include "packet.h"
#include "socket.h"
#include "test.h"

#include <arpa/inet.h>
#include <natu/natu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The lines of net-tools 2.10, printed by printf() with the formats that its netstat
 * has. */

static struct natu_report report;
static struct natu_error error;

struct paper {
	struct look look;
	struct output output;
	struct render render;
};

static int begin(void *context, const struct natu *natu)
{
	struct paper *paper = context;

	paper->render.format->begin(&paper->render, natu);
	return 0;
}

static int row(void *context, const struct natu_socket *socket)
{
	render_row(&((struct paper *)context)->render, socket);
	return 0;
}

static void list_on(struct paper *paper, const struct packets *packets)
{
	char path[] = "/tmp/natu-unit-XXXXXX";
	const struct natu_setup setup = { .replay = path };
	const struct natu_sink sink = { .begin = begin, .row = row, .context = paper };
	struct natu_query query = { .selection = paper->look.selection };
	FILE *file = fdopen(mkstemp(path), "w");
	struct natu *natu;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fwrite(packets->bytes, 1, packets->length, file) == packets->length);
	fclose(file);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	paper->look.protocols = natu_query_protocols(natu, &query);
	paper->look.format = renderers[0];
	paper->render = (struct render){ .look = &paper->look,
					 .format = renderers[0],
					 .output = &paper->output };
	CU_ASSERT_EQUAL(renderers[0]->prepare(&paper->render, &error), 0);
	query.facts = render_facts(&paper->render);
	query.in_order = renderers[0]->in_order;
	CU_ASSERT_EQUAL(natu_list(natu, &query, &sink, &report, &error), 0);
	renderers[0]->end(&paper->render, &report, NULL);
	natu_buffer_add(&paper->output.text, "", 1);
	natu_close(natu);
	unlink(path);
}

static bool is_listed(const struct packets *packets, const struct look *look,
		      const char *expected)
{
	struct paper paper = { .look = *look };
	bool same;

	list_on(&paper, packets);
	same = !strcmp(paper.output.text.data, expected);
	if (!same)
		printf("wrote\n%snot\n%s", paper.output.text.data, expected);
	render_free(&paper.render);
	natu_buffer_free(&paper.output.text);
	return same;
}

/* An end as netstat has it without -W, which never cuts here: "%s:%s", and * for port
 * 0. */
static const char *end_of(char *out, size_t size, const char *address, unsigned int port)
{
	if (port)
		snprintf(out, size, "%s:%u", address, port);
	else
		snprintf(out, size, "%s:*", address);
	return out;
}

struct line {
	const char *format; /* netstat.c, of each protocol */
	const char *proto, *local, *peer, *state;
	unsigned int local_port, peer_port;
	unsigned long received, sent;
};

static void print_line(char *out, size_t size, const struct line *line)
{
	char local[80], peer[80];

	snprintf(out + strlen(out), size - strlen(out), line->format, line->proto,
		 line->received, line->sent,
		 end_of(local, sizeof(local), line->local, line->local_port),
		 end_of(peer, sizeof(peer), line->peer, line->peer_port), line->state);
}

#define TCP_LINE "%-4s  %6ld %6ld %-23s %-23s %-11s\n"
#define UDP_LINE "%-5s %6ld %6ld %-23s %-23s %-11s\n"
#define RAW_LINE "%-4s  %6ld %6ld %-23s %-23s %-11s\n"

/* Addresses that fit, and that push the rest to the right; queues of one digit and of
 * ten. */
static const struct {
	unsigned int protocol;
	unsigned char state;
	uint32_t received, sent;
	const char *local, *peer;
	uint16_t local_port, peer_port;
	struct line line;
} sockets[] = {
	{ IPPROTO_TCP,
	  10,
	  2,
	  128,
	  "0.0.0.0",
	  "0.0.0.0",
	  22,
	  0,
	  { TCP_LINE, "tcp", "0.0.0.0", "0.0.0.0", "LISTEN", 22, 0, 2, 0 } },
	{ IPPROTO_TCP,
	  1,
	  0,
	  4294967295,
	  "255.255.255.255",
	  "192.168.100.200",
	  65535,
	  65535,
	  { TCP_LINE, "tcp", "255.255.255.255", "192.168.100.200", "ESTABLISHED", 65535,
	    65535, 0, 4294967295 } },
	{ IPPROTO_TCP,
	  4,
	  1234567,
	  7,
	  "10.0.0.1",
	  "10.0.0.2",
	  1,
	  2,
	  { TCP_LINE, "tcp", "10.0.0.1", "10.0.0.2", "FIN_WAIT1", 1, 2, 1234567, 7 } },
	{ IPPROTO_TCP,
	  6,
	  0,
	  0,
	  "::1",
	  "::1",
	  3,
	  4,
	  { TCP_LINE, "tcp6", "::1", "::1", "TIME_WAIT", 3, 4, 0, 0 } },
	{ IPPROTO_TCP,
	  10,
	  0,
	  128,
	  "::",
	  "::",
	  443,
	  0,
	  { TCP_LINE, "tcp6", "::", "::", "LISTEN", 443, 0, 0, 0 } },
	{ IPPROTO_TCP,
	  8,
	  1,
	  0,
	  "2001:db8:1234:5678:9abc:def0:1234:5678",
	  "::ffff:10.0.0.2",
	  65000,
	  60000,
	  { TCP_LINE, "tcp6", "2001:db8:1234:5678:9abc:def0:1234:5678", "10.0.0.2",
	    "CLOSE_WAIT", 65000, 60000, 1, 0 } },
	{ IPPROTO_UDP,
	  7,
	  8704,
	  0,
	  "127.0.0.1",
	  "0.0.0.0",
	  53,
	  0,
	  { UDP_LINE, "udp", "127.0.0.1", "0.0.0.0", "", 53, 0, 8704, 0 } },
	{ IPPROTO_UDP,
	  1,
	  0,
	  0,
	  "fe80::1",
	  "fe80::2",
	  68,
	  67,
	  { UDP_LINE, "udp6", "fe80::1", "fe80::2", "ESTABLISHED", 68, 67, 0, 0 } },
	{ IPPROTO_UDPLITE,
	  7,
	  0,
	  0,
	  "::",
	  "::",
	  9,
	  0,
	  { UDP_LINE, "udpl6", "::", "::", "", 9, 0, 0, 0 } },
	{ IPPROTO_RAW,
	  7,
	  0,
	  0,
	  "0.0.0.0",
	  "0.0.0.0",
	  1,
	  0,
	  { RAW_LINE, "raw", "0.0.0.0", "0.0.0.0", "7", 1, 0, 0, 0 } },
	{ IPPROTO_RAW,
	  1,
	  64,
	  0,
	  "::",
	  "2001:db8::1",
	  58,
	  0,
	  { RAW_LINE, "raw6", "::", "2001:db8::1", "1", 58, 0, 64, 0 } },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* All of them, protocol by protocol; the last of a protocol's first, so that natu has to
 * bring IPv4 forward. */
static void make(struct packets *packets)
{
	for (size_t i = 0; i < COUNT(sockets);) {
		size_t first = i;

		while (i < COUNT(sockets) &&
		       sockets[i].protocol == sockets[first].protocol)
			i++;
		packets_request(packets, sockets[first].protocol);
		for (unsigned int v6 = 2; v6-- > 0;)
			for (size_t at = first; at < i; at++) {
				struct inet_diag_msg body = packet_socket(
					sockets[at].local, sockets[at].local_port,
					sockets[at].peer, sockets[at].peer_port);

				if ((body.idiag_family == AF_INET6) != v6)
					continue;
				body.idiag_state = sockets[at].state;
				body.idiag_rqueue = sockets[at].received;
				body.idiag_wqueue = sockets[at].sent;
				body.id.idiag_cookie[0] = (uint32_t)at + 1;
				packets_add(packets, TCPDIAG_GETSOCK, &body,
					    sizeof(body));
			}
		packets_done(packets, 0);
	}
}

#define COLUMNS \
	"Proto Recv-Q Send-Q Local Address           Foreign Address         State      "

TEST(all_rows)
{
	const struct look look = { .header = true };
	struct packets packets = { 0 };
	char expected[8192] =
		"Active Internet connections (servers and established)\n" COLUMNS "\n";

	make(&packets);
	for (size_t i = 0; i < COUNT(sockets); i++)
		print_line(expected, sizeof(expected), &sockets[i].line);
	CU_ASSERT(is_listed(&packets, &look, expected));
	packets_free(&packets);
}

TEST(headers)
{
	static const struct {
		struct look look;
		const char *header;
	} rows[] = {
		{ { .header = true },
		  "Active Internet connections (servers and established)\n" COLUMNS
		  "\n" },
		{ { .header = true, .selection = NATU_LISTENING },
		  "Active Internet connections (only servers)\n" COLUMNS "\n" },
		{ { .header = true, .selection = NATU_CONNECTED },
		  "Active Internet connections (w/o servers)\n" COLUMNS "\n" },
		{ { .header = true, .sets = NATU_SET_EXTENDED },
		  "Active Internet connections (servers and established)\n" COLUMNS
		  " User       Inode     \n" },
		{ { .header = true, .sets = NATU_SET_TIMERS },
		  "Active Internet connections (servers and established)\n" COLUMNS
		  " Timer\n" },
		{ { .header = true, .sets = NATU_SET_TIMERS | NATU_SET_EXTENDED },
		  "Active Internet connections (servers and established)\n" COLUMNS
		  " User       Inode      Timer\n" },
		{ { .header = false }, "" },
	};
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_done(&packets, 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		CU_ASSERT(is_listed(&packets, &rows[i].look, rows[i].header));
	packets_free(&packets);
}

/* -e: " %-10d %-10lu"; -o: " %s (%2.2f/%ld/%d)". */
TEST(owner_and_timer)
{
	static const struct {
		unsigned char state, timer;
		uint32_t expires, uid, inode;
		const char *kind;
	} rows[] = {
		{ 1, 0, 0, 0, 1, "off" },
		{ 1, 1, 209, 1000, 4294967295, "on" },
		{ 1, 2, 7199999, 4294967294, 12, "keepalive" },
		{ 1, 4, 12345678, 33, 12, "probe" },
		{ 6, 3, 59990, 0, 0, "timewait" },
		{ 1, 5, 40, 33, 12, "off" },
	};
	static const char *const states[] = { [1] = "ESTABLISHED", [6] = "TIME_WAIT" };
	const struct look look = { .sets = NATU_SET_EXTENDED | NATU_SET_TIMERS };
	struct packets packets = { 0 };
	char expected[4096] = "";

	packets_request(&packets, IPPROTO_TCP);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
		unsigned char info[280] = { [2] = 5, [3] = 6 };
		bool waits = rows[i].state == 6,
		     runs = rows[i].timer && rows[i].timer < 5;
		size_t used = strlen(expected);

		body.idiag_state = rows[i].state;
		body.idiag_timer = rows[i].timer;
		body.idiag_expires = rows[i].expires;
		body.idiag_uid = rows[i].uid;
		body.idiag_inode = rows[i].inode;
		body.id.idiag_cookie[0] = (uint32_t)i + 1;
		packets_add(&packets, TCPDIAG_GETSOCK, &body, sizeof(body));
		if (!waits)
			packets_attribute(&packets, INET_DIAG_INFO, info, sizeof(info));
		/* The kernel's clock ticks every 10 ms, and netstat shows them. */
		snprintf(
			expected + used, sizeof(expected) - used,
			"%-4s  %6ld %6ld %-23s %-23s %-11s %-10u %-10lu %s (%2.2f/%d/%d)\n",
			"tcp", 0L, 0L, "127.0.0.1:1", "127.0.0.1:2",
			states[rows[i].state], rows[i].uid, (unsigned long)rows[i].inode,
			rows[i].kind, runs ? (double)(rows[i].expires / 10) / 100 : 0.0,
			waits ? 0 : 5, waits ? 0 : 6);
	}
	packets_done(&packets, 0);
	CU_ASSERT(is_listed(&packets, &look, expected));
	packets_free(&packets);
}
