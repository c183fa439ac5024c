/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "kernel.h"
#include "packet.h"
#include "state.h"
#include "test.h"

#include <linux/if_ether.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse(unsigned int address_family, const char *text,
		  struct natu_socket *socket)
{
	const struct natu_family *family = natu_family_of(address_family, 0);

	memset(socket, 0xa5, sizeof(*socket));
	return family->parse_line(family, 0, text, strlen(text), socket);
}

TEST(packet_messages)
{
	const struct packet_diag_msg message = {
		.pdiag_family = AF_PACKET,
		.pdiag_type = SOCK_RAW,
		.pdiag_num = ETH_P_ARP,
		.pdiag_ino = 77,
		.pdiag_cookie = { 1, 2 },
	};
	const struct packet_diag_info info = { .pdi_index = 3,
					       .pdi_version = 2,
					       .pdi_copy_thresh = 7,
					       .pdi_tstamp = 64,
					       .pdi_flags = PDI_AUXDATA | PDI_LOSS };
	const struct packet_diag_ring ring = { .pdr_block_size = 0x80000000,
					       .pdr_block_nr = 4 };
	const uint32_t uid = 1000, fanout = 0x20001;
	const uint32_t memory[9] = { 832, 2, 64, 4, 5, 6, 7, 8, 9 };
	struct packets packets = { 0 };
	struct natu_socket socket;
	size_t whole;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
	packets_attribute(&packets, PACKET_DIAG_INFO, &info, sizeof(info));
	packets_attribute(&packets, PACKET_DIAG_TX_RING, &ring, sizeof(ring));
	packets_attribute(&packets, PACKET_DIAG_UID, &uid, sizeof(uid));
	packets_attribute(&packets, PACKET_DIAG_FANOUT, &fanout, sizeof(fanout));
	packets_attribute(&packets, PACKET_DIAG_MEMINFO, memory, sizeof(memory));
	whole = packets_payload_length(&packets);
	CU_ASSERT_FATAL(packets_decode(AF_PACKET, &packets, whole, &socket));
	CU_ASSERT_STRING_EQUAL(socket.proto->text, "packet");
	CU_ASSERT_STRING_EQUAL(socket.type->text, "RAW");
	CU_ASSERT_PTR_NULL(socket.state);
	CU_ASSERT(socket.of.packet.protocol == ETH_P_ARP && socket.interface == 3);
	CU_ASSERT(socket.of.packet.version == 3 && socket.of.packet.fanout == 0x20001);
	CU_ASSERT(socket.of.packet.flags == (PDI_AUXDATA | PDI_LOSS) &&
		  socket.of.packet.copy_threshold == 7 &&
		  socket.of.packet.timestamp == 64);
	CU_ASSERT(socket.of.packet.send_ring == UINT64_C(0x200000000) &&
		  socket.of.packet.receive_ring == 0);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 77 && socket.drops == 9);
	CU_ASSERT(socket.recv_q == 832 && socket.send_q == 64);
	CU_ASSERT_EQUAL(socket.cookie, 0x200000001);
	CU_ASSERT_EQUAL(socket.facts & ~natu_family_of(AF_PACKET, 0)->diag_facts, 0);
	for (size_t length = 0; length < sizeof(message); length++)
		CU_ASSERT(!packets_decode(AF_PACKET, &packets, length, &socket));
	/* What ends within an attribute is not whole. */
	for (size_t length = sizeof(message) + 1; length < whole; length++)
		if ((length - sizeof(message)) % 4)
			CU_ASSERT(!packets_decode(AF_PACKET, &packets, length, &socket));
	packets_free(&packets);
}

TEST(netlink_messages)
{
	const struct netlink_diag_msg message = {
		.ndiag_family = AF_NETLINK,
		.ndiag_type = SOCK_RAW,
		.ndiag_protocol = NETLINK_GENERIC,
		.ndiag_state = 1,
		.ndiag_portid = 0xfffff123,
		.ndiag_dst_portid = 9,
		.ndiag_ino = 78,
		.ndiag_cookie = { 5, 0 },
	};
	const uint32_t groups[3] = { 0x80000001, 2, 4 };
	struct packets packets = { 0 };
	struct natu_socket socket;

	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &message, sizeof(message));
	packets_attribute(&packets, NETLINK_DIAG_GROUPS, groups, sizeof(groups));
	CU_ASSERT_FATAL(packets_decode(AF_NETLINK, &packets,
				       packets_payload_length(&packets), &socket));
	CU_ASSERT_STRING_EQUAL(socket.state->text, "ESTABLISHED");
	CU_ASSERT(socket.of.netlink.protocol == NETLINK_GENERIC);
	CU_ASSERT(socket.of.netlink.portid == 0xfffff123);
	CU_ASSERT(socket.of.netlink.peer_portid == 9 && socket.inode == 78);
	CU_ASSERT_EQUAL(socket.of.netlink.groups, 0x280000001);
	CU_ASSERT(socket.of.netlink.has_more_groups);
	CU_ASSERT(natu_netlink_has_remote_end(&socket));
	for (size_t length = 0; length < sizeof(message); length++)
		CU_ASSERT(!packets_decode(AF_NETLINK, &packets, length, &socket));
	packets_free(&packets);
}

TEST(packet_lines)
{
	static const char *const wrong[] = {
		"",
		"0000000000000000",
		"0000000000000000 3 3 0003 1 1 0 0",
		"0000000000000000 x 3 0003 1 1 0 0 1",
		"0000000000000000 3 3 10000 1 1 0 0 1",
		"0000000000000000 3 256 0003 1 1 0 0 1",
		"0000000000000000 3 3 0003 -1 1 0 0 1",
		"0000000000000000 3 3 0003 1 1 0 4294967296 1",
		"0000000000000000 3 3 0003 1 1 0 0 99999999999999999999",
	};
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(AF_PACKET,
			      "ffff8a2c 3      3    0806   2     1 832    1000   31337 ",
			      &socket));
	CU_ASSERT(socket.of.packet.protocol == ETH_P_ARP && socket.interface == 2);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 31337 && socket.refcount == 3);
	CU_ASSERT_STRING_EQUAL(socket.type->text, "RAW");
	CU_ASSERT_EQUAL(socket.facts & ~natu_family_of(AF_PACKET, 0)->proc_facts, 0);
	for (size_t i = 0; i < COUNT(wrong); i++)
		CU_ASSERT(!parse(AF_PACKET, wrong[i], &socket));
}

TEST(netlink_lines)
{
	static const char *const wrong[] = {
		"",
		"0 0 0 0 0 0 0 0 0",
		"0 256 0 0 0 0 0 2 0 1",
		"0 0 0 100000000 0 0 0 2 0 1",
		"0 0 0 0 4294967296 0 0 2 0 1",
		"0 0 0 0 -8 0 0 2 0 1",
	};
	struct natu_socket socket;

	CU_ASSERT_FATAL(parse(AF_NETLINK,
			      "0000000044344ff5 15  4242       00000003 12       34"
			      "       0     2        5        1503    ",
			      &socket));
	CU_ASSERT(socket.of.netlink.protocol == 15 && socket.of.netlink.portid == 4242);
	CU_ASSERT(socket.of.netlink.groups == 3 && socket.drops == 5);
	CU_ASSERT(socket.recv_q == 12 && socket.send_q == 34);
	CU_ASSERT(socket.inode == 1503 && socket.refcount == 2);
	CU_ASSERT(!natu_netlink_has_remote_end(&socket));
	for (size_t i = 0; i < COUNT(wrong); i++)
		CU_ASSERT(!parse(AF_NETLINK, wrong[i], &socket));
}
