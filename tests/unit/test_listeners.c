/* SPDX-License-Identifier: MIT */
#include "listeners.h"

#include "state.h"
#include "test.h"

#include <arpa/inet.h>
#include <string.h>

/* Which listener a connection belongs to: the rules are the kernel's,
 * net/ipv4/inet_hashtables.c: a listener at the very address before one at any, then one
 * that is bound to the device. */

struct end {
	const char *address;
	uint16_t port;
	uint32_t interface;
	uint32_t uid;
};

static struct natu_socket socket_of(struct end end)
{
	struct natu_socket socket = {
		.facts = FACT_BASE | FACT_INET,
		.local_port = end.port,
		.interface = end.interface,
		.uid = end.uid,
	};

	socket.local.family = strchr(end.address, ':') ? AF_INET6 : AF_INET;
	CU_ASSERT_FATAL(inet_pton(socket.local.family, end.address, socket.local.bytes) ==
			1);
	return socket;
}

static void add(struct natu_listeners *listeners, struct end end)
{
	struct natu_socket socket = socket_of(end);

	socket.facts |= FACT_UID;
	natu_listeners_add(listeners, &socket);
}

enum { NOBODY = 4242 };

/* The user that a connection that is being made is given. */
static uint32_t lent(const struct natu_listeners *listeners, const char *address,
		     uint16_t port, uint32_t interface)
{
	struct natu_socket socket =
		socket_of((struct end){ address, port, interface, 0 });

	natu_listeners_lend(listeners, &socket);
	CU_ASSERT((socket.facts & ~FACT_UID) == (FACT_BASE | FACT_INET));
	return socket.facts & FACT_UID ? socket.uid : NOBODY;
}

TEST(none)
{
	struct natu_listeners listeners = { 0 };

	CU_ASSERT_EQUAL(lent(&listeners, "127.0.0.1", 80, 0), NOBODY);
	add(&listeners, (struct end){ "127.0.0.1", 81, 0, 1 });
	add(&listeners, (struct end){ "127.0.0.1", 80 + 1024, 0, 2 });
	add(&listeners, (struct end){ "127.0.0.2", 80, 0, 3 });
	add(&listeners, (struct end){ "::", 80, 0, 4 });
	CU_ASSERT_EQUAL(lent(&listeners, "127.0.0.1", 80, 0), NOBODY);
	CU_ASSERT_EQUAL(lent(&listeners, "127.0.0.1", 80 + 1024, 0), 2);
	natu_listeners_free(&listeners);
	CU_ASSERT(!listeners.entries && !listeners.heads && !listeners.count);
	natu_listeners_free(&listeners);
}

/* In whichever order they came. */
TEST(address_before_any)
{
	for (unsigned int order = 0; order < 2; order++) {
		struct natu_listeners listeners = { 0 };

		add(&listeners,
		    (struct end){ order ? "0.0.0.0" : "10.0.0.1", 80, 0, order ? 1 : 2 });
		add(&listeners,
		    (struct end){ order ? "10.0.0.1" : "0.0.0.0", 80, 0, order ? 2 : 1 });
		CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 0), 2);
		CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.2", 80, 0), 1);
		CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.2", 81, 0), NOBODY);
		natu_listeners_free(&listeners);
	}
}

TEST(device)
{
	for (unsigned int order = 0; order < 2; order++) {
		struct natu_listeners listeners = { 0 };

		add(&listeners,
		    (struct end){ "0.0.0.0", 80, order ? 0 : 3, order ? 1 : 3 });
		add(&listeners,
		    (struct end){ "0.0.0.0", 80, order ? 3 : 0, order ? 3 : 1 });
		CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 3), 3);
		CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 4), 1);
		natu_listeners_free(&listeners);
	}
}

/* The address outweighs the device. */
TEST(address_before_device)
{
	struct natu_listeners listeners = { 0 };

	add(&listeners, (struct end){ "0.0.0.0", 80, 3, 1 });
	add(&listeners, (struct end){ "10.0.0.1", 80, 0, 2 });
	CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 3), 2);
	natu_listeners_free(&listeners);
}

/* An IPv4 connection to a listener of both families has the listener's family and a
 * mapped address. */
TEST(families)
{
	struct natu_listeners listeners = { 0 };

	add(&listeners, (struct end){ "::", 80, 0, 6 });
	add(&listeners, (struct end){ "0.0.0.0", 80, 0, 4 });
	CU_ASSERT_EQUAL(lent(&listeners, "::ffff:10.0.0.1", 80, 0), 6);
	CU_ASSERT_EQUAL(lent(&listeners, "::1", 80, 0), 6);
	CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 0), 4);
	natu_listeners_free(&listeners);
}

