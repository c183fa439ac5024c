/* SPDX-License-Identifier: MIT */
#include "addresses.h"
#include "family/sctp.h"
#include "state.h"
#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The first lines of net/sctp/proc.c, Linux 6.12. */
#define ENDPOINTS " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS"
#define ASSOCIATIONS                                                              \
	" ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE " \
	"LPORT RPORT LADDRS <-> RADDRS HBINT INS OUTS MAXRT T1X T2X RTXC wmema "  \
	"wmemq sndbuf rcvbuf"

/* What they stand above, filled in as seq_printf() does there. */
#define ENDPOINT "14f9148c 9460187a 2   10  51   7001   1000   200 "
#define ASSOCIATION                                                                    \
	"3f4f8db6 7812fe74 0   1   4  0       8      512      237    1001   204 7002 " \
	"  7103  "
#define REST \
	" 	    7500    10    20   30    1    2        3        1        0   212992   212992"

/* Reads a line below a first one, from memory that ends where it ends and stays until the
 * next call. */
static bool parse_bytes(const char *heading, unsigned int which, const char *line,
			size_t length, struct natu_socket *socket)
{
	const struct natu_family *sctp = natu_family_of_protocol(IPPROTO_SCTP);
	static struct natu_proc_columns columns;
	static char *copy;
	bool parsed;

	free(copy);
	copy = test_allocate(length ? length : 1);
	memcpy(copy, line, length);
	memset(&columns, 0xa5, sizeof(columns));
	sctp->take_heading(heading, strlen(heading), &columns);
	memset(socket, 0xa5, sizeof(*socket));
	socket->proc_columns = &columns;
	parsed = sctp->parse_line(sctp, which, copy, length, socket);
	CU_ASSERT(!parsed || !(socket->facts & ~sctp->proc_facts));
	return parsed;
}

static bool parse(const char *heading, unsigned int which, const char *line,
		  struct natu_socket *socket)
{
	return parse_bytes(heading, which, line, strlen(line), socket);
}

static bool address_is(const struct natu_address *address, const char *text)
{
	uint8_t bytes[16];
	int wanted = strchr(text, ':') ? AF_INET6 : AF_INET;

	return address->family == wanted && inet_pton(wanted, text, bytes) == 1 &&
	       !memcmp(address->bytes, bytes, wanted == AF_INET ? 4 : 16);
}

static bool has_address(const struct natu_socket *socket, bool is_peer, size_t index,
			const char *text)
{
	struct natu_address address;

	return natu_address_at(socket, is_peer, index, &address) &&
	       address_is(&address, text);
}

static enum natu_presence get(const struct natu_socket *socket, const char *name,
			      struct natu_value *value)
{
	const struct natu_column *column = natu_column_find(name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(column);
	return natu_get(socket, column, value);
}

static bool number_is(const struct natu_socket *socket, const char *name, uint64_t number)
{
	struct natu_value value;

	return get(socket, name, &value) == NATU_HAS && value.number == number;
}

static bool has(const struct natu_socket *socket, const char *name)
{
	struct natu_value value;

	return get(socket, name, &value) == NATU_HAS;
}

TEST(endpoint)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(ENDPOINTS, 0, ENDPOINT "127.0.0.1 127.0.0.2 ", &socket));
	CU_ASSERT_EQUAL(socket.facts, FACT_BASE | FACT_INET | FACT_UID | FACT_INODE |
					      FACT_TYPE | FACT_ADDRESSES);
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "sctp");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv4");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "LISTEN");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "STREAM");
	CU_ASSERT(address_is(&socket.local, "127.0.0.1") && socket.local_port == 7001);
	CU_ASSERT(address_is(&socket.peer, "0.0.0.0") && socket.peer_port == 0);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 200);
	CU_ASSERT_EQUAL(socket.addresses[0].count, 2);
	CU_ASSERT_EQUAL(socket.addresses[1].count, 0);
	CU_ASSERT(has_address(&socket, false, 1, "127.0.0.2"));
	CU_ASSERT_PTR_NULL(socket.message);
	/* What no line of an endpoint tells is not 0. */
	CU_ASSERT(!has(&socket, "recv_q") && !has(&socket, "sctp.streams_in") &&
		  !has(&socket, "sctp.association") && !has(&socket, "listener.queue"));
}

