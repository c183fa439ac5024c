/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "packet.h"
#include "request.h"
#include "test.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <string.h>

/* include/uapi/linux/smc_diag.h */
struct message {
	uint8_t family, state, mode, shutdown;
	struct inet_diag_sockid id;
	uint32_t uid;
	_Alignas(8) uint64_t inode;
};

static struct message message_of(const char *local, const char *peer)
{
	struct message message = {
		.family = AF_SMC,
		.state = 1,
		.mode = 1,
		.id = { .idiag_sport = htons(80),
			.idiag_dport = htons(4001),
			.idiag_if = 3,
			.idiag_cookie = { 5, 6 } },
		.uid = 33,
		.inode = UINT64_C(1) << 32,
	};

	packet_address(message.id.idiag_src, local);
	packet_address(message.id.idiag_dst, peer);
	return message;
}

static bool decode(const struct message *message, struct natu_socket *socket)
{
	struct packets packets = { 0 };
	bool is_decoded;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, message, sizeof(*message));
	is_decoded = packets_decode(AF_SMC, &packets, sizeof(*message), socket);
	packets_free(&packets);
	return is_decoded;
}

static int family_of(const char *local, const char *peer)
{
	const struct message message = message_of(local, peer);
	struct natu_socket socket;

	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT_EQUAL(socket.local.family, socket.peer.family);
	return socket.local.family;
}

TEST(all_that_is_told)
{
	const struct message message = message_of("10.0.0.1", "10.0.0.2");
	const uint32_t fallback[2] = { 0x05000000, 0x03030000 };
	const uint8_t shutdown = 2;
	struct packets packets = { 0 };
	struct natu_socket socket;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
	packets_attribute(&packets, 3, &shutdown, sizeof(shutdown));
	packets_attribute(&packets, 5, fallback, sizeof(fallback));
	packets_attribute(&packets, 4711, fallback, 3);
	packets_try_lengths(AF_SMC, &packets, sizeof(message), &socket);
	CU_ASSERT_EQUAL(socket.facts, natu_family_of(AF_SMC, 0)->diag_facts);
	CU_ASSERT(socket.local_port == 80 && socket.peer_port == 4001);
	CU_ASSERT(socket.local.family == AF_INET && socket.interface == 3);
	CU_ASSERT(socket.uid == 33 && socket.inode == UINT64_C(1) << 32);
	CU_ASSERT(socket.cookie == 0x600000005 && socket.shutdown == 2);
	CU_ASSERT(socket.of.smc.fallback_reason == 0x05000000);
	CU_ASSERT(socket.of.smc.peer_diagnosis == 0x03030000);
	CU_ASSERT(natu_smc_has_remote_end(&socket));
	packets_free(&packets);
}

/* The message of an AF_SMC socket does not tell which addresses it holds. */
TEST(addresses)
{
	struct message message = message_of("::", "::");
	struct natu_socket socket;

	CU_ASSERT_EQUAL(family_of("10.0.0.1", "0.0.0.0"), AF_INET);
	CU_ASSERT_EQUAL(family_of("::1", "::"), AF_INET6);
	CU_ASSERT_EQUAL(family_of("::", "2001:db8::1"), AF_INET6);
	CU_ASSERT_EQUAL(family_of("::ffff:10.0.0.1", "::"), AF_INET6);
	/* One that was made with IPPROTO_SMC does. */
	message.family = AF_INET6;
	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT_EQUAL(socket.local.family, AF_INET6);
	message.family = AF_INET;
	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT_EQUAL(socket.local.family, AF_INET);
	message.family = AF_UNIX;
	CU_ASSERT(!decode(&message, &socket));
}

/* net/smc/smc.h: enum smc_state, and TCP's words for the same. */
TEST(states)
{
	static const char *const words[256] = {
		[1] = "ESTABLISHED", [2] = "CLOSE",	  [7] = "CLOSE",
		[10] = "LISTEN",     [20] = "FIN_WAIT1",  [21] = "FIN_WAIT2",
		[22] = "CLOSE_WAIT", [23] = "CLOSE_WAIT", [24] = "CLOSE_WAIT",
		[25] = "LAST_ACK",   [26] = "CLOSING",	  [27] = "CLOSING",
	};
	struct message message = message_of("10.0.0.1", "10.0.0.2");
	struct natu_socket socket;

	for (unsigned int number = 0; number < 256; number++) {
		message.state = (uint8_t)number;
		CU_ASSERT_FATAL(decode(&message, &socket));
		CU_ASSERT_STRING_EQUAL(socket.state->text,
				       words[number] ? words[number] : "CLOSING");
		CU_ASSERT_EQUAL(socket.of.smc.state, number);
	}
}

/* What is not connected has a 0 there, which would be SMC-R. */
TEST(modes)
{
	struct message message = message_of("10.0.0.1", "0.0.0.0");
	struct natu_socket socket;

	message.mode = 0;
	CU_ASSERT(decode(&message, &socket) && socket.of.smc.mode == 0);
	message.state = 10;
	CU_ASSERT(decode(&message, &socket) && socket.of.smc.mode == UINT8_MAX);
	message.state = 2;
	CU_ASSERT(decode(&message, &socket) && socket.of.smc.mode == UINT8_MAX);
	message.mode = 1;
	CU_ASSERT(decode(&message, &socket) && socket.of.smc.mode == 1);
}

/* Nobody has accepted it: its uid 0 is nobody's. */
TEST(without_an_inode)
{
	struct message message = message_of("10.0.0.1", "10.0.0.2");
	struct natu_socket socket;

	message.inode = message.id.idiag_if = 0;
	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT(!(socket.facts & (FACT_UID | FACT_INODE | FACT_INTERFACE)));
}

TEST(lengths_of_attributes)
{
	const struct message message = message_of("10.0.0.1", "10.0.0.2");
	static const unsigned char bytes[16];

	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct packets packets = { 0 };
		struct natu_socket socket;

		packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
		packets_attribute(&packets, 5, bytes, length);
		CU_ASSERT_EQUAL(packets_decode(AF_SMC, &packets,
					       packets_payload_length(&packets), &socket),
				length >= 8);
		packets_free(&packets);
	}
}
