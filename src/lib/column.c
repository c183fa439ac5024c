/* SPDX-License-Identifier: MIT */
#include "column.h"

#include "state.h"
#include "value.h"

#include <string.h>

/* The type and the place of a member: a wrong one does not compile. */
#define TYPE_OF(member)                                                                        \
	_Generic(((struct natu_socket *)0)->member, uint8_t: NATU_UINT, uint16_t: NATU_UINT,   \
		 uint32_t: NATU_UINT, uint64_t: NATU_UINT, const char *: NATU_TEXT,            \
		 const struct natu_word *: NATU_WORD, struct natu_address: NATU_ADDRESS)
#define MEMBER(kind, member)                                                                   \
	.type = (kind), .size = sizeof(((struct natu_socket *)0)->member),                     \
	.offset = offsetof(struct natu_socket, member)
#define FIELD(member) MEMBER(TYPE_OF(member), member)
#define IDENTITY(member) MEMBER(NATU_HEX, member)
#define GET(kind, function) .type = (kind), .get = (function)

static enum natu_presence is_mapped(const struct natu_address *address, struct natu_value *value)
{
	value->truth = natu_address_is_mapped(address);
	return NATU_HAS;
}

static enum natu_presence get_local_mapped(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	(void)index;
	return is_mapped(&socket->local, value);
}

static enum natu_presence get_peer_mapped(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return is_mapped(&socket->peer, value);
}

static enum natu_presence get_timer_kind(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	static const struct natu_word kinds[TIMER_NUMBERS] = {
		[TIMER_OFF] = { "off", 3 },
		[TIMER_ON] = { "on", 2 },
		[TIMER_KEEPALIVE] = { "keepalive", 9 },
		[TIMER_TIME_WAIT] = { "timewait", 8 },
		[TIMER_PROBE] = { "probe", 5 },
	};

	(void)index;
	/* Kernels of 2026 tell of a delayed ACK (5) where /proc and netstat see no timer. */
	value->word = &kinds[socket->timer < TIMER_NUMBERS ? socket->timer : TIMER_OFF];
	return NATU_HAS;
}

static enum natu_presence get_timer_expires(const struct natu_socket *socket, size_t index,
					    struct natu_value *value)
{
	(void)index;
	if (socket->timer == TIMER_OFF || socket->timer >= TIMER_NUMBERS)
		return NATU_NONE;
	value->number = socket->expires_ms;
	return NATU_HAS;
}

