/* SPDX-License-Identifier: MIT */
#include "list_options.h"
#include "packet.h"
#include "render.h"
#include "socket.h"
#include "test.h"

#include <natu/natu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The documents are written out in full: what CLI.md, section 3, says of each kind of
 * socket. */

static struct natu_report report;
static struct natu_error error;

/* A listing into memory. */
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
	struct paper *paper = context;

	render_row(&paper->render, socket);
	return paper->output.text.failed ? -1 : 0;
}

static void open_paper(struct paper *paper, const char *format, const char *columns,
		       unsigned int sets)
{
	memset(paper, 0, sizeof(*paper));
	paper->look.format = renderer_named(format);
	paper->look.sets = sets;
	paper->look.header = true;
	if (columns)
		CU_ASSERT_EQUAL_FATAL(
			columns_parse(&paper->look.named, "columns", columns), 0);
	paper->render.look = &paper->look;
	paper->render.format = paper->look.format;
	paper->render.output = &paper->output;
	CU_ASSERT_EQUAL_FATAL(paper->look.format->prepare(&paper->render, &error), 0);
}

static void close_paper(struct paper *paper)
{
	columns_free(&paper->look.named);
	render_free(&paper->render);
	natu_buffer_free(&paper->output.text);
}

static void list_on(struct paper *paper, const struct packets *packets)
{
	char path[] = "/tmp/natu-unit-XXXXXX";
	const struct natu_setup setup = { .replay = path };
	const struct natu_sink sink = { .begin = begin, .row = row, .context = paper };
	const struct natu_query query = { .facts = natu_plan_facts(paper->render.plan) };
	FILE *file = fdopen(mkstemp(path), "w");
	struct natu *natu;
	int result;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fwrite(packets->bytes, 1, packets->length, file) == packets->length);
	fclose(file);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	memset(&report, 0, sizeof(report));
	result = natu_list(natu, &query, &sink, &report, &error);
	paper->render.format->end(&paper->render, &report, result < 0 ? &error : NULL);
	natu_buffer_add(&paper->output.text, "", 1);
	natu_close(natu);
	unlink(path);
}

static bool is_written(const struct paper *paper, const char *expected)
{
	bool same = !strcmp(paper->output.text.data, expected);

	if (!same)
		printf("wrote %s\n  not %s\n", paper->output.text.data, expected);
	return same;
}

/* What the sockets of a recording are in a format, with these columns. */
static bool lists(const struct packets *packets, const char *columns, unsigned int sets,
		  const char *expected)
{
	struct paper paper;
	bool same;

	open_paper(&paper, "ndjson", columns, sets);
	list_on(&paper, packets);
	same = is_written(&paper, expected);
	close_paper(&paper);
	return same;
}

static void add(struct packets *packets, const struct inet_diag_msg *socket)
{
	packets_add(packets, TCPDIAG_GETSOCK, socket, sizeof(*socket));
}

TEST(connection)
{
	struct packets packets = { 0 };
	struct inet_diag_msg socket = packet_socket("10.0.0.5", 443, "192.0.2.9", 51234);

	socket.idiag_rqueue = 30;
	socket.idiag_wqueue = 10;
	packets_request(&packets, IPPROTO_TCP);
	add(&packets, &socket);
	packets_done(&packets, 0);
	CU_ASSERT(
		lists(&packets, NULL, NATU_SET_DEFAULT,
		      "{\"proto\":\"tcp\",\"family\":\"ipv4\",\"state\":\"ESTABLISHED\","
		      "\"local\":{\"address\":\"10.0.0.5\",\"port\":443},"
		      "\"peer\":{\"address\":\"192.0.2.9\",\"port\":51234},"
		      "\"recv_q\":30,\"send_q\":10,\"interface\":null,\"uid\":1000,"
		      "\"inode\":5753361,\"cookie\":\"0x1f2874\",\"listener\":null}\n"));
	packets_free(&packets);
}

/* Its queues mean something else; its remote end is any; an interface without a name has
 * its number. */
