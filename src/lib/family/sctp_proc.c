/* SPDX-License-Identifier: MIT */
#include "family/sctp.h"

#include "addresses.h"
#include "scan.h"
#include "state.h"

#include <string.h>

/*
 * /proc/net/sctp/eps and assocs (net/sctp/proc.c). Kernels have added columns again and
 * again, so that the first line has to tell which there are. Lists of addresses have any
 * number of words; each of them is followed by a blank.
 */

enum column {
	OTHER, /* of no interest */
	TYPE,
	SOCKET_STATE,
	STATE,
	ASSOCIATION,
	SEND_QUEUE,
	RECEIVE_QUEUE,
	USER,
	INODE,
	LOCAL_PORT,
	PEER_PORT,
	HEARTBEAT,
	STREAMS_IN,
	STREAMS_OUT,
	RETRANSMITS_MAX,
	T1_COUNT,
	T2_COUNT,
	RTX_COUNT,
	NUMBERS,
	LOCAL_ADDRESSES = NUMBERS,
	ARROW,
	PEER_ADDRESSES,
	COLUMNS
};

/* As the kernel's first line calls them, and the largest number that they can hold. */
static const struct {
	const char *name;
	uint64_t most;
} columns[COLUMNS] = {
	[TYPE] = { "STY", UINT32_MAX },
	[SOCKET_STATE] = { "SST", STATE_BOUND },
	[STATE] = { "ST", 7 },
	[ASSOCIATION] = { "ASSOC-ID", UINT32_MAX },
	[SEND_QUEUE] = { "TX_QUEUE", UINT32_MAX },
	[RECEIVE_QUEUE] = { "RX_QUEUE", UINT32_MAX },
	[USER] = { "UID", UINT32_MAX },
	[INODE] = { "INODE", UINT64_MAX },
	[LOCAL_PORT] = { "LPORT", UINT16_MAX },
	[PEER_PORT] = { "RPORT", UINT16_MAX },
	[HEARTBEAT] = { "HBINT", UINT32_MAX },
	[STREAMS_IN] = { "INS", UINT16_MAX },
	[STREAMS_OUT] = { "OUTS", UINT16_MAX },
	[RETRANSMITS_MAX] = { "MAXRT", UINT32_MAX },
	[T1_COUNT] = { "T1X", UINT32_MAX },
	[T2_COUNT] = { "T2X", UINT32_MAX },
	[RTX_COUNT] = { "RTXC", UINT32_MAX },
	[LOCAL_ADDRESSES] = { "LADDRS", 0 },
	[ARROW] = { "<->", 0 },
	[PEER_ADDRESSES] = { "RADDRS", 0 },
};

#define BIT(column) (1U << (column))
#define EVERY_LINE (BIT(SOCKET_STATE) | BIT(LOCAL_PORT) | BIT(LOCAL_ADDRESSES))
#define ASSOCIATIONS (EVERY_LINE | BIT(STATE) | BIT(PEER_PORT) | BIT(PEER_ADDRESSES))
#define QUEUES (BIT(SEND_QUEUE) | BIT(RECEIVE_QUEUE))
#define STREAMS (BIT(STREAMS_IN) | BIT(STREAMS_OUT) | BIT(HEARTBEAT))
#define RETRIES                                                                    \
	(BIT(ASSOCIATION) | BIT(RETRANSMITS_MAX) | BIT(T1_COUNT) | BIT(T2_COUNT) | \
	 BIT(RTX_COUNT))

/* A line on its way: what of it is left, and the numbers that were found. */
struct line {
	struct natu_scan words;
	uint64_t numbers[NUMBERS];
	uint32_t found; /* BIT()s */
};

static uint8_t column_named(const char *word, size_t length)
{
	for (uint8_t i = 1; i < COLUMNS; i++)
		if (columns[i].name && strlen(columns[i].name) == length &&
		    !memcmp(columns[i].name, word, length))
			return i;
	return OTHER;
}

void natu_sctp_take_heading(const char *text, size_t length,
			    struct natu_proc_columns *found)
{
	struct natu_scan words = { text, text + length };
	const char *word;
	size_t size;

	found->count = 0;
	while (found->count < NATU_PROC_COLUMNS &&
	       (size = natu_next_word(&words, &word)) != 0)
		found->columns[found->count++] = column_named(word, size);
}

