/* SPDX-License-Identifier: MIT */
#include "family.h"
#include "state.h"
#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Lines as Linux 6.18 wrote them; what they must mean was asked of the sockets
 * themselves. The addresses are printed in the byte order of the machine, here a
 * little-endian one.
 */
#define ESTABLISHED                                                                     \
	"   2: 0100007F:A053 0100007F:9DE6 01 0000000A:0000001E 02:0000004B 00000003  " \
	"1000        2 860494 1 0000000060378a2e 20 4 30 10 -1                   "
#define LISTEN6                                                                   \
	"   0: 00000000000000000000000001000000:C2CD "                            \
	"00000000000000000000000000000000:0000 0A 00000000:00000001 00:00000000 " \
	"00000000     0        0 860506 2 00000000c3d4d3d3 100 0 0 10 0"
#define MAPPED6                                                                   \
	"   4: 0000000000000000FFFF00000100007F:E911 "                            \
	"0000000000000000FFFF00000100007F:ACB6 01 00000000:00000000 00:00000000 " \
	"00000000   104        0 0 1 00000000968944c0 20 4 0 10 -1"
#define LINK_LOCAL6                                                               \
	" 5290: 000080FE00000000FF1DC2FEB2A70BFE:0222 "                           \
	"00000000000000000000000000000000:0000 07 00000000:00000340 00:00000000 " \
	"00000000   998        0 7331 2 000000004d45ce3e 17"
#define TIME_WAIT                                                                       \
	"   3: 0200000A:8854 507100CB:0050 06 00000000:00000000 03:00000F04 00000000  " \
	"   0        0 0 3 00000000f5f5ad2a                                      "
#define SMALL_FIN_WAIT2                                                                 \
	"   3: 0200000A:8854 507100CB:0050 05 00000000:00000000 03:00000F04 00000000  " \
	"   0        0 0 3 00000000f5f5ad2a                                      "
#define SYN_RECV                                                                        \
	"   1: 0100007F:07E8 0200007F:9DE6 03 00000000:00000000 01:00000053 00000001  " \
	"1000        0 0 1 00000000f5f5ad2b                                      "
#define RAW                                                                              \
	"    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000  " \
	"   0        0 860504 2 00000000ac11f6a4 3        "

static const struct natu_family *family(const char *name)
{
	for (size_t i = 0; i < natu_family_count; i++)
		if (!strcmp(natu_families[i].name, name))
			return &natu_families[i];
	CU_FAIL_FATAL("no such family");
	return NULL;
}

/* Parses a copy that ends where the line ends, so that a byte read beyond it is found. */
static bool parse_bytes(const char *protocol, int address_family, const char *line,
			size_t length, struct natu_socket *socket)
{
	const struct natu_family *of = family(protocol);
	char *copy = test_allocate(length + 1);
	bool parsed;

	memcpy(copy + 1, line, length);
	memset(socket, 0xa5, sizeof(*socket));
	parsed = natu_inet_parse_line(of, address_family == AF_INET6, copy + 1, length,
				      socket);
	CU_ASSERT(!parsed || !(socket->facts & ~of->proc_facts));
	free(copy);
	return parsed;
}

static bool parse(const char *protocol, int address_family, const char *line,
		  struct natu_socket *socket)
{
	return parse_bytes(protocol, address_family, line, strlen(line), socket);
}

static bool address_is(const struct natu_address *address, const char *text)
{
	uint8_t bytes[16];
	size_t size = address->family == AF_INET ? 4 : 16;

	return inet_pton(address->family, text, bytes) == 1 &&
	       !memcmp(address->bytes, bytes, size);
}

