/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "addresses.h"
#include "kernel.h"
#include "state.h"

#include <string.h>

/* A member of sctp_info, which lies where others have their tcp_info. */
#define SCTP(member)                                            \
	.base = NATU_IN_TCP_INFO, .type = NATU_UINT,            \
	.size = sizeof(((struct kernel_sctp_info *)0)->member), \
	.offset = offsetof(struct kernel_sctp_info, member)
#define SCTP_TAG(member)                                        \
	.base = NATU_IN_TCP_INFO, .type = NATU_HEX,             \
	.size = sizeof(((struct kernel_sctp_info *)0)->member), \
	.offset = offsetof(struct kernel_sctp_info, member)
#define SCTP_FLAG(member, bit)                                  \
	.base = NATU_IN_TCP_INFO, .type = NATU_BOOL, .size = 1, \
	.offset = offsetof(struct kernel_sctp_info, member), .bits = (bit)
/* An option of the socket. */
#define OPTION(kind, member)                                                       \
	.type = (kind), .size = sizeof(((struct kernel_sctp_options *)0)->member), \
	.base = NATU_IN_SCTP_OPTIONS,                                              \
	.offset = offsetof(struct kernel_sctp_options, member)
#define SWITCH(member) OPTION(NATU_BOOL, member), .bits = 0xff
#define LIST(which) GET(NATU_ADDRESS, get_##which), .count = count_##which

#define SHOWN .sets = NATU_SET_SCTP
#define BRIEFLY .sets = NATU_SET_SCTP | NATU_SET_BRIEF
#define INFO_BRIEFLY .sets = NATU_SET_SCTP_INFO | NATU_SET_BRIEF
#define INFO .sets = NATU_SET_SCTP_INFO

static enum natu_presence list_item(const struct natu_socket *socket, bool is_peer,
				    size_t index, struct natu_value *value)
{
	return natu_address_at(socket, is_peer, index, &value->address) ? NATU_HAS
									: NATU_NONE;
}

static enum natu_presence get_local_addresses(const struct natu_socket *socket,
					      size_t index, struct natu_value *value)
{
	return list_item(socket, false, index, value);
}

static enum natu_presence get_peer_addresses(const struct natu_socket *socket,
					     size_t index, struct natu_value *value)
{
	return list_item(socket, true, index, value);
}

static size_t count_local_addresses(const struct natu_socket *socket)
{
	return socket->addresses[0].count;
}

static size_t count_peer_addresses(const struct natu_socket *socket)
{
	return socket->addresses[1].count;
}

/* sock_diag has it in sctp_info, and /proc as a star in the list. */
static enum natu_presence get_primary(const struct natu_socket *socket, size_t index,
				      struct natu_value *value)
{
	const unsigned char *bytes;
	bool found = false;

	if (socket->facts & FACT_SCTP) {
		bytes = natu_column_bytes(socket, NATU_IN_TCP_INFO,
					  offsetof(struct kernel_sctp_info, p_address),
					  NATU_SOCKADDR_SIZE);
		found = bytes && natu_address_load(bytes, &value->address);
	} else if (natu_address_starred(socket, &index)) {
		found = natu_address_at(socket, true, index, &value->address);
	}
	return found ? NATU_HAS : NATU_NONE;
}

/* enum sctp_spinfo_state: include/uapi/linux/sctp.h; the last one is 0xffff there. */
static const struct natu_word path_states[] = {
	{ "inactive", 8 },     { "failing", 7 }, { "active", 6 },
	{ "unconfirmed", 11 }, { "unknown", 7 },
};

enum { PATH_STATES = sizeof(path_states) / sizeof(path_states[0]) };

static const struct natu_word *path_state_at(size_t index)
{
	return index < PATH_STATES ? &path_states[index] : NULL;
}

static enum natu_presence get_path_state(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	const unsigned char *bytes = natu_column_bytes(
		socket, NATU_IN_TCP_INFO, offsetof(struct kernel_sctp_info, p_state), 4);
	uint32_t state;

	(void)index;
	if (!bytes)
		return NATU_NONE;
	memcpy(&state, bytes, sizeof(state));
	value->word = &path_states[state < PATH_STATES ? state : PATH_STATES - 1];
	return NATU_HAS;
}

/* The socket that has the associations goes through states of TCP's names. */
static enum natu_presence get_socket_state(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	(void)index;
	value->word = natu_stream_state(socket->sctp_socket.state);
	return value->word ? NATU_HAS : NATU_NONE;
}

