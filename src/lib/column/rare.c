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
	{ "xdp.queue", "Queue", FACT_XDP, FIELD(of.xdp.queue), .sets = NATU_SET_XDP,
	  .help = "Queue of the interface that an XDP socket is bound to." },
	{ "tipc.node", "Node", FACT_TIPC, IDENTITY(of.tipc.node), .sets = NATU_SET_TIPC,
	  .help = "Address of the node of a TIPC socket." },
	{ "tipc.reference", "Reference", FACT_TIPC, FIELD(of.tipc.reference),
	  .sets = NATU_SET_TIPC, .help = "Port of a TIPC socket on its node." },
	{ "smc.mode", "Mode", FACT_SMC, GET(NATU_WORD, get_smc_mode), .word_at = mode_at,
	  .sets = NATU_SET_SMC,
	  .help = "What an SMC socket goes over: SMC-R, SMC-D, or TCP where that was refused." },
};

NATU_COLUMN_PART(natu_columns_rare, rows);
