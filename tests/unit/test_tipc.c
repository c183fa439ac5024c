/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "packet.h"
#include "request.h"
#include "test.h"

#include <libmnl/libmnl.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <string.h>

static void add_number(struct packets *packets, unsigned int type, uint32_t number)
{
	packets_attribute(packets, type, &number, sizeof(number));
}

static void begin(struct packets *packets)
{
	packets_add(packets, SOCK_DIAG_BY_FAMILY, NULL, 0);
}

/* The attributes of a socket, without the one that is around them. */
static void add_socket(struct packets *packets)
{
	const uint64_t cookie = 0x600000005;

	begin(packets);
	add_number(packets, TIPC_NLA_SOCK_REF, 4000000000);
	add_number(packets, TIPC_NLA_SOCK_ADDR, 0x1001005);
	add_number(packets, TIPC_NLA_SOCK_TYPE, SOCK_STREAM);
	add_number(packets, TIPC_NLA_SOCK_TIPC_STATE, 1);
	add_number(packets, TIPC_NLA_SOCK_INO, 79);
	add_number(packets, TIPC_NLA_SOCK_UID, 1000);
	packets_attribute(packets, TIPC_NLA_SOCK_COOKIE, &cookie, sizeof(cookie));
}

static void add_connection(struct packets *socket)
{
	struct packets connection = { 0 };

	begin(&connection);
	add_number(&connection, TIPC_NLA_CON_NODE, 0x1001006);
	add_number(&connection, TIPC_NLA_CON_SOCK, UINT32_MAX);
	packets_attribute(&connection, TIPC_NLA_CON_FLAG, NULL, 0);
	add_number(&connection, TIPC_NLA_CON_TYPE, 18890);
	add_number(&connection, TIPC_NLA_CON_INST, 0);
	packets_nest(socket, TIPC_NLA_SOCK_CON, &connection);
	packets_free(&connection);
}

static void add_figures(struct packets *socket, bool congested)
{
	struct packets figures = { 0 };

	begin(&figures);
	add_number(&figures, TIPC_NLA_SOCK_STAT_RCVQ, 2);
	add_number(&figures, TIPC_NLA_SOCK_STAT_SENDQ, 3);
	add_number(&figures, TIPC_NLA_SOCK_STAT_DROP, 4);
	if (congested) {
		packets_attribute(&figures, TIPC_NLA_SOCK_STAT_LINK_CONG, NULL, 0);
		packets_attribute(&figures, TIPC_NLA_SOCK_STAT_CONN_CONG, NULL, 0);
	}
	packets_nest(socket, TIPC_NLA_SOCK_STAT, &figures);
	packets_free(&figures);
}

static void add_group(struct packets *socket)
{
	struct packets group = { 0 };

	begin(&group);
	add_number(&group, TIPC_NLA_SOCK_GROUP_ID, 4711);
	add_number(&group, TIPC_NLA_SOCK_GROUP_INSTANCE, 8);
	packets_nest(socket, TIPC_NLA_SOCK_GROUP, &group);
	packets_free(&group);
}

/* Decodes what `inner` has, as a socket; leaves no memory behind. */
static bool decode(struct packets *inner, struct natu_socket *socket)
{
	struct packets packets = { 0 };
	bool is_decoded;

	begin(&packets);
	packets_nest(&packets, TIPC_NLA_SOCK, inner);
	is_decoded = packets_decode(AF_TIPC, &packets, packets_payload_length(&packets),
				    socket);
	packets_free(&packets);
	packets_free(inner);
	return is_decoded;
}

