/* SPDX-License-Identifier: MIT */
#include "column/row.h"

/* include/uapi/linux/smc_diag.h: SMC_DIAG_MODE_* */
static const struct natu_word modes[] = {
	{ "SMC-R", 5 },
	{ "TCP", 3 },
	{ "SMC-D", 5 },
};

enum { MODES = sizeof(modes) / sizeof(modes[0]) };

static enum natu_presence get_smc_mode(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	if (socket->of.smc.mode >= MODES)
		return NATU_NONE;
	value->word = &modes[socket->of.smc.mode];
	return NATU_HAS;
}

static const struct natu_word *mode_at(size_t index)
{
	return index < MODES ? &modes[index] : NULL;
}

/* net/smc/smc.h: the states of SMC, under the names that smcss(8) has for them */
static const struct natu_word smc_states[] = {
	[1] = { "ACTIVE", 6 },	     [2] = { "INIT", 4 },
	[7] = { "CLOSED", 6 },	     [10] = { "LISTEN", 6 },
	[20] = { "PEERCLW1", 8 },    [21] = { "PEERCLW2", 8 },
	[22] = { "APPLCLW1", 8 },    [23] = { "APPLCLW2", 8 },
	[24] = { "APPLFINCLW", 10 }, [25] = { "PEERFINCLW", 10 },
	[26] = { "PEERABORTW", 10 }, [27] = { "PROCESSABORT", 12 },
};

enum { SMC_STATES = sizeof(smc_states) / sizeof(smc_states[0]) };

static enum natu_presence get_smc_state(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	(void)index;
	if (socket->of.smc.state >= SMC_STATES ||
	    !smc_states[socket->of.smc.state].length)
		return NATU_NONE;
	value->word = &smc_states[socket->of.smc.state];
	return NATU_HAS;
}

static const struct natu_word *smc_state_at(size_t index)
{
	for (size_t i = 0; i < SMC_STATES; i++)
		if (smc_states[i].length && index-- == 0)
			return &smc_states[i];
	return NULL;
}

/* The kernel does not tell it of a socket that is connected. */
static enum natu_presence get_published(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	(void)index;
	if (socket->of.tipc.peer_reference != UINT64_MAX)
		return NATU_NONE;
	value->truth = socket->of.tipc.flags & NATU_TIPC_PUBLISHED;
	return NATU_HAS;
}

/* The kernel's flag of a UMEM: include/uapi/linux/xdp_diag.h */
enum { UMEM_ZEROCOPY = 1 };

