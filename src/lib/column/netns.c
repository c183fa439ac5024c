/* SPDX-License-Identifier: MIT */
#include "column/row.h"

static const struct natu_column rows[] = {
	{ "netns.inode", "Netns Inode", FACT_NETNS, FIELD(netns_inode),
	  .sets = BRIEF(NETNS),
	  .help = "Number of the network namespace, as in the link /proc/PID/ns/net." },
	{ "netns.name", "Netns", FACT_NETNS, FIELD(netns_name), .sets = BRIEF(NETNS),
	  .help = "Its name in ip netns, or the path at which it is mounted." },
};

NATU_COLUMN_PART(natu_columns_netns, rows);
