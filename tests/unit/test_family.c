/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "state.h"
#include "test.h"

#include <arpa/inet.h>
#include <natu/natu.h>
#include <netinet/in.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In netstat's order, under netstat's names and the kernel's numbers and files. */
static const struct {
	const char *name, *proto, *proto6, *file, *file6;
	unsigned int protocol;
} expected[] = {
	{ "tcp", "tcp", "tcp6", "net/tcp", "net/tcp6", IPPROTO_TCP },
	{ "sctp", "sctp", NULL, "net/sctp/eps", "net/sctp/assocs", IPPROTO_SCTP },
	{ "udp", "udp", "udp6", "net/udp", "net/udp6", IPPROTO_UDP },
	{ "udplite", "udpl", "udpl6", "net/udplite", "net/udplite6", IPPROTO_UDPLITE },
	{ "raw", "raw", "raw6", "net/raw", "net/raw6", IPPROTO_RAW },
	{ "icmp", "icmp", "icmp6", "net/icmp", "net/icmp6", IPPROTO_ICMP },
	{ "mptcp", "mptcp", "mptcp6", NULL, NULL, 262 },
	{ "dccp", "dccp", "dccp6", NULL, NULL, 33 },
	{ "unix", "unix", NULL, "net/unix", NULL, 0 },
	{ "packet", "packet", NULL, "net/packet", NULL, 0 },
	{ "netlink", "netlink", NULL, "net/netlink", NULL, 0 },
	{ "vsock", "vsock", NULL, NULL, NULL, 0 },
	{ "xdp", "xdp", NULL, NULL, NULL, 0 },
	{ "tipc", "tipc", NULL, NULL, NULL, 0 },
	{ "smc", "smc", NULL, NULL, NULL, 0 },
};

static bool same(const char *text, const char *expected_text)
{
	return expected_text ? text && !strcmp(text, expected_text) : !text || !*text;
}

/* A row with one address family has none in the place of a second. */
TEST(no_address_family_is_nobodys)
{
	for (unsigned int protocol = 0; protocol <= 262; protocol++)
		CU_ASSERT_PTR_NULL(natu_family_of(AF_UNSPEC, protocol));
}

TEST(the_table)
{
	CU_ASSERT_EQUAL_FATAL(natu_family_count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct natu_family *family = &natu_families[i];

		CU_ASSERT_STRING_EQUAL(family->name, expected[i].name);
		CU_ASSERT_STRING_EQUAL(family->proto[0].text, expected[i].proto);
		CU_ASSERT(same(family->proto[1].text, expected[i].proto6));
		CU_ASSERT_EQUAL(family->proto[1].length, strlen(family->proto[1].text));
		CU_ASSERT(same(family->procfile[0], expected[i].file));
		CU_ASSERT(same(family->procfile[1], expected[i].file6));
		CU_ASSERT_EQUAL(family->protocol, expected[i].protocol);
		CU_ASSERT_PTR_EQUAL(
			natu_family_of(family->address_families[0], expected[i].protocol),
			family);
		if (!natu_family_is_inet(family) || !family->put_request ||
		    family->has_associations)
			continue;
		/* /proc has nothing that sock_diag has not: a fallback can only lose. */
		CU_ASSERT_EQUAL(family->proc_facts & ~family->diag_facts, 0);
	}
	CU_ASSERT_PTR_NULL(natu_family_of_protocol(254));
}

TEST(names)
{
	for (size_t i = 0; i < COUNT(expected); i++) {
		CU_ASSERT_STRING_EQUAL(natu_protocol_name(i), expected[i].name);
		CU_ASSERT_PTR_NOT_NULL(natu_protocol_title(i));
		CU_ASSERT_EQUAL(natu_protocol_named(expected[i].name), 1U << i);
	}
	CU_ASSERT_PTR_NULL(natu_protocol_name(COUNT(expected)));
	CU_ASSERT_PTR_NULL(natu_protocol_title(SIZE_MAX));
	CU_ASSERT_EQUAL(natu_protocol_named("tcp6"), 0);
	CU_ASSERT_EQUAL(natu_protocol_named("TCP"), 0);
	CU_ASSERT_EQUAL(natu_protocol_named(""), 0);
}

