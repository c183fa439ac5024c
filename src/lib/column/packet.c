/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <linux/packet_diag.h>

static const struct natu_column rows[] = {
	{ "packet.protocol", "Protocol", FACT_PACKET, IDENTITY(of.packet.protocol),
	  .sets = BRIEF(PACKET),
	  .help = "Protocol of the frames that a packet socket takes (ETH_P_*): 0x3 is all." },
	{ "packet.version", "TPacket", FACT_PACKET_INFO, FIELD(of.packet.version),
	  .help = "Version of the headers in its rings (PACKET_VERSION): 1, 2 or 3." },
	{ "packet.running", "Running", FACT_PACKET_INFO,
	  BIT(of.packet.flags, PDI_RUNNING),
	  .help = "Whether it takes frames: not where its interface is down or gone." },
	{ "packet.auxdata", "Auxdata", FACT_PACKET_INFO,
	  BIT(of.packet.flags, PDI_AUXDATA),
	  .help = "Whether each frame comes with its length, its status and its VLAN (PACKET_AUXDATA)." },
	{ "packet.origdev", "OrigDev", FACT_PACKET_INFO,
	  BIT(of.packet.flags, PDI_ORIGDEV),
	  .help = "Whether frames come from where they came in, and not from the bond or bridge above (PACKET_ORIGDEV)." },
	{ "packet.vnethdr", "VnetHdr", FACT_PACKET_INFO,
	  BIT(of.packet.flags, PDI_VNETHDR),
	  .help = "Whether frames have a virtio header before them (PACKET_VNET_HDR)." },
	{ "packet.loss", "Loss", FACT_PACKET_INFO, BIT(of.packet.flags, PDI_LOSS),
	  .help = "Whether a frame that cannot be sent from the ring is dropped and does not stop it (PACKET_LOSS)." },
	{ "packet.copy_threshold", "CopyThresh", FACT_PACKET_INFO,
	  FIELD(of.packet.copy_threshold),
	  .help = "How many frames that are too long for the ring may wait beside it (PACKET_COPY_THRESH)." },
	{ "packet.timestamp", "TStamp", FACT_PACKET_INFO, IDENTITY(of.packet.timestamp),
	  .help = "Whence the time stamps in its ring are (PACKET_TIMESTAMP): flags of SOF_TIMESTAMPING." },
	{ "packet.receive_ring", "RxRing", FACT_RINGS, .unit = NATU_BYTES,
	  FIELD(of.packet.receive_ring), .absence = NATU_ZERO_IS_NONE, SUMS,
	  .help = "Size of the ring of received frames, which is shared with the program." },
	{ "packet.send_ring", "TxRing", FACT_RINGS, .unit = NATU_BYTES,
	  FIELD(of.packet.send_ring), .absence = NATU_ZERO_IS_NONE, SUMS,
	  .help = "Size of the ring of frames that are to be sent." },
	{ "packet.fanout", "Fanout", FACT_FANOUT, IDENTITY(of.packet.fanout),
	  .help = "Its fanout: the group's number, and above 16 bits how frames are spread." },
};

NATU_COLUMN_PART(natu_columns_packet, rows);