TEST(association)
{
	struct natu_socket socket;
	struct natu_value value;

	CU_ASSERT_FATAL(parse(ASSOCIATIONS, 1,
			      ASSOCIATION "127.0.0.1 ::1 <-> 127.0.0.3 *fd00::9 " REST,
			      &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "SHUTDOWN_PENDING");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "ipv6");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "SEQPACKET");
	CU_ASSERT(address_is(&socket.local, "127.0.0.1") && socket.local_port == 7002);
	CU_ASSERT(address_is(&socket.peer, "127.0.0.3") && socket.peer_port == 7103);
	CU_ASSERT(number_is(&socket, "send_q", 512) && number_is(&socket, "recv_q", 237));
	CU_ASSERT(socket.uid == 1001 && socket.inode == 204);
	CU_ASSERT(number_is(&socket, "sctp.association", 8));
	CU_ASSERT(number_is(&socket, "sctp.heartbeat_jiffies", 7500));
	CU_ASSERT(number_is(&socket, "sctp.streams_in", 10));
	CU_ASSERT(number_is(&socket, "sctp.streams_out", 20));
	CU_ASSERT(number_is(&socket, "sctp.retransmits_max", 30));
	CU_ASSERT(number_is(&socket, "sctp.init_retransmits", 1));
	CU_ASSERT(number_is(&socket, "sctp.shutdown_retransmits", 2));
	CU_ASSERT(number_is(&socket, "sctp.data_retransmits", 3));
	CU_ASSERT(has_address(&socket, false, 1, "::1"));
	CU_ASSERT(get(&socket, "sctp.primary", &value) == NATU_HAS &&
		  address_is(&value.address, "fd00::9"));
	CU_ASSERT(get(&socket, "sctp.socket_state", &value) == NATU_HAS &&
		  !strcmp(value.word->text, "ESTABLISHED"));
	/* What sock_diag alone tells. */
	CU_ASSERT(!has(&socket, "sctp.rwnd") && !has(&socket, "sctp.nodelay") &&
		  !has(&socket, "cookie") && !has(&socket, "memory.receive"));
}

/* Linux before 2.6.37 has no queues, counters and sizes. */
TEST(older_columns)
{
	const char *const heading = " ASSOC     SOCK   STY SST ST HBKT LPORT RPORT "
				    "LADDRS <-> RADDRS";
	const char *const line = "f0 f1 2   1   3  0    7002   7103  127.0.0.1 <-> "
				 "*127.0.0.3 ";
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(heading, 1, line, &socket));
	CU_ASSERT_EQUAL(socket.facts, FACT_BASE | FACT_INET | FACT_TYPE | FACT_ADDRESSES);
	CU_ASSERT(!has(&socket, "uid") && !has(&socket, "inode") &&
		  !has(&socket, "recv_q") && !has(&socket, "send_q") &&
		  !has(&socket, "sctp.heartbeat_jiffies") &&
		  !has(&socket, "sctp.association"));
}

/* One column of a group alone is of no use: the others would be 0. */
TEST(half_a_group)
{
	static const struct {
		const char *columns, *numbers, *column;
	} groups[] = {
		{ "TX_QUEUE", "5", "send_q" },
		{ "RX_QUEUE", "5", "recv_q" },
		{ "INS HBINT", "5 5", "sctp.streams_in" },
		{ "OUTS", "5", "sctp.streams_out" },
		{ "ASSOC-ID MAXRT T1X T2X", "5 5 5 5", "sctp.association" },
		{ "RTXC", "5", "sctp.data_retransmits" },
	};

	for (size_t i = 0; i < COUNT(groups); i++) {
		char heading[256], line[256];
		struct natu_socket socket;

		snprintf(heading, sizeof(heading),
			 "ASSOC SST ST LPORT RPORT LADDRS <-> RADDRS %s",
			 groups[i].columns);
		snprintf(line, sizeof(line), "f0 1 3 1 2 10.0.0.1 <-> 10.0.0.2 %s",
			 groups[i].numbers);
		CU_ASSERT_FATAL(parse(heading, 1, line, &socket));
		CU_ASSERT(!has(&socket, groups[i].column));
	}
}

