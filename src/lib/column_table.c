/* SPDX-License-Identifier: MIT */
#include "column.h"

#include "column_owners.h"
#include "kernel.h"
#include "state.h"
#include "value.h"

#include <stddef.h>

/* The type and the place of a member: a wrong one does not compile. */
/* clang-format off */
#define TYPE_OF(member) \
	_Generic(((struct natu_socket *)0)->member, uint8_t: NATU_UINT, \
		 uint16_t: NATU_UINT, uint32_t: NATU_UINT, uint64_t: NATU_UINT, \
		 const char *: NATU_TEXT, const struct natu_word *: NATU_WORD, \
		 struct natu_address: NATU_ADDRESS)
/* clang-format on */
#define MEMBER(kind, member)                                               \
	.type = (kind), .size = sizeof(((struct natu_socket *)0)->member), \
	.offset = offsetof(struct natu_socket, member)
#define FIELD(member) MEMBER(TYPE_OF(member), member)
#define IDENTITY(member) MEMBER(NATU_HEX, member)
#define GET(kind, function) .type = (kind), .get = (function)

/* A member of tcp_info, or a number of skmem, as received. */
#define TCP(member)                                            \
	.base = NATU_IN_TCP_INFO, .type = NATU_UINT,           \
	.size = sizeof(((struct kernel_tcp_info *)0)->member), \
	.offset = offsetof(struct kernel_tcp_info, member)
#define MEMORY(number)                                                       \
	.base = NATU_IN_MEMORY, .type = NATU_UINT, .size = sizeof(uint32_t), \
	.offset = KERNEL_SK_##number * sizeof(uint32_t), .sets = NATU_SET_MEMORY
#define NONE(value) .absence = NATU_##value##_IS_NONE
#define INFO .sets = NATU_SET_INFO

static enum natu_presence is_mapped(const struct natu_address *address,
				    struct natu_value *value)
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
	/* Kernels of 2026 tell of a delayed ACK (5) where /proc and netstat see no
	 * timer. */
	value->word = &kinds[socket->timer < TIMER_NUMBERS ? socket->timer : TIMER_OFF];
	return NATU_HAS;
}

static enum natu_presence get_timer_expires(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	(void)index;
	if (socket->timer == TIMER_OFF || socket->timer >= TIMER_NUMBERS)
		return NATU_NONE;
	value->number = socket->expires_ms;
	return NATU_HAS;
}

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

