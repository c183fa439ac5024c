/* SPDX-License-Identifier: MIT */
#include "family.h"
#include "packet.h"
#include "state.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL_FACTS UINT64_MAX

static const struct natu_family *family(const char *name)
{
	for (size_t i = 0; i < natu_family_count; i++)
		if (!strcmp(natu_families[i].name, name))
			return &natu_families[i];
	CU_FAIL_FATAL("no such family");
	return NULL;
}

/* Decodes a copy that ends where the message ends, so that a byte read beyond it is
 * found. */
static bool decode(const char *protocol, const void *payload, size_t length,
		   natu_facts facts, struct natu_socket *socket)
{
	/* Attributes are only looked at, not read: the copy has to stay. */
	static unsigned char *copy;
	bool decoded;

	free(copy);
	copy = malloc(length ? length : 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, payload, length);
	memset(socket, 0xa5, sizeof(*socket));
	decoded = family(protocol)->decode(family(protocol), copy, length, facts, socket);
	if (!decoded) {
		free(copy);
		copy = NULL;
	}
	return decoded;
}

static bool decode_body(const char *protocol, const struct inet_diag_msg *body,
			struct natu_socket *socket)
{
	return decode(protocol, body, sizeof(*body), 0, socket);
}

static bool address_is(const struct natu_address *address, const char *text)
{
	uint8_t bytes[16];
	int wanted = strchr(text, ':') ? AF_INET6 : AF_INET;

	return address->family == wanted && inet_pton(wanted, text, bytes) == 1 &&
	       !memcmp(address->bytes, bytes, wanted == AF_INET ? 4 : 16);
}

TEST(ipv4)
{
	struct inet_diag_msg body = packet_socket("10.0.0.5", 443, "192.0.2.9", 51234);
	struct natu_socket socket;

	body.idiag_rqueue = 30;
	body.idiag_wqueue = 10;
	body.id.idiag_cookie[1] = 0x7;
	CU_ASSERT_FATAL(decode_body("tcp", &body, &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "tcp");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv4");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "ESTABLISHED");
	CU_ASSERT(address_is(&socket.local, "10.0.0.5") && socket.local_port == 443);
	CU_ASSERT(address_is(&socket.peer, "192.0.2.9") && socket.peer_port == 51234);
	CU_ASSERT(socket.recv_q == 30 && socket.send_q == 10);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 5753361);
	CU_ASSERT(socket.cookie == 0x7001f2874);
	CU_ASSERT(socket.facts == (FACT_BASE | FACT_INET | FACT_QUEUES | FACT_UID |
				   FACT_INODE | FACT_COOKIE | FACT_TIMER));
}

TEST(ipv6)
{
	struct inet_diag_msg body = packet_socket("fe80::1:2", 53, "2001:db8::9", 0);
	struct natu_socket socket;

	body.idiag_state = 7;
	body.id.idiag_if = 4;
	CU_ASSERT_FATAL(decode_body("udp", &body, &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "udp6");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv6");
	CU_ASSERT_PTR_NULL(socket.state);
	CU_ASSERT(address_is(&socket.local, "fe80::1:2") && socket.local_port == 53);
	CU_ASSERT(address_is(&socket.peer, "2001:db8::9") && socket.peer_port == 0);
	CU_ASSERT((socket.facts & FACT_INTERFACE) && socket.interface == 4);
	CU_ASSERT(!(socket.facts & (FACT_TIMER | FACT_RETRIES)));
}

/* What a kernel's row of each state has, reference/kernel.md: an owner, queues or a
 * backlog. */
TEST(facts_of_each_state)
{
	for (unsigned int state = 0; state < 256; state++) {
		struct inet_diag_msg body = packet_socket("::1", 1, "::1", 2);
		bool mini = state == 6 || state == 3 || state == 12;
		struct natu_socket socket;

		body.idiag_state = (uint8_t)state;
		body.idiag_timer = TIMER_ON;
		body.idiag_retrans = 4;
		CU_ASSERT_FATAL(decode_body("tcp", &body, &socket));
		CU_ASSERT(socket.state_number == state);
		CU_ASSERT(!(socket.facts & FACT_QUEUES) == (state == 10));
		CU_ASSERT(!(socket.facts & FACT_LISTENER) == (state != 10));
		CU_ASSERT(!(socket.facts & FACT_BACKLOG) == (state != 10));
		CU_ASSERT(!(socket.facts & FACT_UID) == mini);
		CU_ASSERT(!(socket.facts & FACT_INODE) == mini);
		/* Without tcp_info only a handshake's retransmissions are known. */
		CU_ASSERT(!(socket.facts & FACT_RETRIES) == (state != 3));
		if (state == 3)
			CU_ASSERT(socket.retransmits == 4 && socket.probes == 0);
		CU_ASSERT(decode_body("udp", &body, &socket));
		CU_ASSERT(socket.facts & FACT_QUEUES);
		CU_ASSERT(!(socket.facts & FACT_LISTENER));
	}
}

TEST(listener)
{
	struct inet_diag_msg body = packet_socket("0.0.0.0", 80, "0.0.0.0", 0);
	struct natu_socket socket;

	body.idiag_state = 10;
	body.idiag_rqueue = 3;
	body.idiag_wqueue = 128;
	CU_ASSERT_FATAL(decode_body("tcp", &body, &socket));
	CU_ASSERT(socket.accept_queue == 3 && socket.backlog == 128);
}

/* Linux 6.8: what is only bound comes as CLOSE, from a table that is walked on
 * request. */
TEST(bound)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 8080, "0.0.0.0", 0);
	struct natu_socket socket;

	body.idiag_state = 7;
	CU_ASSERT(decode_body("tcp", &body, &socket));
	CU_ASSERT(socket.state_number == STATE_BOUND);
	CU_ASSERT_STRING_EQUAL(socket.state->text, "BOUND");
	CU_ASSERT(decode_body("udp", &body, &socket));
	CU_ASSERT(socket.state_number == 7 && !socket.state);
	body.id.idiag_dport = 9;
	CU_ASSERT(decode_body("tcp", &body, &socket));
	CU_ASSERT(socket.state_number == 7);
}

