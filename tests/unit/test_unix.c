/* SPDX-License-Identifier: MIT */
#include "family/unix.h"

#include "kernel.h"
#include "packet.h"
#include "state.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct natu_family *unix_family(void)
{
	return natu_family_of(AF_UNIX, 0);
}

/* Decodes a copy that ends where the message ends. */
static bool decode(const struct packets *packets, size_t length,
		   struct natu_socket *socket)
{
	static unsigned char *copy;

	free(copy);
	copy = malloc(length ? length : 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, (const char *)packets_last(packets) + NLMSG_HDRLEN, length);
	memset(socket, 0xa5, sizeof(*socket));
	return unix_family()->decode(unix_family(), copy, length, ~(natu_facts)0, socket);
}

static size_t length_of(const struct packets *packets)
{
	return packets_last(packets)->nlmsg_len - NLMSG_HDRLEN;
}

static void add(struct packets *packets, uint8_t type, uint8_t state)
{
	const struct unix_diag_msg message = {
		.udiag_family = AF_UNIX,
		.udiag_type = type,
		.udiag_state = state,
		.udiag_ino = 4711,
		.udiag_cookie = { 0x1234, 0x7 },
	};

	packets_add(packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
}

static bool path_is(const struct natu_path *path, const char *text, size_t length)
{
	return path->length == length && !memcmp(path->text, text, length);
}

TEST(a_listener)
{
	const struct unix_diag_rqlen queues = { 3, 128 };
	const struct unix_diag_vfs file = { 99, 8 << 20 | 17 };
	const uint32_t uid = 1000;
	struct packets packets = { 0 };
	struct natu_socket socket;

	add(&packets, SOCK_STREAM, STATE_LISTEN);
	packets_attribute(&packets, UNIX_DIAG_NAME, "/run/natu", 10);
	packets_attribute(&packets, UNIX_DIAG_RQLEN, &queues, sizeof(queues));
	packets_attribute(&packets, UNIX_DIAG_VFS, &file, sizeof(file));
	packets_attribute(&packets, KERNEL_UNIX_DIAG_UID, &uid, sizeof(uid));
	CU_ASSERT_FATAL(decode(&packets, length_of(&packets), &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "unix");
	CU_ASSERT_STRING_EQUAL(socket.family_name->text, "unix");
	CU_ASSERT_STRING_EQUAL(socket.state->text, "LISTENING");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "STREAM");
	CU_ASSERT(path_is(&socket.of.local.path, "/run/natu", 9));
	CU_ASSERT(!socket.of.local.path.is_abstract);
	CU_ASSERT(socket.accept_queue == 3 && socket.backlog == 128);
	CU_ASSERT(socket.of.local.file_inode == 99);
	CU_ASSERT_STRING_EQUAL(socket.of.local.file_device, "8:17");
	CU_ASSERT(socket.uid == 1000 && socket.inode == 4711);
	CU_ASSERT(socket.cookie == 0x700001234 && socket.of.local.flags == 0x10000);
	CU_ASSERT_EQUAL(socket.facts, FACT_BASE | FACT_COOKIE | FACT_INODE | FACT_TYPE |
					      FACT_FLAGS | FACT_PATH | FACT_LISTENER |
					      FACT_BACKLOG | FACT_VFS | FACT_UID);
	packets_free(&packets);
}

TEST(a_connection)
{
	const struct unix_diag_rqlen queues = { 5, 768 };
	const uint32_t peer = 4712, memory[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct packets packets = { 0 };
	struct natu_socket socket;

	add(&packets, SOCK_SEQPACKET, STATE_ESTABLISHED);
	packets_attribute(&packets, UNIX_DIAG_PEER, &peer, sizeof(peer));
	packets_attribute(&packets, UNIX_DIAG_RQLEN, &queues, sizeof(queues));
	packets_attribute(&packets, UNIX_DIAG_MEMINFO, memory, sizeof(memory));
	CU_ASSERT_FATAL(decode(&packets, length_of(&packets), &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "CONNECTED");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "SEQPACKET");
	CU_ASSERT(socket.recv_q == 5 && socket.send_q == 768);
	CU_ASSERT(socket.peer_inode == 4712 && socket.drops == 9);
	CU_ASSERT_EQUAL(socket.facts, FACT_BASE | FACT_COOKIE | FACT_INODE | FACT_TYPE |
					      FACT_FLAGS | FACT_PEER_INODE | FACT_QUEUES |
					      FACT_MEMORY | FACT_DROPS);
	packets_free(&packets);
}

/* sun_path has 108 bytes; a file's name that fills them has its NUL behind. */
TEST(names)
{
	static const struct {
		const char *bytes;
		size_t sent, length; /* length 0: there is no name */
		bool is_abstract, is_good;
	} rows[] = {
		{ "/x", 3, 2, false, true },	{ "/x", 2, 2, false, true },
		{ "\0abc", 4, 4, true, true },	{ "\0a\0b\0", 5, 5, true, true },
		{ "\0", 1, 1, true, true },	{ "", 0, 0, false, true },
		{ "/a\0b", 5, 2, false, true }, { "@file", 6, 5, false, true },
	};
	char longest[120];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct packets packets = { 0 };
		struct natu_socket socket;

		add(&packets, SOCK_DGRAM, STATE_CLOSE);
		packets_attribute(&packets, UNIX_DIAG_NAME, rows[i].bytes, rows[i].sent);
		CU_ASSERT(decode(&packets, length_of(&packets), &socket));
		CU_ASSERT_EQUAL(!!(socket.facts & FACT_PATH), rows[i].length > 0);
		if (rows[i].length) {
			CU_ASSERT(path_is(&socket.of.local.path, rows[i].bytes,
					  rows[i].length));
			CU_ASSERT_EQUAL(socket.of.local.path.is_abstract,
					rows[i].is_abstract);
		}
		CU_ASSERT_PTR_NULL(socket.state);
		packets_free(&packets);
	}
	memset(longest, 'x', sizeof(longest));
	for (size_t length = 106; length < 115; length++) {
		struct packets packets = { 0 };
		struct natu_socket socket;

		add(&packets, SOCK_STREAM, STATE_CLOSE);
		packets_attribute(&packets, UNIX_DIAG_NAME, longest, length);
		CU_ASSERT_EQUAL(decode(&packets, length_of(&packets), &socket),
				length <= 109);
		packets_free(&packets);
	}
}

/* Every beginning of a message, every type and every state. */
TEST(what_is_not_whole_or_not_known)
{
	const struct unix_diag_rqlen queues = { 1, 2 };
	const uint32_t peer = 1;
	struct packets packets = { 0 };
	struct natu_socket socket;
	size_t whole;

	add(&packets, SOCK_STREAM, STATE_ESTABLISHED);
	packets_attribute(&packets, UNIX_DIAG_NAME, "/x", 3);
	packets_attribute(&packets, UNIX_DIAG_RQLEN, &queues, sizeof(queues));
	packets_attribute(&packets, UNIX_DIAG_PEER, &peer, sizeof(peer));
	whole = length_of(&packets);
	for (size_t length = 0; length < whole; length++) {
		bool ends_between = length == 16 || length == 24 || length == 36 ||
				    length == 23;

		CU_ASSERT_EQUAL(decode(&packets, length, &socket), ends_between);
	}
	packets_attribute(&packets, UNIX_DIAG_PEER, &peer, 3);
	CU_ASSERT(!decode(&packets, length_of(&packets), &socket));
	packets_free(&packets);
	for (unsigned int number = 0; number < 256; number++) {
		struct packets odd = { 0 };

		add(&odd, (uint8_t)number, (uint8_t)number);
		CU_ASSERT(decode(&odd, length_of(&odd), &socket));
		CU_ASSERT_EQUAL(!!(socket.facts & FACT_TYPE), number >= 1 && number <= 5);
		CU_ASSERT_EQUAL(!!socket.state, number != STATE_CLOSE);
		if (!number || number > STATE_DISCONNECTING)
			CU_ASSERT_STRING_EQUAL(socket.state->text, "UNKNOWN");
		packets_free(&odd);
	}
}

static bool parse(const char *text, struct natu_socket *socket)
{
	memset(socket, 0xa5, sizeof(*socket));
	return unix_family()->parse_line(unix_family(), 0, text, strlen(text), socket);
}

#define LINE(rest) "ffff9c2f41a1b800: 00000002 00000000 " rest

TEST(lines)
{
	static const struct {
		const char *line, *state, *type, *path;
		unsigned int refcount, flags;
		uint64_t inode;
	} rows[] = {
		{ LINE("00010000 0001 01 17253 /run/dbus/socket"), "LISTENING", "STREAM",
		  "/run/dbus/socket", 2, 0x10000, 17253 },
		{ LINE("00010000 0005 01    12 @abstract"), "LISTENING", "SEQPACKET",
		  "@abstract", 2, 0x10000, 12 },
		{ LINE("00000000 0002 01  1234"), NULL, "DGRAM", NULL, 2, 0, 1234 },
		{ LINE("00000000 0001 03  1234 "), "CONNECTED", "STREAM", NULL, 2, 0,
		  1234 },
		{ LINE("00000000 0001 02     0 with blank "), "CONNECTING", "STREAM",
		  "with blank ", 2, 0, 0 },
		{ LINE("00000000 0001 04     0"), "DISCONNECTING", "STREAM", NULL, 2, 0,
		  0 },
		{ LINE("00000000 0009 00     0  blank"), "UNKNOWN", NULL, " blank", 2, 0,
		  0 },
		{ LINE("00000000 0001 77     7"), "UNKNOWN", "STREAM", NULL, 2, 0, 7 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct natu_socket socket;
		const char *path = rows[i].path;

		CU_ASSERT_FATAL(parse(rows[i].line, &socket));
		CU_ASSERT(rows[i].state ? !strcmp(socket.state->text, rows[i].state)
					: !socket.state);
		CU_ASSERT(rows[i].type ? !strcmp(socket.type->text, rows[i].type)
				       : !(socket.facts & FACT_TYPE));
		CU_ASSERT_EQUAL(!!(socket.facts & FACT_PATH), path != NULL);
		if (path)
			CU_ASSERT(path_is(&socket.of.local.path, path, strlen(path)));
		CU_ASSERT(socket.refcount == rows[i].refcount &&
			  socket.of.local.flags == rows[i].flags);
		CU_ASSERT(socket.facts & FACT_INODE ? socket.inode == rows[i].inode
						    : !rows[i].inode);
	}
}

/* What is no row goes on with the name of the row before. */
TEST(rests_of_names)
{
	static const char *const rests[] = {
		"rest of a name",
		"ffff: 1 2",
		": 00000002 00000000 00010000 0001 01 1 /x",
		"g: 00000002 00000000 00010000 0001 01 1 /x",
		"ffff: 00000002 00000000 00010000 0001 01 x /x",
		"ffff: 100000000 00000000 00010000 0001 01 1 /x",
		"ffff: 00000002 00000000 00010000 10000 01 1 /x",
		"ffff: 00000002 00000000 00010000 0001 100 1 /x",
		"ffff: 00000002 00000000 00010000 0001 01 99999999999999999999 /x",
	};
	struct natu_socket socket;
	char text[200] = LINE("00000000 0001 01 7 ");
	size_t before = strlen(text);

	for (size_t i = 0; i < COUNT(rests); i++) {
		CU_ASSERT(parse(rests[i], &socket) && !(socket.facts & FACT_BASE));
		CU_ASSERT(path_is(&socket.of.local.path, rests[i], strlen(rests[i])));
	}
	CU_ASSERT(!parse("", &socket));
	memset(text + before, 'x', 108);
	CU_ASSERT(parse(text, &socket) && (socket.facts & FACT_BASE));
	CU_ASSERT_EQUAL(socket.of.local.path.length, 108);
	/* A name that no socket can have. */
	text[before + 108] = 'x';
	CU_ASSERT(!parse(text, &socket));
}
