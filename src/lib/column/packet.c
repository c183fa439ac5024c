/* SPDX-License-Identifier: MIT */
#include "column/row.h"

static const struct natu_column rows[] = {
	{ "packet.protocol", "Protocol", FACT_PACKET, IDENTITY(of.packet.protocol),
	  BRIEF(PACKET),
	  .help = "Protocol of the frames that a packet socket takes (ETH_P_*): 0x3 is all." },
	{ "packet.version", "TPacket", FACT_PACKET_INFO, FIELD(of.packet.version),
	  .help = "Version of the headers in its rings (PACKET_VERSION): 1, 2 or 3." },
	{ "packet.fanout", "Fanout", FACT_FANOUT, IDENTITY(of.packet.fanout),
	  .help = "Its fanout: the group's number, and above 16 bits how frames are spread." },
};

NATU_COLUMN_PART(natu_columns_packet, rows);