/* A FIN_WAIT2 that is a TIME_WAIT inside has neither user nor inode; one that nobody
 * holds any more has no inode. */
/* RAW: the number in the place of the local port is its protocol, and the other one is
 * what connect() was given, which netstat does not show. */
TEST(the_ports_of_raw)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 89, "127.0.0.2", 77);
	struct natu_socket socket;

	CU_ASSERT_FATAL(decode_body("raw", &body, &socket));
	CU_ASSERT(socket.local_port == 89 && socket.peer_port == 0);
	CU_ASSERT(address_is(&socket.peer, "127.0.0.2"));
	/* raw_diag has no table for AF_UNSPEC; the others walk both at once. */
	for (size_t i = 0; i < natu_family_count; i++)
		CU_ASSERT_EQUAL(natu_families[i].is_dumped_by_family,
				!strcmp(natu_families[i].name, "raw"));
}

TEST(owners)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
	struct natu_socket socket;

	body.idiag_state = 5;
	body.idiag_timer = 3;
	CU_ASSERT(decode_body("tcp", &body, &socket));
	CU_ASSERT(!(socket.facts & (FACT_UID | FACT_INODE)));
	body.idiag_timer = 2;
	CU_ASSERT(decode_body("tcp", &body, &socket));
	CU_ASSERT((socket.facts & FACT_UID) && (socket.facts & FACT_INODE));
	body.idiag_inode = 0;
	CU_ASSERT(decode_body("tcp", &body, &socket));
	CU_ASSERT((socket.facts & FACT_UID) && !(socket.facts & FACT_INODE));
}

TEST(other_families_and_short_messages)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
	struct natu_socket socket;

	for (unsigned int other = 0; other < 256; other++) {
		body.idiag_family = (uint8_t)other;
		CU_ASSERT(decode_body("tcp", &body, &socket) ==
			  (other == AF_INET || other == AF_INET6));
	}
	body.idiag_family = AF_INET;
	for (size_t length = 0; length < sizeof(body); length++) {
		CU_ASSERT(!decode("tcp", &body, length, 0, &socket));
		CU_ASSERT(!decode("tcp", &body, length, ALL_FACTS, &socket));
	}
}

/* The attributes of a message, as they can come: what natu reads, and what it does not
 * know. */
static const struct {
	uint16_t type;
	uint16_t length;
	natu_facts facts;
} attributes[] = {
	{ INET_DIAG_INFO, 280, FACT_TCPINFO | FACT_RETRIES },
	{ INET_DIAG_SKMEMINFO, 36, FACT_MEMORY | FACT_DROPS },
	{ INET_DIAG_MARK, 4, FACT_MARK },
	{ 21 /* INET_DIAG_CGROUP_ID */, 8, FACT_CGROUP },
	{ INET_DIAG_SHUTDOWN, 1, FACT_SHUTDOWN },
	{ 1000, 3, 0 },
};

/* The n-th order of the attributes. */
static void permute(unsigned int n, size_t order[static COUNT(attributes)])
{
	bool used[COUNT(attributes)] = { false };

	for (size_t i = 0; i < COUNT(attributes); i++) {
		size_t left = COUNT(attributes) - i, skip = n % left, at = 0;

		n /= (unsigned int)left;
		while (used[at] || skip--)
			at++;
		used[at] = true;
		order[i] = at;
	}
}