TEST(established)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET, ESTABLISHED, &socket));
	CU_ASSERT(socket.facts == (FACT_BASE | FACT_INET | FACT_QUEUES | FACT_UID |
				   FACT_INODE | FACT_TIMER | FACT_RETRIES));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "tcp");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv4");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "ESTABLISHED");
	CU_ASSERT(address_is(&socket.local, "127.0.0.1"));
	CU_ASSERT(socket.local_port == 41043 && socket.peer_port == 40422);
	CU_ASSERT(socket.send_q == 10 && socket.recv_q == 30);
	CU_ASSERT(socket.timer == TIMER_KEEPALIVE && socket.expires_ms == 750);
	CU_ASSERT(socket.retransmits == 3 && socket.probes == 2);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 860494);
	CU_ASSERT_PTR_NULL(socket.message);
}

/* A listener's Recv-Q is its accept queue; /proc does not have its limit. */
TEST(listener)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET6, LISTEN6, &socket));
	CU_ASSERT((socket.facts & FACT_LISTENER) && socket.accept_queue == 1);
	CU_ASSERT(!(socket.facts &
		    (FACT_QUEUES | FACT_BACKLOG | FACT_COOKIE | FACT_INTERFACE)));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "tcp6");
	CU_ASSERT(address_is(&socket.local, "::1") && address_is(&socket.peer, "::"));
	CU_ASSERT(socket.local_port == 49869 && socket.peer_port == 0);
}

/* No one has accepted it yet: it has a user but no inode. */
TEST(mapped_address_without_inode)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET6, MAPPED6, &socket));
	CU_ASSERT(address_is(&socket.local, "::ffff:127.0.0.1"));
	CU_ASSERT((socket.facts & FACT_UID) && socket.uid == 104);
	CU_ASSERT(!(socket.facts & FACT_INODE));
}

TEST(time_wait_has_no_owner)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET, TIME_WAIT, &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "TIME_WAIT");
	CU_ASSERT(!(socket.facts & (FACT_UID | FACT_INODE)));
	CU_ASSERT(socket.timer == TIMER_TIME_WAIT && socket.expires_ms == 38440);
	CU_ASSERT(address_is(&socket.local, "10.0.0.2") &&
		  address_is(&socket.peer, "203.0.113.80"));
}

/* Only its timer tells that what waits in FIN_WAIT2 is no full socket any more. */
TEST(small_fin_wait2_has_no_owner)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET, SMALL_FIN_WAIT2, &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "FIN_WAIT2");
	CU_ASSERT(!(socket.facts & (FACT_UID | FACT_INODE)));
}

/* A connection being made has its listener's user, as only /proc says. */
TEST(syn_recv_has_its_listeners_user)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("tcp", AF_INET, SYN_RECV, &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "SYN_RECV");
	CU_ASSERT((socket.facts & FACT_UID) && socket.uid == 1000);
	CU_ASSERT(!(socket.facts & FACT_INODE));
	CU_ASSERT(socket.timer == TIMER_ON && socket.expires_ms == 830 &&
		  socket.retransmits == 1);
}

TEST(datagram_has_drops_and_no_timer)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("udp", AF_INET6, LINK_LOCAL6, &socket));
	CU_ASSERT(address_is(&socket.local, "fe80::fec2:1dff:fe0b:a7b2"));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "udp6");
	CU_ASSERT_PTR_NULL(socket.state);
	CU_ASSERT((socket.facts & FACT_DROPS) && socket.drops == 17 &&
		  socket.memory_length == 0);
	CU_ASSERT((socket.facts & FACT_QUEUES) && socket.recv_q == 832);
	CU_ASSERT(!(socket.facts & (FACT_TIMER | FACT_RETRIES)));
	CU_ASSERT(socket.uid == 998 && socket.inode == 7331);
}

TEST(raw_has_its_protocol_for_a_port)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse("raw", AF_INET, RAW, &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "raw");
	CU_ASSERT(socket.local_port == 1 && socket.state_number == STATE_CLOSE &&
		  socket.drops == 3);
}

/* A prefix that ends within what is read is refused, and any longer one means the same as
 * all. */
