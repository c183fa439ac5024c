/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "kernel.h"

/* A number of skmem, as received. */
#define MEMORY(number)                                                       \
	.base = NATU_IN_MEMORY, .type = NATU_UINT, .size = sizeof(uint32_t), \
	.offset = KERNEL_SK_##number * sizeof(uint32_t), .sets = BRIEF(MEMORY)

static const struct natu_column rows[] = {
	{ "memory.receive", "RcvMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(RMEM_ALLOC),
	  SUMS, .help = "Memory that received data takes." },
	{ "memory.receive_limit", "RcvBuf", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(RCVBUF), SUMS, .help = "Size of the receive buffer." },
	{ "memory.send", "SndMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(WMEM_ALLOC),
	  SUMS, .help = "Memory that data handed to the network takes." },
	{ "memory.send_limit", "SndBuf", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(SNDBUF),
	  SUMS, .help = "Size of the send buffer." },
	{ "memory.forward", "FwdMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(FWD_ALLOC),
	  SUMS, .help = "Memory set aside for the socket that it does not use yet." },
	{ "memory.queued", "QueuedMem", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(WMEM_QUEUED), SUMS, .help = "Memory that the send queue takes." },
	{ "memory.options", "OptMem", FACT_MEMORY, .unit = NATU_BYTES, MEMORY(OPTMEM),
	  SUMS, .help = "Memory that socket options and filters take." },
	{ "memory.drops", "Drops", FACT_DROPS, .unit = NATU_PACKETS, FIELD(drops),
	  .sets = BRIEF(MEMORY), SUMS,
	  .help = "Packets that were dropped at the socket." },
	{ "memory.backlog", "BacklogMem", FACT_MEMORY, .unit = NATU_BYTES,
	  MEMORY(BACKLOG), SUMS,
	  .help = "Memory of packets that wait while the socket is in use." },
};

NATU_COLUMN_PART(natu_columns_memory, rows);
