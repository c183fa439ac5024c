/* SPDX-License-Identifier: MIT */
#include "plan_step.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * netstat's row, as printf() and inet_ntop() write it: of sockets that natu writes at
 * once, of all that keep it from that, and in widths for which it cannot.
 */

struct widths {
	int proto, queue, end, state;
	const char *blank; /* between two cells */
	bool is_fast;	   /* such a row is known */
};

/* An end takes 9 to 21 bytes, and what is before it must fit a piece. */
static const struct widths netstat = { 5, 6, 23, 11, " ", true };
static const struct widths widths[] = {
	{ 5, 6, 23, 11, " ", true },   { 0, 6, 23, 11, " ", false },
	{ 3, 6, 23, 11, " ", true },   { 1, 1, 21, 1, " ", true },
	{ 5, 12, 24, 16, " ", true },  { 5, 13, 23, 11, " ", false },
	{ 5, 6, 20, 11, " ", false },  { 5, 6, 25, 11, " ", false },
	{ 5, 6, 23, 17, " ", false },  { 5, 6, 23, 11, "  ", false },
	{ 5, 6, 23, 11, "|", false },  { 5, 6, 23, 11, "", false },
	{ 29, 0, 23, 11, " ", false }, { 40, 40, 60, 40, " ", false },
};

static void add_end(struct natu_plan *plan, const struct widths *wide,
		    const char *address, const char *port)
{
	const struct natu_cell first = { .column = natu_column_find(address),
					 .absent = "" };
	const struct natu_cell second = { .column = natu_column_find(port),
					  .absent = "*" };

	natu_plan_literal(plan, wide->blank);
	natu_plan_span(plan, (unsigned int)wide->end, NATU_LEFT);
	natu_plan_cell(plan, &first);
	natu_plan_literal(plan, ":");
	natu_plan_cell(plan, &second);
	natu_plan_end_span(plan);
}

static void add_cell(struct natu_plan *plan, const char *column, int width,
		     enum natu_align align)
{
	const struct natu_cell cell = { .column = natu_column_find(column),
					.absent = "-" };

	natu_plan_span(plan, (unsigned int)width, align);
	natu_plan_cell(plan, &cell);
	natu_plan_end_span(plan);
}

/* What follows shows where the row thinks that it ends. */
static struct natu_plan *plan_of(const struct widths *wide)
{
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	struct natu_error error;

	add_cell(plan, "proto", wide->proto, NATU_LEFT);
	natu_plan_literal(plan, wide->blank);
	add_cell(plan, "recv_q", wide->queue, NATU_RIGHT);
	natu_plan_literal(plan, wide->blank);
	add_cell(plan, "send_q", wide->queue, NATU_RIGHT);
	add_end(plan, wide, "local.address", "local.port");
	add_end(plan, wide, "peer.address", "peer.port");
	natu_plan_literal(plan, wide->blank);
	add_cell(plan, "state", wide->state, NATU_LEFT);
	natu_plan_literal(plan, " <");
	add_cell(plan, "cookie", 0, NATU_LEFT);
	natu_plan_literal(plan, ">\n");
	CU_ASSERT_EQUAL_FATAL(natu_plan_ready(plan, &error), 0);
	return plan;
}

static void print_end(char text[64], const struct natu_address *address, uint16_t port,
		      bool here)
{
	char number[8] = "*";

	text[0] = '\0';
	if (here)
		inet_ntop(address->family, address->bytes, text, INET6_ADDRSTRLEN);
	if (here && port)
		snprintf(number, sizeof(number), "%u", port);
	snprintf(text + strlen(text), 64 - strlen(text), ":%s", number);
}

static void print_number(char text[16], uint32_t number, bool here)
{
	snprintf(text, 16, here ? "%u" : "-", number);
}

