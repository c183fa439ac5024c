/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "value.h"

/* The byte that a socket's packets carry: of IPv4, also through IPv6, or of IPv6. */
static bool get_byte(const struct natu_socket *socket, uint8_t *byte)
{
	bool is_ipv4 = socket->local.family == AF_INET ||
		       natu_address_is_mapped(&socket->local);

	*byte = is_ipv4 ? socket->tos : socket->traffic_class;
	return is_ipv4 || (socket->facts & FACT_TRAFFIC_CLASS);
}

static enum natu_presence get_dscp(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	uint8_t byte;

	(void)index;
	if (!get_byte(socket, &byte))
		return NATU_NONE;
	value->number = byte >> 2;
	return NATU_HAS;
}

/* IANA: Differentiated Services Field Codepoints */
static const struct natu_word names[64] = {
	[0] = { "cs0", 3 },   [1] = { "le", 2 },    [8] = { "cs1", 3 },
	[10] = { "af11", 4 }, [12] = { "af12", 4 }, [14] = { "af13", 4 },
	[16] = { "cs2", 3 },  [18] = { "af21", 4 }, [20] = { "af22", 4 },
	[22] = { "af23", 4 }, [24] = { "cs3", 3 },  [26] = { "af31", 4 },
	[28] = { "af32", 4 }, [30] = { "af33", 4 }, [32] = { "cs4", 3 },
	[34] = { "af41", 4 }, [36] = { "af42", 4 }, [38] = { "af43", 4 },
	[40] = { "cs5", 3 },  [44] = { "va", 2 },   [45] = { "nqb", 3 },
	[46] = { "ef", 2 },   [48] = { "cs6", 3 },  [56] = { "cs7", 3 },
};

static const struct natu_word *dscp_name_at(size_t index)
{
	return index < 64 ? &names[index] : NULL;
}

static enum natu_presence get_dscp_name(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	uint8_t byte;

	(void)index;
	if (!get_byte(socket, &byte) || !names[byte >> 2].length)
		return NATU_NONE;
	value->word = &names[byte >> 2];
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "qos.tos", "TOS", FACT_TOS, IDENTITY(tos), .sets = BRIEF(QOS),
	  .help = "Type of service of its IPv4 packets (IP_TOS): DSCP and ECN." },
	{ "qos.traffic_class", "TClass", FACT_TRAFFIC_CLASS, IDENTITY(traffic_class),
	  .sets = BRIEF(QOS),
	  .help = "Traffic class of its IPv6 packets (IPV6_TCLASS): DSCP and ECN." },
	{ "qos.dscp", "DSCP", FACT_TOS, GET(NATU_UINT, get_dscp), .sets = NATU_SET_QOS,
	  .help = "Differentiated services code point: the first six bits of that byte." },
	{ "qos.dscp_name", "DSCP Name", FACT_TOS, GET(NATU_WORD, get_dscp_name),
	  .word_at = dscp_name_at, .sets = BRIEF(QOS),
	  .help = "Name of that code point: cs0, af21, ef, ...; absent if it has none." },
	{ "qos.class_id", "Class", FACT_CLASS_ID, IDENTITY(class_id), .sets = BRIEF(QOS),
	  .help = "Class of its cgroup (net_cls); without one the socket's priority (SO_PRIORITY)." },
};

NATU_COLUMN_PART(natu_columns_qos, rows);
