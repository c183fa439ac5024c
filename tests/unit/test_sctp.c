/* SPDX-License-Identifier: MIT */
#include "family/sctp.h"

#include "packet.h"
#include "request.h"
#include "state.h"
#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/sctp.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct natu_family *sctp(void)
{
	return natu_family_of_protocol(IPPROTO_SCTP);
}

/* As much of the last message as that, from memory that ends where it ends and stays
 * until the next call. The record is that of the row before. */
static bool decode_into(const struct packets *packets, size_t length,
			struct natu_socket *socket)
{
	static unsigned char *copy;

	free(copy);
	copy = test_allocate(length ? length : 1);
	memcpy(copy, NLMSG_DATA(packets_last(packets)), length);
	return sctp()->decode(sctp(), copy, length, ~(natu_facts)0, socket);
}

static bool decode(const struct packets *packets, struct natu_socket *socket)
{
	memset(socket, 0xa5, sizeof(*socket));
	return decode_into(packets, packets_payload_length(packets), socket);
}

/* The kernel gives an address the room of any. */
static void add_addresses(struct packets *packets, unsigned int attribute,
			  const char *const *texts, size_t count)
{
	struct sockaddr_storage *list = calloc(count + 1, sizeof(*list));

	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	for (size_t i = 0; i < count; i++) {
		bool is_ipv6 = strchr(texts[i], ':');
		void *to = is_ipv6 ? (void *)&((struct sockaddr_in6 *)&list[i])->sin6_addr
				   : (void *)&((struct sockaddr_in *)&list[i])->sin_addr;

		list[i].ss_family = is_ipv6 ? AF_INET6 : AF_INET;
		CU_ASSERT_EQUAL(inet_pton(list[i].ss_family, texts[i], to), 1);
	}
	packets_attribute(packets, attribute, list, count * sizeof(*list));
	free(list);
}

static void add_ends(struct packets *packets)
{
	const char *const local = "10.0.0.1", *const peer = "10.0.0.9";

	add_addresses(packets, INET_DIAG_LOCALS, &local, 1);
	add_addresses(packets, INET_DIAG_PEERS, &peer, 1);
}

/* A message without attributes, of a state of the kernel's. */
static struct inet_diag_msg *add_message(struct packets *packets, unsigned int state)
{
	struct inet_diag_msg body = packet_socket("10.0.0.1", 7001, "10.0.0.9", 7101);

	body.idiag_state = (uint8_t)state;
	return packets_add(packets, TCPDIAG_GETSOCK, &body, sizeof(body));
}

static void add_association(struct packets *packets, unsigned int state)
{
	add_message(packets, state);
	add_ends(packets);
}

static bool address_is(const struct natu_address *address, const char *text)
{
	uint8_t bytes[16];
	int wanted = strchr(text, ':') ? AF_INET6 : AF_INET;

	return address->family == wanted && inet_pton(wanted, text, bytes) == 1 &&
	       !memcmp(address->bytes, bytes, wanted == AF_INET ? 4 : 16);
}

