/* SPDX-License-Identifier: MIT */
#ifndef NATU_STATE_H
#define NATU_STATE_H

#include <natu/column.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's numbers of the states: include/net/tcp_states.h, the same for all inet
 * protocols. */
enum {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT1,
	STATE_FIN_WAIT2,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_NEW_SYN_RECV,
	STATE_BOUND, /* TCP_BOUND_INACTIVE, Linux 6.8 */
	/* natu's own numbers for what /proc/net/unix tells of a socket that no descriptor
	 * can refer to: not yet, or not any more. */
	STATE_CONNECTING,
	STATE_DISCONNECTING,
	/* DCCP_PARTOPEN, whose number in the kernel is that of none of these. */
	STATE_PARTOPEN,
	/* natu's own numbers for what an SCTP association has beyond ESTABLISHED and
	 * CLOSE: the kernel's own, include/net/sctp/constants.h, mean other things. */
	STATE_COOKIE_WAIT,
	STATE_COOKIE_ECHOED,
	STATE_SHUTDOWN_PENDING,
	STATE_SHUTDOWN_SENT,
	STATE_SHUTDOWN_RECEIVED,
	STATE_SHUTDOWN_ACK_SENT,
	STATE_NUMBERS
};

/* idiag_timer, and the timers of /proc/net/tcp: net/ipv4/inet_diag.c,
 * net/ipv4/tcp_ipv4.c. */
enum {
	TIMER_OFF,
	TIMER_ON, /* retransmission */
	TIMER_KEEPALIVE,
	TIMER_TIME_WAIT,
	TIMER_PROBE,
	TIMER_NUMBERS
};

#define STATE_BIT(number) (1U << (number))
/* What a dump is asked for: not bit 13, which walks one more table, and so never ~0. */
#define STATES_LISTED 0x1fffU

#define STATES_SCTP                                                            \
	(STATE_BIT(STATE_ESTABLISHED) | STATE_BIT(STATE_CLOSE) |               \
	 STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_COOKIE_WAIT) |              \
	 STATE_BIT(STATE_COOKIE_ECHOED) | STATE_BIT(STATE_SHUTDOWN_PENDING) |  \
	 STATE_BIT(STATE_SHUTDOWN_SENT) | STATE_BIT(STATE_SHUTDOWN_RECEIVED) | \
	 STATE_BIT(STATE_SHUTDOWN_ACK_SENT))
#define STATES_UNIX \
	(STATES_LISTED | STATE_BIT(STATE_CONNECTING) | STATE_BIT(STATE_DISCONNECTING))

#define STATES_DCCP (STATES_LISTED | STATE_BIT(STATE_PARTOPEN))

/* netstat's word for a number that means nothing to datagrams and UNIX sockets, where no
 * word at all is that of what is not connected. */
extern const struct natu_word natu_unknown_state;

/* How a protocol calls its states: stream protocols by name; for datagrams only a
 * connected one has a name. NULL for a number that has none. */
const struct natu_word *natu_stream_state(unsigned int number);
const struct natu_word *natu_datagram_state(unsigned int number);
const struct natu_word *natu_unix_state(unsigned int number);
const struct natu_word *natu_dccp_state(unsigned int number);
const struct natu_word *natu_sctp_state(unsigned int number);
/* The word for a state of any protocol, or NULL. */
const struct natu_word *natu_state_word(unsigned int number);

/* The states that a word means, as STATE_BIT()s: any spelling of a state (ESTAB,
 * FIN-WAIT-1, fin_wait1) or a group (connected, synchronized, bucket, big, all). 0: no
 * such word. */
uint32_t natu_state_mask(const char *word, size_t length);

/* All words, for suggestions, completion and the manual: index from 0; NULL beyond the
 * end. */
const char *natu_state_word_at(size_t index);

/* The other spellings of a state, by the kernel's number, and what the state means; NULL
 * beyond the end and for a number that has none. */
const char *natu_state_alias_at(unsigned int number, size_t index);
const char *natu_state_help(unsigned int number);

#endif