static enum natu_presence get_zerocopy(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	if (socket->of.xdp.umem_id == UINT32_MAX)
		return NATU_NONE;
	value->truth = socket->of.xdp.umem_flags & UMEM_ZEROCOPY;
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "vsock.cid", "CID", FACT_VSOCK, FIELD(of.vsock.cid), NONE(MAX),
	  .sets = NATU_SET_VSOCK,
	  .help = "Machine of the local end of a vsock socket: 2 is the host; absent for any." },
	{ "vsock.port", "VPort", FACT_VSOCK, FIELD(of.vsock.port), NONE(MAX),
	  .sets = NATU_SET_VSOCK, .help = "Port of the local end of a vsock socket." },
	{ "vsock.peer_cid", "Peer CID", FACT_VSOCK_PEER, FIELD(of.vsock.peer_cid),
	  NONE(MAX), .sets = NATU_SET_VSOCK,
	  .help = "Machine of the remote end of a vsock socket." },
	{ "vsock.peer_port", "Peer VPort", FACT_VSOCK_PEER, FIELD(of.vsock.peer_port),
	  NONE(MAX), .sets = NATU_SET_VSOCK,
	  .help = "Port of the remote end of a vsock socket." },
	{ "xdp.queue", "Queue", FACT_XDP, FIELD(of.xdp.queue), NONE(MAX),
	  .sets = NATU_SET_XDP,
	  .help = "Queue of the interface that an XDP socket is bound to." },
	{ "xdp.receive_ring", "RxRing", FACT_XDP, FIELD(of.xdp.receive_ring), NONE(MAX),
	  .sets = NATU_SET_XDP,
	  .help = "Entries of the ring from which an XDP socket receives." },
	{ "xdp.send_ring", "TxRing", FACT_XDP, FIELD(of.xdp.send_ring), NONE(MAX),
	  .sets = NATU_SET_XDP,
	  .help = "Entries of the ring into which an XDP socket sends." },
	{ "xdp.fill_ring", "FillRing", FACT_XDP, FIELD(of.xdp.fill_ring), NONE(MAX),
	  .help = "Entries of the ring that hands free memory to the kernel." },
	{ "xdp.completion_ring", "ComplRing", FACT_XDP, FIELD(of.xdp.completion_ring),
	  NONE(MAX), .help = "Entries of the ring that gives sent memory back." },
	{ "xdp.umem", "UMEM", FACT_XDP, FIELD(of.xdp.umem_id), NONE(MAX),
	  .sets = NATU_SET_XDP,
	  .help = "Number of the memory of an XDP socket: sockets that share it have the same." },
	{ "xdp.umem_size", "UMEMSize", FACT_XDP, .unit = NATU_BYTES,
	  FIELD(of.xdp.umem_size), NONE(MAX), .help = "Size of that memory." },
	{ "xdp.umem_pages", "UMEMPages", FACT_XDP, FIELD(of.xdp.umem_pages), NONE(MAX),
	  .help = "The same in pages." },
	{ "xdp.umem_chunk", "Chunk", FACT_XDP, .unit = NATU_BYTES,
	  FIELD(of.xdp.umem_chunk), NONE(MAX),
	  .help = "Size of the chunks that it is divided into." },
	{ "xdp.umem_headroom", "Headroom", FACT_XDP, .unit = NATU_BYTES,
	  FIELD(of.xdp.umem_headroom), NONE(MAX),
	  .help = "What is left free at the beginning of a chunk." },
	{ "xdp.umem_sockets", "UMEMSockets", FACT_XDP, FIELD(of.xdp.umem_users),
	  NONE(MAX), .help = "How many XDP sockets share it." },
	{ "xdp.zerocopy", "ZeroCopy", FACT_XDP, GET(NATU_BOOL, get_zerocopy),
	  .help = "Whether the interface works in that memory itself." },
	{ "xdp.receive_dropped", "RxDropped", FACT_XDP, .unit = NATU_PACKETS,
	  FIELD(of.xdp.receive_dropped), NONE(MAX), SUMS,
	  .help = "Packets for an XDP socket that were dropped for other reasons than these." },
	{ "xdp.receive_invalid", "RxInvalid", FACT_XDP, FIELD(of.xdp.receive_invalid),
	  NONE(MAX), SUMS, .help = "Descriptors of free memory that were not valid." },
	{ "xdp.receive_full", "RxFull", FACT_XDP, .unit = NATU_PACKETS,
	  FIELD(of.xdp.receive_full), NONE(MAX), SUMS,
	  .help = "Packets that were dropped since the ring of an XDP socket was full." },
	{ "xdp.fill_empty", "FillEmpty", FACT_XDP, FIELD(of.xdp.fill_empty), NONE(MAX),
	  SUMS, .help = "How often a packet found no free memory." },
	{ "xdp.send_invalid", "TxInvalid", FACT_XDP, FIELD(of.xdp.send_invalid),
	  NONE(MAX), SUMS,
	  .help = "Descriptors of packets to be sent that were not valid." },
	{ "xdp.send_empty", "TxEmpty", FACT_XDP, FIELD(of.xdp.send_empty), NONE(MAX),
	  SUMS, .help = "How often there was nothing to be sent." },
	{ "tipc.node", "Node", FACT_TIPC, IDENTITY(of.tipc.node), NONE(MAX),
	  .sets = NATU_SET_TIPC,
	  .help = "Address of the node of a TIPC socket; 0 before the node has one." },
	{ "tipc.reference", "Reference", FACT_TIPC, FIELD(of.tipc.reference),
	  .sets = NATU_SET_TIPC, .help = "Port of a TIPC socket on its node." },
	{ "tipc.peer_node", "Peer Node", FACT_TIPC, IDENTITY(of.tipc.peer_node),
	  NONE(MAX), .sets = NATU_SET_TIPC,
	  .help = "Node of the TIPC socket that it is connected to." },
	{ "tipc.peer_reference", "Peer Reference", FACT_TIPC,
	  FIELD(of.tipc.peer_reference), NONE(MAX), .sets = NATU_SET_TIPC,
	  .help = "Port of the TIPC socket that it is connected to." },
	{ "tipc.service_type", "Service", FACT_TIPC, FIELD(of.tipc.service_type),
	  NONE(MAX), .sets = NATU_SET_TIPC,
	  .help = "Type of the service by which it was connected." },
	{ "tipc.service_instance", "Instance", FACT_TIPC, FIELD(of.tipc.service_instance),
	  NONE(MAX), .sets = NATU_SET_TIPC, .help = "Instance of that service." },
	{ "tipc.published", "Published", FACT_TIPC, GET(NATU_BOOL, get_published),
	  .sets = NATU_SET_TIPC,
	  .help = "Whether a TIPC socket offers a service; not told of a connected one." },
	{ "tipc.receive_queue", "RecvMsgs", FACT_TIPC, FIELD(of.tipc.received), NONE(MAX),
	  .sets = NATU_SET_TIPC, SUMS,
	  .help = "Messages that wait to be read from a TIPC socket; of a listener, connections." },
	{ "tipc.send_queue", "SendMsgs", FACT_TIPC, FIELD(of.tipc.sent), NONE(MAX),
	  .sets = NATU_SET_TIPC, SUMS, .help = "Messages that wait to be sent." },
	{ "tipc.link_congested", "LinkCong", FACT_TIPC,
	  BIT(of.tipc.flags, NATU_TIPC_LINK_CONGESTED),
	  .help = "Whether it waits for a link to another node." },
	{ "tipc.peer_congested", "PeerCong", FACT_TIPC,
	  BIT(of.tipc.flags, NATU_TIPC_PEER_CONGESTED),
	  .help = "Whether it waits for the other end of its connection." },
	{ "tipc.group", "Group", FACT_TIPC, FIELD(of.tipc.group), NONE(MAX),
	  .help = "Communication group that a TIPC socket is a member of." },
	{ "tipc.group_instance", "Member", FACT_TIPC, FIELD(of.tipc.group_instance),
	  NONE(MAX), .help = "As which member." },
	{ "smc.mode", "Mode", FACT_SMC, GET(NATU_WORD, get_smc_mode), .word_at = mode_at,
	  .sets = NATU_SET_SMC,
	  .help = "What an SMC socket goes over: SMC-R, SMC-D, or TCP where that was refused." },
	{ "smc.state", "SMC State", FACT_SMC, GET(NATU_WORD, get_smc_state),
	  .word_at = smc_state_at,
	  .help = "State of an SMC socket by its own name; the column state has TCP's for the same." },
	{ "smc.fallback_reason", "Reason", FACT_SMC, IDENTITY(of.smc.fallback_reason),
	  NONE(ZERO), .sets = NATU_SET_SMC,
	  .help = "Why it goes over TCP: SMC_CLC_DECL_* of the kernel." },
	{ "smc.peer_diagnosis", "Peer Reason", FACT_SMC, IDENTITY(of.smc.peer_diagnosis),
	  NONE(ZERO), .help = "The same as the other end sees it." },
};

NATU_COLUMN_PART(natu_columns_rare, rows);
