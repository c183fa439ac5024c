/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "scan.h"
#include "state.h"

#include <endian.h>
#include <string.h>

/* USER_HZ: the unit of times in /proc is 1/100 s, whatever the kernel's own tick is. */
#define MS_PER_TICK 10

#define EACH_BYTE(value) ((value)*UINT64_C(0x0101010101010101))

/* One line, field by field as the kernel's header names them, before it is judged. */
struct proc_line {
	uint64_t local_port, peer_port;
	uint32_t state;
	uint32_t tx_queue, rx_queue;
	uint32_t timer, when;
	uint32_t retransmits;
	uint64_t uid, timeout, inode;
};

static bool is_hex(char c, unsigned int *digit)
{
	unsigned int letter = ((unsigned char)c | 0x20U) - 'a';

	*digit = (unsigned char)c - (unsigned int)'0';
	if (*digit < 10)
		return true;
	*digit = letter + 10;
	return letter < 6;
}

static bool skip_char(struct natu_scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* Jumps over one field, whatever it holds. */
static bool skip_field(struct natu_scan *scan)
{
	const char *field;

	return natu_next_word(scan, &field) > 0;
}

/* A hexadecimal number up to `limit`, all of whose bits are set. */
static bool scan_hex(struct natu_scan *scan, uint64_t limit, uint64_t *value)
{
	const char *start = scan->at;
	uint64_t number = 0;
	unsigned int digit;

	while (scan->at < scan->end && is_hex(*scan->at, &digit)) {
		if (number > limit >> 4)
			return false;
		number = number << 4 | digit;
		scan->at++;
	}
	*value = number;
	return scan->at > start;
}

/* The 8 digits that the kernel writes for any 32 bits: most of a line, so all at once, a
 * digit in each byte of one number. Written back as text, their values must be what was
 * read. */
static bool scan_word(struct natu_scan *scan, uint32_t *value)
{
	uint64_t text, letters, digits, wrong;

	if (scan->end - scan->at < 8)
		return false;
	memcpy(&text, scan->at, sizeof(text));
	text = be64toh(text);
	letters = text >> 6 & EACH_BYTE(1);
	digits = (text & EACH_BYTE(0xf)) + letters * 9;
	wrong = (text & ~(letters << 5)) ^
		(digits + EACH_BYTE('0') + letters * ('A' - '9' - 1));
	wrong |= (digits & EACH_BYTE(0x10)) |
		 (((digits + EACH_BYTE(6)) >> 4 ^ letters) & EACH_BYTE(1));
	if (wrong)
		return false;
	digits = (digits | digits >> 4) & UINT64_C(0x00ff00ff00ff00ff);
	digits = (digits | digits >> 8) & UINT64_C(0x0000ffff0000ffff);
	*value = (uint32_t)(digits | digits >> 16);
	scan->at += 8;
	return true;
}

/* A hexadecimal number of any width up to 32 bits. */
static bool scan_hex32(struct natu_scan *scan, uint32_t *value)
{
	const char *start = scan->at;
	uint64_t number;
	unsigned int digit;

	if (scan_word(scan, value) && scan->at < scan->end && !is_hex(*scan->at, &digit))
		return true;
	scan->at = start;
	if (!scan_hex(scan, UINT32_MAX, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

/* A decimal number that blanks precede and a blank or the end follows. */
static bool scan_decimal(struct natu_scan *scan, uint64_t limit, uint64_t *value)
{
	const char *start;
	uint64_t number = 0;

	natu_skip_blanks(scan);
	start = scan->at;
	while (scan->at < scan->end) {
		unsigned int digit = (unsigned char)*scan->at - (unsigned int)'0';

		if (digit > 9)
			break;
		if (number > (limit - digit) / 10)
			return false;
		number = number * 10 + digit;
		scan->at++;
	}
	*value = number;
	return scan->at > start && (scan->at == scan->end || natu_is_blank(*scan->at));
}

/* ADDRESS:PORT. The kernel prints each word of an address in its own byte order. */
static bool scan_end(struct natu_scan *scan, int address_family,
		     struct natu_address *address, uint64_t *port)
{
	size_t size = address_family == AF_INET6 ? 16 : 4;
	uint32_t word;

	natu_skip_blanks(scan);
	address->family = (uint8_t)address_family;
	for (size_t i = 0; i < size; i += sizeof(word)) {
		if (!scan_word(scan, &word))
			return false;
		memcpy(address->bytes + i, &word, sizeof(word));
	}
	return skip_char(scan, ':') && scan_hex(scan, UINT16_MAX, port);
}

/* HEX:HEX, preceded by blanks */
static bool scan_pair(struct natu_scan *scan, uint32_t *first, uint32_t *second)
{
	natu_skip_blanks(scan);
	return scan_hex32(scan, first) && skip_char(scan, ':') &&
	       scan_hex32(scan, second);
}

static bool scan_hex_field(struct natu_scan *scan, uint32_t *value)
{
	natu_skip_blanks(scan);
	return scan_hex32(scan, value) && scan->at < scan->end &&
	       natu_is_blank(*scan->at);
}

/* The slot's number, which may be wider than its column, and a colon. */
static bool skip_slot(struct natu_scan *scan)
{
	const char *start;

	natu_skip_blanks(scan);
	start = scan->at;
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > start && skip_char(scan, ':');
}

/* The fields up to the inode, after which no line ends: one that does was cut. */
static bool scan_line(struct natu_scan *scan, int address_family, struct proc_line *line,
		      struct natu_socket *socket)
{
	return skip_slot(scan) &&
	       scan_end(scan, address_family, &socket->local, &line->local_port) &&
	       scan_end(scan, address_family, &socket->peer, &line->peer_port) &&
	       scan_hex_field(scan, &line->state) &&
	       scan_pair(scan, &line->tx_queue, &line->rx_queue) &&
	       scan_pair(scan, &line->timer, &line->when) &&
	       scan_hex_field(scan, &line->retransmits) &&
	       scan_decimal(scan, UINT32_MAX, &line->uid) &&
	       scan_decimal(scan, UINT32_MAX, &line->timeout) &&
	       scan_decimal(scan, UINT64_MAX, &line->inode) && scan->at < scan->end;
}

/* No kernel writes what is no state's number, or a time beyond 32 bits of milliseconds.
 * */
static bool is_plausible(const struct proc_line *line)
{
	return line->state > 0 && line->state <= STATE_BOUND &&
	       line->timer <= UINT8_MAX && line->when <= UINT32_MAX / MS_PER_TICK;
}

static void take_queues(const struct proc_line *line, bool is_listener,
			struct natu_socket *socket)
{
	if (is_listener) {
		socket->accept_queue = line->rx_queue;
		socket->facts |= FACT_LISTENER;
		return;
	}
	socket->recv_q = line->rx_queue;
	socket->send_q = line->tx_queue;
	socket->facts |= FACT_QUEUES;
}

/* What is left of a closed connection has no owner: its uid of 0 is not root's. */
static void take_owner(const struct proc_line *line, struct natu_socket *socket)
{
	socket->uid = (uint32_t)line->uid;
	socket->inode = line->inode;
	if (line->state != STATE_TIME_WAIT && line->timer != TIMER_TIME_WAIT)
		socket->facts |= FACT_UID;
	if (line->inode)
		socket->facts |= FACT_INODE;
}

static void take_timer(const struct proc_line *line, struct natu_socket *socket)
{
	socket->timer = (uint8_t)line->timer;
	socket->expires_ms = line->timer ? line->when * MS_PER_TICK : 0;
	socket->retransmits = line->retransmits;
	socket->probes = (uint32_t)line->timeout;
	socket->facts |= FACT_TIMER | FACT_RETRIES;
}

/* After the reference count and the pointer; older kernels do not have it. */
static void take_drops(struct natu_scan *scan, struct natu_socket *socket)
{
	uint64_t drops;

	if (!skip_field(scan) || !skip_field(scan) ||
	    !scan_decimal(scan, UINT32_MAX, &drops))
		return;
	socket->drops = (uint32_t)drops;
	socket->facts |= FACT_DROPS;
}

bool natu_inet_parse_line(const struct natu_family *family, unsigned int which,
			  const char *text, size_t length, struct natu_socket *socket)
{
	struct natu_scan scan = { .at = text, .end = text + length };
	struct proc_line line;

	if (!scan_line(&scan, family->address_families[which], &line, socket) ||
	    !is_plausible(&line))
		return false;
	natu_family_identify(family, which, line.state, socket);
	socket->facts = FACT_BASE | FACT_INET;
	socket->local_port = (uint16_t)line.local_port;
	socket->peer_port = (uint16_t)line.peer_port;
	socket->memory_length = 0;
	socket->message = NULL;
	take_queues(&line,
		    (family->proc_facts & FACT_LISTENER) && line.state == STATE_LISTEN,
		    socket);
	take_owner(&line, socket);
	if (family->proc_facts & FACT_TIMER)
		take_timer(&line, socket);
	if (family->proc_facts & FACT_DROPS)
		take_drops(&scan, socket);
	return true;
}
