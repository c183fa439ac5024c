/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* clang-format off */
#define WORD(text) { text, sizeof(text) - 1 }
/* clang-format on */

enum { ALIASES_MAX = 4 };

/* One state: netstat's word for it, and the other words in use. Case, '-' and '_' never
 * count. */
struct state {
	struct natu_word word;
	const char *aliases[ALIASES_MAX];
	const char *help; /* the manual's text: sentences */
};

/* THE STATE TABLE, by the kernel's number. */
/* clang-format off */
static const struct state states[STATE_NUMBERS] = {
	[STATE_ESTABLISHED] = { WORD("ESTABLISHED"), { "estab" },
	  "Open: both ends can send. A connected UDP socket has it, too." },
	[STATE_SYN_SENT] = { WORD("SYN_SENT"), { NULL },
	  "Being opened from here: nothing has come back yet." },
	[STATE_SYN_RECV] = { WORD("SYN_RECV"), { "syn_rcv", "syn_rcvd", "syn_received" },
	  "Being opened from the other end: the handshake is not over." },
	[STATE_FIN_WAIT1] = { WORD("FIN_WAIT1"), { NULL },
	  "Closed here; the other end has not acknowledged that." },
	[STATE_FIN_WAIT2] = { WORD("FIN_WAIT2"), { NULL },
	  "Closed here; the other end knows, and has not closed its side." },
	[STATE_TIME_WAIT] = { WORD("TIME_WAIT"), { "timewait" },
	  "Closed at both ends; kept for a minute, for packets that come late." },
	[STATE_CLOSE] = { WORD("CLOSE"), { "closed", "unconnected", "unconn" },
	  "Neither connected nor listening; UDP and RAW without a remote end." },
	[STATE_CLOSE_WAIT] = { WORD("CLOSE_WAIT"), { NULL },
	  "Closed at the other end; the program here has not closed its side." },
	[STATE_LAST_ACK] = { WORD("LAST_ACK"), { NULL },
	  "Closed at both ends, here last; its acknowledgement is missing." },
	[STATE_LISTEN] = { WORD("LISTEN"), { "listening" },
	  "Waits for connections." },
	[STATE_CLOSING] = { WORD("CLOSING"), { NULL },
	  "Closed at both ends at once; an acknowledgement is missing." },
	[STATE_BOUND] = { WORD("BOUND"), { "bound_inactive" },
	  "Has a port, and neither connects nor listens. Shown when asked for." },
	[STATE_CONNECTING] = { WORD("CONNECTING"), { NULL },
	  "Of UNIX sockets: a connection that its listener has not accepted." },
	[STATE_DISCONNECTING] = { WORD("DISCONNECTING"), { NULL },
	  "Of UNIX sockets: being closed." },
	[STATE_PARTOPEN] = { WORD("PARTOPEN"), { NULL },
	  "Of DCCP: opened from here, and nothing has come since but the answer to that." },
	[STATE_COOKIE_WAIT] = { WORD("COOKIE_WAIT"), { NULL },
	  "Of SCTP: being opened from here; nothing has come back yet." },
	[STATE_COOKIE_ECHOED] = { WORD("COOKIE_ECHOED"), { NULL },
	  "Of SCTP: being opened from here; the other end has answered." },
	[STATE_SHUTDOWN_PENDING] = { WORD("SHUTDOWN_PENDING"), { NULL },
	  "Of SCTP: closed here; what was sent is not acknowledged yet." },
	[STATE_SHUTDOWN_SENT] = { WORD("SHUTDOWN_SENT"), { NULL },
	  "Of SCTP: closed here; the other end has not answered that." },
	[STATE_SHUTDOWN_RECEIVED] = { WORD("SHUTDOWN_RECEIVED"), { NULL },
	  "Of SCTP: closed at the other end; data of this end is on its way." },
	[STATE_SHUTDOWN_ACK_SENT] = { WORD("SHUTDOWN_ACK_SENT"), { NULL },
	  "Of SCTP: closed at both ends, here last; the end is not confirmed." },
};
/* clang-format on */

#define ALL_STATES \
	((STATES_UNIX | STATES_DCCP | STATES_SCTP) & ~1U & ~STATE_BIT(STATE_NEW_SYN_RECV))
/* Nothing has come back yet. */
#define ASKING (STATE_BIT(STATE_SYN_SENT) | STATE_BIT(STATE_COOKIE_WAIT))
#define ENDLESS (STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_CLOSE))
#define BUCKET (STATE_BIT(STATE_SYN_RECV) | STATE_BIT(STATE_TIME_WAIT))

