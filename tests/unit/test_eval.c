/* SPDX-License-Identifier: MIT */
#include "column.h"
#include "family.h"
#include "filter/tree.h"
#include "state.h"
#include "test.h"

#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A listener on [::]:22 and a connection from it, as sock_diag tells them. */
static struct nlmsghdr message;
static struct natu_socket listener, connection, datagram;

static void make_sockets(void)
{
	static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 10, 1, 2, 3 };
	const natu_facts facts = FACT_BASE | FACT_INET | FACT_UID;

	listener = connection = datagram = (struct natu_socket){
		.facts = facts,
		.asked = facts | FACT_QUEUES | FACT_INTERFACE | FACT_TCPINFO,
		.message = &message,
		.local_port = 22,
		.uid = 1000,
	};
	natu_family_identify(&natu_families[0], 1, STATE_LISTEN, &listener);
	natu_family_identify(&natu_families[0], 1, STATE_ESTABLISHED, &connection);
	natu_family_identify(natu_family_of_protocol(IPPROTO_UDP), 1, STATE_CLOSE,
			     &datagram);
	listener.local.family = listener.peer.family = AF_INET6;
	connection.local = connection.peer = datagram.local = datagram.peer =
		listener.local;
	memcpy(connection.peer.bytes, mapped, sizeof(mapped));
	connection.local.bytes[15] = 1;
	connection.peer_port = 40000;
	connection.facts |= FACT_QUEUES | FACT_INTERFACE;
	connection.recv_q = 100;
	connection.interface = 7;
	connection.interface_name = "lo";
}

static enum natu_truth truth(const char *text, const struct natu_socket *socket)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_error error;
	enum natu_truth truth = (enum natu_truth) - 1;

	if (!natu_filter_parse(filter, text, &error))
		truth = natu_filter_test(filter, socket);
	else
		printf("%s: %s\n", text, error.text);
	natu_filter_free(filter);
	return truth;
}

struct expected {
	const char *text;
	enum natu_truth listener, connection;
};

static void check(const struct expected *cases, size_t count)
{
	make_sockets();
	for (size_t i = 0; i < count; i++) {
		enum natu_truth first = truth(cases[i].text, &listener);
		enum natu_truth second = truth(cases[i].text, &connection);

		if (first != cases[i].listener || second != cases[i].connection)
			printf("%s: %d %d\n", cases[i].text, (int)first, (int)second);
		CU_ASSERT_EQUAL(first, cases[i].listener);
		CU_ASSERT_EQUAL(second, cases[i].connection);
	}
}

#define NO NATU_FALSE
#define YES NATU_TRUE
#define MAYBE NATU_UNKNOWN

/* `*` is a value like others: comparing a number with it is false, and `not` makes that
 * true. */
TEST(no_port)
{
	static const struct expected cases[] = {
		{ "dport = 443", NO, NO },
		{ "dport != 443", YES, YES },
		{ "not dport = 443", YES, YES },
		{ "dport = 40000", NO, YES },
		{ "dport != 40000", YES, NO },
		{ "dport > 1", NO, YES },
		{ "dport <= 65535", NO, YES },
		{ "dport < 50000", NO, YES },
		{ "dport >= 0", NO, YES },
		{ "not dport > 1", YES, NO },
		{ "dport = *", YES, NO },
		{ "dport != *", NO, YES },
		{ "dport = 40000,*", YES, YES },
		{ "dport = 0-65535", NO, YES },
		{ "port = 22", YES, YES },
		{ "port = 40000", NO, YES },
		{ "port != 40000", YES, NO },
		{ "port != 22", NO, NO },
		{ "port = *", YES, NO },
		{ "has dport", YES, YES },
		{ ":22", YES, YES },
		{ "not :22", NO, NO },
	};

	check(cases, COUNT(cases));
}

TEST(addresses)
{
	static const struct expected cases[] = {
		{ "dst 10.1.2.3", NO, YES },
		{ "dst 10.0.0.0/8", NO, YES },
		{ "dst 10.1.2.2/31", NO, YES },
		{ "dst 10.1.2.4/31", NO, NO },
		{ "dst 0.0.0.0/0", NO, YES },
		{ "dst ::ffff:10.1.2.3", NO, YES },
		{ "dst ::ffff:0:0/96", NO, YES },
		{ "dst ::/0", YES, YES },
		{ "dst ::", YES, NO },
		{ "dst *", YES, NO },
		{ "src ::1", NO, YES },
		{ "addr ::1", NO, YES },
		{ "addr != ::1", YES, NO },
		{ "src ::1%lo", NO, YES },
		{ "src '::1%eth1'", NO, NO },
		{ "src ::1%7", NO, YES },
		{ "[::1]:22", NO, YES },
		{ "[::1]:40000", NO, NO },
		{ "10.1.2.3:40000", NO, YES },
	};

	check(cases, COUNT(cases));
}