TEST(listener)
{
	struct packets packets = { 0 };
	struct inet_diag_msg socket = packet_socket("fe80::1", 80, "::", 0);

	socket.idiag_state = 10;
	socket.idiag_rqueue = 3;
	socket.idiag_wqueue = 128;
	socket.id.idiag_if = 7;
	packets_request(&packets, IPPROTO_TCP);
	add(&packets, &socket);
	packets_done(&packets, 0);
	CU_ASSERT(lists(
		&packets, NULL, NATU_SET_DEFAULT,
		"{\"proto\":\"tcp6\",\"family\":\"ipv6\",\"state\":\"LISTEN\","
		"\"local\":{\"address\":\"fe80::1\",\"port\":80},"
		"\"peer\":{\"address\":\"::\",\"port\":null},"
		"\"recv_q\":null,\"send_q\":null,\"interface\":\"if7\",\"uid\":1000,"
		"\"inode\":5753361,\"cookie\":\"0x1f2874\","
		"\"listener\":{\"queue\":3,\"limit\":128}}\n"));
	packets_free(&packets);
}

/* Nobody's, and without a state: not 0, not "". IPv4 in IPv6 is shown as IPv4. */
TEST(absent_is_null)
{
	struct packets packets = { 0 };
	struct inet_diag_msg waiting = packet_socket("::ffff:10.0.0.5", 1,
						     "::ffff:10.0.0.9", 2);
	struct inet_diag_msg unconnected = packet_socket("0.0.0.0", 53, "0.0.0.0", 0);

	waiting.idiag_state = 6;
	waiting.id.idiag_cookie[0] = 2;
	unconnected.idiag_state = 7;
	unconnected.idiag_inode = 0;
	packets_request(&packets, IPPROTO_TCP);
	add(&packets, &waiting);
	packets_done(&packets, 0);
	packets_request(&packets, IPPROTO_UDP);
	add(&packets, &unconnected);
	packets_done(&packets, 0);
	CU_ASSERT(lists(
		&packets, "proto,state,local.address,uid,inode,tcp.rtt_us", 0,
		"{\"proto\":\"tcp6\",\"state\":\"TIME_WAIT\","
		"\"local\":{\"address\":\"10.0.0.5\"},"
		"\"uid\":null,\"inode\":null,\"tcp\":null}\n"
		"{\"proto\":\"udp\",\"state\":null,\"local\":{\"address\":\"0.0.0.0\"},"
		"\"uid\":1000,\"inode\":null,\"tcp\":null}\n"));
	packets_free(&packets);
}

/* Members of one group become one member, at the place of the first; in the order in
 * which they came. */
TEST(groups_in_any_order)
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_socket(&packets, "127.0.0.1", 80, 7);
	packets_done(&packets, 0);
	CU_ASSERT(lists(
		&packets, "local.port,cookie,peer.port,local.address", 0,
		"{\"local\":{\"port\":80,\"address\":\"127.0.0.1\"},\"cookie\":\"0x7\","
		"\"peer\":{\"port\":9}}\n"));
	/* One within another is an array of its own there; a recording knows no holders.
	 */
	CU_ASSERT(lists(&packets,
			"peer.process.pid,proto,peer.port,peer.process.fd,peer.mapped", 0,
			"{\"peer\":{\"processes\":null,\"port\":9,\"mapped\":false},"
			"\"proto\":\"tcp\"}\n"));
	CU_ASSERT(lists(&packets, "timer.*,proto", 0,
			"{\"timer\":{\"kind\":\"off\",\"expires_ms\":null,"
			"\"retransmits\":null,\"probes\":null},\"proto\":\"tcp\"}\n"));
	CU_ASSERT(lists(&packets, "cookie,cookie", 0, "{\"cookie\":\"0x7\"}\n"));
	packets_free(&packets);
}

TEST(no_rows_no_lines)
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_done(&packets, 0);
	CU_ASSERT(lists(&packets, NULL, NATU_SET_DEFAULT, ""));
	packets_free(&packets);
}

/* Blanks out what differs from run to run and machine to machine, after a look at its
 * form. */
