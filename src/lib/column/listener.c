/* SPDX-License-Identifier: MIT */
#include "column/row.h"

static const struct natu_column rows[] = {
	{ "listener.queue", "Accept-Q", FACT_LISTENER, FIELD(accept_queue),
	  .sets = NATU_SET_DEFAULT, SUMS,
	  .help = "Connections that wait for the listener's accept." },
	{ "listener.limit", "Backlog", FACT_BACKLOG, FIELD(backlog),
	  .sets = NATU_SET_DEFAULT,
	  .help = "The most connections that may wait: the backlog that listen was given." },
	{ "listener.drops", "Drops", FACT_LISTENER_DROPS, .unit = NATU_PACKETS,
	  FIELD(drops), .sets = NATU_SET_MEMORY, SUMS,
	  .help = "Connections that the listener had to turn away, as its queue was full." },
};

NATU_COLUMN_PART(natu_columns_listener, rows);
