/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

#include "kernel.h"
#include "state.h"

/* A member of tcp_info, as received. */
#define TCP(member)                                            \
	.base = NATU_IN_TCP_INFO, .type = NATU_UINT,           \
	.size = sizeof(((struct kernel_tcp_info *)0)->member), \
	.offset = offsetof(struct kernel_tcp_info, member)
#define INFO .sets = NATU_SET_INFO

/* A flag of tcp_info: a bit of one of its bytes. */
#define TCP_FLAG(member, bit)                                                       \
	.base = NATU_IN_TCP_INFO, .type = NATU_BOOL, .size = 1,                     \
	.offset = offsetof(struct kernel_tcp_info, member), .bits = (uint8_t)(bit), \
	.sets = BRIEF(INFO)

/* A bit-field of one of its bytes, by the bits before it and its width; or -1 if what was
 * received is too short to have it. */
#define BITS(socket, member, first, count)                         \
	tcp_bits(socket, offsetof(struct kernel_tcp_info, member), \
		 KERNEL_SHIFT(first, count), (1U << (count)) - 1)

static int tcp_bits(const struct natu_socket *socket, size_t offset, unsigned int shift,
		    unsigned int mask)
{
	const uint8_t *byte = natu_column_bytes(socket, NATU_IN_TCP_INFO, offset, 1);

	return byte ? (int)(*byte >> shift & mask) : -1;
}

/* One of the two window scales, each of which is half a byte. */
static enum natu_presence window_scale(const struct natu_socket *socket, int scale,
				       struct natu_value *value)
{
	int options = BITS(socket, options, 0, 8);

	if (options < 0 || !(options & KERNEL_TCPI_WSCALE) || scale < 0)
		return NATU_NONE;
	value->number = (unsigned int)scale;
	return NATU_HAS;
}

static enum natu_presence get_snd_wscale(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	return window_scale(socket, BITS(socket, window_scales, 0, 4), value);
}

static enum natu_presence get_rcv_wscale(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	return window_scale(socket, BITS(socket, window_scales, 4, 4), value);
}

/* A word by its number; 0 and what is not known have none. */
static enum natu_presence word_of(const struct natu_word *words, size_t count, int number,
				  struct natu_value *value)
{
	if (number < 0 || (size_t)number >= count || !words[number].length)
		return NATU_NONE;
	value->word = &words[number];
	return NATU_HAS;
}

static enum natu_presence get_fastopen_failure(const struct natu_socket *socket,
					       size_t index, struct natu_value *value)
{
	/* enum tcp_fastopen_client_fail of include/uapi/linux/tcp.h */
	static const struct natu_word failures[] = {
		{ "", 0 },
		{ "no_cookie", 9 },
		{ "not_acked", 9 },
		{ "retransmitted", 13 },
	};

	(void)index;
	return word_of(failures, sizeof(failures) / sizeof(failures[0]),
		       BITS(socket, flags, 1, 2), value);
}

/* Before the first answer the kernel counts these times from its start. */
static enum natu_presence time_since(const struct natu_socket *socket, size_t offset,
				     struct natu_value *value)
{
	const void *bytes = natu_column_bytes(socket, NATU_IN_TCP_INFO, offset, 4);
	uint32_t ms;

	if (!bytes || socket->state_number == STATE_SYN_SENT)
		return NATU_NONE;
	memcpy(&ms, bytes, sizeof(ms));
	value->number = ms;
	return NATU_HAS;
}

#define TIME_SINCE(name, member)                                                       \
	static enum natu_presence name(const struct natu_socket *socket, size_t index, \
				       struct natu_value *value)                       \
	{                                                                              \
		(void)index;                                                           \
		return time_since(socket, offsetof(struct kernel_tcp_info, member),    \
				  value);                                              \
	}

TIME_SINCE(get_last_data_sent, last_data_sent)
TIME_SINCE(get_last_data_received, last_data_recv)
TIME_SINCE(get_last_ack_received, last_ack_recv)

/* enum tcp_ca_state of include/uapi/linux/tcp.h */
static const struct natu_word ca_states[] = {
	{ "open", 4 }, { "disorder", 8 }, { "cwr", 3 }, { "recovery", 8 }, { "loss", 4 },
};

static const struct natu_word *ca_state_at(size_t index)
{
	return index < sizeof(ca_states) / sizeof(ca_states[0]) ? &ca_states[index]
								: NULL;
}

static enum natu_presence get_ca_state(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	return word_of(ca_states, sizeof(ca_states) / sizeof(ca_states[0]),
		       BITS(socket, ca_state, 0, 8), value);
}

