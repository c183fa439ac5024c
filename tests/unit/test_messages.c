/* SPDX-License-Identifier: MIT */
#include "source/messages.h"

#include "family.h"
#include "packet.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct natu_request request = {
	.family = natu_families,
	.families = NATU_IPV4 | NATU_IPV6,
	.facts = FACT_TCPINFO | FACT_MARK,
};

static struct natu_messages messages;
static struct natu_error error;

/* Gives a chunk that ends where its memory ends, and walks it. Returns how it ended;
 * *rows counts. */
static enum natu_messages_end walk(const void *bytes, size_t length, size_t *rows)
{
	unsigned char *copy = malloc(length ? length : 1);
	enum natu_messages_end end;
	struct natu_socket socket;

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, bytes, length);
	*rows = 0;
	natu_messages_feed(&messages, copy, length);
	while ((end = natu_messages_next(&messages, &socket, &error)) ==
	       NATU_MESSAGES_ROW) {
		CU_ASSERT(socket.message != NULL);
		++*rows;
	}
	free(copy);
	return end;
}

static enum natu_messages_end walk_packets(const struct packets *packets, size_t *rows)
{
	natu_messages_start(&messages, &request);
	return walk(packets->bytes, packets->length, rows);
}

TEST(rows_and_their_end)
{
	struct packets packets = { 0 };
	size_t rows;

	packets_socket(&packets, "127.0.0.1", 1, 11);
	packets_socket(&packets, "::1", 2, 12);
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_USED_UP && rows == 2);
	packets_done(&packets, 0);
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_DONE && rows == 2);
	CU_ASSERT(messages.malformed == 0);
	packets_free(&packets);
}

/* A handler that is missing answers DONE with -ENOENT: that is no empty list. */
TEST(done_with_an_errno)
{
	static const struct {
		int carried, expected;
	} ends[] = {
		{ -ENOENT, ENOENT }, { -EPERM, EPERM }, { -EINVAL, EINVAL },
		{ INT_MIN, 0 },	     { 0, 0 },		{ 7, 0 },
		{ INT_MAX, 0 },
	};

	for (size_t i = 0; i < COUNT(ends); i++) {
		struct packets packets = { 0 };
		enum natu_messages_end end;
		size_t rows;

		packets_done(&packets, ends[i].carried);
		end = walk_packets(&packets, &rows);
		CU_ASSERT(end ==
			  (ends[i].expected ? NATU_MESSAGES_FAILED : NATU_MESSAGES_DONE));
		if (ends[i].expected)
			CU_ASSERT(error.code == NATU_ESYS &&
				  error.error == ends[i].expected);
		packets_free(&packets);
	}
}

/* Old kernels send a DONE without a number. */
TEST(short_ends)
{
	struct packets packets = { 0 };
	size_t rows;

	for (size_t length = 0; length < 4; length++) {
		packets_add(&packets, NLMSG_DONE, "\xfe\xff\xff", length);
		CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_DONE &&
			  rows == 0);
		packets_free(&packets);
		packets_add(&packets, NLMSG_ERROR, "\xfe\xff\xff", length);
		CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_FAILED);
		CU_ASSERT(error.error != 0);
		packets_free(&packets);
	}
}

TEST(error_message)
{
	const struct nlmsgerr refused = { .error = -EACCES },
			      acknowledged = { .error = 0 };
	struct packets packets = { 0 };
	size_t rows;

	packets_socket(&packets, "127.0.0.1", 1, 11);
	packets_add(&packets, NLMSG_ERROR, &refused, sizeof(refused));
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_FAILED && rows == 1);
	CU_ASSERT(error.code == NATU_ESYS && error.error == EACCES);
	CU_ASSERT_STRING_EQUAL(error.text, "reading TCP sockets: Permission denied");
	packets_free(&packets);
	/* Nobody asked for an acknowledgement: it does not end a dump well. */
	packets_add(&packets, NLMSG_ERROR, &acknowledged, sizeof(acknowledged));
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_FAILED);
	CU_ASSERT(error.error == EPROTO);
	packets_free(&packets);
}

TEST(other_messages)
{
	struct packets packets = { 0 };
	size_t rows;

	packets_add(&packets, NLMSG_NOOP, "", 0);
	packets_socket(&packets, "127.0.0.1", 1, 11);
	packets_add(&packets, 4711, "whatever", 8);
	packets_add(&packets, NLMSG_OVERRUN, "", 0);
	packets_add(&packets, TCPDIAG_GETSOCK, "too short", 9);
	packets_socket(&packets, "127.0.0.1", 2, 12);
	packets_done(&packets, 0);
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_DONE && rows == 2);
	CU_ASSERT_EQUAL(messages.malformed, 3);
	packets_free(&packets);
}

