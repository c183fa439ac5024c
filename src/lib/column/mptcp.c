/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "kernel.h"

#include <string.h>

/* A member of mptcp_info, which lies where others have their tcp_info. */
#define MPTCP(member)                                            \
	.base = NATU_IN_TCP_INFO, .type = NATU_UINT,             \
	.size = sizeof(((struct kernel_mptcp_info *)0)->member), \
	.offset = offsetof(struct kernel_mptcp_info, member)
#define MPTCP_FLAG(member, bit)                                 \
	.base = NATU_IN_TCP_INFO, .type = NATU_BOOL, .size = 1, \
	.offset = offsetof(struct kernel_mptcp_info, member), .bits = (uint8_t)(bit)
#define SHOWN .sets = NATU_SET_MPTCP

/* What lies where an older kernel's shorter structure has what fills it up: it is there
 * if the member behind it is, too. */
static enum natu_presence get_number(const struct natu_socket *socket, size_t offset,
				     size_t behind, struct natu_value *value)
{
	uint32_t number;
	const void *bytes = natu_column_bytes(socket, NATU_IN_TCP_INFO, offset,
					      behind + 1 - offset);

	if (!bytes)
		return NATU_NONE;
	memcpy(&number, bytes, sizeof(number));
	value->number = number;
	return NATU_HAS;
}

static enum natu_presence get_retransmits(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return get_number(socket, offsetof(struct kernel_mptcp_info, retransmits),
			  offsetof(struct kernel_mptcp_info, bytes_retrans), value);
}

static enum natu_presence get_last_data_sent(const struct natu_socket *socket,
					     size_t index, struct natu_value *value)
{
	(void)index;
	return get_number(socket, offsetof(struct kernel_mptcp_info, last_data_sent),
			  offsetof(struct kernel_mptcp_info, last_data_recv), value);
}

static const struct natu_column rows[] = {
	{ "mptcp.token", "MToken", FACT_MPTCP_TOKEN, IDENTITY(mptcp_token), SHOWN,
	  .help = "Token of an MPTCP connection, which its subflows in -t share; theirs root's before 6.15." },
	{ "mptcp.subflows", "Subflows", FACT_MPTCP, MPTCP(subflows), SHOWN,
	  .help = "Subflows of an MPTCP connection besides its first; in -t they have its inode." },
	{ "mptcp.subflows_total", "AllSubflows", FACT_MPTCP, MPTCP(subflows_total),
	  .help = "All subflows of the connection." },
	{ "mptcp.subflows_max", "MaxSubflows", FACT_MPTCP, MPTCP(subflows_max),
	  .help = "The most further subflows that it may have." },
	{ "mptcp.fallback", "Fallback", FACT_MPTCP, MPTCP_FLAG(flags, 1), SHOWN,
	  .help = "Whether it fell back to plain TCP." },
	{ "mptcp.remote_key", "RemoteKey", FACT_MPTCP, MPTCP_FLAG(flags, 2),
	  .help = "Whether the other end's key was received." },
	{ "mptcp.checksum", "Checksum", FACT_MPTCP, MPTCP_FLAG(csum_enabled, 1),
	  .help = "Whether data carries checksums." },
	{ "mptcp.addresses_signaled", "AddrSent", FACT_MPTCP, MPTCP(add_addr_signal),
	  .help = "Addresses that were announced to the other end." },
	{ "mptcp.addresses_accepted", "AddrTaken", FACT_MPTCP, MPTCP(add_addr_accepted),
	  .help = "Addresses that the other end announced and that were taken." },
	{ "mptcp.bytes_sent", "MSent", FACT_MPTCP, .unit = NATU_BYTES, MPTCP(bytes_sent),
	  .help = "Bytes sent over all subflows." },
	{ "mptcp.bytes_received", "MReceived", FACT_MPTCP, .unit = NATU_BYTES,
	  MPTCP(bytes_received), .help = "Bytes received over all subflows." },
	{ "mptcp.bytes_acked", "MAcked", FACT_MPTCP, .unit = NATU_BYTES,
	  MPTCP(bytes_acked), .help = "Bytes that the other end has acknowledged." },
	{ "mptcp.bytes_retransmitted", "MResent", FACT_MPTCP, .unit = NATU_BYTES,
	  MPTCP(bytes_retrans), .help = "Bytes sent again on another subflow." },
	{ "mptcp.retransmits", "MRetrans", FACT_MPTCP, GET(NATU_UINT, get_retransmits),
	  .help = "How many times data was sent again on another subflow." },
	{ "mptcp.last_data_sent_ms", "MLastSnd", FACT_MPTCP, .unit = NATU_MS,
	  GET(NATU_UINT, get_last_data_sent), .help = "Time since data was last sent." },
	{ "mptcp.last_data_received_ms", "MLastRcv", FACT_MPTCP, .unit = NATU_MS,
	  MPTCP(last_data_recv), .help = "Time since data was last received." },
	{ "mptcp.last_ack_received_ms", "MLastAck", FACT_MPTCP, .unit = NATU_MS,
	  MPTCP(last_ack_recv),
	  .help = "Time since an acknowledgement was last received." },
};

NATU_COLUMN_PART(natu_columns_mptcp, rows);