static const struct natu_column rows[] = {
	{ "sctp.local_addresses", "Local Addresses", FACT_ADDRESSES,
	  LIST(local_addresses), BRIEFLY,
	  .help = "All addresses of the local end; filters match any of them." },
	{ "sctp.peer_addresses", "Foreign Addresses", FACT_ADDRESSES,
	  LIST(peer_addresses), BRIEFLY,
	  .help = "All addresses of the remote end, none of an endpoint; filters match any." },
	{ "sctp.primary", "Primary", FACT_SCTP_STREAMS, GET(NATU_ADDRESS, get_primary),
	  INFO,
	  .help = "Address of the remote end to which data is sent as long as that works." },
	{ "sctp.association", "Assoc", FACT_SCTP_RETRIES, FIELD(of.sctp.association),
	  .help = "Number of the association, by which programs know it; /proc alone tells." },
	{ "sctp.socket_state", "Socket", FACT_ADDRESSES, GET(NATU_WORD, get_socket_state),
	  .help = "State of the socket that the association belongs to; netstat shows it." },
	{ "sctp.streams_in", "In", FACT_SCTP_STREAMS, FIELD(of.sctp.streams_in), BRIEFLY,
	  .help = "Streams on which the remote end can send." },
	{ "sctp.streams_out", "Out", FACT_SCTP_STREAMS, FIELD(of.sctp.streams_out),
	  BRIEFLY, .help = "Streams on which this end can send." },
	{ "sctp.heartbeat_jiffies", "Heartbeat", FACT_SCTP_STREAMS,
	  FIELD(of.sctp.heartbeat),
	  .help = "Time between heartbeats, in ticks of the kernel's clock, whose length it does not tell." },
	{ "sctp.retransmits_max", "MaxRetr", FACT_SCTP_RETRIES,
	  FIELD(of.sctp.retransmits_max),
	  .help = "Retransmissions in a row after which the association is given up; /proc alone tells." },
	{ "sctp.init_retransmits", "T1", FACT_SCTP_RETRIES, FIELD(of.sctp.t1_count),
	  .help = "How often the beginning of the association was sent again; /proc alone tells." },
	{ "sctp.shutdown_retransmits", "T2", FACT_SCTP_RETRIES, FIELD(of.sctp.t2_count),
	  .help = "How often the end of the association was sent again; /proc alone tells." },
	{ "sctp.data_retransmits", "Rtx", FACT_SCTP_RETRIES, FIELD(of.sctp.rtx_count),
	  .help = "How many chunks of data were sent again; /proc alone tells." },
	{ "sctp.tag", "Tag", FACT_SCTP, SCTP_TAG(tag), INFO,
	  .help = "Verification tag of the packets that this end receives." },
	{ "sctp.peer_tag", "PeerTag", FACT_SCTP, SCTP_TAG(peer_tag), INFO,
	  .help = "Verification tag of the packets that this end sends; 0 until the other end has answered." },
	{ "sctp.rwnd", "Rwnd", FACT_SCTP, .unit = NATU_BYTES, SCTP(rwnd), BRIEFLY,
	  .help = "Window that this end offers: what the remote end may still send." },
	{ "sctp.peer_rwnd", "PeerRwnd", FACT_SCTP, .unit = NATU_BYTES, SCTP(peer_rwnd),
	  BRIEFLY, .help = "Window of the remote end: what this end may still send." },
	{ "sctp.unacked", "Unacked", FACT_SCTP, SCTP(unackdata), BRIEFLY, SUMS,
	  .help = "Chunks of data sent that the remote end has not acknowledged." },
	{ "sctp.pending", "Pending", FACT_SCTP, SCTP(penddata), SHOWN, SUMS,
	  .help = "Chunks of data received beyond a gap, which the program cannot read yet." },
	{ "sctp.chunks_in", "InQ", FACT_SCTP, SCTP(inqueue), INFO, SUMS,
	  .help = "Packets received whose chunks were not looked at yet." },
	{ "sctp.chunks_out", "OutQ", FACT_SCTP, SCTP(outqueue), INFO_BRIEFLY, SUMS,
	  .help = "Chunks of data that wait to be sent for the first time." },
	{ "sctp.errors", "Errors", FACT_SCTP, SCTP(overall_error), INFO_BRIEFLY,
	  .help = "Retransmissions and heartbeats in a row without an answer, on all paths." },
	{ "sctp.max_burst", "Burst", FACT_SCTP, SCTP(max_burst), INFO,
	  .help = "The most packets that are sent at once." },
	{ "sctp.max_segment", "MaxSeg", FACT_SCTP, .unit = NATU_BYTES, SCTP(maxseg), INFO,
	  .help = "The most data in a chunk: longer messages are divided." },
	{ "sctp.zero_window", "ZeroWindow", FACT_SCTP, SCTP_FLAG(peer_sack, 1), INFO,
	  .help = "Whether this end had to announce that it has no more room." },
	{ "sctp.peer_auth", "Auth", FACT_SCTP, SCTP_FLAG(peer_capable, 1), INFO,
	  .help = "Whether the remote end can authenticate chunks (RFC 4895)." },
	{ "sctp.peer_partial", "Partial", FACT_SCTP, SCTP_FLAG(peer_capable, 2), INFO,
	  .help = "Whether the remote end knows partial reliability (RFC 3758)." },
	{ "sctp.peer_asconf", "ASCONF", FACT_SCTP, SCTP_FLAG(peer_capable, 4), INFO,
	  .help = "Whether the remote end can change its addresses (RFC 5061)." },
	{ "sctp.peer_reconf", "Reconf", FACT_SCTP, SCTP_FLAG(peer_capable, 8), INFO,
	  .help = "Whether the remote end can reset streams (RFC 6525)." },
	{ "sctp.peer_ipv6", "PeerIPv6", FACT_SCTP, SCTP_FLAG(peer_capable, 16), INFO,
	  .help = "Whether the remote end takes addresses of IPv6." },
	{ "sctp.peer_ipv4", "PeerIPv4", FACT_SCTP, SCTP_FLAG(peer_capable, 32), INFO,
	  .help = "Whether the remote end takes addresses of IPv4." },
	{ "sctp.peer_ecn", "PeerECN", FACT_SCTP, SCTP_FLAG(peer_capable, 64), INFO,
	  .help = "Whether the remote end takes part in explicit congestion notification." },
	{ "sctp.peer_interleave", "Interleave", FACT_SCTP, SCTP_FLAG(peer_capable, 128),
	  INFO, .help = "Whether the remote end can interleave messages (RFC 8260)." },
	{ "sctp.packets_sent", "PktSent", FACT_SCTP, .unit = NATU_PACKETS, SCTP(opackets),
	  INFO_BRIEFLY, SUMS, .help = "Packets sent." },
	{ "sctp.packets_received", "PktRcvd", FACT_SCTP, .unit = NATU_PACKETS,
	  SCTP(ipackets), INFO_BRIEFLY, SUMS, .help = "Packets received." },
	{ "sctp.ordered_sent", "OrdSent", FACT_SCTP, SCTP(oodchunks), INFO, SUMS,
	  .help = "Chunks of data sent in the order of their stream." },
	{ "sctp.ordered_received", "OrdRcvd", FACT_SCTP, SCTP(iodchunks), INFO, SUMS,
	  .help = "Chunks of data received in the order of their stream." },
	{ "sctp.unordered_sent", "UnordSent", FACT_SCTP, SCTP(ouodchunks), INFO, SUMS,
	  .help = "Chunks of data sent in no order." },
	{ "sctp.unordered_received", "UnordRcvd", FACT_SCTP, SCTP(iuodchunks), INFO, SUMS,
	  .help = "Chunks of data received in no order." },
	{ "sctp.control_sent", "CtlSent", FACT_SCTP, SCTP(octrlchunks), INFO, SUMS,
	  .help = "Chunks sent that are no data." },
	{ "sctp.control_received", "CtlRcvd", FACT_SCTP, SCTP(ictrlchunks), INFO, SUMS,
	  .help = "Chunks received that are no data." },
	{ "sctp.sacks_sent", "SackSent", FACT_SCTP, SCTP(osacks), INFO, SUMS,
	  .help = "Acknowledgements sent." },
	{ "sctp.sacks_received", "SackRcvd", FACT_SCTP, SCTP(isacks), INFO, SUMS,
	  .help = "Acknowledgements received." },
	{ "sctp.retransmitted", "Resent", FACT_SCTP, SCTP(rtxchunks), INFO_BRIEFLY, SUMS,
	  .help = "Chunks sent again." },
	{ "sctp.gaps", "Gaps", FACT_SCTP, SCTP(gapcnt), INFO, SUMS,
	  .help = "Gaps that the remote end has told of in its acknowledgements." },
	{ "sctp.duplicates", "Dups", FACT_SCTP, SCTP(idupchunks), INFO, SUMS,
	  .help = "Chunks of data received more than once." },
	{ "sctp.out_of_sequence", "OutOfSeq", FACT_SCTP, SCTP(outofseqtsns), INFO, SUMS,
	  .help = "Chunks of data received with a number that is out of the window." },
	{ "sctp.path_state", "Path", FACT_SCTP, GET(NATU_WORD, get_path_state),
	  .word_at = path_state_at, INFO_BRIEFLY,
	  .help = "State of the primary path: active, inactive, failing, unconfirmed or unknown." },
	{ "sctp.path_cwnd", "Cwnd", FACT_SCTP, .unit = NATU_BYTES, SCTP(p_cwnd),
	  INFO_BRIEFLY, .help = "Congestion window of the primary path." },
	{ "sctp.path_ssthresh", "Ssthresh", FACT_SCTP, .unit = NATU_BYTES,
	  SCTP(p_ssthresh), INFO, .help = "Slow-start threshold of the primary path." },
	{ "sctp.path_flight", "Flight", FACT_SCTP, .unit = NATU_BYTES,
	  SCTP(p_flight_size), INFO, SUMS,
	  .help = "Bytes on their way on the primary path." },
	{ "sctp.path_partial", "PartAcked", FACT_SCTP, .unit = NATU_BYTES,
	  SCTP(p_partial_bytes_acked), INFO,
	  .help = "Bytes acknowledged on the primary path since its window last grew." },
	{ "sctp.path_rto_ms", "RTO", FACT_SCTP, .unit = NATU_MS, SCTP(p_rto),
	  INFO_BRIEFLY, .help = "Retransmission timeout of the primary path." },
	{ "sctp.path_srtt_jiffies", "SRTT", FACT_SCTP, SCTP(p_srtt), INFO,
	  .help = "Round-trip time of the primary path, in ticks of the kernel's clock, whose length it does not tell." },
	{ "sctp.path_sack_delay_ms", "SackDelay", FACT_SCTP, .unit = NATU_MS,
	  SCTP(p_sackdelay), INFO,
	  .help = "How long an acknowledgement may be put off on the primary path." },
	{ "sctp.path_retransmits_max", "PathMaxRetr", FACT_SCTP, SCTP(p_pathmaxrxt), INFO,
	  .help = "Retransmissions in a row after which the primary path is inactive." },
	{ "sctp.path_errors", "PathErrors", FACT_SCTP, SCTP(p_error), INFO,
	  .help = "Retransmissions and heartbeats in a row without an answer, on the primary path." },
	{ "sctp.autoclose_s", "Autoclose", FACT_ADDRESSES, OPTION(NATU_UINT, autoclose),
	  NONE(ZERO), INFO,
	  .help = "Seconds after which an idle association is closed; absent for never." },
	{ "sctp.adaptation", "Adaptation", FACT_ADDRESSES,
	  OPTION(NATU_UINT, adaptation_ind), INFO,
	  .help = "Adaptation layer that the program announces." },
	{ "sctp.partial_delivery", "PDPoint", FACT_ADDRESSES, .unit = NATU_BYTES,
	  OPTION(NATU_UINT, pd_point), NONE(ZERO), INFO,
	  .help = "Bytes of a message after which its beginning is delivered; absent if not set." },
	{ "sctp.nodelay", "NoDelay", FACT_ADDRESSES, SWITCH(nodelay), INFO,
	  .help = "Whether small chunks are sent at once." },
	{ "sctp.no_fragments", "NoFragments", FACT_ADDRESSES, SWITCH(disable_fragments),
	  INFO, .help = "Whether a message that does not fit into a packet is refused." },
	{ "sctp.v4mapped", "V4Mapped", FACT_ADDRESSES, SWITCH(v4mapped), INFO,
	  .help = "Whether the program gets addresses of IPv4 mapped into IPv6." },
	{ "sctp.interleave", "IntlLevel", FACT_ADDRESSES,
	  OPTION(NATU_UINT, frag_interleave), INFO,
	  .help = "How far the parts of several messages may be mixed when they are delivered: 0 to 2." },
};

NATU_COLUMN_PART(natu_columns_sctp, rows);