/* Cut anywhere: the rows that are whole, and one that is not, counted. */
TEST(chunks_of_every_length)
{
	struct packets packets = { 0 };
	size_t ends[4], rows;

	for (unsigned int i = 0; i < COUNT(ends); i++) {
		packets_socket(&packets, "::1", 1, 11 + i);
		packets_attribute(&packets, INET_DIAG_MARK, "\1\2\3\4", 4);
		ends[i] = packets.length;
	}
	for (size_t cut = 0; cut <= packets.length; cut++) {
		size_t whole = 0;

		while (whole < COUNT(ends) && ends[whole] <= cut)
			whole++;
		natu_messages_start(&messages, &request);
		CU_ASSERT(walk(packets.bytes, cut, &rows) == NATU_MESSAGES_USED_UP);
		CU_ASSERT(rows == whole);
		CU_ASSERT(messages.malformed ==
			  (cut != 0 && cut != ends[whole ? whole - 1 : 0]));
	}
	packets_free(&packets);
}

/* Each length that a message can claim. What follows one that lies cannot be trusted. */
TEST(claimed_lengths)
{
	struct packets packets = { 0 };
	uint32_t space;

	packets_socket(&packets, "127.0.0.1", 1, 11);
	space = (uint32_t)packets.length;
	packets_socket(&packets, "127.0.0.1", 2, 12);
	for (uint32_t claimed = 0; claimed < 3 * space; claimed++) {
		struct nlmsghdr *first = (struct nlmsghdr *)packets.bytes;
		enum natu_messages_end end;
		size_t rows;

		first->nlmsg_len = claimed;
		end = walk_packets(&packets, &rows);
		CU_ASSERT(end == NATU_MESSAGES_USED_UP);
		if (claimed == space) {
			CU_ASSERT(rows == 2 && messages.malformed == 0);
		} else if (claimed < NLMSG_HDRLEN || claimed > 2 * space) {
			CU_ASSERT(rows == 0 && messages.malformed == 1);
		} else {
			CU_ASSERT(messages.malformed > 0 || rows == 1);
		}
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		size_t rows;

		((struct nlmsghdr *)packets.bytes)->nlmsg_len = UINT32_MAX << bit;
		CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_USED_UP);
	}
	packets_free(&packets);
}

/* The last message of a chunk need not be padded. */
TEST(unpadded_end)
{
	struct packets packets = { 0 };
	size_t rows;

	packets_socket(&packets, "127.0.0.1", 1, 11);
	packets_attribute(&packets, INET_DIAG_SHUTDOWN, "\1", 1);
	packets_last(&packets)->nlmsg_len -= 3;
	natu_messages_start(&messages, &request);
	CU_ASSERT(walk(packets.bytes, packets.length - 3, &rows) ==
		  NATU_MESSAGES_USED_UP);
	CU_ASSERT(rows == 1 && messages.malformed == 0);
	packets_free(&packets);
}

/* A resumed dump repeats what it has just sent, at most a bucket: in the same chunk or in
 * a later one. */
TEST(repeated_rows)
{
	struct packets packets = { 0 };
	size_t rows, total = 0;

	natu_messages_start(&messages, &request);
	for (uint64_t chunk = 0; chunk < 40; chunk++) {
		for (uint64_t i = 0; i < 260; i++)
			packets_socket(&packets, "127.0.0.1", 1, 1 + chunk * 200 + i);
		CU_ASSERT(walk(packets.bytes, packets.length, &rows) ==
			  NATU_MESSAGES_USED_UP);
		total += rows;
		packets_free(&packets);
	}
	CU_ASSERT_EQUAL(total, 39 * 200 + 260);
	CU_ASSERT_EQUAL(messages.malformed, 0);
}

/* An association, a listener without a remote port, or another socket of that cookie. */
static void add_sctp(struct packets *packets, unsigned int state, uint16_t peer_port,
		     uint64_t cookie)
{
	struct inet_diag_msg *body;

	packets_socket(packets, "127.0.0.1", 7001, cookie);
	body = NLMSG_DATA(packets_last(packets));
	body->idiag_state = (uint8_t)state;
	body->id.idiag_dport = htons(peer_port);
	/* A list that is empty is there. */
	if (peer_port)
		packets_attribute(packets, INET_DIAG_PEERS, NULL, 0);
}

