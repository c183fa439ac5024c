/* SPDX-License-Identifier: MIT */
#include "census.h"
#include "measure.h"
#include "memory.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static const struct natu_word tcp = { "tcp", 3 }, tcp6 = { "tcp6", 4 },
			      udp = { "udp", 3 }, udpl = { "udpl", 4 };

/* Ports from 1000 to 1999 are ephemeral; static, as it is big. */
static const struct natu_measures *measures(void)
{
	static struct natu_measures some = { .first_port = 1000, .last_port = 1999 };

	return &some;
}

static struct census_ends ends(const struct natu_word *proto, uint16_t local_port,
			       uint8_t peer, uint16_t peer_port)
{
	return (struct census_ends){
		.proto = proto,
		.local = { { 127, 0, 0, 1 }, AF_INET },
		.peer = { { 127, 0, peer, 1 }, AF_INET },
		.local_port = local_port,
		.peer_port = peer_port,
	};
}

static void use(struct census *census, struct census_ends some)
{
	CU_ASSERT_EQUAL(census_port(census, &some), 0);
}

TEST(ports_are_counted_once)
{
	struct census census;

	census_begin(&census, measures(), true);
	use(&census, ends(&tcp, 1000, 1, 80));
	use(&census, ends(&tcp, 1000, 2, 80));
	use(&census, ends(&tcp6, 1000, 3, 80));
	use(&census, ends(&tcp6, 1999, 3, 80));
	use(&census, ends(&udp, 1000, 0, 0));
	/* Not ephemeral, and not one of the two. */
	use(&census, ends(&tcp, 999, 1, 80));
	use(&census, ends(&tcp, 2000, 1, 80));
	use(&census, ends(&tcp, 0, 0, 0));
	use(&census, ends(&udpl, 1001, 0, 0));
	CU_ASSERT_STRING_EQUAL(census.ports[0].protocol, "tcp");
	CU_ASSERT_EQUAL(census.ports[0].used, 2);
	CU_ASSERT_EQUAL(census.ports[1].used, 1);
	census_free(&census);
}

TEST(nothing_is_ephemeral_without_a_range)
{
	static const struct natu_measures none;
	struct census census;

	census_begin(&census, &none, true);
	use(&census, ends(&tcp, 1000, 1, 80));
	CU_ASSERT_EQUAL(census.ports[0].used, 0);
	CU_ASSERT_PTR_NULL(census_busiest(&census));
	census_free(&census);
}

/* Many destinations, and one that has most: no two are taken for one. */
TEST(the_busiest_destination)
{
	const struct census_destination *busiest;
	struct census_ends server = ends(&tcp, 1500, 0, 0);
	struct census census;

	census_begin(&census, measures(), true);
	CU_ASSERT_PTR_NULL(census_busiest(&census));
	for (unsigned int i = 0; i < 2000; i++)
		use(&census, ends(&tcp, (uint16_t)(1000 + i % 400), (uint8_t)(i % 200),
				  (uint16_t)(1 + i / 200)));
	CU_ASSERT_EQUAL(census.destination_count, 2000);
	for (unsigned int i = 0; i < 300; i++)
		use(&census, ends(&tcp, (uint16_t)(1000 + i), 7, 443));
	/* Connections to a listener wear no destination out, however many there are. */
	server.listens = true;
	use(&census, server);
	for (unsigned int i = 0; i < 1000; i++)
		use(&census, ends(&tcp, 1500, 9, 443));
	busiest = census_busiest(&census);
	CU_ASSERT_PTR_NOT_NULL_FATAL(busiest);
	CU_ASSERT_EQUAL(busiest->sockets, 300);
	CU_ASSERT_EQUAL(busiest->peer_port, 443);
	CU_ASSERT_EQUAL(busiest->peer.bytes[2], 7);
	CU_ASSERT_EQUAL(census.ports[0].used, 401);
	census_free(&census);
}

TEST(census_without_memory)
{
	bool ended = true;

	for (long n = 0; ended && n < 50; n++) {
		const struct census_ends some = ends(&tcp, 1000, 1, 80);
		struct census census;
		int result;

		census_begin(&census, measures(), true);
		memory_ends_after(n);
		result = census_port(&census, &some);
		ended = memory_comes_back();
		CU_ASSERT(ended == (result < 0));
		census_free(&census);
	}
	CU_ASSERT_FALSE(ended);
}

static struct census_listener listener(uint16_t port, uint64_t queue, uint64_t limit)
{
	return (struct census_listener){
		.proto = &tcp,
		.address = { { 127, 0, 0, 1 }, AF_INET },
		.port = port,
		.has_limit = true,
		.has_drops = port != 3,
		.sockets = 1,
		.queue = queue,
		.limit = limit,
		.drops = 1,
	};
}

/* Those that share an end are one; the order does not depend on how they came. */
TEST(listeners_that_share_an_end)
{
	const struct census_listener some[] = {
		listener(5, 1, 10), listener(3, 3, 2),	listener(5, 4, 10),
		listener(4, 0, 0),  listener(5, 0, 10),
	};
	struct census_listener all;
	struct census census;

	census_begin(&census, measures(), true);
	census.listeners = malloc(sizeof(some));
	CU_ASSERT_PTR_NOT_NULL_FATAL(census.listeners);
	memcpy(census.listeners, some, sizeof(some));
	census.listener_count = 5;
	census_end(&census);
	CU_ASSERT_EQUAL(census.listener_count, 3);
	CU_ASSERT_EQUAL(census.listeners[0].port, 3);
	CU_ASSERT_EQUAL(census.listeners[2].port, 5);
	CU_ASSERT_EQUAL(census.listeners[2].sockets, 3);
	CU_ASSERT_EQUAL(census.listeners[2].queue, 5);
	CU_ASSERT_EQUAL(census.listeners[2].limit, 30);
	CU_ASSERT(census_is_full(&census.listeners[0]));
	CU_ASSERT_FALSE(census_is_full(&census.listeners[1]));
	CU_ASSERT_EQUAL(census_fullest(&census)->port, 3);
	census_join_listeners(census.listeners, 3, &all);
	CU_ASSERT_EQUAL(all.sockets, 5);
	CU_ASSERT_EQUAL(all.queue, 8);
	CU_ASSERT(all.has_limit);
	CU_ASSERT_FALSE(all.has_drops);
	census_free(&census);
}