/* An inode of 0 is none; a user of 0 is root. */
TEST(zeros)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(ENDPOINTS, 0, "a b 2 10 0 1 0 0 0.0.0.0 ", &socket));
	CU_ASSERT(!(socket.facts & FACT_INODE) && (socket.facts & FACT_UID));
	CU_ASSERT_EQUAL(socket.uid, 0);
}

/* Nothing may be missing, whatever the order. */
TEST(columns_that_are_needed)
{
	static const char *const names[] = { "SST", "LPORT", "LADDRS",
					     "ST",  "RPORT", "RADDRS" };
	static const char *const words[] = {
		"1", "7", "10.0.0.1 ", "3", "8", "10.0.0.2 "
	};

	for (unsigned int which = 0; which < 2; which++)
		for (unsigned int without = 0; without <= COUNT(names); without++) {
			char heading[128] = "X", line[128] = "x";
			struct natu_socket socket;
			/* An endpoint has the first three of them. */
			bool is_whole = without >= (which ? COUNT(names) : 3);

			/* from the last to the first */
			for (size_t i = COUNT(names); i-- > 0;) {
				if (i == without)
					continue;
				strcat(strcat(heading, " "), names[i]);
				strcat(strcat(line, " "), words[i]);
			}
			CU_ASSERT(parse(heading, which, line, &socket) == is_whole);
			if (is_whole)
				CU_ASSERT(socket.local_port == 7 &&
					  address_is(&socket.local, "10.0.0.1"));
		}
}

TEST(first_lines)
{
	struct natu_socket socket;
	char many[256] = "", line[256] = "";

	CU_ASSERT(!parse("", 0, ENDPOINT "127.0.0.1 ", &socket));
	CU_ASSERT(!parse("   ", 0, "", &socket));
	CU_ASSERT(!parse("ENDPT", 0, "f0", &socket));
	/* A word more or less than the first line has. */
	CU_ASSERT(!parse(ENDPOINTS " NEW", 0, ENDPOINT "127.0.0.1 ", &socket));
	CU_ASSERT(!parse(ENDPOINTS, 0, ENDPOINT "127.0.0.1 5", &socket));
	CU_ASSERT(parse(ENDPOINTS " NEW", 0, ENDPOINT "127.0.0.1 word", &socket));
	/* The kernel's words, neither in part nor in other letters. */
	CU_ASSERT(!parse("ENDPT SS LPORT LADDRS", 0, "f 10 1 127.0.0.1 ", &socket));
	CU_ASSERT(!parse("ENDPT sst LPORT LADDRS", 0, "f 10 1 127.0.0.1 ", &socket));
	CU_ASSERT(!parse("ENDPT SSTT LPORT LADDRS", 0, "f 10 1 127.0.0.1 ", &socket));
	/* What is beyond the most that can be known is not looked at. */
	for (size_t i = 0; i < NATU_PROC_COLUMNS - 3; i++) {
		strcat(many, " X");
		strcat(line, " x");
	}
	strcat(many, " SST LPORT LADDRS Y Z");
	strcat(line, " 10 1 127.0.0.1 y z");
	CU_ASSERT(parse(many, 0, line, &socket) && socket.local_port == 1);
}