/* THE COLUMN TABLE. */
static const struct natu_column columns[] = {
	{ "proto", "Proto", FACT_BASE, FIELD(proto),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Protocol as netstat writes it: tcp, tcp6, udp, udp6, udpl, raw, ..." },
	{ "family", "Family", FACT_BASE, FIELD(family_name),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address family of the socket: ipv4 or ipv6." },
	{ "state", "State", FACT_BASE, FIELD(state),
	  .sets = NATU_SET_DEFAULT,
	  .help = "State of the connection; absent for an unconnected UDP or RAW socket." },
	{ "state_number", "StNo", FACT_BASE, FIELD(state_number),
	  .help = "The kernel's number of the state, as in the st column of /proc/net." },
	{ "local.address", "Local Address", FACT_INET, FIELD(local),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the local end; 0.0.0.0 or :: when it is any." },
	{ "local.port", "Local Port", FACT_INET, .unit = NATU_PORT, FIELD(local_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT, .help = "Port of the local end." },
	{ "local.mapped", "Local Mapped", FACT_INET, GET(NATU_BOOL, get_local_mapped),
	  .help = "Whether the local address is an IPv4 address mapped into IPv6." },
	{ "peer.address", "Foreign Address", FACT_INET, FIELD(peer),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the remote end; 0.0.0.0 or :: when there is none." },
	{ "peer.port", "Foreign Port", FACT_INET, .unit = NATU_PORT, FIELD(peer_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT, .help = "Port of the remote end." },
	{ "peer.mapped", "Foreign Mapped", FACT_INET, GET(NATU_BOOL, get_peer_mapped),
	  .help = "Whether the remote address is an IPv4 address mapped into IPv6." },
	{ "recv_q", "Recv-Q", FACT_QUEUES, .unit = NATU_BYTES, FIELD(recv_q),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Bytes received that the program has not read yet; absent for a listener." },
	{ "send_q", "Send-Q", FACT_QUEUES, .unit = NATU_BYTES, FIELD(send_q),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Bytes sent that the remote end has not acknowledged; absent for a listener." },
	{ "interface", "Interface", FACT_INTERFACE, FIELD(interface_name),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Interface that the socket is bound to, or the zone of its IPv6 addresses." },
	{ "uid", "UID", FACT_UID, FIELD(uid),
	  .sets = NATU_SET_DEFAULT,
	  .help = "User id of the socket's owner; a connection being made has its listener's." },
	{ "inode", "Inode", FACT_INODE, FIELD(inode),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Inode of the socket; absent where no descriptor can refer to it." },
	{ "cookie", "Cookie", FACT_COOKIE, IDENTITY(cookie),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Identity of the socket, unique until the next boot." },
	{ "listener.queue", "Accept-Q", FACT_LISTENER, FIELD(accept_queue),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Connections that wait for the listener's accept." },
	{ "listener.limit", "Backlog", FACT_BACKLOG, FIELD(backlog),
	  .sets = NATU_SET_DEFAULT,
	  .help = "The most connections that may wait: the backlog that listen was given." },
	{ "timer.kind", "Timer", FACT_TIMER, GET(NATU_WORD, get_timer_kind),
	  .sets = NATU_SET_TIMERS,
	  .help = "Timer that runs: off, on (retransmission), keepalive, timewait or probe." },
	{ "timer.expires_ms", "Expires", FACT_TIMER, .unit = NATU_MS, GET(NATU_UINT, get_timer_expires),
	  .sets = NATU_SET_TIMERS,
	  .help = "Time until the timer fires." },
	{ "timer.retransmits", "Retr", FACT_RETRIES, FIELD(retransmits),
	  .sets = NATU_SET_TIMERS,
	  .help = "Retransmissions in a row without an answer." },
	{ "timer.probes", "Probes", FACT_RETRIES, FIELD(probes),
	  .sets = NATU_SET_TIMERS,
	  .help = "Probes of a zero window or of keepalive in a row without an answer." },
};

enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

size_t natu_column_count(void)
{
	return COLUMN_COUNT;
}

const struct natu_column *natu_column_at(size_t index)
{
	return index < COLUMN_COUNT ? &columns[index] : NULL;
}

const struct natu_column *natu_column_find(const char *name)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (!strcmp(columns[i].name, name))
			return &columns[i];
	return NULL;
}

const char *natu_column_name(const struct natu_column *column)
{
	return column->name;
}

const char *natu_column_title(const struct natu_column *column)
{
	return column->title;
}

const char *natu_column_help(const struct natu_column *column)
{
	return column->help;
}

const char *natu_column_unit_name(const struct natu_column *column)
{
	static const char *const names[] = {
		[NATU_PLAIN] = "",	      [NATU_BYTES] = "bytes",
		[NATU_US] = "us",	      [NATU_MS] = "ms",
		[NATU_PACKETS] = "packets",   [NATU_SEGMENTS] = "segments",
		[NATU_BYTES_PER_S] = "bytes/s", [NATU_PERCENT] = "%",
		[NATU_PORT] = "port",
	};

	return names[column->unit];
}

const char *natu_column_type_name(const struct natu_column *column)
{
	static const char *const names[] = {
		[NATU_BOOL] = "boolean", [NATU_UINT] = "number",  [NATU_INT] = "number",
		[NATU_REAL] = "number",	 [NATU_HEX] = "identity", [NATU_WORD] = "word",
		[NATU_TEXT] = "text",	 [NATU_ADDRESS] = "address",
	};

	return names[column->type];
}

enum natu_type natu_column_type(const struct natu_column *column)
{
	return column->type;
}

enum natu_unit natu_column_unit(const struct natu_column *column)
{
	return column->unit;
}

uint32_t natu_column_facts(const struct natu_column *column)
{
	return column->fact;
}

unsigned int natu_column_sets(const struct natu_column *column)
{
	return column->sets;
}

bool natu_column_is_many(const struct natu_column *column)
{
	return column->many;
}

/* The bytes of a member, or NULL if what was received is too short to have it. */
static const void *member_of(const struct natu_socket *socket, const struct natu_column *column)
{
	size_t end = (size_t)column->offset + column->size;

	switch (column->base) {
	case NATU_IN_TCP_INFO:
		return end <= socket->tcp_info_length ? socket->tcp_info + column->offset : NULL;
	case NATU_IN_MEMORY:
		return end <= socket->memory_length ? socket->memory + column->offset : NULL;
	default:
		return (const unsigned char *)socket + column->offset;
	}
}

static uint64_t load_uint(const void *member, size_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (size) {
	case 1:
		memcpy(&u8, member, 1);
		return u8;
	case 2:
		memcpy(&u16, member, 2);
		return u16;
	case 4:
		memcpy(&u32, member, 4);
		return u32;
	default:
		memcpy(&u64, member, 8);
		return u64;
	}
}

static enum natu_presence number_presence(const struct natu_column *column, uint64_t number)
{
	uint64_t max = column->size < 8 ? (UINT64_C(1) << column->size * 8) - 1 : UINT64_MAX;

	switch (column->absence) {
	case NATU_ZERO_IS_NONE:
		return number ? NATU_HAS : NATU_NONE;
	case NATU_ZERO_IS_ANY:
		return number ? NATU_HAS : NATU_ANY;
	case NATU_MAX_IS_NONE:
		return number == max ? NATU_NONE : NATU_HAS;
	default:
		return NATU_HAS;
	}
}

enum natu_presence natu_column_member(const struct natu_socket *socket,
				      const struct natu_column *column, struct natu_value *value)
{
	const void *member = member_of(socket, column);

	if (!member)
		return NATU_NONE;
	switch (value->type) {
	case NATU_WORD:
		memcpy(&value->word, member, sizeof(value->word));
		return value->word ? NATU_HAS : NATU_NONE;
	case NATU_TEXT:
		memcpy(&value->text.bytes, member, sizeof(value->text.bytes));
		if (!value->text.bytes)
			return NATU_NONE;
		value->text.length = strlen(value->text.bytes);
		return NATU_HAS;
	case NATU_ADDRESS:
		memcpy(&value->address, member, sizeof(value->address));
		return NATU_HAS;
	default:
		value->number = load_uint(member, column->size);
		return number_presence(column, value->number);
	}
}

enum natu_presence natu_get_at(const struct natu_socket *socket, const struct natu_column *column,
			       size_t index, struct natu_value *value)
{
	if (!(socket->facts & column->fact)) {
		if (socket->denied & column->fact)
			return NATU_DENIED;
		return socket->asked & column->fact ? NATU_NONE : NATU_UNASKED;
	}
	if (index >= (column->many ? socket->holder_count : 1))
		return NATU_NONE;
	value->type = column->type;
	return column->get ? column->get(socket, index, value)
			   : natu_column_member(socket, column, value);
}

enum natu_presence natu_get(const struct natu_socket *socket, const struct natu_column *column,
			    struct natu_value *value)
{
	return natu_get_at(socket, column, 0, value);
}

size_t natu_count(const struct natu_socket *socket, const struct natu_column *column)
{
	struct natu_value value;

	if (column->many)
		return socket->facts & column->fact ? socket->holder_count : 0;
	return natu_get(socket, column, &value) == NATU_HAS;
}
