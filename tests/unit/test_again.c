/* SPDX-License-Identifier: MIT */
#include "source/again.h"

#include "context.h"
#include "family.h"
#include "memory.h"
#include "source/messages.h"
#include "source/sockstat.h"
#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What one dump of the source tells. */
struct dump {
	const char *ports; /* of associations at the other end: a letter for each */
	bool has_moved, fails;
	unsigned int end; /* so many, meanwhile */
	uint64_t malformed;
};

static struct script {
	const struct dump *dumps;
	size_t count, opened, open_now;
	size_t many; /* associations more, in each dump */
	unsigned int ended;
} script;

/* A /proc with the counters of SCTP. */
static struct tree proc;
static struct natu natu = { .setup.proc_root = "test", .proc = -1 };

static void write_counters(unsigned int aborted, unsigned int shut_down)
{
	char text[256];

	/* net/sctp/proc.c: "%-32s\t%ld\n" */
	snprintf(text, sizeof(text), "%-32s\t%d\n%-32s\t%u\n%-32s\t%u\n%-32s\t%d\n",
		 "SctpCurrEstab", 99, "SctpAborteds", aborted, "SctpShutdowns", shut_down,
		 "SctpOutOfBlues", 77);
	tree_write_text(&proc, "net/sctp/snmp", text);
}

static void make_proc(void)
{
	tree_make(&proc);
	CU_ASSERT_FATAL(mkdirat(proc.descriptor, "net/sctp", 0700) == 0);
	natu.proc = proc.descriptor;
	write_counters(0, 0);
}

static void remove_proc(void)
{
	tree_remove(&proc);
	natu.proc = -1;
}

struct scripted {
	struct natu_reader base;
	const struct dump *dump;
	size_t next;
};

static const struct natu_source_ops scripted_ops;
static struct natu_error error;

static const struct natu_request request = { .families = NATU_IPV4 | NATU_IPV6 };

static struct natu_reader *scripted_open(struct natu *asking,
					 const struct natu_request *asked,
					 struct natu_error *why)
{
	struct scripted *reader;

	(void)asking;
	memset(why, 0, sizeof(*why));
	if (script.opened == script.count)
		return NULL;
	reader = calloc(1, sizeof(*reader));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
	reader->base = (struct natu_reader){ .ops = &scripted_ops, .request = asked };
	reader->dump = &script.dumps[script.opened++];
	/* One has the buffer at a time. */
	CU_ASSERT_EQUAL(script.open_now++, 0);
	return &reader->base;
}

static void tell(uint32_t host, uint16_t port, struct natu_socket *socket)
{
	memset(socket, 0xa5, sizeof(*socket));
	socket->facts = FACT_BASE | FACT_INET | FACT_COOKIE;
	socket->cookie = 7;
	socket->local_port = 9;
	socket->peer_port = port;
	socket->peer = (struct natu_address){ .family = AF_INET };
	memcpy(socket->peer.bytes, &host, sizeof(host));
}

static int scripted_next(struct natu_reader *base, struct natu_socket *socket,
			 struct natu_error *why)
{
	struct scripted *reader = (struct scripted *)base;
	size_t letters = strlen(reader->dump->ports), at = reader->next++;

	base->malformed = reader->dump->malformed;
	base->has_moved = reader->dump->has_moved;
	if (at < letters) {
		tell(0, (uint16_t)reader->dump->ports[at], socket);
		return 1;
	}
	if (at - letters < script.many) {
		tell((uint32_t)(at - letters + 1), 1, socket);
		return 1;
	}
	script.ended += reader->dump->end;
	if (reader->dump->end)
		write_counters(script.ended / 2, script.ended - script.ended / 2);
	if (!reader->dump->fails)
		return 0;
	why->code = NATU_ESYS;
	why->error = ENOBUFS;
	return -1;
}

static void scripted_close(struct natu_reader *base)
{
	script.open_now--;
	free(base);
}

static const struct natu_source_ops scripted_ops = {
	.name = "scripted",
	.open = scripted_open,
	.next = scripted_next,
	.close = scripted_close,
};