static void print_row(char row[512], const struct widths *wide,
		      const struct natu_socket *socket)
{
	bool is_inet = socket->facts & FACT_INET, is_base = socket->facts & FACT_BASE;
	bool has_queues = socket->facts & FACT_QUEUES;
	char local[64], peer[64], receive[16], send[16], cookie[24] = "-";

	print_end(local, &socket->local, socket->local_port, is_inet);
	print_end(peer, &socket->peer, socket->peer_port, is_inet);
	print_number(receive, socket->recv_q, has_queues);
	print_number(send, socket->send_q, has_queues);
	if (socket->facts & FACT_COOKIE)
		snprintf(cookie, sizeof(cookie), "0x%llx",
			 (unsigned long long)socket->cookie);
	snprintf(row, 512, "%-*s%s%*s%s%*s%s%-*s%s%-*s%s%-*s <%s>\n", wide->proto,
		 is_base ? socket->proto->text : "-", wide->blank, wide->queue, receive,
		 wide->blank, wide->queue, send, wide->blank, wide->end, local,
		 wide->blank, wide->end, peer, wide->blank, wide->state,
		 is_base && socket->state ? socket->state->text : "-", cookie);
}

static const struct natu_word protos[] = { { "tcp", 3 },
					   { "tcp6", 4 },
					   { "udplite6", 8 } };
static const struct natu_word states[] = { { "ESTABLISHED", 11 },
					   { "LISTEN", 6 },
					   { "COOKIE_ECHOED_AND_MORE", 22 } };

/* Once in `often` times. */
static bool happens(unsigned int often)
{
	return random() % (long)often == 0;
}

static struct natu_address any_address(void)
{
	static const uint8_t octets[] = { 0, 1, 9, 10, 99, 100, 127, 255 };
	struct natu_address address = { .family = happens(8) ? AF_INET6 : AF_INET };

	for (size_t i = 0; i < (address.family == AF_INET ? 4 : 16); i++)
		address.bytes[i] = happens(2) ? octets[random() % 8] : (uint8_t)random();
	return address;
}

static uint32_t any_number(void)
{
	static const uint32_t numbers[] = { 9, 10, 99999, 100000, UINT32_MAX };

	return happens(8) ? numbers[random() % 5] : (uint32_t)random() % 10;
}

static uint16_t any_port(void)
{
	static const uint16_t ports[] = { 0,   1,    9,	   10,	  99,	100,
					  999, 1000, 9999, 10000, 65535 };

	return happens(2) ? ports[random() % 11] : (uint16_t)random();
}

static struct natu_socket any_socket(void)
{
	struct natu_socket socket = {
		.facts = FACT_BASE | FACT_INET | FACT_QUEUES | FACT_COOKIE,
		.proto = &protos[happens(4) ? random() % 3 : 0],
		.state = happens(16) ? NULL : &states[happens(4) ? random() % 3 : 0],
		.local = any_address(),
		.peer = any_address(),
		.local_port = any_port(),
		.peer_port = any_port(),
		.recv_q = any_number(),
		.send_q = any_number(),
		.cookie = (uint64_t)random() << random() % 33,
	};

	if (happens(16))
		socket.facts &= ~((natu_facts)1 << random() % 20);
	return socket;
}

/* Rows behind one another, in a buffer that grows: none writes into its neighbour. */
static bool is_written(const struct widths *wide, unsigned int rows)
{
	struct natu_plan *plan = plan_of(wide);
	struct natu_buffer text = { 0 };
	bool same = (plan->steps[0].put == natu_put_row) == wide->is_fast;
	char row[512];

	for (unsigned int i = 0; i < rows; i++) {
		const struct natu_socket socket = any_socket();
		size_t start = text.used;

		natu_plan_row(plan, &socket, &text);
		print_row(row, wide, &socket);
		same &= text.used - start == strlen(row) &&
			!memcmp(text.data + start, row, strlen(row));
		if (!same) {
			printf("\nwritten  %.*sexpected %s", (int)(text.used - start),
			       text.data + start, row);
			break;
		}
	}
	natu_buffer_free(&text);
	natu_plan_free(plan);
	return same;
}

TEST(netstats_row)
{
	srandom(3);
	CU_ASSERT(is_written(&netstat, 200000));
}

TEST(rows_of_other_widths)
{
	srandom(4);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		CU_ASSERT(is_written(&widths[i], 5000));
}
