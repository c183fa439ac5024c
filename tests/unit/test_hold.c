/* SPDX-License-Identifier: MIT */
#include "hold.h"

#include "family.h"
#include "packet.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

/* What was held must come back as it was: the sockets are decoded once more, from the
 * message itself. */

static struct natu_socket decoded(const struct nlmsghdr *message, natu_facts facts)
{
	struct natu_socket socket;

	memset(&socket, 0, sizeof(socket));
	CU_ASSERT_FATAL(natu_families[0].decode(&natu_families[0], NLMSG_DATA(message),
						message->nlmsg_len - NLMSG_HDRLEN, facts,
						&socket));
	socket.message = message;
	return socket;
}

static bool same_bytes(const unsigned char *a, const unsigned char *b, size_t a_length,
		       size_t b_length)
{
	return a_length == b_length && !memcmp(a, b, a_length);
}

static bool same_socket(const struct natu_socket *a, const struct natu_socket *b)
{
	bool same = a->facts == b->facts && a->family == b->family &&
		    a->state == b->state && a->cookie == b->cookie && a->uid == b->uid &&
		    a->inode == b->inode && a->local_port == b->local_port &&
		    a->peer_port == b->peer_port && a->recv_q == b->recv_q &&
		    a->send_q == b->send_q &&
		    !memcmp(a->local.bytes, b->local.bytes, 16) &&
		    !memcmp(a->peer.bytes, b->peer.bytes, 16);

	if (a->facts & FACT_TCPINFO)
		same &= same_bytes(a->tcp_info, b->tcp_info, a->tcp_info_length,
				   b->tcp_info_length);
	if (a->facts & FACT_MARK)
		same &= a->mark == b->mark;
	return same;
}

/* Sockets of many lengths: the n-th has n bytes of tcp_info. */
static void add_sockets(struct packets *packets, unsigned int count)
{
	for (unsigned int n = 0; n < count; n++) {
		unsigned char info[4096];
		uint32_t mark = n;

		memset(info, (int)n, sizeof(info));
		packets_socket(packets, "2001:db8::7", (uint16_t)(n + 1), n + 1);
		packets_attribute(packets, INET_DIAG_MARK, &mark, sizeof(mark));
		packets_attribute(packets, INET_DIAG_INFO, info, n % sizeof(info));
	}
}

static bool comes_back(unsigned int count, natu_facts facts)
{
	struct natu_hold *hold = calloc(1, sizeof(*hold));
	struct packets packets = { 0 };
	struct natu_socket back;
	bool same = true;
	size_t at = 0;

	add_sockets(&packets, count);
	for (; at < packets.length;
	     at += NLMSG_ALIGN(((struct nlmsghdr *)(packets.bytes + at))->nlmsg_len)) {
		struct natu_socket socket =
			decoded((struct nlmsghdr *)(packets.bytes + at), facts);

		natu_hold_add(hold, &socket, facts);
	}
	at = 0;
	while (natu_hold_next(hold, facts, &back)) {
		const struct nlmsghdr *message = (struct nlmsghdr *)(packets.bytes + at);
		struct natu_socket socket = decoded(message, facts);

		same &= same_socket(&socket, &back);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
	same &= at == packets.length && !hold->overflow;
	natu_hold_drop(hold);
	same &= !natu_hold_next(hold, facts, &back);
	free(hold);
	packets_free(&packets);
	return same;
}

TEST(comes_back_in_order)
{
	static const unsigned int counts[] = { 0, 1, 2, 700, 1500 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		CU_ASSERT(comes_back(counts[i], FACT_TCPINFO | FACT_MARK));
		CU_ASSERT(comes_back(counts[i], FACT_QUEUES | FACT_COOKIE | FACT_UID |
							FACT_INODE | FACT_TIMER));
	}
}

/* What no one has asked for may be left out, but then it does not count as 0. */
TEST(leaves_out_what_is_not_asked)
{
	static const uint32_t all = FACT_COOKIE | FACT_UID | FACT_INODE | FACT_TIMER;
	struct natu_hold hold = { 0 };
	struct packets packets = { 0 };
	struct natu_socket socket, back;

	packets_socket(&packets, "2001:db8::7", 7, 7);
	for (natu_facts fact = 1; fact <= all; fact <<= 1) {
		socket = decoded(packets_last(&packets), fact);
		natu_hold_add(&hold, &socket, fact);
		CU_ASSERT(natu_hold_next(&hold, fact, &back));
		CU_ASSERT((back.facts & all) == (fact & socket.facts & all));
		CU_ASSERT(!(fact & FACT_COOKIE) || back.cookie == socket.cookie);
		CU_ASSERT(!(fact & FACT_INODE) || back.inode == socket.inode);
		CU_ASSERT(!memcmp(back.peer.bytes, socket.peer.bytes, 16));
		natu_hold_drop(&hold);
	}
	packets_free(&packets);
}

/* Beyond the bound all is forgotten, and said to be; what is added after that is not
 * kept. */
TEST(bound)
{
	struct natu_hold hold = { 0 };
	struct packets packets = { 0 };
	struct natu_socket socket, back;
	size_t most = 0, added = 0;

	packets_socket(&packets, "::1", 7, 7);
	socket = decoded(packets_last(&packets), 0);
	for (; !hold.overflow && added < 1000000; added++) {
		natu_hold_add(&hold, &socket, 0);
		most = hold.held > most ? hold.held : most;
	}
	CU_ASSERT(hold.overflow && most <= NATU_HOLD_LIMIT);
	/* The bound is there for long lists: ordinary ones stay well below it. */
	CU_ASSERT(added > 80000);
	CU_ASSERT(hold.held == 0 && !natu_hold_next(&hold, 0, &back));
	natu_hold_add(&hold, &socket, 0);
	CU_ASSERT(!natu_hold_next(&hold, 0, &back));
	natu_hold_drop(&hold);
	CU_ASSERT(hold.overflow);
	hold.overflow = false;
	natu_hold_add(&hold, &socket, 0);
	CU_ASSERT(natu_hold_next(&hold, 0, &back) && back.local_port == 7);
	natu_hold_drop(&hold);
	packets_free(&packets);
}

/* A message that is longer than any piece of the store, as no kernel sends it. */
TEST(huge_message)
{
	struct natu_hold hold = { 0 };
	struct packets packets = { 0 };
	unsigned char *bytes = calloc(1, 65000);
	struct natu_socket socket, back;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	packets_socket(&packets, "::1", 7, 7);
	packets_attribute(&packets, 200, bytes, 65000);
	socket = decoded(packets_last(&packets), FACT_MARK);
	natu_hold_add(&hold, &socket, FACT_MARK);
	CU_ASSERT(natu_hold_next(&hold, FACT_MARK, &back) && same_socket(&socket, &back));
	natu_hold_drop(&hold);
	packets_attribute(&packets, 201, bytes, 1000);
	socket = decoded(packets_last(&packets), FACT_MARK);
	natu_hold_add(&hold, &socket, FACT_MARK);
	CU_ASSERT(hold.overflow && !natu_hold_next(&hold, FACT_MARK, &back));
	natu_hold_drop(&hold);
	packets_free(&packets);
	free(bytes);
}