/* What was given, and how it ended. */
struct listing {
	char ports[64];
	size_t count;
	int result;
	bool has_moved;
	uint64_t malformed;
};

static struct listing list(const struct dump *dumps, size_t count, size_t many)
{
	struct listing listing = { .count = 0 };
	struct natu_family family = { .name = "test", .title = "TEST" };
	struct natu_request asked = request;
	struct natu_reader *reader;
	struct natu_socket socket;

	asked.family = &family;
	script = (struct script){ .dumps = dumps, .count = count, .many = many };
	reader = natu_again_new(&natu, scripted_open(&natu, &asked, &error),
				natu_sockstat_ended(&natu), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
	CU_ASSERT_PTR_EQUAL(natu_reader_source(reader), &scripted_ops);
	while ((listing.result = reader->ops->next(reader, &socket, &error)) > 0) {
		if (socket.peer_port >= 'A' && listing.count < COUNT(listing.ports) - 1)
			listing.ports[listing.count] = (char)socket.peer_port;
		listing.count++;
	}
	/* An end is an end. */
	if (!listing.result)
		CU_ASSERT_EQUAL(reader->ops->next(reader, &socket, &error), 0);
	listing.has_moved = reader->has_moved;
	listing.malformed = reader->malformed;
	reader->ops->close(reader);
	CU_ASSERT_EQUAL(script.open_now, 0);
	return listing;
}

TEST(what_stands_still_is_asked_once)
{
	const struct dump dumps[] = { { .ports = "ABC" }, { .ports = "D" } };
	struct listing listing = list(dumps, COUNT(dumps), 0);

	CU_ASSERT_STRING_EQUAL(listing.ports, "ABC");
	CU_ASSERT(!listing.result && !listing.has_moved && script.opened == 1);
}

TEST(nothing_at_all)
{
	const struct dump dumps[] = { { .ports = "" } };
	struct listing listing = list(dumps, COUNT(dumps), 0);

	CU_ASSERT(!listing.count && !listing.result && !listing.has_moved);
}

TEST(a_second_dump_adds_what_is_missing)
{
	const struct dump dumps[] = { { .ports = "ACE", .has_moved = true },
				      { .ports = "EDCBA" },
				      { .ports = "X" } };
	struct listing listing = list(dumps, COUNT(dumps), 0);

	CU_ASSERT_STRING_EQUAL(listing.ports, "ACEDB");
	CU_ASSERT(!listing.result && !listing.has_moved && script.opened == 2);
}

TEST(what_moves_on_and_on)
{
	const struct dump dumps[] = { { .ports = "AB", .has_moved = true },
				      { .ports = "ABC", .has_moved = true },
				      { .ports = "BCAD", .has_moved = true },
				      { .ports = "ABCDE" } };
	struct listing listing = list(dumps, COUNT(dumps), 0);

	CU_ASSERT_STRING_EQUAL(listing.ports, "ABCD");
	CU_ASSERT(!listing.result && listing.has_moved);
	CU_ASSERT_EQUAL(script.opened, NATU_AGAIN_DUMPS);
}

/* What is gone is not in the next dump: only what ends meanwhile makes it doubtful. */
TEST(what_ends_meanwhile)
{
	const struct dump once[] = { { .ports = "ABC", .end = 1 },
				     { .ports = "CBD" },
				     { .ports = "X" } };
	const struct dump always[] = { { .ports = "ABC", .end = 2 },
				       { .ports = "CBD", .end = 1 },
				       { .ports = "CBE", .end = 1 },
				       { .ports = "X" } };
	const struct dump at_last[] = { { .ports = "ABC", .end = 2 },
					{ .ports = "CBD", .end = 5 },
					{ .ports = "CBE" } };
	struct listing listing;

	make_proc();
	listing = list(once, COUNT(once), 0);
	CU_ASSERT_STRING_EQUAL(listing.ports, "ABCD");
	CU_ASSERT(!listing.has_moved && script.opened == 2);
	listing = list(always, COUNT(always), 0);
	CU_ASSERT_STRING_EQUAL(listing.ports, "ABCDE");
	CU_ASSERT(listing.has_moved && script.opened == 3);
	listing = list(at_last, COUNT(at_last), 0);
	CU_ASSERT_STRING_EQUAL(listing.ports, "ABCDE");
	CU_ASSERT(!listing.has_moved && script.opened == 3);
	remove_proc();
}

/* It is asked for once, and what is said of it stays so. */
TEST(what_is_recorded)
{
	const struct dump dumps[] = { { .ports = "ABC", .end = 1 }, { .ports = "D" } };
	struct listing listing;

	make_proc();
	natu.setup.record = "test";
	listing = list(dumps, COUNT(dumps), 0);
	CU_ASSERT_STRING_EQUAL(listing.ports, "ABC");
	CU_ASSERT(listing.has_moved && script.opened == 1);
	natu.setup.record = NULL;
	remove_proc();
}

TEST(counters)
{
	static const char *const none[] = {
		"",
		"\n",
		"SctpAborteds 1\n",
		"SctpShutdowns 1\n",
		"Sctp\n",
		"SctpAborteds1 1\nSctpShutdowns 1\n",
		"XSctpAborteds 1\nSctpShutdowns 1",
	};

	CU_ASSERT_EQUAL(natu_sockstat_ended(&natu), UINT64_MAX);
	make_proc();
	write_counters(4, 7);
	CU_ASSERT_EQUAL(natu_sockstat_ended(&natu), 11);
	for (size_t i = 0; i < COUNT(none); i++) {
		tree_write_text(&proc, "net/sctp/snmp", none[i]);
		CU_ASSERT_EQUAL(natu_sockstat_ended(&natu), UINT64_MAX);
	}
	tree_write_text(&proc, "net/sctp/snmp", "SctpShutdowns\t5\n\nSctpAborteds\t6");
	CU_ASSERT_EQUAL(natu_sockstat_ended(&natu), 11);
	remove_proc();
	CU_ASSERT_EQUAL(natu_sockstat_ended(&natu), UINT64_MAX);
}

static uint64_t identity(const char *local, const char *peer, uint16_t peer_port,
			 uint64_t number)
{
	struct natu_socket socket;

	memset(&socket, 0xa5, sizeof(socket));
	socket.facts = FACT_BASE | FACT_INET;
	if (number)
		socket.facts |= FACT_COOKIE | FACT_INODE;
	socket.cookie = socket.inode = number;
	socket.local_port = 7001;
	socket.peer_port = peer_port;
	memset(socket.local.bytes, 0, sizeof(socket.local.bytes));
	memset(socket.peer.bytes, 0, sizeof(socket.peer.bytes));
	CU_ASSERT_EQUAL(inet_pton(AF_INET6, local, socket.local.bytes), 1);
	CU_ASSERT_EQUAL(inet_pton(AF_INET6, peer, socket.peer.bytes), 1);
	return natu_association_of(&socket, 4711);
}

TEST(identities)
{
	uint64_t one = identity("::1", "::2", 9, 5);

	/* It stays the same when it is accepted, and in /proc, which has no cookies. */
	CU_ASSERT_EQUAL(identity("::1", "::2", 9, 6), one);
	CU_ASSERT_EQUAL(identity("::1", "::2", 9, 0), one);
	CU_ASSERT_NOT_EQUAL(identity("::1", "::3", 9, 5), one);
	CU_ASSERT_NOT_EQUAL(identity("::1", "0:0:0:1::2", 9, 5), one);
	CU_ASSERT_NOT_EQUAL(identity("::3", "::2", 9, 5), one);
	CU_ASSERT_NOT_EQUAL(identity("::2", "::1", 9, 5), one);
	CU_ASSERT_NOT_EQUAL(identity("::1", "::2", 8, 5), one);
	/* Several endpoints can share a port. */
	CU_ASSERT_NOT_EQUAL(identity("::1", "::", 0, 5), identity("::1", "::", 0, 6));
	CU_ASSERT_EQUAL(identity("::1", "::", 0, 5), identity("::1", "::", 0, 5));
}

/* However far behind: the messages of a dump remember the last ones only. */
TEST(what_a_dump_repeats)
{
	const struct dump dumps[] = { { .ports = "ABCA" },
				      { .ports = "CABC" },
				      { .ports = "ABC" } };
	struct listing listing = list(dumps, COUNT(dumps), 0);

	CU_ASSERT_STRING_EQUAL(listing.ports, "ABC");
	CU_ASSERT(!listing.has_moved && script.opened == 3);
}

TEST(a_second_dump_that_fails)
{
	const struct dump none[] = { { .ports = "AB", .has_moved = true } };
	const struct dump breaks_off[] = { { .ports = "AB", .has_moved = true },
					   { .ports = "C", .fails = true },
					   { .ports = "D" } };
	const struct dump fails[] = { { .ports = "A", .has_moved = true, .fails = true },
				      { .ports = "B" } };
	struct listing listing = list(none, COUNT(none), 0);

	CU_ASSERT_STRING_EQUAL(listing.ports, "AB");
	CU_ASSERT(!listing.result && listing.has_moved);
	listing = list(breaks_off, COUNT(breaks_off), 0);
	CU_ASSERT_STRING_EQUAL(listing.ports, "ABC");
	CU_ASSERT(!listing.result && listing.has_moved && script.opened == 2);
	listing = list(fails, COUNT(fails), 0);
	CU_ASSERT(listing.result == -1 && error.error == ENOBUFS);
	CU_ASSERT(listing.count == 1 && script.opened == 1);
}

/* The same one is not skipped three times. */
TEST(malformed_messages)
{
	const struct dump dumps[] = { { .ports = "A", .has_moved = true, .malformed = 2 },
				      { .ports = "A", .has_moved = true, .malformed = 3 },
				      { .ports = "A" } };

	CU_ASSERT_EQUAL(list(dumps, COUNT(dumps), 0).malformed, 3);
}

/* All that are remembered are told apart; of more than that nothing is. */
TEST(a_long_list)
{
	const struct dump dumps[] = { { .ports = "A", .has_moved = true },
				      { .ports = "AB" } };
	const struct dump grown[] = { { .ports = "A", .has_moved = true },
				      { .ports = "ABC", .has_moved = true },
				      { .ports = "ABC" } };
	struct listing listing = list(dumps, COUNT(dumps), NATU_AGAIN_LIMIT - 2);

	CU_ASSERT_EQUAL(listing.count, NATU_AGAIN_LIMIT);
	CU_ASSERT(!listing.has_moved && script.opened == 2);
	listing = list(dumps, COUNT(dumps), NATU_AGAIN_LIMIT);
	CU_ASSERT_EQUAL(listing.count, NATU_AGAIN_LIMIT + 1);
	CU_ASSERT(listing.has_moved && script.opened == 1);
	/* What is remembered stays so. */
	listing = list(grown, COUNT(grown), NATU_AGAIN_LIMIT - 1);
	CU_ASSERT_EQUAL(listing.count, NATU_AGAIN_LIMIT + 2);
	CU_ASSERT(listing.has_moved && script.opened == 2);
}

/* Each allocation in turn fails: the list is whole, or there is none. */
TEST(without_memory)
{
	const struct dump dumps[] = { { .ports = "AB", .has_moved = true },
				      { .ports = "ABC" } };
	bool in_vain = true;

	for (long allocations = 0; in_vain && allocations < 100; allocations++) {
		struct natu_family family = { .name = "test", .title = "TEST" };
		struct natu_request asked = request;
		struct natu_reader *behind, *reader;
		struct natu_socket socket;
		size_t rows = 0;

		asked.family = &family;
		script = (struct script){ .dumps = dumps, .count = 1, .many = 1000 };
		behind = scripted_open(&natu, &asked, &error);
		memory_ends_after(allocations);
		reader = natu_again_new(&natu, behind, UINT64_MAX, &error);
		while (reader && reader->ops->next(reader, &socket, &error) > 0)
			rows++;
		in_vain = memory_comes_back();
		CU_ASSERT(reader ? rows == 1002 : error.code == NATU_ENOMEM);
		CU_ASSERT(!reader || reader->has_moved);
		if (reader)
			reader->ops->close(reader);
		CU_ASSERT_EQUAL(script.open_now, 0);
	}
	CU_ASSERT(!in_vain);
}