static void normalize(char *text)
{
	char *time = strstr(text, "\"time\":\""), *host = strstr(text, "\"host\":\"");
	unsigned int part[7];
	char *end;

	CU_ASSERT_FATAL(time && host);
	CU_ASSERT_EQUAL(sscanf(time, "\"time\":\"%4u-%2u-%2uT%2u:%2u:%2u.%6uZ\",\"host\"",
			       &part[0], &part[1], &part[2], &part[3], &part[4], &part[5],
			       &part[6]),
			7);
	CU_ASSERT(host == time + strlen("\"time\":\"2026-11-22T13:40:00.123456Z\","));
	end = strchr(host + 8, '"');
	memmove(time, end + 2, strlen(end + 2) + 1);
}

static bool is_document(const struct packets *packets, const char *expected)
{
	struct paper paper;
	bool same;

	open_paper(&paper, "json", "cookie", 0);
	list_on(&paper, packets);
	normalize(paper.output.text.data);
	same = is_written(&paper, expected);
	close_paper(&paper);
	return same;
}

TEST(document)
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_socket(&packets, "127.0.0.1", 80, 7);
	packets_socket(&packets, "127.0.0.1", 81, 8);
	packets_done(&packets, 0);
	packets_request(&packets, IPPROTO_UDP);
	packets_done(&packets, 0);
	CU_ASSERT(is_document(
		&packets,
		"{\"schema\":\"natu/1\",\"sources\":{\"tcp\":\"replay\",\"udp\":"
		"\"replay\"},\"sockets\":[\n{\"cookie\":\"0x7\"},\n"
		"{\"cookie\":\"0x8\"}\n],\"complete\":{\"sockets\":true,"
		"\"processes\":null},\"warnings\":[]}\n"));
	packets_free(&packets);
}

TEST(document_without_rows)
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_done(&packets, 0);
	CU_ASSERT(is_document(&packets,
			      "{\"schema\":\"natu/1\",\"sources\":{\"tcp\":\"replay\"},"
			      "\"sockets\":[\n],\"complete\":{\"sockets\":true,"
			      "\"processes\":null},\"warnings\":[]}\n"));
	packets_free(&packets);
}

/* After an error it is still closed: what there was, and what is missing. */
TEST(document_that_is_not_complete)
{
	struct packets packets = { 0 };

	packets_request(&packets, IPPROTO_TCP);
	packets_socket(&packets, "127.0.0.1", 80, 7);
	packets_done(&packets, -13);
	CU_ASSERT(is_document(&packets,
			      "{\"schema\":\"natu/1\",\"sources\":{\"tcp\":\"replay\"},"
			      "\"sockets\":[\n{\"cookie\":\"0x7\"}\n],\"complete\":{"
			      "\"sockets\":false,\"processes\":null},\"warnings\":["
			      "\"reading TCP sockets: Permission denied\"]}\n"));
	packets_free(&packets);
}

/* All of it, also when not even a source was there. */
TEST(document_of_an_error_alone)
{
	struct paper paper;

	open_paper(&paper, "json", "cookie", 0);
	error = (struct natu_error){ .code = NATU_ESYS, .text = "it said \"no\"\\n" };
	memset(&report, 0, sizeof(report));
	report.processes_asked = true;
	report.count = 2;
	report.notices[0] = (struct natu_notice){ NATU_FALLBACK, "not worth a word" };
	report.notices[1] = (struct natu_notice){ NATU_HIDDEN, "hidden" };
	paper.render.format->begin(&paper.render, NULL);
	paper.render.format->end(&paper.render, &report, &error);
	natu_buffer_add(&paper.output.text, "", 1);
	normalize(paper.output.text.data);
	CU_ASSERT(is_written(&paper,
			     "{\"schema\":\"natu/1\",\"sources\":{},\"sockets\":[\n],"
			     "\"complete\":{\"sockets\":false,\"processes\":false},"
			     "\"warnings\":[\"hidden\",\"it said \\\"no\\\"\\\\n\"]}\n"));
	close_paper(&paper);
}