/* THE COLUMN TABLE. */
const struct natu_column natu_columns[] = {
	{ "proto", "Proto", FACT_BASE, FIELD(proto), .sets = NATU_SET_DEFAULT,
	  .help = "Protocol as netstat writes it: tcp, tcp6, udp, udp6, udpl, raw, ..." },
	{ "family", "Family", FACT_BASE, FIELD(family_name), .sets = NATU_SET_DEFAULT,
	  .help = "Address family of the socket: ipv4 or ipv6." },
	{ "state", "State", FACT_BASE, FIELD(state), .sets = NATU_SET_DEFAULT,
	  .help = "State of the connection; absent for an unconnected UDP or RAW socket." },
	{ "state_number", "StNo", FACT_BASE, FIELD(state_number),
	  .help = "The kernel's number of the state, as in the st column of /proc/net." },
	{ "local.address", "Local Address", FACT_INET, FIELD(local),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the local end; 0.0.0.0 or :: when it is any." },
	{ "local.port", "Local Port", FACT_INET, .unit = NATU_PORT, FIELD(local_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT,
	  .help = "Port of the local end." },
	{ "local.mapped", "Local Mapped", FACT_INET, GET(NATU_BOOL, get_local_mapped),
	  .help = "Whether the local address is an IPv4 address mapped into IPv6." },
	{ "peer.address", "Foreign Address", FACT_INET, FIELD(peer),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the remote end; 0.0.0.0 or :: when there is none." },
	{ "peer.port", "Foreign Port", FACT_INET, .unit = NATU_PORT, FIELD(peer_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT,
	  .help = "Port of the remote end." },
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
	{ "uid", "UID", FACT_UID, FIELD(uid), .sets = NATU_SET_DEFAULT,
	  .help = "User id of the socket's owner; a connection being made has its listener's." },
	NATU_COLUMNS_USER,
	{ "inode", "Inode", FACT_INODE, FIELD(inode), .sets = NATU_SET_DEFAULT,
	  .help = "Inode of the socket; absent where no descriptor can refer to it." },
	{ "cookie", "Cookie", FACT_COOKIE, IDENTITY(cookie), .sets = NATU_SET_DEFAULT,
	  .help = "Identity of the socket, unique until the next boot." },
	{ "mark", "Mark", FACT_MARK, IDENTITY(mark),
	  .help = "Mark that routing and packet filters see; the kernel tells it only to root." },
	{ "listener.queue", "Accept-Q", FACT_LISTENER, FIELD(accept_queue),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Connections that wait for the listener's accept." },
	{ "listener.limit", "Backlog", FACT_BACKLOG, FIELD(backlog),
	  .sets = NATU_SET_DEFAULT,
	  .help = "The most connections that may wait: the backlog that listen was given." },
	{ "listener.drops", "Drops", FACT_LISTENER_DROPS, .unit = NATU_PACKETS,
	  FIELD(drops), .sets = NATU_SET_MEMORY,
	  .help = "Connections that the listener had to turn away, as its queue was full." },
	{ "timer.kind", "Timer", FACT_TIMER, GET(NATU_WORD, get_timer_kind),
	  .sets = NATU_SET_TIMERS,
	  .help = "Timer that runs: off, on (retransmission), keepalive, timewait or probe." },
	{ "timer.expires_ms", "Expires", FACT_TIMER, .unit = NATU_MS,
	  GET(NATU_UINT, get_timer_expires), .sets = NATU_SET_TIMERS,
	  .help = "Time until the timer fires." },
	{ "timer.retransmits", "Retr", FACT_RETRIES, FIELD(retransmits),
	  .sets = NATU_SET_TIMERS,
	  .help = "Retransmissions in a row without an answer." },
	{ "timer.probes", "Probes", FACT_RETRIES, FIELD(probes), .sets = NATU_SET_TIMERS,
	  .help = "Probes of a zero window or of keepalive in a row without an answer." },
	NATU_COLUMNS_PROCESS,
	NATU_COLUMNS_CGROUP,
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
	  INFO, .help = "Bytes sent, retransmissions included." },
	{ "tcp.bytes_acked", "Acked", FACT_TCPINFO, .unit = NATU_BYTES, TCP(bytes_acked),
	  INFO, .help = "Bytes sent that the remote end has acknowledged." },
	{ "tcp.bytes_received", "Received", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(bytes_received), INFO, .help = "Bytes received and acknowledged." },
	{ "tcp.bytes_retransmitted", "Resent", FACT_TCPINFO, .unit = NATU_BYTES,
	  TCP(bytes_retrans), INFO, .help = "Bytes sent again." },
	{ "tcp.notsent", "NotSent", FACT_TCPINFO, .unit = NATU_BYTES, TCP(notsent_bytes),
	  INFO, .help = "Bytes of the send queue that have not been sent even once." },
	{ "tcp.segments_sent", "SegsOut", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(segs_out), INFO,
	  .help = "Segments sent, retransmissions and bare acknowledgements included." },
	{ "tcp.segments_received", "SegsIn", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(segs_in), INFO, .help = "Segments received." },
	{ "tcp.data_segments_sent", "DataOut", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(data_segs_out), INFO, .help = "Segments sent that carried data." },
	{ "tcp.data_segments_received", "DataIn", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(data_segs_in), INFO, .help = "Segments received that carried data." },
	{ "tcp.retransmits", "Retrans", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(total_retrans), INFO,
	  .help = "Segments sent again since the connection was made." },
	{ "tcp.retransmitting", "InRetr", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(retrans), INFO,
	  .help = "Segments sent again that are not acknowledged yet." },
	{ "tcp.unacked", "Unacked", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(unacked),
	  INFO, .help = "Segments sent that are not acknowledged yet." },
	{ "tcp.sacked", "Sacked", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(sacked), INFO,
	  .help = "Segments acknowledged out of order." },
	{ "tcp.lost", "Lost", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(lost), INFO,
	  .help = "Segments held to be lost." },
	{ "tcp.dsack_dups", "DSACK", FACT_TCPINFO, .unit = NATU_SEGMENTS, TCP(dsack_dups),
	  INFO, .help = "Segments that the remote end reported as received twice." },
	{ "tcp.reordering", "Reorder", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(reordering), INFO,
	  .help = "Distance by which segments are allowed to be out of order." },
	{ "tcp.reordering_seen", "ReordSeen", FACT_TCPINFO, TCP(reord_seen), INFO,
	  .help = "How many times segments were seen out of order." },
	{ "tcp.out_of_order", "OOO", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(rcv_ooopack), INFO, .help = "Segments received out of order." },
	{ "tcp.delivered", "Delivered", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(delivered), INFO, .help = "Segments that the remote end has received." },
	{ "tcp.delivered_ce", "DelivCE", FACT_TCPINFO, .unit = NATU_SEGMENTS,
	  TCP(delivered_ce), INFO,
	  .help = "Segments delivered that the network marked as congested." },
	{ "tcp.pacing_rate", "Pacing", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(pacing_rate), NONE(MAX), INFO,
	  .help = "Rate at which sending is paced; absent without pacing." },
	{ "tcp.max_pacing_rate", "MaxPacing", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(max_pacing_rate), NONE(MAX), INFO,
	  .help = "Limit that the program set for the pacing rate; absent without one." },
	{ "tcp.delivery_rate", "DelivRate", FACT_TCPINFO, .unit = NATU_BYTES_PER_S,
	  TCP(delivery_rate), INFO,
	  .help = "Rate at which data lately reached the remote end." },
	{ "tcp.app_limited", "AppLim", FACT_TCPINFO, GET(NATU_BOOL, get_app_limited),
	  INFO,
	  .help = "Whether the delivery rate was limited by the program, not by the network." },
	{ "tcp.busy_us", "Busy", FACT_TCPINFO, .unit = NATU_US, TCP(busy_time), INFO,
	  .help = "Time during which there was data to send." },
	{ "tcp.rwnd_limited_us", "RwndLim", FACT_TCPINFO, .unit = NATU_US,
	  TCP(rwnd_limited), INFO,
	  .help = "Part of the busy time that the remote end's window held up." },
	{ "tcp.sndbuf_limited_us", "SndbufLim", FACT_TCPINFO, .unit = NATU_US,
	  TCP(sndbuf_limited), INFO,
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
	{ "tcp.rehashes", "Rehash", FACT_TCPINFO, TCP(rehash), INFO,
	  .help = "How many times another path was tried after a timeout." },
	{ "tcp.timeouts", "RTOs", FACT_TCPINFO, TCP(total_rto), INFO,
	  .help = "Retransmission timeouts since the connection was made." },
	{ "tcp.timeout_recoveries", "RTORecov", FACT_TCPINFO, TCP(total_rto_recoveries),
	  INFO, .help = "How many times the connection recovered from timeouts." },
	{ "tcp.timeout_ms", "RTOTime", FACT_TCPINFO, .unit = NATU_MS, TCP(total_rto_time),
	  INFO, .help = "Time spent in recoveries from timeouts." },
	{ "memory.receive", "RcvMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(RMEM_ALLOC),
	  .help = "Memory that received data takes." },
	{ "memory.receive_limit", "RcvBuf", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(RCVBUF), .help = "Size of the receive buffer." },
	{ "memory.send", "SndMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(WMEM_ALLOC),
	  .help = "Memory that data handed to the network takes." },
	{ "memory.send_limit", "SndBuf", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(SNDBUF),
	  .help = "Size of the send buffer." },
	{ "memory.forward", "FwdMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(FWD_ALLOC),
	  .help = "Memory set aside for the socket that it does not use yet." },
	{ "memory.queued", "QueuedMem", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(WMEM_QUEUED), .help = "Memory that the send queue takes." },
	{ "memory.options", "OptMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(OPTMEM),
	  .help = "Memory that socket options and filters take." },
	{ "memory.drops", "Drops", FACT_DROPS, .unit = NATU_PACKETS, FIELD(drops),
	  .sets = NATU_SET_MEMORY, .help = "Packets that were dropped at the socket." },
	{ "memory.backlog", "BacklogMem", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(BACKLOG),
	  .help = "Memory of packets that wait while the socket is in use." },
};

const size_t natu_columns_count = sizeof(natu_columns) / sizeof(natu_columns[0]);