/* How many listeners may have taken a connection in. */
static size_t candidates(const struct natu_listeners *listeners, const char *address,
			 uint32_t interface, uint64_t inodes[NATU_LISTENERS_MAX])
{
	const struct natu_socket socket =
		socket_of((struct end){ address, 80, interface, 0 });

	return natu_listeners_inodes(listeners, &socket, inodes);
}

static void add_numbered(struct natu_listeners *listeners, const char *address,
			 uint32_t interface, uint64_t inode, bool v6only)
{
	struct natu_socket socket = socket_of((struct end){ address, 80, interface, 7 });

	socket.facts |= FACT_UID | FACT_INODE | FACT_V6ONLY;
	socket.inode = inode;
	socket.v6only = v6only;
	natu_listeners_add(listeners, &socket);
}

/* A connection has its listener's device, so no other listener can have taken it in. */
TEST(of_another_device)
{
	struct natu_listeners listeners = { 0 };
	uint64_t inodes[NATU_LISTENERS_MAX];

	add_numbered(&listeners, "0.0.0.0", 3, 33, false);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 0, inodes), 0);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 4, inodes), 0);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 3, inodes), 1);
	add_numbered(&listeners, "0.0.0.0", 0, 30, false);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 0, inodes), 1);
	CU_ASSERT_EQUAL(inodes[0], 30);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 3, inodes), 1);
	CU_ASSERT_EQUAL(inodes[0], 33);
	natu_listeners_free(&listeners);
}

/* Listeners that share a port; one of them was told of twice. */
TEST(several)
{
	struct natu_listeners listeners = { 0 };
	uint64_t inodes[NATU_LISTENERS_MAX];

	for (uint64_t inode = 1; inode < 10; inode++)
		add_numbered(&listeners, "0.0.0.0", 0, inode, false);
	add_numbered(&listeners, "0.0.0.0", 0, 5, false);
	add_numbered(&listeners, "127.0.0.1", 0, 99, false);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 0, inodes), 9);
	CU_ASSERT_EQUAL(candidates(&listeners, "127.0.0.1", 0, inodes), 1);
	CU_ASSERT_EQUAL(inodes[0], 99);
	for (uint64_t inode = 100; inode < 300; inode++)
		add_numbered(&listeners, "0.0.0.0", 0, inode, false);
	CU_ASSERT_EQUAL(candidates(&listeners, "10.0.0.1", 0, inodes),
			NATU_LISTENERS_MAX);
	natu_listeners_free(&listeners);
}

/* One of two at :: takes IPv6 alone. */
TEST(for_ipv6_only)
{
	struct natu_listeners listeners = { 0 };
	uint64_t inodes[NATU_LISTENERS_MAX];

	add_numbered(&listeners, "::", 0, 6, true);
	CU_ASSERT_EQUAL(candidates(&listeners, "::ffff:10.0.0.1", 0, inodes), 0);
	CU_ASSERT_EQUAL(candidates(&listeners, "::1", 0, inodes), 1);
	add_numbered(&listeners, "::", 0, 46, false);
	CU_ASSERT_EQUAL(candidates(&listeners, "::ffff:10.0.0.1", 0, inodes), 1);
	CU_ASSERT_EQUAL(inodes[0], 46);
	CU_ASSERT_EQUAL(candidates(&listeners, "::1", 0, inodes), 2);
	natu_listeners_free(&listeners);
}

/* Users that differ: it is not known whose a connection is. */
TEST(of_two_users)
{
	struct natu_listeners listeners = { 0 };

	add(&listeners, (struct end){ "0.0.0.0", 80, 0, 1 });
	add(&listeners, (struct end){ "0.0.0.0", 80, 0, 2 });
	CU_ASSERT_EQUAL(lent(&listeners, "10.0.0.1", 80, 0), NOBODY);
	natu_listeners_free(&listeners);
}

/* Many at one port and at every port; beyond the bound they are not kept. */
TEST(many)
{
	struct natu_listeners listeners = { 0 };
	bool well = true;

	for (unsigned int port = 0; port < 65536; port++)
		add(&listeners, (struct end){ "127.0.0.1", (uint16_t)port, 0, port * 3 });
	add(&listeners, (struct end){ "127.0.0.9", 80, 0, 1 });
	for (unsigned int port = 0; port < 65536; port += 17)
		well &= lent(&listeners, "127.0.0.1", (uint16_t)port, 0) == port * 3;
	CU_ASSERT(well);
	CU_ASSERT_EQUAL(listeners.count, 65536);
	CU_ASSERT_EQUAL(lent(&listeners, "127.0.0.9", 80, 0), NOBODY);
	natu_listeners_free(&listeners);
}