/* Both over one address family and over both there are as many words as the column has.
 */
TEST(words)
{
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct natu_word *first = natu_protocol_word(i, 0);
		const struct natu_word *second = natu_protocol_word(i, 1);

		CU_ASSERT(first && same(first->text, expected[i].proto));
		CU_ASSERT(same(second ? second->text : NULL, expected[i].proto6));
		CU_ASSERT_PTR_NULL(natu_protocol_word(i, 2));
	}
	CU_ASSERT_PTR_NULL(natu_protocol_word(COUNT(expected), 0));
	CU_ASSERT_PTR_NULL(natu_protocol_word(SIZE_MAX, 1));
}

static bool has_state(size_t protocol, const char *state)
{
	const struct natu_word *word;

	for (size_t i = 0; natu_protocol_state(protocol, NATU_ALL, i, &word); i++)
		if (word && same(word->text, state))
			return true;
	return false;
}

TEST(states_of_protocols)
{
	const struct natu_word *word;

	CU_ASSERT(has_state(0, "ESTABLISHED"));
	CU_ASSERT(!has_state(0, "COOKIE_WAIT"));
	CU_ASSERT(has_state(1, "COOKIE_WAIT"));
	CU_ASSERT(!natu_protocol_state(COUNT(expected), NATU_ALL, 0, &word));
	CU_ASSERT(!natu_protocol_state(SIZE_MAX, NATU_ALL, 0, &word));
}

static struct natu_socket socket_of(const char *protocol, const char *peer, uint16_t port)
{
	struct natu_socket socket = { .peer_port = port,
				      .state_number = STATE_ESTABLISHED };

	for (size_t i = 0; i < natu_family_count; i++)
		if (!strcmp(natu_families[i].name, protocol))
			socket.family = &natu_families[i];
	socket.peer.family = strchr(peer, ':') ? AF_INET6 : AF_INET;
	CU_ASSERT_FATAL(inet_pton(socket.peer.family, peer, socket.peer.bytes) == 1);
	return socket;
}

/* net-tools asks TCP for the remote port and the others for the remote address. */
TEST(selections)
{
	static const struct {
		const char *protocol, *peer;
		uint16_t port;
		bool connected;
	} rows[] = {
		{ "tcp", "0.0.0.0", 0, false },	  { "tcp", "10.0.0.1", 7, true },
		{ "tcp", "::", 0, false },	  { "tcp", "::1", 7, true },
		{ "udp", "0.0.0.0", 0, false },	  { "udp", "10.0.0.1", 7, true },
		{ "udp", "::", 0, false },	  { "udp", "::1", 7, true },
		{ "raw", "10.0.0.1", 0, true },	  { "raw", "0.0.0.0", 0, false },
		{ "udplite", "::1", 0, true },	  { "udp", "::ffff:10.0.0.1", 7, true },
		{ "raw", "2001:db8::", 0, true }, { "udp", "0.0.0.1", 0, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct natu_socket socket = socket_of(rows[i].protocol, rows[i].peer,
						      rows[i].port);

		CU_ASSERT(natu_family_selects(NATU_ALL, &socket));
		CU_ASSERT(natu_family_selects(NATU_CONNECTED, &socket) ==
			  rows[i].connected);
		CU_ASSERT(natu_family_selects(NATU_LISTENING, &socket) ==
			  !rows[i].connected);
		/* Bytes beyond an IPv4 address are no part of it. */
		if (socket.peer.family == AF_INET)
			memset(socket.peer.bytes + 4, 0xff, 12);
		CU_ASSERT(natu_family_selects(NATU_CONNECTED, &socket) ==
			  rows[i].connected);
	}
}

/* What is only bound neither listens nor is connected. */
TEST(bound_is_neither)
{
	struct natu_socket socket = socket_of("tcp", "0.0.0.0", 0);

	socket.state_number = STATE_BOUND;
	CU_ASSERT(natu_family_selects(NATU_ALL, &socket));
	CU_ASSERT(!natu_family_selects(NATU_LISTENING, &socket));
	CU_ASSERT(!natu_family_selects(NATU_CONNECTED, &socket));
}