static void try_prefixes(const char *protocol, int address_family, const char *line,
			 const char *inode)
{
	size_t needed = (size_t)(strstr(line, inode) - line) + strlen(inode) + 1;
	struct natu_socket whole, cut;

	CU_ASSERT_FATAL(parse(protocol, address_family, line, &whole));
	for (size_t length = 0; length < strlen(line); length++) {
		bool parsed = parse_bytes(protocol, address_family, line, length, &cut);

		CU_ASSERT(parsed == (length >= needed));
		if (!parsed)
			continue;
		CU_ASSERT((cut.facts | FACT_DROPS) == (whole.facts | FACT_DROPS));
		CU_ASSERT(cut.inode == whole.inode && cut.uid == whole.uid);
		CU_ASSERT(cut.retransmits == whole.retransmits &&
			  cut.recv_q == whole.recv_q);
	}
}

TEST(every_prefix)
{
	try_prefixes("tcp", AF_INET, ESTABLISHED, " 860494");
	try_prefixes("tcp", AF_INET6, LISTEN6, " 860506");
	try_prefixes("tcp", AF_INET, TIME_WAIT, "    0        0 0");
	try_prefixes("udp", AF_INET6, LINK_LOCAL6, " 7331");
	try_prefixes("raw", AF_INET, RAW, " 860504");
}

/* Any one byte replaced by another: refused, or read as what it then says. */
static void try_bytes(char *line, size_t place)
{
	static const char others[] = { '\0', ' ', ':', '0', '9', 'f',	 'F',
				       'g',  '@', '`', '/', '-', '\x80', '\xff' };
	struct natu_socket socket;
	char kept = line[place];

	for (size_t i = 0; i < sizeof(others); i++) {
		line[place] = others[i];
		if (parse_bytes("tcp", AF_INET, line, strlen(ESTABLISHED), &socket))
			CU_ASSERT_PTR_NOT_NULL(socket.state);
	}
	line[place] = kept;
}

TEST(every_byte_replaced)
{
	char line[] = ESTABLISHED;

	for (size_t i = 0; i < strlen(ESTABLISHED); i++)
		try_bytes(line, i);
}

#define ROW(slot, local, state, queues, timer, retransmits, owner)        \
	slot ": " local ":A053 0100007F:9DE6 " state " " queues " " timer \
	     " " retransmits " " owner " 1 0 20 4 30 10 -1"
#define GOOD_ROW(slot, state, timer, owner) \
	ROW(slot, "0100007F", state, "00000000:00000000", timer, "00000000", owner)

TEST(other_widths)
{
	static const char *const lines[] = {
		GOOD_ROW("1234567", "01", "00:00000000", "0 0 1"),
		GOOD_ROW("0", "1", "0:0", "0 0 1"),
		GOOD_ROW("\t0", "0001", "00:0000000000000000",
			 "4294967295 0 18446744073709551615"),
		ROW("0", "0100007F", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "0100007f", "01", "00000000ffffffff:0", "00:0", "ffffffff",
		    "0 0 1"),
	};
	struct natu_socket socket;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CU_ASSERT(parse("tcp", AF_INET, lines[i], &socket));
	CU_ASSERT(socket.send_q == UINT32_MAX && socket.retransmits == UINT32_MAX);
}

