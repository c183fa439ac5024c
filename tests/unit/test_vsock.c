/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "packet.h"
#include "request.h"
#include "state.h"
#include "test.h"

#include <libmnl/libmnl.h>
#include <linux/vm_sockets_diag.h>
#include <string.h>

static struct vsock_diag_msg connection(void)
{
	return (struct vsock_diag_msg){
		.vdiag_family = AF_VSOCK,
		.vdiag_type = SOCK_SEQPACKET,
		.vdiag_state = STATE_ESTABLISHED,
		.vdiag_shutdown = 2,
		.vdiag_src_cid = 3,
		.vdiag_src_port = 0xfffffffe,
		.vdiag_dst_cid = 2,
		.vdiag_dst_port = 1024,
		.vdiag_ino = 77,
		.vdiag_cookie = { 5, 6 },
	};
}

static bool decode(const struct vsock_diag_msg *message, struct natu_socket *socket)
{
	struct packets packets = { 0 };
	bool is_decoded;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, message, sizeof(*message));
	is_decoded = packets_decode(AF_VSOCK, &packets, sizeof(*message), socket);
	packets_free(&packets);
	return is_decoded;
}

TEST(connections)
{
	const struct vsock_diag_msg message = connection();
	struct packets packets = { 0 };
	struct natu_socket socket;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
	packets_try_lengths(AF_VSOCK, &packets, sizeof(message), &socket);
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "vsock");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "SEQPACKET");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "ESTABLISHED");
	CU_ASSERT(socket.of.vsock.cid == 3 && socket.of.vsock.port == 0xfffffffe);
	CU_ASSERT(socket.of.vsock.peer_cid == 2 && socket.of.vsock.peer_port == 1024);
	CU_ASSERT(socket.inode == 77 && socket.cookie == 0x600000005);
	CU_ASSERT(socket.shutdown == 2 && (socket.facts & FACT_VSOCK_PEER));
	CU_ASSERT(natu_vsock_has_remote_end(&socket));
	packets_free(&packets);
}

/* A listener has a place for the other end, with whatever in it. */
TEST(ends_that_are_none)
{
	struct vsock_diag_msg message = connection();
	struct natu_socket socket;

	message.vdiag_state = STATE_LISTEN;
	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT(!(socket.facts & FACT_VSOCK_PEER));
	CU_ASSERT(!natu_vsock_has_remote_end(&socket));
	message.vdiag_state = STATE_CLOSE;
	message.vdiag_ino = 0;
	CU_ASSERT_FATAL(decode(&message, &socket));
	CU_ASSERT(!(socket.facts & (FACT_VSOCK_PEER | FACT_INODE)));
}

TEST(numbers_that_mean_nothing)
{
	struct vsock_diag_msg message = connection();
	struct natu_socket socket;

	for (unsigned int number = 0; number < 256; number++) {
		message.vdiag_state = (uint8_t)number;
		message.vdiag_type = (uint8_t)number;
		CU_ASSERT_FATAL(decode(&message, &socket));
		CU_ASSERT(!socket.state || number <= STATE_BOUND);
		CU_ASSERT(!(socket.facts & FACT_TYPE) == !socket.type);
	}
	message.vdiag_family = AF_INET;
	CU_ASSERT(!decode(&message, &socket));
}

TEST(requests)
{
	struct natu_request request = { .states = STATE_BIT(STATE_LISTEN) |
						  STATE_BIT(STATE_BOUND) };
	char bytes[128];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	const struct vsock_diag_req *body;

	natu_vsock_put_request(message, &request, AF_VSOCK);
	body = mnl_nlmsg_get_payload(message);
	CU_ASSERT_EQUAL(mnl_nlmsg_get_payload_len(message), sizeof(*body));
	CU_ASSERT(body->sdiag_family == AF_VSOCK && body->sdiag_protocol == 0);
	CU_ASSERT_EQUAL(body->vdiag_states, STATE_BIT(STATE_LISTEN));
}
