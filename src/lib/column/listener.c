/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

/* The kernel turns connections away when there are more than the limit. */
static enum natu_presence get_full_percent(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	(void)index;
	value->real = (double)socket->accept_queue * 100 / ((double)socket->backlog + 1);
	return NATU_HAS;
}

static enum natu_presence get_client_inode(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	uint32_t inode;

	memcpy(&inode, socket->of.local.clients + index * sizeof(inode), sizeof(inode));
	value->number = inode;
	return inode ? NATU_HAS : NATU_NONE;
}

static const struct natu_column rows[] = {
	{ "listener.queue", "Accept-Q", FACT_LISTENER, FIELD(accept_queue),
	  .sets = NATU_SET_DEFAULT, SUMS,
	  .help = "Connections that wait for the listener's accept." },
	{ "listener.limit", "Backlog", FACT_BACKLOG, FIELD(backlog),
	  .sets = NATU_SET_DEFAULT,
	  .help = "The most connections that may wait: the backlog that listen was given." },
	{ "listener.full_percent", "Full%", FACT_BACKLOG, .unit = NATU_PERCENT,
	  GET(NATU_REAL, get_full_percent),
	  .help = "How full the queue is: queue / (limit + 1) * 100, as one more than the limit may wait." },
	{ "listener.drops", "Drops", FACT_LISTENER_DROPS, .unit = NATU_PACKETS,
	  FIELD(drops), .sets = NATU_SET_MEMORY, SUMS,
	  .help = "Connections that the listener had to turn away, as its queue was full." },
	{ "listener.client.inode", "Client Inode", FACT_CLIENTS,
	  GET(NATU_UINT, get_client_inode), .many = NATU_OF_CLIENTS,
	  .help = "Inodes of the UNIX sockets whose connections wait for the listener's accept." },
};

NATU_COLUMN_PART(natu_columns_listener, rows);