TEST(what_is_no_line)
{
	static const char *const lines[] = {
		"",
		" ",
		":",
		"  sl  local_address rem_address   st tx_queue rx_queue",
		GOOD_ROW("", "01", "00:00000000", "0 0 1"),
		GOOD_ROW("0x1", "01", "00:00000000", "0 0 1"),
		GOOD_ROW("-1", "01", "00:00000000", "0 0 1"),
		/* no state */
		GOOD_ROW("0", "00", "00:00000000", "0 0 1"),
		GOOD_ROW("0", "0E", "00:00000000", "0 0 1"),
		GOOD_ROW("0", "101", "00:00000000", "0 0 1"),
		/* numbers that overflow */
		GOOD_ROW("0", "100000001", "00:00000000", "0 0 1"),
		GOOD_ROW("0", "01", "100:00000000", "0 0 1"),
		GOOD_ROW("0", "01", "02:FFFFFFFFFFFFFFFE", "0 0 1"),
		GOOD_ROW("0", "01", "02:1999999A", "0 0 1"),
		GOOD_ROW("0", "01", "00:00000000", "4294967296 0 1"),
		GOOD_ROW("0", "01", "00:00000000", "0 4294967296 1"),
		GOOD_ROW("0", "01", "00:00000000", "0 0 18446744073709551616"),
		GOOD_ROW("0", "01", "00:00000000", "0 0 99999999999999999999999"),
		ROW("0", "0100007F", "01", "100000000:0", "00:0", "0", "0 0 1"),
		ROW("0", "0100007F", "01", "0:0", "00:0", "100000000", "0 0 1"),
		/* signs and letters */
		GOOD_ROW("0", "01", "00:00000000", "-2 0 1"),
		GOOD_ROW("0", "01", "00:00000000", "0 0 1a"),
		GOOD_ROW("0", "01", "00:00000000", "0 0 +1"),
		/* addresses that are too short, too long, or no number */
		ROW("0", "100007F", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "00100007F", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "0x00007F", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "0100007G", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "01000 7F", "01", "0:0", "00:0", "0", "0 0 1"),
		ROW("0", "0100007F0100007F0100007F0100007F", "01", "0:0", "00:0", "0",
		    "0 0 1"),
	};
	struct natu_socket socket;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CU_ASSERT(!parse("tcp", AF_INET, lines[i], &socket));
	CU_ASSERT(!parse("tcp", AF_INET6, ESTABLISHED, &socket));
	CU_ASSERT(!parse("tcp", AF_INET, LISTEN6, &socket));
}

/* A byte in the middle of others, against the C library's reading. */
static void try_digit(int place, int byte)
{
	struct natu_socket socket;
	char digits[9] = "3aC0F915", *end, line[100];
	uint32_t expected;
	bool parsed;

	digits[place] = (char)byte;
	expected = (uint32_t)strtoul(digits, &end, 16);
	snprintf(line, sizeof(line),
		 "0: 0100007F:A053 0100007F:9DE6 01 %s:0 00:0 0 0 0 1 ", digits);
	parsed = parse("tcp", AF_INET, line, &socket);
	CU_ASSERT(parsed == (!strchr("+-", byte) && !*end));
	CU_ASSERT(!parsed || socket.send_q == expected);
}

TEST(hexadecimal_digits)
{
	/* In front of a number blanks may stand. */
	for (int byte = 1; byte < 256; byte++)
		if (!isspace(byte))
			try_digit(0, byte);
	for (int place = 1; place < 8; place++)
		for (int byte = 1; byte < 256; byte++)
			try_digit(place, byte);
}

TEST(drops)
{
	static const char front[] =
		"1: 0100007F:A053 0100007F:9DE6 01 00000000:00000000 00:0 0 0 0 1 ";
	static const struct {
		const char *tail;
		bool there;
		uint32_t drops;
	} tails[] = {
		{ "2 00000000ac11f6a4 0", true, 0 },
		{ "2 (null) 4294967295   ", true, UINT32_MAX },
		{ "2 00000000ac11f6a4 4294967296", false, 0 },
		{ "2 00000000ac11f6a4 -1", false, 0 },
		{ "2 00000000ac11f6a4 ", false, 0 },
		{ "2", false, 0 },
	};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct natu_socket socket;
		char line[200];

		snprintf(line, sizeof(line), "%s%s", front, tails[i].tail);
		CU_ASSERT_FATAL(parse("udp", AF_INET, line, &socket));
		CU_ASSERT(!!(socket.facts & FACT_DROPS) == tails[i].there);
		CU_ASSERT(!tails[i].there || socket.drops == tails[i].drops);
	}
}
