/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "kernel.h"

/* A member of tcp_info, as received. */
#define TCP(member)                                            \
	.base = NATU_IN_TCP_INFO, .type = NATU_UINT,           \
	.size = sizeof(((struct kernel_tcp_info *)0)->member), \
	.offset = offsetof(struct kernel_tcp_info, member)
#define INFO .sets = NATU_SET_INFO

/* A byte of tcp_info; absent if what was received is too short to have it. */
static enum natu_presence tcp_byte(const struct natu_socket *socket, size_t offset,
				   uint8_t *byte)
{
	if (offset >= socket->tcp_info_length)
		return NATU_NONE;
	*byte = socket->tcp_info[offset];
	return NATU_HAS;
}

static enum natu_presence tcp_option(const struct natu_socket *socket,
				     unsigned int option, struct natu_value *value)
{
	uint8_t options = 0;
	enum natu_presence presence =
		tcp_byte(socket, offsetof(struct kernel_tcp_info, options), &options);

	value->truth = (options & option) != 0;
	return presence;
}

#define OPTION_GETTER(name, option)                                                    \
	static enum natu_presence name(const struct natu_socket *socket, size_t index, \
				       struct natu_value *value)                       \
	{                                                                              \
		(void)index;                                                           \
		return tcp_option(socket, option, value);                              \
	}

OPTION_GETTER(get_timestamps, KERNEL_TCPI_TIMESTAMPS)
OPTION_GETTER(get_sack, KERNEL_TCPI_SACK)
OPTION_GETTER(get_ecn, KERNEL_TCPI_ECN)
OPTION_GETTER(get_ecn_seen, KERNEL_TCPI_ECN_SEEN)
OPTION_GETTER(get_fastopen, KERNEL_TCPI_SYN_DATA)

static enum natu_presence window_scale(const struct natu_socket *socket,
				       unsigned int shift, struct natu_value *value)
{
	uint8_t scales = 0;

	if (tcp_option(socket, KERNEL_TCPI_WSCALE, value) != NATU_HAS || !value->truth ||
	    tcp_byte(socket, offsetof(struct kernel_tcp_info, window_scales), &scales) !=
		    NATU_HAS)
		return NATU_NONE;
	value->number = scales >> shift & 15;
	return NATU_HAS;
}

static enum natu_presence get_snd_wscale(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	return window_scale(socket, 0, value);
}

static enum natu_presence get_rcv_wscale(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	return window_scale(socket, 4, value);
}

static enum natu_presence get_app_limited(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	uint8_t flags = 0;
	enum natu_presence presence =
		tcp_byte(socket, offsetof(struct kernel_tcp_info, flags), &flags);

	(void)index;
	value->truth = flags & 1;
	return presence;
}