TEST(connections)
{
	struct packets inner = { 0 }, packets = { 0 };
	struct natu_socket socket;

	add_socket(&inner);
	add_connection(&inner);
	add_figures(&inner, true);
	begin(&packets);
	packets_nest(&packets, TIPC_NLA_SOCK, &inner);
	packets_try_lengths(AF_TIPC, &packets, 0, &socket);
	CU_ASSERT_EQUAL(socket.facts, natu_family_of(AF_TIPC, 0)->diag_facts);
	CU_ASSERT_STRING_EQUAL(socket.type->text, "STREAM");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "ESTABLISHED");
	CU_ASSERT(socket.inode == 79 && socket.uid == 1000);
	CU_ASSERT(socket.cookie == 0x600000005 && socket.drops == 4);
	CU_ASSERT(socket.of.tipc.node == 0x1001005);
	CU_ASSERT_EQUAL(socket.of.tipc.reference, 4000000000);
	CU_ASSERT_EQUAL(socket.of.tipc.peer_node, 0x1001006);
	CU_ASSERT_EQUAL(socket.of.tipc.peer_reference, UINT32_MAX);
	CU_ASSERT_EQUAL(socket.of.tipc.service_type, 18890);
	CU_ASSERT_EQUAL(socket.of.tipc.service_instance, 0);
	CU_ASSERT(socket.of.tipc.received == 2 && socket.of.tipc.sent == 3);
	CU_ASSERT_EQUAL(socket.of.tipc.group, UINT64_MAX);
	CU_ASSERT_EQUAL(socket.of.tipc.flags,
			NATU_TIPC_LINK_CONGESTED | NATU_TIPC_PEER_CONGESTED);
	packets_free(&inner);
	packets_free(&packets);
}

TEST(members_of_groups)
{
	struct packets inner = { 0 };
	struct natu_socket socket;

	add_socket(&inner);
	packets_attribute(&inner, TIPC_NLA_SOCK_HAS_PUBL, NULL, 0);
	add_figures(&inner, false);
	add_group(&inner);
	CU_ASSERT_FATAL(decode(&inner, &socket));
	CU_ASSERT(socket.of.tipc.group == 4711 && socket.of.tipc.group_instance == 8);
	CU_ASSERT_EQUAL(socket.of.tipc.flags, NATU_TIPC_PUBLISHED);
	CU_ASSERT_EQUAL(socket.of.tipc.peer_node, UINT64_MAX);
	CU_ASSERT_EQUAL(socket.of.tipc.peer_reference, UINT64_MAX);
}

/* Who has no port is no socket; attributes that are too short are none. */
TEST(what_is_not_whole)
{
	static const unsigned int numbers[] = {
		TIPC_NLA_SOCK_ADDR, TIPC_NLA_SOCK_REF,	TIPC_NLA_SOCK_TYPE,
		TIPC_NLA_SOCK_INO,  TIPC_NLA_SOCK_UID,	TIPC_NLA_SOCK_TIPC_STATE,
		TIPC_NLA_SOCK_CON,  TIPC_NLA_SOCK_STAT, TIPC_NLA_SOCK_COOKIE,
	};
	struct packets inner = { 0 };
	struct natu_socket socket;

	begin(&inner);
	add_number(&inner, TIPC_NLA_SOCK_TYPE, SOCK_RDM);
	CU_ASSERT(!decode(&inner, &socket));
	begin(&inner);
	CU_ASSERT(!decode(&inner, &socket));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (size_t length = 1; length < 4; length++) {
			add_socket(&inner);
			packets_attribute(&inner, numbers[i], "\1\1\1", length);
			CU_ASSERT(!decode(&inner, &socket));
		}
	/* An attribute within one that claims more than is there. */
	add_socket(&inner);
	packets_attribute(&inner, TIPC_NLA_SOCK_STAT, "\377\0\0\0\0\0\0\0", 8);
	CU_ASSERT(!decode(&inner, &socket));
}

TEST(numbers_that_mean_nothing)
{
	static const uint32_t odd[] = { 0, 14, 255, 256, 257, 0x7fffffff, UINT32_MAX };

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct packets inner = { 0 };
		struct natu_socket socket;

		add_socket(&inner);
		add_number(&inner, TIPC_NLA_SOCK_TIPC_STATE, odd[i]);
		add_number(&inner, TIPC_NLA_SOCK_TYPE, odd[i]);
		add_number(&inner, 4711, odd[i]);
		CU_ASSERT_FATAL(decode(&inner, &socket));
		CU_ASSERT_PTR_NULL(socket.state);
		CU_ASSERT_PTR_NULL(socket.type);
	}
}

TEST(requests)
{
	const struct natu_request request = { .states = 2 };
	char bytes[128];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	const struct tipc_sock_diag_req *body;

	natu_tipc_put_request(message, &request, AF_TIPC);
	body = mnl_nlmsg_get_payload(message);
	CU_ASSERT_EQUAL(mnl_nlmsg_get_payload_len(message), sizeof(*body));
	CU_ASSERT(body->sdiag_family == AF_TIPC && body->tidiag_states == UINT32_MAX);
}