static bool take_number(struct line *line, enum column column)
{
	const char *word;
	size_t length = natu_next_word(&line->words, &word);
	uint64_t number = 0;

	if (column == OTHER)
		return length > 0;
	for (size_t i = 0; i < length; i++) {
		unsigned int digit = (unsigned char)word[i] - (unsigned int)'0';

		if (digit > 9 || digit > columns[column].most ||
		    number > (columns[column].most - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	line->numbers[column] = number;
	line->found |= BIT(column);
	return length > 0;
}

/* All words that look like addresses: numbers have neither dots nor colons. */
static bool take_addresses(struct line *line, bool is_peer, struct natu_socket *socket)
{
	struct natu_address_list *list = &socket->addresses[is_peer];
	const char *start = line->words.at, *end = start, *word;
	size_t length;

	while ((length = natu_next_word(&line->words, &word)) != 0 &&
	       (memchr(word, '.', length) || memchr(word, ':', length))) {
		if (line->words.at == line->words.end)
			return false;
		end = line->words.at;
	}
	line->words.at = end;
	if (end - start > UINT16_MAX)
		return false;
	*list = (struct natu_address_list){ .bytes = (const unsigned char *)start,
					    .bytes_length = (uint16_t)(end - start),
					    .is_text = true };
	line->found |= BIT(is_peer ? PEER_ADDRESSES : LOCAL_ADDRESSES);
	return natu_addresses_count(socket, is_peer);
}

/* It stands between the lists as it stands between their names. */
static bool take_arrow(struct line *line)
{
	const size_t length = strlen(columns[ARROW].name);
	const char *word;

	return natu_next_word(&line->words, &word) == length &&
	       !memcmp(word, columns[ARROW].name, length);
}

static bool take_column(struct line *line, enum column column, struct natu_socket *socket)
{
	switch (column) {
	case LOCAL_ADDRESSES:
	case PEER_ADDRESSES:
		return take_addresses(line, column == PEER_ADDRESSES, socket);
	case ARROW:
		return take_arrow(line);
	default:
		return take_number(line, column);
	}
}

/* All of the columns that there are, and nothing behind them. */
static bool take_columns(struct line *line, const struct natu_proc_columns *known,
			 struct natu_socket *socket)
{
	const char *word;

	for (size_t i = 0; i < known->count; i++)
		if (!take_column(line, known->columns[i], socket))
			return false;
	return known->count < NATU_PROC_COLUMNS ? !natu_next_word(&line->words, &word)
						: true;
}

static void take_owner(const struct line *line, struct natu_socket *socket)
{
	socket->uid = (uint32_t)line->numbers[USER];
	socket->inode = line->numbers[INODE];
	if (line->found & BIT(USER))
		socket->facts |= FACT_UID;
	if ((line->found & BIT(INODE)) && socket->inode)
		socket->facts |= FACT_INODE;
}

static void take_socket(const struct line *line, struct natu_socket *socket)
{
	socket->local_port = (uint16_t)line->numbers[LOCAL_PORT];
	socket->peer_port = (uint16_t)line->numbers[PEER_PORT];
	socket->sctp_socket.state = (uint8_t)line->numbers[SOCKET_STATE];
	socket->sctp_socket.options_length = 0;
	socket->memory_length = 0;
	socket->message = NULL;
	take_owner(line, socket);
	if (line->found & BIT(TYPE))
		natu_sctp_take_type(line->numbers[TYPE], socket);
}

static void take_association(const struct line *line, struct natu_socket *socket)
{
	struct natu_sctp_facts *own = &socket->of.sctp;

	socket->recv_q = (uint32_t)line->numbers[RECEIVE_QUEUE];
	socket->send_q = (uint32_t)line->numbers[SEND_QUEUE];
	own->streams_in = (uint16_t)line->numbers[STREAMS_IN];
	own->streams_out = (uint16_t)line->numbers[STREAMS_OUT];
	own->heartbeat = (uint32_t)line->numbers[HEARTBEAT];
	own->association = (uint32_t)line->numbers[ASSOCIATION];
	own->retransmits_max = (uint32_t)line->numbers[RETRANSMITS_MAX];
	own->t1_count = (uint32_t)line->numbers[T1_COUNT];
	own->t2_count = (uint32_t)line->numbers[T2_COUNT];
	own->rtx_count = (uint32_t)line->numbers[RTX_COUNT];
	if ((line->found & QUEUES) == QUEUES)
		socket->facts |= FACT_QUEUES;
	if ((line->found & STREAMS) == STREAMS)
		socket->facts |= FACT_SCTP_STREAMS;
	if ((line->found & RETRIES) == RETRIES)
		socket->facts |= FACT_SCTP_RETRIES;
}

/* No line tells the family of the socket: what has an address of IPv6 is of it. */
static bool has_ipv6(const struct natu_socket *socket)
{
	for (size_t i = 0; i < 2; i++)
		if (socket->addresses[i].count &&
		    memchr(socket->addresses[i].bytes, ':',
			   socket->addresses[i].bytes_length))
			return true;
	return false;
}

/* One that does not listen any more is being closed, and has no association of its own.
 */
static unsigned int endpoint_state_of(uint64_t socket_state)
{
	return socket_state == STATE_LISTEN ? STATE_LISTEN : STATE_CLOSE;
}

bool natu_sctp_parse_line(const struct natu_family *family, unsigned int which,
			  const char *text, size_t length, struct natu_socket *socket)
{
	const uint32_t needed = which ? ASSOCIATIONS : EVERY_LINE;
	struct line line = { .words = { text, text + length } };
	unsigned int state;

	socket->addresses[0] = socket->addresses[1] = (struct natu_address_list){ 0 };
	if (!socket->proc_columns || !take_columns(&line, socket->proc_columns, socket) ||
	    (line.found & needed) != needed || !socket->addresses[0].count ||
	    (which && !socket->addresses[1].count) || !line.numbers[SOCKET_STATE])
		return false;
	state = which ? natu_sctp_state_of(line.numbers[STATE])
		      : endpoint_state_of(line.numbers[SOCKET_STATE]);
	natu_sctp_identify(family, has_ipv6(socket), state, socket);
	socket->facts = FACT_BASE | FACT_INET | FACT_ADDRESSES;
	natu_sctp_take_ends(socket);
	take_socket(&line, socket);
	if (which)
		take_association(&line, socket);
	return true;
}