static enum natu_presence get(const struct natu_socket *socket, const char *name,
			      struct natu_value *value)
{
	const struct natu_column *column = natu_column_find(name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(column);
	return natu_get(socket, column, value);
}

static bool has(const struct natu_socket *socket, const char *name)
{
	struct natu_value value;

	return get(socket, name, &value) == NATU_HAS;
}

static bool word_is(const struct natu_socket *socket, const char *name, const char *text)
{
	struct natu_value value;

	return get(socket, name, &value) == NATU_HAS && !strcmp(value.word->text, text);
}

/* Which member of the kernel's structure a column shows. */
#define MEMBER(column, member)                                          \
	{                                                               \
		(column), offsetof(struct sctp_info, sctpi_##member),   \
			sizeof(((struct sctp_info *)0)->sctpi_##member) \
	}
static const struct member {
	const char *column;
	size_t offset, size;
} members[] = {
	MEMBER("sctp.tag", tag),
	MEMBER("sctp.peer_tag", peer_tag),
	MEMBER("sctp.rwnd", rwnd),
	MEMBER("sctp.peer_rwnd", peer_rwnd),
	MEMBER("sctp.unacked", unackdata),
	MEMBER("sctp.pending", penddata),
	MEMBER("sctp.chunks_in", inqueue),
	MEMBER("sctp.chunks_out", outqueue),
	MEMBER("sctp.errors", overall_error),
	MEMBER("sctp.max_burst", max_burst),
	MEMBER("sctp.max_segment", maxseg),
	MEMBER("sctp.packets_sent", opackets),
	MEMBER("sctp.packets_received", ipackets),
	MEMBER("sctp.ordered_sent", oodchunks),
	MEMBER("sctp.ordered_received", iodchunks),
	MEMBER("sctp.unordered_sent", ouodchunks),
	MEMBER("sctp.unordered_received", iuodchunks),
	MEMBER("sctp.control_sent", octrlchunks),
	MEMBER("sctp.control_received", ictrlchunks),
	MEMBER("sctp.sacks_sent", osacks),
	MEMBER("sctp.sacks_received", isacks),
	MEMBER("sctp.retransmitted", rtxchunks),
	MEMBER("sctp.gaps", gapcnt),
	MEMBER("sctp.duplicates", idupchunks),
	MEMBER("sctp.out_of_sequence", outofseqtsns),
	MEMBER("sctp.path_cwnd", p_cwnd),
	MEMBER("sctp.path_ssthresh", p_ssthresh),
	MEMBER("sctp.path_flight", p_flight_size),
	MEMBER("sctp.path_partial", p_partial_bytes_acked),
	MEMBER("sctp.path_rto_ms", p_rto),
	MEMBER("sctp.path_srtt_jiffies", p_srtt),
	MEMBER("sctp.path_sack_delay_ms", p_sackdelay),
	MEMBER("sctp.path_retransmits_max", p_pathmaxrxt),
	MEMBER("sctp.path_errors", p_error),
	/* asked for below */
	MEMBER("sctp.path_state", p_state),
	MEMBER("sctp.zero_window", peer_sack),
	MEMBER("sctp.peer_auth", peer_capable),
	MEMBER("sctp.peer_partial", peer_capable),
	MEMBER("sctp.peer_asconf", peer_capable),
	MEMBER("sctp.peer_reconf", peer_capable),
	MEMBER("sctp.peer_ipv6", peer_capable),
	MEMBER("sctp.peer_ipv4", peer_capable),
	MEMBER("sctp.peer_ecn", peer_capable),
	MEMBER("sctp.peer_interleave", peer_capable),
};

enum { FIRST_THAT_IS_NO_NUMBER = 34 };

static const struct member options[] = {
	MEMBER("sctp.autoclose_s", s_autoclose),
	MEMBER("sctp.adaptation", s_adaptation_ind),
	MEMBER("sctp.partial_delivery", s_pd_point),
	MEMBER("sctp.interleave", s_frag_interleave),
	/* Whether they are set. */
	MEMBER("sctp.nodelay", s_nodelay),
	MEMBER("sctp.no_fragments", s_disable_fragments),
	MEMBER("sctp.v4mapped", s_v4mapped),
};

static uint64_t number_at(const void *bytes, size_t size)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	memcpy(&two, bytes, sizeof(two));
	if (size == 1)
		return *(const uint8_t *)bytes;
	if (size == sizeof(two))
		return two;
	memcpy(&four, bytes, sizeof(four));
	if (size == sizeof(four))
		return four;
	memcpy(&eight, bytes, sizeof(eight));
	return eight;
}

/* A structure no two numbers of which are the same. */
static void fill(unsigned char info[static sizeof(struct sctp_info) + 8])
{
	for (size_t i = 0; i < sizeof(struct sctp_info) + 8; i++)
		info[i] = (unsigned char)(i * 11 + i / 256 + 1);
}

static void check_numbers(const struct natu_socket *socket, const unsigned char *info,
			  size_t length)
{
	for (size_t i = 0; i < COUNT(members); i++) {
		const struct member *member = &members[i];
		struct natu_value value;
		bool is_there = get(socket, member->column, &value) == NATU_HAS;

		CU_ASSERT(is_there == (member->offset + member->size <= length));
		if (is_there && i < FIRST_THAT_IS_NO_NUMBER)
			CU_ASSERT_EQUAL(value.number,
					number_at(info + member->offset, member->size));
	}
}

/* Kernels have made such structures longer: each column is there when its member is. */
TEST(info_of_every_length)
{
	unsigned char info[sizeof(struct sctp_info) + 8];

	fill(info);
	for (size_t length = 0; length <= sizeof(info); length++) {
		struct packets packets = { 0 };
		struct natu_socket socket;
		struct natu_value value;
		bool is_whole = length >= sizeof(struct sctp_info);

		add_association(&packets, 3);
		packets_attribute(&packets, INET_DIAG_INFO, info, length);
		CU_ASSERT_FATAL(decode(&packets, &socket));
		check_numbers(&socket, info, length);
		CU_ASSERT(has(&socket, "sctp.streams_in") == is_whole);
		CU_ASSERT(has(&socket, "sctp.streams_out") == is_whole);
		if (get(&socket, "sctp.heartbeat_jiffies", &value) == NATU_HAS)
			CU_ASSERT(is_whole &&
				  value.number ==
					  ((struct sctp_info *)info)->sctpi_p_hbinterval);
		packets_free(&packets);
	}
}

/* No column of it has been forgotten here. */
TEST(every_column_is_known)
{
	natu_facts info = natu_column_facts(natu_column_find("sctp.tag"));
	size_t count = 0;

	for (size_t i = 0; i < natu_column_count(); i++)
		count += natu_column_facts(natu_column_at(i)) == info;
	CU_ASSERT_EQUAL(count, COUNT(members));
	CU_ASSERT_STRING_EQUAL(members[FIRST_THAT_IS_NO_NUMBER].column,
			       "sctp.path_state");
}

TEST(streams)
{
	struct sctp_info info = { .sctpi_instrms = 10,
				  .sctpi_outstrms = 65535,
				  .sctpi_p_hbinterval = 7500 };
	struct packets packets = { 0 };
	struct natu_socket socket;
	struct natu_value value;

	add_association(&packets, 3);
	packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
	CU_ASSERT_FATAL(decode(&packets, &socket));
	CU_ASSERT(get(&socket, "sctp.streams_in", &value) == NATU_HAS &&
		  value.number == 10);
	CU_ASSERT(get(&socket, "sctp.streams_out", &value) == NATU_HAS &&
		  value.number == 65535);
	CU_ASSERT(get(&socket, "sctp.heartbeat_jiffies", &value) == NATU_HAS &&
		  value.number == 7500);
	/* What /proc alone tells is not 0. */
	CU_ASSERT(!has(&socket, "sctp.association") &&
		  !has(&socket, "sctp.retransmits_max") &&
		  !has(&socket, "sctp.data_retransmits"));
	packets_free(&packets);
}

/* net/sctp/socket.c: sctp_get_sctp_info() shifts one after the other into a byte. */
TEST(what_the_remote_end_can)
{
	static const char *const names[] = {
		"sctp.peer_auth",   "sctp.peer_partial",    "sctp.peer_asconf",
		"sctp.peer_reconf", "sctp.peer_ipv6",	    "sctp.peer_ipv4",
		"sctp.peer_ecn",    "sctp.peer_interleave",
	};

	for (unsigned int bits = 0; bits < 256; bits++) {
		struct sctp_info info = { .sctpi_peer_capable = (uint8_t)bits,
					  .sctpi_peer_sack = (uint8_t)bits };
		struct packets packets = { 0 };
		struct natu_socket socket;
		struct natu_value value;

		add_association(&packets, 3);
		packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
		CU_ASSERT_FATAL(decode(&packets, &socket));
		for (size_t i = 0; i < COUNT(names); i++)
			CU_ASSERT(get(&socket, names[i], &value) == NATU_HAS &&
				  value.truth == (bits >> i & 1));
		CU_ASSERT(get(&socket, "sctp.zero_window", &value) == NATU_HAS &&
			  value.truth == (bits & 1));
		packets_free(&packets);
	}
}

TEST(states_of_the_primary_path)
{
	static const struct {
		int32_t number;
		const char *word;
	} states[] = {
		{ SCTP_INACTIVE, "inactive" },
		{ SCTP_PF, "failing" },
		{ SCTP_ACTIVE, "active" },
		{ SCTP_UNCONFIRMED, "unconfirmed" },
		{ SCTP_UNKNOWN, "unknown" },
		{ SCTP_UNCONFIRMED + 1, "unknown" },
		{ -1, "unknown" },
		{ INT32_MIN, "unknown" },
	};

	for (size_t i = 0; i < COUNT(states); i++) {
		struct sctp_info info = { .sctpi_p_state = states[i].number };
		struct packets packets = { 0 };
		struct natu_socket socket;

		add_association(&packets, 3);
		packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
		CU_ASSERT_FATAL(decode(&packets, &socket));
		CU_ASSERT(word_is(&socket, "sctp.path_state", states[i].word));
		/* It has no address. */
		CU_ASSERT(!has(&socket, "sctp.primary"));
		packets_free(&packets);
	}
}

TEST(primary_path)
{
	struct sctp_info info = { .sctpi_p_address.ss_family = AF_INET6 };
	struct packets packets = { 0 };
	struct natu_socket socket;
	struct natu_value value;

	CU_ASSERT(inet_pton(AF_INET6, "2001:db8::7",
			    &((struct sockaddr_in6 *)&info.sctpi_p_address)->sin6_addr));
	add_association(&packets, 3);
	packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
	CU_ASSERT_FATAL(decode(&packets, &socket));
	CU_ASSERT(get(&socket, "sctp.primary", &value) == NATU_HAS &&
		  address_is(&value.address, "2001:db8::7"));
	packets_free(&packets);
	info.sctpi_p_address.ss_family = AF_UNIX;
	add_association(&packets, 3);
	packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
	CU_ASSERT_FATAL(decode(&packets, &socket));
	CU_ASSERT(!has(&socket, "sctp.primary"));
	packets_free(&packets);
}

/* include/net/sctp/constants.h: enum sctp_state; the words are those of RFC 9260. */
TEST(states_of_an_association)
{
	static const char *const words[] = {
		"CLOSED",
		"COOKIE_WAIT",
		"COOKIE_ECHOED",
		"ESTABLISHED",
		"SHUTDOWN_PENDING",
		"SHUTDOWN_SENT",
		"SHUTDOWN_RECEIVED",
		"SHUTDOWN_ACK_SENT",
	};

	for (unsigned int number = 0; number < 256; number++) {
		struct packets packets = { 0 };
		struct natu_socket socket;

		add_association(&packets, number);
		CU_ASSERT_FATAL(decode(&packets, &socket));
		if (number < COUNT(words)) {
			CU_ASSERT_STRING_EQUAL(socket.state->text, words[number]);
		} else {
			CU_ASSERT_PTR_NULL(socket.state);
		}
		/* 10 is LISTEN of a socket, and no state of an association. */
		CU_ASSERT(!(socket.facts & FACT_LISTENER) &&
			  (socket.facts & FACT_QUEUES));
		CU_ASSERT(sctp()->has_remote_end(&socket));
		packets_free(&packets);
	}
}

TEST(a_listener)
{
	struct packets packets = { 0 };
	struct inet_diag_msg *body = add_message(&packets, 10);
	const char *const addresses[] = { "::1", "127.0.0.1" };
	unsigned char info[sizeof(struct sctp_info) + 8];
	struct natu_socket socket;
	struct natu_value value;

	body->idiag_family = AF_INET6;
	body->id.idiag_if = 3;
	body->id.idiag_dport = 0;
	body->idiag_rqueue = 2;
	body->idiag_wqueue = 128;
	body->idiag_inode = 0;
	fill(info);
	((struct sctp_info *)info)->sctpi_s_type = 2;
	packets_attribute(&packets, INET_DIAG_INFO, info, sizeof(struct sctp_info));
	add_addresses(&packets, INET_DIAG_LOCALS, addresses, 2);
	CU_ASSERT_FATAL(decode(&packets, &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "sctp");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv6");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "LISTEN");
	CU_ASSERT(address_is(&socket.local, "::1") && socket.local_port == 7001);
	CU_ASSERT(address_is(&socket.peer, "::") && socket.peer_port == 0);
	CU_ASSERT(socket.accept_queue == 2 && socket.backlog == 128);
	CU_ASSERT(socket.interface == 3 && socket.uid == 1000);
	CU_ASSERT_EQUAL(socket.facts, FACT_BASE | FACT_INET | FACT_COOKIE | FACT_UID |
					      FACT_LISTENER | FACT_BACKLOG |
					      FACT_INTERFACE | FACT_ADDRESSES |
					      FACT_TYPE);
	CU_ASSERT(word_is(&socket, "type", "STREAM"));
	for (size_t i = 0; i < COUNT(options); i++) {
		const struct member *option = &options[i];

		CU_ASSERT_FATAL(get(&socket, option->column, &value) == NATU_HAS);
		CU_ASSERT(value.type == NATU_BOOL
				  ? value.truth
				  : value.number == number_at(info + option->offset,
							      option->size));
	}
	CU_ASSERT(word_is(&socket, "sctp.socket_state", "LISTEN"));
	CU_ASSERT(!has(&socket, "sctp.rwnd") && !has(&socket, "sctp.streams_in"));
	packets_free(&packets);
}

/* A socket's options come last in it: without them they are not 0. */
TEST(options_of_every_length)
{
	unsigned char info[sizeof(struct sctp_info) + 8];

	fill(info);
	((struct sctp_info *)info)->sctpi_s_type = 0;
	for (size_t length = 0; length <= sizeof(info); length++) {
		struct packets packets = { 0 };
		struct natu_socket socket;
		bool is_whole = length >= sizeof(struct sctp_info);

		add_message(&packets, 10);
		packets_attribute(&packets, INET_DIAG_INFO, info, length);
		add_addresses(&packets, INET_DIAG_LOCALS, NULL, 0);
		CU_ASSERT_FATAL(decode(&packets, &socket));
		CU_ASSERT(has(&socket, "type") == is_whole);
		for (size_t i = 0; i < COUNT(options); i++)
			CU_ASSERT(has(&socket, options[i].column) == is_whole);
		packets_free(&packets);
	}
}

/* It is listed first, and its associations after it, with its cookie. */
TEST(what_an_association_has_of_its_socket)
{
	struct sctp_info info = { .sctpi_s_nodelay = 1, .sctpi_s_type = 1 };
	struct packets packets = { 0 };
	struct natu_socket socket;

	add_message(&packets, 7)->id.idiag_if = 4;
	packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
	CU_ASSERT_FATAL(decode(&packets, &socket));
	/* It is no row. */
	CU_ASSERT_EQUAL(socket.facts, 0);
	add_association(&packets, 3);
	CU_ASSERT_FATAL(decode_into(&packets, packets_payload_length(&packets), &socket));
	CU_ASSERT((socket.facts & FACT_INTERFACE) && socket.interface == 4);
	CU_ASSERT(word_is(&socket, "type", "SEQPACKET") &&
		  word_is(&socket, "sctp.socket_state", "CLOSE") &&
		  has(&socket, "sctp.nodelay"));
	/* Another socket's, and then one of the first whose socket is known no more. */
	for (unsigned int i = 0; i < 2; i++) {
		add_message(&packets, 3)->id.idiag_cookie[0] += 1 - i;
		add_ends(&packets);
		CU_ASSERT_FATAL(
			decode_into(&packets, packets_payload_length(&packets), &socket));
		CU_ASSERT(!(socket.facts & (FACT_INTERFACE | FACT_TYPE)));
		CU_ASSERT(!has(&socket, "sctp.nodelay") &&
			  !has(&socket, "sctp.socket_state"));
	}
	packets_free(&packets);
}

/* A cookie of 0 is none. */
TEST(sockets_without_a_cookie)
{
	struct packets packets = { 0 };
	struct natu_socket socket;
	struct inet_diag_msg *body = add_message(&packets, 7);

	body->id.idiag_cookie[0] = body->id.idiag_cookie[1] = 0;
	body->id.idiag_if = 4;
	CU_ASSERT_FATAL(decode(&packets, &socket));
	body = add_message(&packets, 3);
	body->id.idiag_cookie[0] = body->id.idiag_cookie[1] = 0;
	add_ends(&packets);
	CU_ASSERT_FATAL(decode_into(&packets, packets_payload_length(&packets), &socket));
	CU_ASSERT(!(socket.facts & FACT_INTERFACE));
	packets_free(&packets);
}

/* enum sctp_timeouts of include/net/sctp/constants.h: of its numbers, which are not
 * TCP's, the kernel tells SCTP_EVENT_TIMEOUT_T3_RTX alone. */
TEST(timers)
{
	for (unsigned int number = 0; number < 256; number++) {
		struct packets packets = { 0 };
		struct natu_socket socket;
		struct inet_diag_msg *body = add_message(&packets, 3);

		body->idiag_timer = (uint8_t)number;
		body->idiag_expires = 1500;
		body->idiag_retrans = 3;
		add_ends(&packets);
		CU_ASSERT_FATAL(decode(&packets, &socket));
		CU_ASSERT(socket.facts & FACT_TIMER);
		CU_ASSERT(socket.timer == (number == 4 ? TIMER_ON : TIMER_OFF));
		CU_ASSERT(socket.expires_ms == (number == 4 ? 1500 : 0));
		CU_ASSERT(!(socket.facts & FACT_RETRIES) == (number != 4));
		CU_ASSERT(number != 4 || (socket.retransmits == 3 && !socket.probes));
		packets_free(&packets);
	}
}

/* Lists of every length, whole ones and others, of both families among each other. */
TEST(lists_of_addresses)
{
	static const char *const some[] = { "10.0.0.1", "2001:db8::1", "192.0.2.255",
					    "::ffff:10.0.0.2", "::" };
	const size_t size = sizeof(struct sockaddr_storage);

	for (size_t length = 0; length <= 5 * size; length++) {
		struct packets packets = { 0 };
		struct natu_socket socket;
		struct natu_value value;
		const struct natu_column *column;
		size_t cut = 5 * size - length, count = length / size;

		add_message(&packets, 3);
		add_addresses(&packets, INET_DIAG_PEERS, some, 5);
		packets_last(&packets)->nlmsg_len -= cut;
		((struct nlattr *)((char *)NLMSG_DATA(packets_last(&packets)) +
				   sizeof(struct inet_diag_msg)))
			->nla_len -= cut;
		CU_ASSERT_FATAL(decode(&packets, &socket) == (length % size == 0));
		if (length % size == 0) {
			column = natu_column_find("sctp.peer_addresses");
			CU_ASSERT_EQUAL(natu_count(&socket, column), count);
			for (size_t i = 0; i < count; i++)
				CU_ASSERT(natu_get_at(&socket, column, i, &value) ==
						  NATU_HAS &&
					  address_is(&value.address, some[i]));
			CU_ASSERT(natu_get_at(&socket, column, count, &value) ==
				  NATU_NONE);
			CU_ASSERT(address_is(&socket.peer, count ? some[0] : "0.0.0.0"));
			CU_ASSERT(address_is(&socket.local, "10.0.0.1"));
		}
		packets_free(&packets);
	}
}

/* The most that an attribute can hold. */
TEST(many_addresses)
{
	const char *texts[511];
	struct packets packets = { 0 };
	struct natu_socket socket;
	struct natu_value value;
	const struct natu_column *column = natu_column_find("sctp.local_addresses");

	for (size_t i = 0; i < COUNT(texts); i++)
		texts[i] = i % 2 ? "2001:db8::1" : "192.0.2.1";
	add_association(&packets, 3);
	add_addresses(&packets, INET_DIAG_LOCALS, texts, COUNT(texts));
	CU_ASSERT_FATAL(decode(&packets, &socket));
	CU_ASSERT_EQUAL(natu_count(&socket, column), COUNT(texts));
	CU_ASSERT(natu_get_at(&socket, column, 510, &value) == NATU_HAS &&
		  address_is(&value.address, "192.0.2.1"));
	CU_ASSERT(natu_get_at(&socket, column, 509, &value) == NATU_HAS &&
		  address_is(&value.address, "2001:db8::1"));
	packets_free(&packets);
}

/* Any family but the two, at any place. */
TEST(lists_of_something_else)
{
	for (unsigned int family = 0; family < 65536; family += family < 50 ? 1 : 4099)
		for (size_t at = 0; at < 3; at++) {
			struct sockaddr_storage list[3] = { { .ss_family = AF_INET },
							    { .ss_family = AF_INET6 },
							    { .ss_family = AF_INET } };
			struct packets packets = { 0 };
			struct natu_socket socket;

			list[at].ss_family = (sa_family_t)family;
			add_message(&packets, 3);
			packets_attribute(&packets, INET_DIAG_PEERS, list, sizeof(list));
			CU_ASSERT(decode(&packets, &socket) ==
				  (family == AF_INET || family == AF_INET6));
			packets_free(&packets);
		}
}

/* A message that is cut is none, but between two attributes. */
TEST(messages_of_every_length)
{
	const char *const local[] = { "10.0.0.1", "10.0.0.2" };
	const struct sctp_info info = { .sctpi_instrms = 1 };
	struct packets packets = { 0 };
	size_t ends[6], found = 0;

	add_message(&packets, 3);
	ends[0] = packets_payload_length(&packets);
	packets_attribute(&packets, INET_DIAG_SHUTDOWN, "\3", 1);
	ends[1] = packets_payload_length(&packets);
	packets_attribute(&packets, INET_DIAG_MARK, "\1\0\0\0", 4);
	ends[2] = packets_payload_length(&packets);
	packets_attribute(&packets, INET_DIAG_INFO, &info, sizeof(info));
	ends[3] = packets_payload_length(&packets);
	add_addresses(&packets, INET_DIAG_LOCALS, local, 2);
	ends[4] = packets_payload_length(&packets);
	add_addresses(&packets, INET_DIAG_PEERS, local, 1);
	ends[5] = packets_payload_length(&packets);
	for (size_t length = 0; length <= ends[5]; length++) {
		struct natu_socket socket;
		/* What pads the byte of an attribute may be missing. */
		bool is_whole = length == ends[found] ||
				(found == 1 && length + 3 >= ends[1]);

		memset(&socket, 0xa5, sizeof(socket));
		CU_ASSERT(decode_into(&packets, length, &socket) == is_whole);
		if (is_whole) {
			CU_ASSERT(!(socket.facts & ~sctp()->diag_facts));
			/* Without a list of its peers it is no association. */
			CU_ASSERT(!socket.facts == (found < 5));
		}
		found += length == ends[found] && found < 5;
	}
	CU_ASSERT_EQUAL(found, 5);
	packets_free(&packets);
}

/* Every length that an attribute can claim: what is taken lies within the message. */
TEST(hostile_lengths)
{
	static const uint16_t types[] = { INET_DIAG_INFO, INET_DIAG_LOCALS,
					  INET_DIAG_PEERS, INET_DIAG_SKMEMINFO };
	const size_t room = sizeof(struct sctp_info) + 16;

	for (size_t type = 0; type < COUNT(types); type++)
		for (unsigned int claimed = 0; claimed < 65536;
		     claimed += claimed < 400 ? 1 : 509) {
			struct packets packets = { 0 };
			unsigned char zeros[sizeof(struct sctp_info) + 16] = { 0 };
			struct natu_socket socket;
			struct nlattr *attribute;

			add_association(&packets, 3);
			packets_attribute(&packets, types[type], zeros, room);
			attribute = (struct nlattr *)(packets.bytes + packets.length -
						      NLA_HDRLEN - room);
			attribute->nla_len = (uint16_t)claimed;
			if (decode(&packets, &socket)) {
				CU_ASSERT(claimed >= NLA_HDRLEN &&
					  claimed <= NLA_HDRLEN + room);
				CU_ASSERT(!(socket.facts & FACT_SCTP) ||
					  socket.tcp_info_length == claimed - NLA_HDRLEN);
			}
			packets_free(&packets);
		}
}

static bool is_decoded_as(unsigned int address_family)
{
	struct packets packets = { 0 };
	struct natu_socket socket;
	bool result;

	add_message(&packets, 3)->idiag_family = (uint8_t)address_family;
	add_ends(&packets);
	result = decode(&packets, &socket);
	packets_free(&packets);
	return result;
}

TEST(address_families)
{
	for (unsigned int family = 0; family < 256; family++)
		CU_ASSERT(is_decoded_as(family) ==
			  (family == AF_INET || family == AF_INET6));
}

/* enum sctp_socket_type: UDP 0, UDP_HIGH_BANDWIDTH 1, TCP 2. */
TEST(types)
{
	static const char *const words[] = { "SEQPACKET", "SEQPACKET", "STREAM" };
	struct natu_socket socket;

	for (uint64_t number = 0; number < 300; number++) {
		socket.facts = 0;
		natu_sctp_take_type(number, &socket);
		CU_ASSERT(!(socket.facts & FACT_TYPE) == (number >= COUNT(words)));
		if (number < COUNT(words))
			CU_ASSERT_STRING_EQUAL(socket.type->text, words[number]);
	}
	socket.facts = 0;
	natu_sctp_take_type(UINT64_C(1) << 32, &socket);
	CU_ASSERT_EQUAL(socket.facts, 0);
}

static struct inet_diag_req_v2 asked(uint32_t states, natu_facts facts)
{
	const struct natu_request request = {
		.family = sctp(), .states = states, .facts = facts, .local_port = 7001
	};
	char bytes[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	struct inet_diag_req_v2 body;

	sctp()->put_request(message, &request, AF_INET6);
	memcpy(&body, mnl_nlmsg_get_payload(message), sizeof(body));
	return body;
}

/* net/sctp/diag.c looks at one bit for listeners, and at all but that and CLOSE for
 * associations. */
TEST(states_to_ask_for)
{
	const uint32_t listen = 1U << 10, associations = ~(listen | 1U << 7);

	CU_ASSERT_EQUAL(asked(STATE_BIT(STATE_LISTEN), 0).idiag_states, listen);
	CU_ASSERT(asked(sctp()->states, 0).idiag_states & listen);
	CU_ASSERT(asked(sctp()->states, 0).idiag_states & associations);
	for (unsigned int state = 1; state < 32; state++) {
		uint32_t states = sctp()->states & STATE_BIT(state);

		if (!states || state == STATE_LISTEN)
			continue;
		states = asked(states, 0).idiag_states;
		CU_ASSERT((states & associations) && !(states & listen));
	}
	CU_ASSERT_EQUAL(asked(0, 0).idiag_states, 0);
	CU_ASSERT_EQUAL(asked(0, 0).sdiag_family, AF_INET6);
	CU_ASSERT_EQUAL(asked(0, 0).sdiag_protocol, IPPROTO_SCTP);
	CU_ASSERT_EQUAL(asked(0, 0).id.idiag_sport, htons(7001));
	CU_ASSERT_EQUAL(asked(1, FACT_UID).idiag_ext, 0);
	CU_ASSERT_EQUAL(asked(1, FACT_TYPE).idiag_ext, 1 << (INET_DIAG_INFO - 1));
}
