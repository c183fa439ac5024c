/* SPDX-License-Identifier: MIT */
#include "fact.h"
#include "packet.h"
#include "test.h"

#include <netinet/in.h>
#include <natu/natu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A resolver that knows the names of odd addresses, once they have been waited for. */
struct phone_book {
	size_t wanted, waits;
	size_t known; /* how many were wanted before the last wait */
};

static uint32_t number_of(const struct natu_address *address)
{
	uint32_t number;

	memcpy(&number, address->bytes, sizeof(number));
	return ntohl(number) & 0xffffff;
}

static void want(void *context, const struct natu_address *address)
{
	struct phone_book *book = context;

	CU_ASSERT_NOT_EQUAL(number_of(address), 0);
	book->wanted++;
}

static void wait(void *context)
{
	struct phone_book *book = context;

	book->waits++;
	book->known = book->wanted;
}

static const char *host(void *context, const struct natu_address *address)
{
	struct phone_book *book = context;

	CU_ASSERT_EQUAL(book->known, book->wanted);
	return number_of(address) % 2 ? "odd\033.example" : NULL;
}

static const char *service(void *context, const char *protocol, uint16_t port)
{
	(void)context;
	CU_ASSERT_STRING_EQUAL(protocol, "tcp");
	return port == 80 ? "http" : NULL;
}

/* What came of a listing. */
struct tally {
	uint32_t rows, named, served;
	bool in_order;
};

static int row(void *context, const struct natu_socket *socket)
{
	struct tally *tally = context;
	struct natu_value peer, value;

	CU_ASSERT_EQUAL(natu_get(socket, natu_column_find("peer.address"), &peer),
			NATU_HAS);
	tally->in_order &= number_of(&peer.address) > tally->rows;
	tally->rows++;
	if (natu_get(socket, natu_column_find("peer.host"), &value) == NATU_HAS) {
		tally->named++;
		CU_ASSERT_EQUAL(number_of(&peer.address) % 2, 1);
		CU_ASSERT(value.text.length == 12);
	}
	if (natu_get(socket, natu_column_find("local.service"), &value) == NATU_HAS)
		tally->served++;
	/* 0.0.0.0 is nobody's name. */
	CU_ASSERT_EQUAL(natu_get(socket, natu_column_find("local.host"), &value),
			NATU_NONE);
	return 0;
}

static void add_sockets(struct packets *packets, uint32_t count)
{
	packets_request(packets, IPPROTO_TCP);
	for (uint32_t i = 1; i <= count; i++) {
		struct inet_diag_msg body = packet_socket("0.0.0.0", 80, "10.0.0.0",
							  1000);

		body.id.idiag_dst[0] = htonl(0x0a000000 | i);
		body.id.idiag_cookie[0] = i;
		packets_add(packets, TCPDIAG_GETSOCK, &body, sizeof(body));
	}
	packets_done(packets, 0);
}

/* Lists that many sockets, whose peers are numbered from 1 on. */
static struct tally list(uint32_t count, const char *expression, struct phone_book *book)
{
	char path[] = "/tmp/natu-unit-XXXXXX";
	const struct natu_setup setup = { .replay = path };
	struct tally tally = { .in_order = true };
	const struct natu_sink sink = { .row = row, .context = &tally };
	const struct natu_resolver resolver = { want, wait, host, service, book };
	struct natu_query query = { .facts = FACT_HOSTS | FACT_SERVICES,
				    .resolver = book ? &resolver : NULL };
	struct natu_filter *filter = natu_filter_new();
	struct natu_report report = { 0 };
	struct packets packets = { 0 };
	struct natu_error error;
	struct natu *natu;
	int fd = mkstemp(path);

	add_sockets(&packets, count);
	CU_ASSERT(write(fd, packets.bytes, packets.length) == (ssize_t)packets.length);
	close(fd);
	packets_free(&packets);
	CU_ASSERT_EQUAL_FATAL(natu_filter_parse(filter, expression, &error), 0);
	query.filter = filter;
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	CU_ASSERT_EQUAL(natu_list(natu, &query, &sink, &report, &error), 0);
	natu_close(natu);
	natu_filter_free(filter);
	unlink(path);
	return tally;
}

TEST(rows_wait_for_their_names)
{
	struct phone_book book = { 0 };
	struct tally tally = list(101, "", &book);

	CU_ASSERT(tally.rows == 101 && tally.named == 51 && tally.served == 101);
	CU_ASSERT(tally.in_order);
	/* All at once: the addresses of 101 rows, without 0.0.0.0. */
	CU_ASSERT(book.wanted == 101 && book.waits == 1);
}

TEST(too_many_to_wait_go_on_in_turns)
{
	enum { MANY = 40000 };
	struct phone_book book = { 0 };
	struct tally tally = list(MANY, "", &book);

	CU_ASSERT(tally.rows == MANY && tally.named == MANY / 2 && tally.in_order);
	CU_ASSERT(book.wanted == MANY && book.waits > 1 && book.waits < 20);
}

TEST(filters_about_names_wait_too)
{
	struct phone_book book = { 0 };
	struct tally tally = list(100, "has peer.host and local.service = http", &book);

	CU_ASSERT(tally.rows == 50 && tally.named == 50);
	book = (struct phone_book){ 0 };
	tally = list(100, "not has peer.host", &book);
	CU_ASSERT(tally.rows == 50 && tally.named == 0);
	/* What is out already is not asked for. */
	book = (struct phone_book){ 0 };
	tally = list(100, "dst 10.0.0.7", &book);
	CU_ASSERT(tally.rows == 1 && tally.named == 1 && book.wanted == 1);
	book = (struct phone_book){ 0 };
	tally = list(100, "dst 192.0.2.1 and has peer.host", &book);
	CU_ASSERT(tally.rows == 0 && book.wanted == 0 && book.waits == 0);
}

TEST(without_a_resolver_nothing_has_a_name)
{
	struct tally tally = list(10, "", NULL);

	CU_ASSERT(tally.rows == 10 && tally.named == 0 && tally.served == 0);
}