/* A message with all attributes, their bytes counted up from their type. */
static size_t build(const size_t order[static COUNT(attributes)], unsigned char *out)
{
	struct packets packets = { 0 };
	struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
	size_t length;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &body, sizeof(body));
	for (size_t i = 0; i < COUNT(attributes); i++) {
		unsigned char bytes[280];

		for (size_t at = 0; at < sizeof(bytes); at++)
			bytes[at] = (unsigned char)(attributes[order[i]].type + at);
		packets_attribute(&packets, attributes[order[i]].type, bytes,
				  attributes[order[i]].length);
	}
	length = packets.length - NLMSG_HDRLEN;
	memcpy(out, packets.bytes + NLMSG_HDRLEN, length);
	packets_free(&packets);
	return length;
}

static bool has_what_was_sent(const struct natu_socket *socket)
{
	uint32_t mark;
	uint64_t cgroup;
	bool well = true;

	memcpy(&mark, (uint8_t[]){ 15, 16, 17, 18 }, sizeof(mark));
	memcpy(&cgroup, (uint8_t[]){ 21, 22, 23, 24, 25, 26, 27, 28 }, sizeof(cgroup));
	if (socket->facts & FACT_TCPINFO)
		well &= socket->tcp_info_length == 280 && socket->tcp_info[0] == 2 &&
			socket->tcp_info[279] == (unsigned char)(2 + 279) &&
			socket->retransmits == 4 && socket->probes == 5;
	if (socket->facts & FACT_MEMORY)
		well &= socket->memory_length == 36 && socket->memory[35] == 7 + 35;
	if (socket->facts & FACT_MARK)
		well &= socket->mark == mark;
	if (socket->facts & FACT_CGROUP)
		well &= socket->cgroup == cgroup;
	return well;
}

/* Where each attribute ends, one knows without natu: its length, rounded up to four. A
 * message that is cut within one is not what it should be; cut between two it has those
 * before. */
static bool is_read_at_every_length(const size_t order[static COUNT(attributes)])
{
	unsigned char payload[1024];
	size_t length = build(order, payload), end = sizeof(struct inet_diag_msg),
	       next = 0;
	natu_facts facts = 0;
	bool well = true;

	for (size_t cut = end; cut <= length; cut++) {
		struct natu_socket socket;
		bool whole = cut == end;

		if (next < COUNT(attributes)) {
			size_t exact = 4 + (size_t)attributes[order[next]].length;

			if (cut >= end + exact)
				facts |= attributes[order[next]].facts;
			/* Its padding may be missing at the very end. */
			whole |= cut >= end + exact;
			if (cut == end + (exact + 3) / 4 * 4) {
				end = cut;
				next++;
			}
		}
		well &= decode("tcp", payload, cut, ALL_FACTS, &socket) == whole;
		if (!whole)
			continue;
		well &= (socket.facts &
			 (FACT_TCPINFO | FACT_RETRIES | FACT_MEMORY | FACT_DROPS |
			  FACT_MARK | FACT_CGROUP | FACT_SHUTDOWN)) == facts;
		well &= has_what_was_sent(&socket);
	}
	return well && next == COUNT(attributes);
}

TEST(attributes_in_every_order_at_every_length)
{
	bool well = true;

	for (unsigned int n = 0; n < 720; n++) {
		size_t order[COUNT(attributes)];

		permute(n, order);
		well &= is_read_at_every_length(order);
	}
	CU_ASSERT(well);
}

/* Only what a fact needs is looked at: then attributes can be anything. */
TEST(attributes_that_nobody_asked_for)
{
	unsigned char payload[1024];
	size_t order[COUNT(attributes)], length;
	struct natu_socket socket;

	permute(0, order);
	length = build(order, payload);
	memset(payload + sizeof(struct inet_diag_msg), 0xff, 8);
	CU_ASSERT(decode("tcp", payload, length, FACT_QUEUES | FACT_UID, &socket));
	CU_ASSERT(
		!(socket.facts & (FACT_TCPINFO | FACT_MEMORY | FACT_MARK | FACT_CGROUP)));
	CU_ASSERT(!decode("tcp", payload, length, FACT_MARK, &socket));
}

/* Every length that an attribute can claim, in a message of every size: what is read lies
 * within. */