static const struct natu_column rows[] = {
	{ "tcp.rtt_us", "RTT", FACT_TCPINFO, .unit = NATU_US, TCP(rtt), NONE(ZERO),
	  .sets = BRIEF(INFO), .help = "Smoothed round-trip time." },
	{ "tcp.rttvar_us", "RTTVar", FACT_TCPINFO, .unit = NATU_US, TCP(rttvar), INFO,
	  .help = "Mean deviation of the round-trip time." },
	{ "tcp.min_rtt_us", "MinRTT", FACT_TCPINFO, .unit = NATU_US, TCP(min_rtt),
	  NONE(MAX), INFO,
	  .help = "Smallest round-trip time seen lately; absent without a sample." },
	{ "tcp.rcv_rtt_us", "RcvRTT", FACT_TCPINFO, .unit = NATU_US, TCP(rcv_rtt),
	  NONE(ZERO), INFO,
	  .help = "Round-trip time as the receiving side estimates it; absent without a sample." },
	{ "tcp.rto_us", "RTO", FACT_TCPINFO, .unit = NATU_US, TCP(rto), INFO,
	  .help = "Time until a segment that is not acknowledged is sent again." },
	{ "tcp.ato_us", "ATO", FACT_TCPINFO, .unit = NATU_US, TCP(ato), INFO,
	  .help = "Time that an acknowledgement may be delayed." },
	{ "tcp.backoff", "Backoff", FACT_TCPINFO, TCP(backoff), INFO,
	  .help = "How many times in a row the retransmission timer was doubled." },
	{ "tcp.cwnd", "Cwnd", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(snd_cwnd),
	  .sets = BRIEF(INFO), .help = "Congestion window." },
	{ "tcp.ssthresh", "Ssthresh", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(snd_ssthresh), NONE(INT_MAX), INFO,
	  .help = "Slow start threshold; absent until the first congestion." },
	{ "tcp.mss", "MSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(snd_mss),
	  .sets = BRIEF(INFO), .help = "Largest segment that is sent." },
	{ "tcp.rcv_mss", "RcvMSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(rcv_mss), INFO,
	  .help = "Largest segment that is received, as estimated." },
	{ "tcp.adv_mss", "AdvMSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(advmss), INFO,
	  .help = "Largest segment that this end offered to receive." },
	{ "tcp.pmtu", "PMTU", FACT_TCPINFO, .unit = NATU_BYTES, TCP(pmtu), INFO,
	  .help = "Path MTU." },
	{ "tcp.bytes_sent", "Sent", FACT_TCPINFO, .unit = NATU_BYTES, TCP(bytes_sent),
	  .sets = BRIEF(INFO), SUMS, .help = "Bytes sent, retransmissions included." },
	{ "tcp.bytes_acked", "Acked", FACT_TCPINFO, .unit = NATU_BYTES, TCP(bytes_acked),
	  INFO, SUMS, .help = "Bytes sent that the remote end has acknowledged." },
	{ "tcp.bytes_received", "Received", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(bytes_received), .sets = BRIEF(INFO), SUMS,
	  .help = "Bytes received and acknowledged." },
	{ "tcp.bytes_retransmitted", "Resent", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(bytes_retrans), INFO, SUMS, .help = "Bytes sent again." },
	{ "tcp.notsent", "NotSent", FACT_TCPINFO, .unit = NATU_BYTES, TCP(notsent_bytes),
	  INFO, SUMS,
	  .help = "Bytes of the send queue that have not been sent even once." },
	{ "tcp.segments_sent", "SegsOut", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(segs_out), INFO, SUMS,
	  .help = "Segments sent, retransmissions and bare acknowledgements included." },
	{ "tcp.segments_received", "SegsIn", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(segs_in), INFO, SUMS, .help = "Segments received." },
	{ "tcp.data_segments_sent", "DataOut", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(data_segs_out), INFO, SUMS, .help = "Segments sent that carried data." },
	{ "tcp.data_segments_received", "DataIn", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(data_segs_in), INFO, SUMS, .help = "Segments received that carried data." },
	{ "tcp.retransmits", "Retrans", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(total_retrans), .sets = BRIEF(INFO), SUMS,
	  .help = "Segments sent again since the connection was made." },
	{ "tcp.retransmitting", "InRetr", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(retrans), INFO, SUMS,
	  .help = "Segments sent again that are not acknowledged yet." },
	{ "tcp.unacked", "Unacked", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(unacked),
	  INFO, SUMS, .help = "Segments sent that are not acknowledged yet." },
	{ "tcp.sacked", "Sacked", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(sacked), INFO,
	  SUMS, .help = "Segments acknowledged out of order." },
	{ "tcp.lost", "Lost", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(lost), INFO, SUMS,
	  .help = "Segments held to be lost." },
	{ "tcp.dsack_dups", "DSACK", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(dsack_dups),
	  INFO, SUMS,
	  .help = "Segments that the remote end reported as received twice." },
	{ "tcp.reordering", "Reorder", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(reordering), INFO,
	  .help = "Distance by which segments are allowed to be out of order." },
	{ "tcp.reordering_seen", "ReordSeen", FACT_TCPINFO, TCP(reord_seen), INFO, SUMS,
	  .help = "How many times segments were seen out of order." },
	{ "tcp.out_of_order", "OOO", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(rcv_ooopack), INFO, SUMS, .help = "Segments received out of order." },
	{ "tcp.delivered", "Delivered", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(delivered), INFO, SUMS,
	  .help = "Segments that the remote end has received." },
	{ "tcp.delivered_ce", "DelivCE", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(delivered_ce), INFO, SUMS,
	  .help = "Segments delivered that the network marked as congested." },
	{ "tcp.pacing_rate", "Pacing", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(pacing_rate), NONE(MAX), INFO,
	  .help = "Rate at which sending is paced; absent without pacing." },
	{ "tcp.max_pacing_rate", "MaxPacing", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(max_pacing_rate), NONE(MAX), INFO,
	  .help = "Limit that the program set for the pacing rate; absent without one." },
	{ "tcp.delivery_rate", "DelivRate", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(delivery_rate), .sets = BRIEF(INFO), SUMS,
	  .help = "Rate at which data lately reached the remote end." },
	{ "tcp.app_limited", "AppLim", FACT_TCPINFO, TCP_FLAG(flags, KERNEL_BIT(0)),
	  .help = "Whether the delivery rate was limited by the program, not by the network." },
	{ "tcp.busy_us", "Busy", FACT_TCPINFO, .unit = NATU_US, TCP(busy_time), INFO,
	  SUMS, .help = "Time during which there was data to send." },
	{ "tcp.rwnd_limited_us", "RwndLim", FACT_TCPINFO, .unit = NATU_US,
	  TCP(rwnd_limited), INFO, SUMS,
	  .help = "Part of the busy time that the remote end's window held up." },
	{ "tcp.sndbuf_limited_us", "SndbufLim", FACT_TCPINFO, .unit = NATU_US,
	  TCP(sndbuf_limited), INFO, SUMS,
	  .help = "Part of the busy time that the size of the send buffer held up." },
	{ "tcp.snd_wnd", "SndWnd", FACT_TCPINFO, .unit = NATU_BYTES, TCP(snd_wnd), INFO,
	  .help = "Window that the remote end offers." },
	{ "tcp.rcv_wnd", "RcvWnd", FACT_TCPINFO, .unit = NATU_BYTES, TCP(rcv_wnd), INFO,
	  .help = "Window that this end offers." },
	{ "tcp.rcv_space", "RcvSpace", FACT_TCPINFO, .unit = NATU_BYTES, TCP(rcv_space),
	  INFO, .help = "Space that the receive buffer's tuning aims at." },
	{ "tcp.rcv_ssthresh", "RcvSsthr", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(rcv_ssthresh), INFO,
	  .help = "Limit up to which the offered window may grow." },
	{ "tcp.snd_wscale", "SndWscale", FACT_TCPINFO, GET(NATU_UINT, get_snd_wscale),
	  INFO, .help = "Window scale of the remote end; absent when it is not in use." },
	{ "tcp.rcv_wscale", "RcvWscale", FACT_TCPINFO, GET(NATU_UINT, get_rcv_wscale),
	  INFO, .help = "Window scale of this end; absent when it is not in use." },
	{ "tcp.timestamps", "TS", FACT_TCPINFO, TCP_FLAG(options, KERNEL_TCPI_TIMESTAMPS),
	  .help = "Whether both ends use timestamps." },
	{ "tcp.sack", "SACK", FACT_TCPINFO, TCP_FLAG(options, KERNEL_TCPI_SACK),
	  .help = "Whether both ends use selective acknowledgements." },
	{ "tcp.ecn", "ECN", FACT_TCPINFO, TCP_FLAG(options, KERNEL_TCPI_ECN),
	  .help = "Whether both ends use explicit congestion notification." },
	{ "tcp.ecn_seen", "ECNSeen", FACT_TCPINFO,
	  TCP_FLAG(options, KERNEL_TCPI_ECN_SEEN),
	  .help = "Whether a packet came with a mark of explicit congestion notification." },
	{ "tcp.fastopen", "FastOpen", FACT_TCPINFO,
	  TCP_FLAG(options, KERNEL_TCPI_SYN_DATA),
	  .help = "Whether data that came with the SYN was accepted." },
	{ "tcp.fastopen_child", "TFOChild", FACT_TCPINFO,
	  TCP_FLAG(options, KERNEL_TCPI_FASTOPEN_CHILD),
	  .help = "Whether a SYN with a valid Fast Open cookie made this connection." },
	{ "tcp.fastopen_failure", "TFOFail", FACT_TCPINFO,
	  GET(NATU_WORD, get_fastopen_failure), INFO,
	  .help = "Why Fast Open was of no use: no_cookie, not_acked or retransmitted." },
	{ "tcp.usec_timestamps", "TSusec", FACT_TCPINFO,
	  TCP_FLAG(options, KERNEL_TCPI_USEC_TS),
	  .help = "Whether its timestamps count microseconds." },
	{ "tcp.ca_state", "CAState", FACT_TCPINFO, GET(NATU_WORD, get_ca_state), INFO,
	  .word_at = ca_state_at,
	  .help = "State of congestion control: open, disorder, cwr, recovery or loss." },
	{ "tcp.last_data_sent_ms", "LastSnd", FACT_TCPINFO, .unit = NATU_MS,
	  GET(NATU_UINT, get_last_data_sent), INFO,
	  .help = "Time since data was last sent, or since the connection was made." },
	{ "tcp.last_data_received_ms", "LastRcv", FACT_TCPINFO, .unit = NATU_MS,
	  GET(NATU_UINT, get_last_data_received), INFO,
	  .help = "Time since data was last received, or since the connection was made." },
	{ "tcp.last_ack_received_ms", "LastAck", FACT_TCPINFO, .unit = NATU_MS,
	  GET(NATU_UINT, get_last_ack_received), INFO,
	  .help = "Time since an acknowledgement was last received." },
	{ "tcp.rehashes", "Rehash", FACT_TCPINFO, TCP(rehash), INFO, SUMS,
	  .help = "How many times another path was tried after a timeout." },
	{ "tcp.timeouts", "RTOs", FACT_TCPINFO, TCP(total_rto), INFO, SUMS,
	  .help = "Retransmission timeouts since the connection was made." },
	{ "tcp.timeout_recoveries", "RTORecov", FACT_TCPINFO, TCP(total_rto_recoveries),
	  INFO, SUMS, .help = "How many times the connection recovered from timeouts." },
	{ "tcp.timeout_ms", "RTOTime", FACT_TCPINFO, .unit = NATU_MS, TCP(total_rto_time),
	  INFO, SUMS, .help = "Time spent in recoveries from timeouts." },
	{ "tcp.received_ce", "RcvdCE", FACT_TCPINFO, .unit = NATU_PACKETS,
	  TCP(received_ce), INFO, SUMS,
	  .help = "Packets received that the network marked as congested (CE)." },
	{ "tcp.delivered_ect0", "DelivECT0", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(delivered_e0_bytes), INFO, SUMS,
	  .help = "Bytes that the remote end received marked ECT(0): Accurate ECN." },
	{ "tcp.delivered_ect1", "DelivECT1", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(delivered_e1_bytes), INFO, SUMS,
	  .help = "Bytes that the remote end received marked ECT(1): Accurate ECN." },
	{ "tcp.delivered_ce_bytes", "DelivCEB", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(delivered_ce_bytes), INFO, SUMS,
	  .help = "Bytes that the remote end received marked CE: Accurate ECN." },
	{ "tcp.received_ect0", "RcvdECT0", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(received_e0_bytes), INFO, SUMS,
	  .help = "Bytes received marked ECT(0): Accurate ECN." },
	{ "tcp.received_ect1", "RcvdECT1", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(received_e1_bytes), INFO, SUMS,
	  .help = "Bytes received marked ECT(1): Accurate ECN." },
	{ "tcp.received_ce_bytes", "RcvdCEB", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(received_ce_bytes), INFO, SUMS,
	  .help = "Bytes received marked CE: Accurate ECN." },
};

NATU_COLUMN_PART(natu_columns_tcp, rows);
