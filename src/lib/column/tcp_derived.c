/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

#include "kernel.h"
#include "state.h"

/* What people compute by hand from tcp_info. Each is absent where a part of it is. */

#define HAVE(socket, member, number)                                 \
	get_number(socket, offsetof(struct kernel_tcp_info, member), \
		   sizeof(((struct kernel_tcp_info *)0)->member), number)

/* A member of tcp_info, if it was received. */
static bool get_number(const struct natu_socket *socket, size_t offset, size_t size,
		       uint64_t *number)
{
	const void *bytes = natu_column_bytes(socket, NATU_IN_TCP_INFO, offset, size);
	uint32_t u32;

	if (!bytes)
		return false;
	if (size == sizeof(*number)) {
		memcpy(number, bytes, sizeof(*number));
		return true;
	}
	memcpy(&u32, bytes, sizeof(u32));
	*number = u32;
	return true;
}

static enum natu_presence percent(uint64_t part, uint64_t whole, struct natu_value *value)
{
	if (!whole)
		return NATU_NONE;
	value->real = (double)part * 100 / (double)whole;
	return NATU_HAS;
}

static enum natu_presence get_retransmit_percent(const struct natu_socket *socket,
						 size_t index, struct natu_value *value)
{
	uint64_t sent, again;

	(void)index;
	if (!HAVE(socket, bytes_sent, &sent) || !HAVE(socket, bytes_retrans, &again))
		return NATU_NONE;
	return percent(again, sent, value);
}

static enum natu_presence get_rwnd_limited_percent(const struct natu_socket *socket,
						   size_t index, struct natu_value *value)
{
	uint64_t busy, limited;

	(void)index;
	if (!HAVE(socket, busy_time, &busy) || !HAVE(socket, rwnd_limited, &limited))
		return NATU_NONE;
	return percent(limited, busy, value);
}

static enum natu_presence get_sndbuf_limited_percent(const struct natu_socket *socket,
						     size_t index,
						     struct natu_value *value)
{
	uint64_t busy, limited;

	(void)index;
	if (!HAVE(socket, busy_time, &busy) || !HAVE(socket, sndbuf_limited, &limited))
		return NATU_NONE;
	return percent(limited, busy, value);
}

static enum natu_presence get_window_rate(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	uint64_t cwnd, mss, rtt;
	double rate;

	(void)index;
	if (!HAVE(socket, snd_cwnd, &cwnd) || !HAVE(socket, snd_mss, &mss) ||
	    !HAVE(socket, rtt, &rtt) || !rtt)
		return NATU_NONE;
	rate = (double)(cwnd * mss) / (double)rtt * 1e6;
	/* What no kernel says may not fit. */
	if (rate >= 0x1p64)
		return NATU_NONE;
	value->number = (uint64_t)rate;
	return NATU_HAS;
}

/* When data went last in each direction. Before the first answer there is no such
 * time. */
static bool get_last(const struct natu_socket *socket, uint64_t *sent, uint64_t *received)
{
	return socket->state_number != STATE_SYN_SENT &&
	       HAVE(socket, last_data_sent, sent) &&
	       HAVE(socket, last_data_recv, received);
}

static enum natu_presence get_idle(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	uint64_t sent, received;

	(void)index;
	if (!get_last(socket, &sent, &received))
		return NATU_NONE;
	value->number = sent < received ? sent : received;
	return NATU_HAS;
}

/* The kernel keeps no time of birth. Both clocks start with the connection, and each is
 * set back by data of its direction; a sender cannot have been busy for longer than it
 * lives. */
static enum natu_presence get_age_at_least(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	uint64_t sent, received, busy_us;

	(void)index;
	if (!get_last(socket, &sent, &received))
		return NATU_NONE;
	value->number = sent > received ? sent : received;
	if (HAVE(socket, busy_time, &busy_us) && busy_us / 1000 > value->number)
		value->number = busy_us / 1000;
	return NATU_HAS;
}

/* A direction without data tells the age itself. */
static enum natu_presence get_age_is_exact(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	uint64_t last_sent, last_received, sent, received;

	(void)index;
	if (!get_last(socket, &last_sent, &last_received) ||
	    !HAVE(socket, bytes_sent, &sent) || !HAVE(socket, bytes_received, &received))
		return NATU_NONE;
	value->truth = !sent || !received;
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "tcp.retransmit_percent", "Retr%", FACT_TCPINFO, .unit = NATU_PERCENT,
	  GET(NATU_REAL, get_retransmit_percent), .sets = BRIEF(INFO),
	  .help = "Share of bytes that were sent again: bytes_retransmitted / bytes_sent * 100." },
	{ "tcp.window_rate", "WndRate", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  GET(NATU_UINT, get_window_rate), .sets = NATU_SET_INFO,
	  .help = "Rate that the congestion window allows: cwnd * mss / rtt; ss calls it send." },
	{ "tcp.rwnd_limited_percent", "RwndLim%", FACT_TCPINFO, .unit = NATU_PERCENT,
	  GET(NATU_REAL, get_rwnd_limited_percent), .sets = NATU_SET_INFO,
	  .help = "Busy time that the remote end's window held up: rwnd_limited_us / busy_us * 100." },
	{ "tcp.sndbuf_limited_percent", "SndbufLim%", FACT_TCPINFO, .unit = NATU_PERCENT,
	  GET(NATU_REAL, get_sndbuf_limited_percent), .sets = NATU_SET_INFO,
	  .help = "Busy time that the send buffer held up: sndbuf_limited_us / busy_us * 100." },
	{ "tcp.idle_ms", "Idle", FACT_TCPINFO, .unit = NATU_MS, GET(NATU_UINT, get_idle),
	  .sets = BRIEF(INFO),
	  .help = "Time without data: the smaller of last_data_sent_ms and last_data_received_ms." },
	{ "tcp.age_at_least_ms", "Age>=", FACT_TCPINFO, .unit = NATU_MS,
	  GET(NATU_UINT, get_age_at_least), .sets = NATU_SET_INFO,
	  .help = "It is at least that old: the most of last_data_sent_ms, last_data_received_ms, busy_us." },
	{ "tcp.age_is_exact", "AgeExact", FACT_TCPINFO, GET(NATU_BOOL, get_age_is_exact),
	  .sets = NATU_SET_INFO,
	  .help = "Whether that is the age itself: data was never sent, or never received." },
};

NATU_COLUMN_PART(natu_columns_tcp_derived, rows);