/* net/sctp/diag.c: those that listen come first, and then each socket before its
 * associations. */
TEST(associations_and_their_sockets)
{
	const struct natu_request of_sctp = {
		.family = natu_family_of_protocol(IPPROTO_SCTP),
		.families = NATU_IPV4 | NATU_IPV6,
	};
	struct packets packets = { 0 };
	size_t rows;

	add_sctp(&packets, 10, 0, 1); /* a row */
	add_sctp(&packets, 10, 0, 2); /* a row */
	add_sctp(&packets, 10, 0, 1);
	add_sctp(&packets, 3, 101, 1); /* a row */
	add_sctp(&packets, 3, 102, 1); /* a row */
	add_sctp(&packets, 1, 0, 3);
	add_sctp(&packets, 3, 101, 3); /* that of 1, which was accepted */
	add_sctp(&packets, 3, 103, 3); /* a row */
	/* One that began to listen after those were listed. */
	add_sctp(&packets, 10, 0, 4);
	add_sctp(&packets, 3, 104, 4); /* a row */
	natu_messages_start(&messages, &of_sctp);
	CU_ASSERT(walk(packets.bytes, packets.length, &rows) == NATU_MESSAGES_USED_UP);
	CU_ASSERT(rows == 6 && messages.malformed == 0 && messages.has_moved);
	packets_free(&packets);
	packets_done(&packets, 0);
	CU_ASSERT(walk(packets.bytes, packets.length, &rows) == NATU_MESSAGES_DONE);
	packets_free(&packets);
	/* A dump of the other address family begins with listeners. */
	add_sctp(&packets, 10, 0, 4); /* a row */
	add_sctp(&packets, 10, 0, 1);
	add_sctp(&packets, 3, 105, 1); /* a row */
	CU_ASSERT(walk(packets.bytes, packets.length, &rows) == NATU_MESSAGES_USED_UP);
	CU_ASSERT_EQUAL(rows, 2);
	packets_free(&packets);
}

/* Old kernels send no cookie: those rows are all there. */
TEST(rows_without_a_cookie)
{
	struct packets packets = { 0 };
	size_t rows;

	for (unsigned int i = 0; i < 10; i++)
		packets_socket(&packets, "127.0.0.1", (uint16_t)i, 0);
	CU_ASSERT(walk_packets(&packets, &rows) == NATU_MESSAGES_USED_UP && rows == 10);
	packets_free(&packets);
}

/* The last cookies are known, and none that never came, however they fall into the
 * table. */
static bool remembers(uint64_t step, uint64_t count)
{
	struct natu_seen *seen = calloc(1, sizeof(*seen));
	bool well = seen != NULL;

	for (uint64_t i = 1; well && i <= count; i++) {
		well &= !natu_seen_before(seen, i * step);
		/* All of the last NATU_SEEN_LIMIT - 1 are still known. */
		for (uint64_t back = 0; back < NATU_SEEN_LIMIT && back < i; back += 37)
			well &= natu_seen_before(seen, (i - back) * step);
		well &= !natu_seen_before(seen, 0);
	}
	free(seen);
	return well;
}

TEST(memory_of_cookies)
{
	/* Counted up as the kernel does; all into one slot; from the far ends. */
	static const uint64_t steps[] = { 1,
					  2,
					  NATU_SEEN_SLOTS,
					  NATU_SEEN_SLOTS * 3,
					  NATU_SEEN_SLOTS - 1,
					  UINT64_MAX,
					  0x100000001,
					  UINT64_C(1) << 50 };

	for (size_t i = 0; i < COUNT(steps); i++)
		CU_ASSERT(remembers(steps[i], 5 * NATU_SEEN_LIMIT));
}

/* Any bytes at all: walked to their end, without a row that lies outside. */
TEST(random_bytes)
{
	unsigned char bytes[512];

	srandom(6);
	for (unsigned int i = 0; i < 20000; i++) {
		size_t length = (size_t)random() % sizeof(bytes), rows;
		struct nlmsghdr *header = (struct nlmsghdr *)bytes;

		for (size_t at = 0; at < length; at++)
			bytes[at] = (unsigned char)(random() & (random() & 1 ? 0xff : 3));
		if (length >= sizeof(*header) && i % 2)
			header->nlmsg_type = TCPDIAG_GETSOCK;
		natu_messages_start(&messages, &request);
		walk(bytes, length, &rows);
		CU_ASSERT(rows <= length / (NLMSG_HDRLEN + sizeof(struct inet_diag_msg)));
	}
}