TEST(hostile_attribute_lengths)
{
	unsigned char payload[sizeof(struct inet_diag_msg) + 64] = { 0 };
	struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
	bool well = true;

	memcpy(payload, &body, sizeof(body));
	for (unsigned int type = 0; type < 24; type++)
		for (unsigned int claimed = 0; claimed < 65536;
		     claimed += claimed < 80 ? 1 : 997)
			for (size_t space = 0; space <= 64; space += claimed % 3 + 1) {
				const uint16_t header[2] = { (uint16_t)claimed,
							     (uint16_t)type };
				struct natu_socket socket;

				memcpy(payload + sizeof(body), header, sizeof(header));
				if (decode("tcp", payload, sizeof(body) + space,
					   ALL_FACTS, &socket) &&
				    (socket.facts & FACT_TCPINFO))
					well &= 4 + (size_t)socket.tcp_info_length <=
						space;
			}
	CU_ASSERT(well);
}

/* Too short to be what they should be: then they are not there; longer ones are of newer
 * kernels. */
TEST(lengths_of_known_attributes)
{
	for (size_t length = 0; length < 60; length++) {
		struct packets packets = { 0 };
		struct inet_diag_msg body = packet_socket("127.0.0.1", 1, "127.0.0.1", 2);
		unsigned char bytes[64] = { 0 };
		struct natu_socket socket;

		packets_add(&packets, TCPDIAG_GETSOCK, &body, sizeof(body));
		for (size_t i = 0; i < 4; i++)
			packets_attribute(&packets, attributes[i].type, bytes, length);
		CU_ASSERT(decode("tcp", packets.bytes + NLMSG_HDRLEN,
				 packets.length - NLMSG_HDRLEN, ALL_FACTS, &socket));
		CU_ASSERT(socket.tcp_info_length == length &&
			  socket.memory_length == length);
		CU_ASSERT(!(socket.facts & FACT_RETRIES) == (length < 4));
		CU_ASSERT(!(socket.facts & FACT_MARK) == (length < 4));
		CU_ASSERT(!(socket.facts & FACT_CGROUP) == (length < 8));
		packets_free(&packets);
	}
}

/* A listener's tcp_info holds its backlog. */
TEST(info_of_a_listener)
{
	struct packets packets = { 0 };
	struct inet_diag_msg body = packet_socket("::", 80, "::", 0);
	unsigned char bytes[280] = { 0 };
	struct natu_socket socket;

	body.idiag_state = 10;
	packets_add(&packets, TCPDIAG_GETSOCK, &body, sizeof(body));
	packets_attribute(&packets, INET_DIAG_INFO, bytes, sizeof(bytes));
	CU_ASSERT(decode("tcp", packets.bytes + NLMSG_HDRLEN,
			 packets.length - NLMSG_HDRLEN, ALL_FACTS, &socket));
	CU_ASSERT(!(socket.facts & (FACT_TCPINFO | FACT_RETRIES)));
	packets_free(&packets);
}

/* include/uapi/linux/inet_diag.h: "bit = 1 << (attribute - 1)". */
TEST(extensions)
{
	CU_ASSERT_EQUAL(natu_inet_extensions(0), 0);
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_TCPINFO), 1 << (INET_DIAG_INFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_RETRIES), 1 << (INET_DIAG_INFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_MEMORY),
			1 << (INET_DIAG_SKMEMINFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_DROPS), 1 << (INET_DIAG_SKMEMINFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_CONGESTION), 1 << (INET_DIAG_CONG - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_BBR), 1 << (INET_DIAG_VEGASINFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_ULP), 1 << (INET_DIAG_INFO - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_CLASS_ID), 1 << (INET_DIAG_TCLASS - 1));
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_TOS),
			1 << (INET_DIAG_TOS - 1) | 1 << (INET_DIAG_TCLASS - 1));
	/* These come by themselves; asking for more slows the kernel down. */
	CU_ASSERT_EQUAL(natu_inet_extensions(FACT_BASE | FACT_INET | FACT_QUEUES |
					     FACT_UID | FACT_INODE | FACT_COOKIE |
					     FACT_MARK | FACT_CGROUP | FACT_TIMER |
					     FACT_PROCESS | FACT_SHUTDOWN | FACT_OPTIONS |
					     FACT_V6ONLY),
			0);
}

/* What is kept of a message is enough to decode it again. */
TEST(needed)
{
	unsigned char payload[1024];
	size_t order[COUNT(attributes)], length;

	permute(5, order);
	length = build(order, payload);
	for (unsigned int bit = 0; bit < 64; bit++) {
		struct natu_socket whole, part;
		size_t needed = natu_inet_needed(length, NATU_FACT(bit));

		CU_ASSERT(needed <= length);
		CU_ASSERT(decode("tcp", payload, length, NATU_FACT(bit), &whole));
		CU_ASSERT(decode("tcp", payload, needed, NATU_FACT(bit), &part));
		CU_ASSERT(whole.facts == part.facts && has_what_was_sent(&part));
	}
}
