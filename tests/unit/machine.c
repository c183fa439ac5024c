/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <string.h>
#include <sys/socket.h>

/* include/uapi/linux/inet_diag.h */
enum {
	NOP,
	JMP,
	S_GE,
	S_LE,
	D_GE,
	D_LE,
	AUTO,
	S_COND,
	D_COND,
	DEV_COND,
	MARK_COND,
	S_EQ,
	D_EQ,
	CGROUP_COND,
};

enum { HEAD = 4, HOST = 8 };

static unsigned int u16(const unsigned char *bytes)
{
	uint16_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

static uint32_t u32(const unsigned char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

static uint64_t u64(const unsigned char *bytes)
{
	uint64_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

/* How many bytes an operation has, with what it compares; 0 if there is no such. */
static size_t operation_size(const unsigned char *operation, size_t left)
{
	switch (operation[0]) {
	case NOP:
	case JMP:
	case AUTO:
		return HEAD;
	case S_GE:
	case S_LE:
	case D_GE:
	case D_LE:
	case S_EQ:
	case D_EQ:
		return HEAD + 4;
	case DEV_COND:
		return HEAD + 4;
	case MARK_COND:
	case CGROUP_COND:
		return HEAD + 8;
	case S_COND:
	case D_COND:
		if (left < HEAD + HOST)
			return 0;
		switch (operation[HEAD]) {
		case AF_UNSPEC:
			return operation[HEAD + 1] > 0 ? 0 : HEAD + HOST;
		case AF_INET:
			return operation[HEAD + 1] > 32 ? 0 : HEAD + HOST + 4;
		case AF_INET6:
			return operation[HEAD + 1] > 128 ? 0 : HEAD + HOST + 16;
		}
		return 0;
	default:
		return 0;
	}
}

/* True if a row of yes comes to this place. */
static bool is_on_the_way(const unsigned char *program, size_t length, size_t place)
{
	size_t at = 0;

	while (at < length && at < place) {
		if (program[at + 1] < HEAD || program[at + 1] % 4)
			return false;
		at += program[at + 1];
	}
	return at == place;
}

const char *machine_audit(const void *bytes, size_t length)
{
	const unsigned char *program = bytes;
	size_t at = 0;

	if (length < HEAD)
		return "too short";
	while (at < length) {
		const unsigned char *operation = program + at;
		size_t left = length - at, size, yes, no;

		if (left < HEAD)
			return "cut in a head";
		size = operation_size(operation, left);
		yes = operation[1];
		no = u16(operation + 2);
		if (!size)
			return "unknown operation or bad host";
		if (size > left)
			return "cut in an operand";
		if (operation[0] != NOP) {
			if (no < size || no > left + 4 || no % 4)
				return "bad way for no";
			if (no < left && !is_on_the_way(program, length, at + no))
				return "no leads where yes never comes";
		}
		if (yes < size || yes > left + 4 || yes % 4)
			return "bad way for yes";
		at += yes;
	}
	return at == length ? NULL : "yes leads beyond the end";
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned int bits)
{
	for (unsigned int i = 0; i < bits; i++)
		if ((a[i / 8] ^ b[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

static bool host_matches(const unsigned char *host, int family,
			 const unsigned char *address, unsigned int port)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	int32_t wanted_port;

	memcpy(&wanted_port, host + 4, sizeof(wanted_port));
	if (wanted_port != -1 && wanted_port != (int32_t)port)
		return false;
	if (host[0] != AF_UNSPEC && host[0] != family)
		return family == AF_INET6 && host[0] == AF_INET &&
		       !memcmp(address, mapped, sizeof(mapped)) &&
		       same_bits(address + 12, host + HOST, host[1]);
	return same_bits(address, host + HOST, host[1]);
}

static bool says_yes(const unsigned char *operation, const struct machine_socket *socket)
{
	const unsigned char *operand = operation + HEAD;
	unsigned int port = u16(operand + 2);

	switch (operation[0]) {
	case NOP:
		return true;
	case JMP:
		return false;
	case S_GE:
		return socket->source_port >= port;
	case S_LE:
		return socket->source_port <= port;
	case S_EQ:
		return socket->source_port == port;
	case D_GE:
		return socket->peer_port >= port;
	case D_LE:
		return socket->peer_port <= port;
	case D_EQ:
		return socket->peer_port == port;
	case AUTO:
		return !socket->port_is_locked;
	case S_COND:
		return host_matches(operand, socket->family, socket->source,
				    socket->source_port);
	case D_COND:
		return host_matches(operand, socket->family, socket->peer,
				    socket->peer_port);
	case DEV_COND:
		return socket->device == u32(operand);
	case MARK_COND:
		return (socket->mark & u32(operand + 4)) == u32(operand);
	default:
		return socket->cgroup == u64(operand);
	}
}

bool machine_run(const void *bytes, size_t length, const struct machine_socket *socket)
{
	const unsigned char *program = bytes;
	size_t at = 0;

	while (at < length)
		at += says_yes(program + at, socket) ? program[at + 1]
						     : u16(program + at + 2);
	return at == length;
}