static enum natu_presence get_ca_state(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	/* enum tcp_ca_state of include/uapi/linux/tcp.h */
	static const struct natu_word states[] = {
		{ "open", 4 },	   { "disorder", 8 }, { "cwr", 3 },
		{ "recovery", 8 }, { "loss", 4 },
	};
	uint8_t state = UINT8_MAX;

	(void)index;
	tcp_byte(socket, offsetof(struct kernel_tcp_info, ca_state), &state);
	if (state >= sizeof(states) / sizeof(states[0]))
		return NATU_NONE;
	value->word = &states[state];
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "tcp.rtt_us", "RTT", FACT_TCPINFO, .unit = NATU_US, TCP(rtt), NONE(ZERO), INFO,
	  .help = "Smoothed round-trip time." },
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
	{ "tcp.cwnd", "Cwnd", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(snd_cwnd), INFO,
	  .help = "Congestion window." },
	{ "tcp.ssthresh", "Ssthresh", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(snd_ssthresh), NONE(INT_MAX), INFO,
	  .help = "Slow start threshold; absent until the first congestion." },
	{ "tcp.mss", "MSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(snd_mss), INFO,
	  .help = "Largest segment that is sent." },
	{ "tcp.rcv_mss", "RcvMSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(rcv_mss), INFO,
	  .help = "Largest segment that is received, as estimated." },
	{ "tcp.adv_mss", "AdvMSS", FACT_TCPINFO, .unit = NATU_BYTES, TCP(advmss), INFO,
	  .help = "Largest segment that this end offered to receive." },
	{ "tcp.pmtu", "PMTU", FACT_TCPINFO, .unit = NATU_BYTES, TCP(pmtu), INFO,
	  .help = "Path MTU." },
	{ "tcp.bytes_sent", "Sent", FACT_TCPINFO, .unit = NATU_BYTES, TCP(bytes_sent),
	  INFO, SUMS, .help = "Bytes sent, retransmissions included." },
	{ "tcp.bytes_acked", "Acked", FACT_TCPINFO, .unit = NATU_BYTES, TCP(bytes_acked),
	  INFO, SUMS, .help = "Bytes sent that the remote end has acknowledged." },
	{ "tcp.bytes_received", "Received", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(bytes_received), INFO, SUMS, .help = "Bytes received and acknowledged." },
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
	  TCP(total_retrans), INFO, SUMS,
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
	  TCP(delivery_rate), INFO, SUMS,
	  .help = "Rate at which data lately reached the remote end." },
	{ "tcp.app_limited", "AppLim", FACT_TCPINFO, GET(NATU_BOOL, get_app_limited),
	  INFO,
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
	{ "tcp.timestamps", "TS", FACT_TCPINFO, GET(NATU_BOOL, get_timestamps), INFO,
	  .help = "Whether both ends use timestamps." },
	{ "tcp.sack", "SACK", FACT_TCPINFO, GET(NATU_BOOL, get_sack), INFO,
	  .help = "Whether both ends use selective acknowledgements." },
	{ "tcp.ecn", "ECN", FACT_TCPINFO, GET(NATU_BOOL, get_ecn), INFO,
	  .help = "Whether both ends use explicit congestion notification." },
	{ "tcp.ecn_seen", "ECNSeen", FACT_TCPINFO, GET(NATU_BOOL, get_ecn_seen), INFO,
	  .help = "Whether a packet came with a mark of explicit congestion notification." },
	{ "tcp.fastopen", "FastOpen", FACT_TCPINFO, GET(NATU_BOOL, get_fastopen), INFO,
	  .help = "Whether data that came with the SYN was accepted." },
	{ "tcp.ca_state", "CAState", FACT_TCPINFO, GET(NATU_WORD, get_ca_state), INFO,
	  .help = "State of congestion control: open, disorder, cwr, recovery or loss." },
	{ "tcp.last_data_sent_ms", "LastSnd", FACT_TCPINFO, .unit = NATU_MS,
	  TCP(last_data_sent), INFO, .help = "Time since data was last sent." },
	{ "tcp.last_data_received_ms", "LastRcv", FACT_TCPINFO, .unit = NATU_MS,
	  TCP(last_data_recv), INFO, .help = "Time since data was last received." },
	{ "tcp.last_ack_received_ms", "LastAck", FACT_TCPINFO, .unit = NATU_MS,
	  TCP(last_ack_recv), INFO,
	  .help = "Time since an acknowledgement was last received." },
	{ "tcp.rehashes", "Rehash", FACT_TCPINFO, TCP(rehash), INFO, SUMS,
	  .help = "How many times another path was tried after a timeout." },
	{ "tcp.timeouts", "RTOs", FACT_TCPINFO, TCP(total_rto), INFO, SUMS,
	  .help = "Retransmission timeouts since the connection was made." },
	{ "tcp.timeout_recoveries", "RTORecov", FACT_TCPINFO, TCP(total_rto_recoveries),
	  INFO, SUMS, .help = "How many times the connection recovered from timeouts." },
	{ "tcp.timeout_ms", "RTOTime", FACT_TCPINFO, .unit = NATU_MS, TCP(total_rto_time),
	  INFO, SUMS, .help = "Time spent in recoveries from timeouts." },
};

NATU_COLUMN_PART(natu_columns_tcp, rows);