TEST(absent_is_unknown)
{
	static const struct expected cases[] = {
		{ "recv_q = 100", MAYBE, YES },
		{ "not recv_q = 100", MAYBE, NO },
		{ "recv_q != 100", MAYBE, NO },
		{ "recv_q > 5 or sport = 22", YES, YES },
		{ "recv_q > 5 and sport = 22", MAYBE, YES },
		{ "recv_q > 5 and sport = 23", NO, NO },
		{ "recv_q > 5 or sport = 23", MAYBE, YES },
		{ "not (recv_q > 5 and sport = 23)", YES, YES },
		{ "has recv_q", NO, YES },
		{ "not has recv_q", YES, NO },
		{ "has tcp.rtt_us", NO, NO },
		{ "tcp.rtt_us > 0", MAYBE, MAYBE },
		/* Nobody asked for it: that is not known either. */
		{ "has inode", MAYBE, MAYBE },
		/* That it is bound to no device is known. */
		{ "dev = lo", NO, YES },
		{ "dev != lo", YES, NO },
		{ "dev = 7", NO, YES },
		{ "dev = l*", NO, YES },
		{ "dev ~ ^.o", NO, YES },
		{ "dev !~ ^.o", YES, NO },
	};

	check(cases, COUNT(cases));
	listener.message = NULL;
	CU_ASSERT_EQUAL(truth("dev = lo", &listener), NATU_UNKNOWN);
	CU_ASSERT_EQUAL(truth("dev = 7", &listener), NATU_UNKNOWN);
	CU_ASSERT_EQUAL(truth("dev != 7", &listener), NATU_UNKNOWN);
}

TEST(states)
{
	make_sockets();
	CU_ASSERT_EQUAL(truth("state listen", &listener), NATU_TRUE);
	CU_ASSERT_EQUAL(truth("state connected", &connection), NATU_TRUE);
	CU_ASSERT_EQUAL(truth("state close", &datagram), NATU_TRUE);
	CU_ASSERT_EQUAL(truth("state unconnected", &datagram), NATU_TRUE);
	CU_ASSERT_EQUAL(truth("not state unconnected", &datagram), NATU_FALSE);
	CU_ASSERT_EQUAL(truth("state != established", &datagram), NATU_TRUE);
	CU_ASSERT_EQUAL(truth("has state", &datagram), NATU_FALSE);
	connection.state_number = STATE_NEW_SYN_RECV;
	CU_ASSERT_EQUAL(truth("state syn_recv", &connection), NATU_TRUE);
}

/* Facts that are still to come make what compares them unknown, and what is false stays
 * so. */
TEST(before_owners_are_known)
{
	static const char *const texts[] = { "uid = 1000",
					     "not uid = 1000",
					     "uid = 1000 and sport = 22",
					     "uid = 1000 and sport = 23",
					     "uid = 5 or sport = 22",
					     "has uid",
					     "not has uid" };
	static const enum natu_truth early[] = { MAYBE, MAYBE, MAYBE, NO,
						 YES,	MAYBE, MAYBE };

	make_sockets();
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct natu_filter *filter = natu_filter_new();
		struct natu_error error;
		struct natu_socket early_listener = listener;
		enum natu_truth before, after;

		CU_ASSERT_EQUAL(natu_filter_parse(filter, texts[i], &error), 0);
		after = natu_filter_test(filter, &listener);
		early_listener.facts &= ~(natu_facts)FACT_UID;
		early_listener.asked &= ~(natu_facts)FACT_UID;
		before = natu_filter_test(filter, &early_listener);
		CU_ASSERT_EQUAL(before, early[i]);
		CU_ASSERT_TRUE(before == NATU_UNKNOWN || before == after);
		natu_filter_free(filter);
	}
}

/* ---- holders: true if one of them is ---- */

static const unsigned int *holders;

static enum natu_presence get_holder(const struct natu_socket *socket, size_t index,
				     struct natu_value *value)
{
	(void)socket;
	value->number = holders[index];
	return holders[index] ? NATU_HAS : NATU_DENIED;
}

