/* SPDX-License-Identifier: MIT */
#include "family.h"
#include "kernel.h"
#include "packet.h"
#include "request.h"
#include "state.h"
#include "test.h"

#include <libmnl/libmnl.h>
#include <string.h>

static const struct natu_family *dccp(void)
{
	return natu_family_of_protocol(IPPROTO_DCCP);
}

static bool decode(const struct inet_diag_msg *body, struct natu_socket *socket)
{
	memset(socket, 0xa5, sizeof(*socket));
	return dccp()->decode(dccp(), body, sizeof(*body), 0, socket);
}

/* include/linux/dccp.h: DCCP_PARTOPEN = TCP_MAX_STATES, which was 13 and is 14 since
 * Linux 6.8; then comes DCCP_PASSIVE_CLOSEREQ. The others are TCP's. */
TEST(numbers_of_states)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 5002, "127.0.0.1", 5001);
	struct natu_socket socket;

	for (unsigned int number = 1; number <= 12; number++) {
		body.idiag_state = (uint8_t)number;
		CU_ASSERT_FATAL(decode(&body, &socket));
		CU_ASSERT_EQUAL(socket.state_number, number);
		CU_ASSERT_PTR_EQUAL(socket.state, natu_stream_state(number));
	}
	for (unsigned int number = 13; number <= 14; number++) {
		body.idiag_state = (uint8_t)number;
		CU_ASSERT_FATAL(decode(&body, &socket));
		CU_ASSERT_STRING_EQUAL(socket.state->text, "PARTOPEN");
		CU_ASSERT(dccp()->has_remote_end(&socket));
	}
	body.idiag_state = 15;
	CU_ASSERT_FATAL(decode(&body, &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "CLOSE_WAIT");
	for (unsigned int number = 16; number < 256; number++) {
		body.idiag_state = (uint8_t)number;
		CU_ASSERT_FATAL(decode(&body, &socket));
		CU_ASSERT(!socket.state || number == STATE_PARTOPEN);
	}
}

/* Linux 6.8 gives those that are only bound as closed. */
TEST(bound_sockets)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 5005, "0.0.0.0", 0);
	struct natu_socket socket;

	body.idiag_state = STATE_CLOSE;
	CU_ASSERT_FATAL(decode(&body, &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "BOUND");
	for (size_t length = 0; length < sizeof(body); length++)
		CU_ASSERT(!dccp()->decode(dccp(), &body, length, 0, &socket));
}

static uint32_t asked(uint32_t states, int address_family)
{
	struct natu_request request = { .family = dccp(), .states = states };
	char bytes[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	const struct inet_diag_req_v2 *body;
	const struct inet_diag_req *both;

	dccp()->put_request(message, &request, address_family);
	both = mnl_nlmsg_get_payload(message);
	body = mnl_nlmsg_get_payload(message);
	return address_family == AF_UNSPEC ? both->idiag_states : body->idiag_states;
}

/* Bit 13 is one state before Linux 6.8 and another since. */
TEST(states_to_ask_for)
{
	CU_ASSERT_EQUAL(asked(dccp()->states, AF_UNSPEC), 0xffff);
	CU_ASSERT_EQUAL(asked(STATE_BIT(STATE_LISTEN), AF_INET), 1U << 10);
	CU_ASSERT_EQUAL(asked(STATE_BIT(STATE_PARTOPEN), AF_INET6), 3U << 13);
	CU_ASSERT_EQUAL(asked(STATE_BIT(STATE_CLOSE_WAIT), AF_INET), 1U << 8 | 3U << 14);
	CU_ASSERT_EQUAL(asked(STATE_BIT(STATE_BOUND), AF_INET), 1U << 13);
}

/* It has no struct tcp_info of its own, and fills two counters of it that netstat
 * shows. */
TEST(counters)
{
	struct inet_diag_msg body = packet_socket("127.0.0.1", 5002, "127.0.0.1", 5001);
	uint8_t info[] = { 1, 0, 3, 4, 0, 0, 0, 0 };
	struct packets packets = { 0 };
	struct natu_socket socket = { 0 };
	const struct nlmsghdr *message;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &body, sizeof(body));
	packets_attribute(&packets, KERNEL_DIAG_INFO, info, sizeof(info));
	message = packets_last(&packets);
	CU_ASSERT_FATAL(dccp()->decode(dccp(), mnl_nlmsg_get_payload(message),
				       mnl_nlmsg_get_payload_len(message), FACT_RETRIES,
				       &socket));
	CU_ASSERT(socket.facts & FACT_RETRIES);
	CU_ASSERT(socket.retransmits == 3 && socket.probes == 4);
	CU_ASSERT(!(socket.facts & FACT_TCPINFO) && !socket.tcp_info_length);
	packets_free(&packets);
}