/* Each number: its largest, one more, and what is none. */
TEST(numbers)
{
	static const struct {
		const char *name;
		uint64_t most;
	} columns[] = {
		{ "STY", UINT32_MAX },	    { "ASSOC-ID", UINT32_MAX },
		{ "TX_QUEUE", UINT32_MAX }, { "RX_QUEUE", UINT32_MAX },
		{ "UID", UINT32_MAX },	    { "INODE", UINT64_MAX },
		{ "LPORT", UINT16_MAX },    { "RPORT", UINT16_MAX },
		{ "HBINT", UINT32_MAX },    { "INS", UINT16_MAX },
		{ "OUTS", UINT16_MAX },	    { "MAXRT", UINT32_MAX },
		{ "T1X", UINT32_MAX },	    { "T2X", UINT32_MAX },
		{ "RTXC", UINT32_MAX },	    { "ST", 7 },
	};
	static const char *const wrong[] = { "-1", "+1", "0x1", "1a", "a", "1,", "1.0" };

	for (size_t i = 0; i < COUNT(columns); i++) {
		char heading[256], line[256];
		struct natu_socket socket;

		/* Told again, the last one counts. */
		snprintf(heading, sizeof(heading),
			 "ASSOC SST ST LPORT RPORT LADDRS <-> RADDRS %s",
			 columns[i].name);
		for (unsigned int more = 0; more < 2; more++) {
			snprintf(line, sizeof(line),
				 "f 1 3 1 2 10.0.0.1 <-> 10.0.0.2 00%" PRIu64 "%s",
				 columns[i].most, more ? "0" : "");
			CU_ASSERT(parse(heading, 1, line, &socket) == !more);
		}
		if (columns[i].most < UINT64_MAX) {
			snprintf(line, sizeof(line),
				 "f 1 3 1 2 10.0.0.1 <-> 10.0.0.2 %" PRIu64,
				 columns[i].most + 1);
			CU_ASSERT(!parse(heading, 1, line, &socket));
		}
		for (size_t k = 0; k < COUNT(wrong); k++) {
			snprintf(line, sizeof(line), "f 1 3 1 2 10.0.0.1 <-> 10.0.0.2 %s",
				 wrong[k]);
			CU_ASSERT(!parse(heading, 1, line, &socket));
		}
	}
}

TEST(values_at_their_ends)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(ASSOCIATIONS, 1,
			      "f f 4294967295 12 7 0 4294967295 4294967295 4294967294 "
			      "4294967295 18446744073709551615 65535 65534 ::1 <-> *::2 "
			      "\t4294967295 65535 65533 4294967295 4294967294 "
			      "4294967293 4294967292 1 1 1 1",
			      &socket));
	CU_ASSERT(!(socket.facts & FACT_TYPE));
	CU_ASSERT(socket.send_q == UINT32_MAX && socket.recv_q == UINT32_MAX - 1);
	CU_ASSERT(socket.uid == UINT32_MAX && socket.inode == UINT64_MAX);
	CU_ASSERT(socket.local_port == 65535 && socket.peer_port == 65534);
	CU_ASSERT(number_is(&socket, "sctp.association", UINT32_MAX));
	CU_ASSERT(number_is(&socket, "sctp.streams_out", 65533));
	CU_ASSERT(number_is(&socket, "sctp.data_retransmits", UINT32_MAX - 3));
}

/* sk_state is one of TCP's, whose last is BOUND: an endpoint listens, or is closed. */
TEST(states_of_an_endpoint)
{
	for (unsigned int state = 0; state < 300; state++) {
		char line[64];
		struct natu_socket socket;

		snprintf(line, sizeof(line), "f 0 2 %u 0 1 0 0 10.0.0.1 ", state);
		CU_ASSERT_FATAL(parse(ENDPOINTS, 0, line, &socket) ==
				(state >= 1 && state <= STATE_BOUND));
		if (state >= 1 && state <= STATE_BOUND)
			CU_ASSERT_STRING_EQUAL(socket.state->text,
					       state == 10 ? "LISTEN" : "CLOSED");
	}
}

/* A line that is cut is none: only between two addresses of an endpoint nobody could
 * tell. */