/* The groups that users of ss know. */
static const struct {
	const char *name;
	uint32_t mask;
} groups[] = {
	{ "all", ALL_STATES },
	{ "connected", ALL_STATES & ~ENDLESS },
	{ "synchronized", ALL_STATES & ~ENDLESS & ~ASKING },
	{ "bucket", BUCKET },
	{ "big", ALL_STATES & ~BUCKET },
};

#define GROUP_COUNT (sizeof(groups) / sizeof(groups[0]))

const struct natu_word *natu_state_word(unsigned int number)
{
	if (number == STATE_NEW_SYN_RECV)
		number = STATE_SYN_RECV;
	if (number >= STATE_NUMBERS || !states[number].word.length)
		return NULL;
	return &states[number].word;
}

const struct natu_word *natu_stream_state(unsigned int number)
{
	return number <= STATE_BOUND ? natu_state_word(number) : NULL;
}

const struct natu_word natu_unknown_state = WORD("UNKNOWN");

/* What is not connected has no state. */
static const struct natu_word *unknown_state(unsigned int number)
{
	return number == STATE_CLOSE ? NULL : &natu_unknown_state;
}

const struct natu_word *natu_datagram_state(unsigned int number)
{
	return number == STATE_ESTABLISHED ? &states[STATE_ESTABLISHED].word
					   : unknown_state(number);
}

const struct natu_word *natu_dccp_state(unsigned int number)
{
	return number == STATE_PARTOPEN ? &states[number].word
					: natu_stream_state(number);
}

/* netstat has words of its own for some of them. */
const struct natu_word *natu_unix_state(unsigned int number)
{
	static const struct natu_word listening = WORD("LISTENING");
	static const struct natu_word connected = WORD("CONNECTED");

	switch (number) {
	case STATE_LISTEN:
		return &listening;
	case STATE_ESTABLISHED:
		return &connected;
	case STATE_CONNECTING:
	case STATE_DISCONNECTING:
		return &states[number].word;
	default:
		return unknown_state(number);
	}
}

/* RFC 9260 calls its first state so. */
const struct natu_word *natu_sctp_state(unsigned int number)
{
	static const struct natu_word closed = WORD("CLOSED");

	if (number == STATE_CLOSE)
		return &closed;
	return number < 32 && (STATES_SCTP & STATE_BIT(number)) ? natu_state_word(number)
								: NULL;
}

static bool same_word(const char *typed, size_t length, const char *word)
{
	size_t i = 0;

	for (;;) {
		while (i < length && (typed[i] == '-' || typed[i] == '_'))
			i++;
		while (*word == '_')
			word++;
		if (i == length || !*word)
			return i == length && !*word;
		if (tolower((unsigned char)typed[i]) != tolower((unsigned char)*word))
			return false;
		i++;
		word++;
	}
}

static bool names_state(const struct state *state, const char *typed, size_t length)
{
	if (!state->word.length)
		return false;
	if (same_word(typed, length, state->word.text))
		return true;
	for (size_t i = 0; i < ALIASES_MAX && state->aliases[i]; i++)
		if (same_word(typed, length, state->aliases[i]))
			return true;
	return false;
}

uint32_t natu_state_mask(const char *word, size_t length)
{
	if (!length || word[0] == '-' || word[0] == '_')
		return 0;
	for (unsigned int i = 0; i < STATE_NUMBERS; i++)
		if (names_state(&states[i], word, length))
			return STATE_BIT(i);
	for (size_t i = 0; i < GROUP_COUNT; i++)
		if (same_word(word, length, groups[i].name))
			return groups[i].mask;
	return 0;
}

const char *natu_state_word_at(size_t index)
{
	for (size_t i = 0; i < STATE_NUMBERS; i++) {
		if (!states[i].word.length)
			continue;
		if (index-- == 0)
			return states[i].word.text;
	}
	return index < GROUP_COUNT ? groups[index].name : NULL;
}

const char *natu_state_alias_at(unsigned int number, size_t index)
{
	return number < STATE_NUMBERS && index < ALIASES_MAX
		       ? states[number].aliases[index]
		       : NULL;
}

const char *natu_state_help(unsigned int number)
{
	return number < STATE_NUMBERS ? states[number].help : NULL;
}
