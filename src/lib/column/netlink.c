/* SPDX-License-Identifier: MIT */
#include "column/row.h"

/* include/uapi/linux/netlink.h: NETLINK_* */
static const struct natu_word protocols[] = {
	{ "route", 5 },
	{ "", 0 },
	{ "usersock", 8 },
	{ "firewall", 8 },
	{ "sock_diag", 9 },
	{ "nflog", 5 },
	{ "xfrm", 4 },
	{ "selinux", 7 },
	{ "iscsi", 5 },
	{ "audit", 5 },
	{ "fib_lookup", 10 },
	{ "connector", 9 },
	{ "netfilter", 9 },
	{ "ip6_fw", 6 },
	{ "dnrtmsg", 7 },
	{ "kobject_uevent", 14 },
	{ "generic", 7 },
	{ "", 0 },
	{ "scsitransport", 13 },
	{ "ecryptfs", 8 },
	{ "rdma", 4 },
	{ "crypto", 6 },
	{ "smc", 3 },
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

static enum natu_presence get_protocol(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	unsigned int number = socket->of.netlink.protocol;

	(void)index;
	if (number >= PROTOCOLS || !protocols[number].length)
		return NATU_NONE;
	value->word = &protocols[number];
	return NATU_HAS;
}

static enum natu_presence get_more_groups(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	if (!socket->of.netlink.knows_all)
		return NATU_NONE;
	value->truth = socket->of.netlink.has_more_groups;
	return NATU_HAS;
}

/* Those that have a name. */
static const struct natu_word *protocol_at(size_t index)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i].length && index-- == 0)
			return &protocols[i];
	return NULL;
}

static const struct natu_column rows[] = {
	{ "netlink.protocol", "Protocol", FACT_NETLINK, GET(NATU_WORD, get_protocol),
	  .word_at = protocol_at, .sets = BRIEF(NETLINK),
	  .help = "Whom a netlink socket talks to: route, generic, kobject_uevent, ..." },
	{ "netlink.protocol_number", "ProtoNo", FACT_NETLINK, FIELD(of.netlink.protocol),
	  .help = "The same as a number (NETLINK_*), which always has one." },
	{ "netlink.portid", "Port ID", FACT_NETLINK, FIELD(of.netlink.portid),
	  .sets = BRIEF(NETLINK),
	  .help = "Address of a netlink socket, which need not be a process's id; 0 is the kernel's." },
	{ "netlink.peer_portid", "Peer Port ID", FACT_NETLINK_PEER,
	  FIELD(of.netlink.peer_portid), .sets = NATU_SET_NETLINK,
	  .help = "Address of the netlink socket that it is connected to." },
	{ "netlink.groups", "Groups", FACT_GROUPS, IDENTITY(of.netlink.groups),
	  .sets = BRIEF(NETLINK),
	  .help = "Multicast groups 1 to 64 that it is in, a bit for each; absent if it never was in one." },
	{ "netlink.more_groups", "MoreGroups", FACT_GROUPS,
	  GET(NATU_BOOL, get_more_groups),
	  .help = "Whether it has joined groups beyond these." },
};

NATU_COLUMN_PART(natu_columns_netlink, rows);