TEST(lines_of_every_length)
{
	const char endpoint[] = ENDPOINT "127.0.0.1 127.0.0.2 ";
	const char association[] = ASSOCIATION "127.0.0.1 <-> *127.0.0.3 127.0.0.4 " REST;
	const size_t first = strlen(ENDPOINT "127.0.0.1 "),
		     last = strlen(association) - strlen("212992");
	struct natu_socket socket;

	for (size_t length = 0; length < strlen(endpoint); length++)
		CU_ASSERT(parse_bytes(ENDPOINTS, 0, endpoint, length, &socket) ==
			  (length == first));
	/* Behind the last column that is known, the sizes of the buffers are nobody's. */
	for (size_t length = 0; length <= strlen(association); length++)
		CU_ASSERT(parse_bytes(ASSOCIATIONS, 1, association, length, &socket) ==
			  (length > last));
}

TEST(lists)
{
	static const struct {
		const char *lists;
		size_t locals, peers; /* 0: it is no line */
	} lines[] = {
		{ "10.0.0.1 <-> 10.0.0.2 ", 1, 1 },
		{ "10.0.0.1 10.0.0.3 ::1 <-> ::2 *10.0.0.2 ", 3, 2 },
		{ "<-> 10.0.0.2 ", 0, 0 },
		{ "10.0.0.1 <-> ", 0, 0 },
		{ "<-> ", 0, 0 },
		{ "10.0.0.1 10.0.0.2 ", 0, 0 },
		{ "10.0.0.1 --> 10.0.0.2 ", 0, 0 },
		{ "10.0.0.1 <-> <-> 10.0.0.2 ", 0, 0 },
		{ "*10.0.0.1 <-> 10.0.0.2 ", 0, 0 },
		{ "10.0.0.1 <-> 10.0.0.256 ", 0, 0 },
		{ "10.0.0.1 <-> 10.0.0.2.3 ", 0, 0 },
		{ "10.0.0.1 <-> : ", 0, 0 },
		{ "10.0.0.1 <-> *", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(lines); i++) {
		char line[512];
		struct natu_socket socket;

		snprintf(line, sizeof(line), ASSOCIATION "%s" REST, lines[i].lists);
		CU_ASSERT_FATAL(parse(ASSOCIATIONS, 1, line, &socket) ==
				(lines[i].locals > 0));
		if (!lines[i].locals)
			continue;
		CU_ASSERT_EQUAL(socket.addresses[0].count, lines[i].locals);
		CU_ASSERT_EQUAL(socket.addresses[1].count, lines[i].peers);
	}
	/* No star: no path is the primary one. */
	{
		struct natu_socket socket;

		CU_ASSERT_FATAL(parse(ASSOCIATIONS, 1,
				      ASSOCIATION "10.0.0.1 <-> 10.0.0.2 " REST,
				      &socket));
		CU_ASSERT(!has(&socket, "sctp.primary"));
	}
}

/* What no length of a list can tell is none. */
TEST(long_lines)
{
	const char *const address = "1.2.3.4 ";
	const size_t start = strlen(ENDPOINT), size = strlen(address);

	for (size_t count = 8189; count < 8194; count++) {
		char *line = test_allocate(start + count * size + 1);
		struct natu_socket socket;
		bool fits = count * size <= UINT16_MAX;

		memcpy(line, ENDPOINT, start);
		for (size_t i = 0; i < count; i++)
			memcpy(line + start + i * size, address, size);
		CU_ASSERT(parse_bytes(ENDPOINTS, 0, line, start + count * size,
				      &socket) == fits);
		if (fits)
			CU_ASSERT_EQUAL(socket.addresses[0].count, count);
		free(line);
	}
}

/* Blanks of any number, and no other byte is one. */
TEST(bytes_between_words)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		char line[] = "a b 2 10 0?7001 0 0 10.0.0.1 ";
		struct natu_socket socket;
		bool is_blank = byte == ' ' || byte == '\t' || byte == '\r';

		*strchr(line, '?') = (char)byte;
		CU_ASSERT(
			parse_bytes(ENDPOINTS, 0, line,
				    strlen("a b 2 10 0?") + strlen("7001 0 0 10.0.0.1 "),
				    &socket) == is_blank);
	}
}