static enum natu_truth holder_truth(uint64_t wanted, size_t count, bool negated)
{
	static const struct natu_column column = {
		.name = "holder",
		.fact = FACT_PROCESS,
		.type = NATU_UINT,
		.many = true,
		.get = get_holder,
	};
	const struct natu_range range = { wanted, wanted };
	struct natu_node leaf = {
		.kind = NATU_NODE_NUMBER,
		.column = &column,
		.ranges = &range,
		.count = 1,
	};
	struct natu_node not = { .kind = NATU_NODE_NOT, .first = &leaf, .last = &leaf };
	struct natu_socket socket = { .facts = FACT_PROCESS, .holder_count = count };

	return natu_node_test(negated ? &not : &leaf, &socket);
}

TEST(one_holder_is_enough)
{
	holders = (const unsigned int[]){ 5, 7, 9 };
	CU_ASSERT_EQUAL(holder_truth(7, 3, false), NATU_TRUE);
	CU_ASSERT_EQUAL(holder_truth(8, 3, false), NATU_FALSE);
	/* != is not =, for holders too. */
	CU_ASSERT_EQUAL(holder_truth(7, 3, true), NATU_FALSE);
	CU_ASSERT_EQUAL(holder_truth(8, 3, true), NATU_TRUE);
	/* Looked, and nobody. */
	CU_ASSERT_EQUAL(holder_truth(7, 0, false), NATU_FALSE);
	CU_ASSERT_EQUAL(holder_truth(7, 0, true), NATU_TRUE);
	/* One of them cannot be seen. */
	holders = (const unsigned int[]){ 5, 0, 9 };
	CU_ASSERT_EQUAL(holder_truth(7, 3, false), NATU_UNKNOWN);
	CU_ASSERT_EQUAL(holder_truth(7, 3, true), NATU_UNKNOWN);
	CU_ASSERT_EQUAL(holder_truth(9, 3, false), NATU_TRUE);
}

/* ---- the parts ---- */

static bool glob(const char *pattern, const char *text)
{
	return natu_glob(pattern, strlen(pattern), text, strlen(text));
}

TEST(globs)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "a*", "abc", true },
		{ "a*", "bac", false },
		{ "*c", "abc", true },
		{ "*c", "abcd", false },
		{ "a*c", "abbbc", true },
		{ "a*b*c", "aXbYbZc", true },
		{ "a*b*c", "acb", false },
		{ "?", "a", true },
		{ "?", "", false },
		{ "?", "ab", false },
		{ "a?c", "abc", true },
		{ "[abc]", "b", true },
		{ "[abc]", "d", false },
		{ "[!abc]", "d", true },
		{ "[^abc]", "b", false },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[]]", "]", true },
		{ "[!]]", "]", false },
		{ "[a-]", "-", true },
		{ "[", "[", true },
		{ "[ab", "[ab", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "a\\", "a\\", true },
		{ "**a", "bba", true },
		{ "*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (glob(cases[i].pattern, cases[i].text) != cases[i].matches)
			printf("%s %s\n", cases[i].pattern, cases[i].text);
		CU_ASSERT_EQUAL(glob(cases[i].pattern, cases[i].text), cases[i].matches);
	}
}

/* Keys keep the order of the numbers of their type. */
TEST(keys_of_numbers)
{
	static const int64_t integers[] = { INT64_MIN, -5, -1, 0, 1, 7, INT64_MAX };
	static const double reals[] = { -1e300, -2.5, -0.5, 0.0, 0.25, 3, 1e300 };

	for (size_t i = 1; i < COUNT(integers); i++) {
		const struct natu_value a = { .type = NATU_INT,
					      .integer = integers[i - 1] };
		const struct natu_value b = { .type = NATU_INT, .integer = integers[i] };
		const struct natu_value c = { .type = NATU_REAL, .real = reals[i - 1] };
		const struct natu_value d = { .type = NATU_REAL, .real = reals[i] };

		CU_ASSERT_TRUE(natu_number_key(&a) < natu_number_key(&b));
		CU_ASSERT_TRUE(natu_number_key(&c) < natu_number_key(&d));
	}
}

TEST(many_ranges)
{
	char text[20000] = "sport = ";

	make_sockets();
	for (unsigned int port = 1; port < 3000; port += 2)
		snprintf(text + strlen(text), 16, "%s%u", port > 1 ? "," : "", port);
	for (unsigned int port = 1; port < 3010; port += 7) {
		struct natu_filter *filter = natu_filter_new();
		struct natu_error error;

		CU_ASSERT_EQUAL(natu_filter_parse(filter, text, &error), 0);
		listener.local_port = (uint16_t)port;
		CU_ASSERT_EQUAL(natu_filter_test(filter, &listener),
				port % 2 && port < 3000 ? NATU_TRUE : NATU_FALSE);
		natu_filter_free(filter);
	}
}
