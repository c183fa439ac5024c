/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "packet.h"
#include "request.h"
#include "test.h"

#include <libmnl/libmnl.h>
#include <linux/xdp_diag.h>
#include <string.h>

static const struct xdp_diag_msg head = {
	.xdiag_family = AF_XDP,
	.xdiag_type = SOCK_RAW,
	.xdiag_ino = 78,
	.xdiag_cookie = { 7, 0 },
};

static void add_head(struct packets *packets)
{
	packets_add(packets, SOCK_DIAG_BY_FAMILY, &head, sizeof(head));
}

/* Counters, as Linux 5.9 has them. */
static const uint64_t counters[6] = { 1, 2, 3, 4, 5, UINT64_MAX - 1 };
static const struct xdp_diag_umem umem = {
	.size = UINT64_C(1) << 40,
	.id = 3,
	.num_pages = 4,
	.chunk_size = 2048,
	.headroom = 100,
	.ifindex = 5,
	.queue_id = 6,
	.flags = XDP_DU_F_ZEROCOPY,
	.refs = 2,
};

static void add_attributes(struct packets *packets)
{
	const struct xdp_diag_info info = { .ifindex = 5, .queue_id = 6 };
	const uint32_t uid = 1000, rings[4] = { 64, 32, 128, 16 };
	const uint32_t memory[9] = { 832, 2, 64, 4, 5, 6, 7, 8, 9 };

	packets_attribute(packets, XDP_DIAG_INFO, &info, sizeof(info));
	packets_attribute(packets, XDP_DIAG_UID, &uid, sizeof(uid));
	packets_attribute(packets, XDP_DIAG_RX_RING, &rings[0], sizeof(rings[0]));
	packets_attribute(packets, XDP_DIAG_TX_RING, &rings[1], sizeof(rings[1]));
	packets_attribute(packets, XDP_DIAG_UMEM, &umem, sizeof(umem));
	packets_attribute(packets, XDP_DIAG_UMEM_FILL_RING, &rings[2], sizeof(rings[2]));
	packets_attribute(packets, XDP_DIAG_UMEM_COMPLETION_RING, &rings[3],
			  sizeof(rings[3]));
	packets_attribute(packets, XDP_DIAG_MEMINFO, memory, sizeof(memory));
	packets_attribute(packets, 9, counters, sizeof(counters));
	packets_attribute(packets, 4711, counters, 5);
}

TEST(all_that_is_told)
{
	struct packets packets = { 0 };
	struct natu_socket socket;

	add_head(&packets);
	add_attributes(&packets);
	packets_try_lengths(AF_XDP, &packets, sizeof(head), &socket);
	CU_ASSERT_EQUAL(socket.facts, natu_family_of(AF_XDP, 0)->diag_facts);
	CU_ASSERT(socket.interface == 5 && socket.of.xdp.queue == 6);
	CU_ASSERT(socket.uid == 1000 && socket.inode == 78 && socket.cookie == 7);
	CU_ASSERT_EQUAL(socket.of.xdp.receive_ring, 64);
	CU_ASSERT_EQUAL(socket.of.xdp.send_ring, 32);
	CU_ASSERT_EQUAL(socket.of.xdp.fill_ring, 128);
	CU_ASSERT_EQUAL(socket.of.xdp.completion_ring, 16);
	CU_ASSERT(socket.of.xdp.umem_size == umem.size && socket.of.xdp.umem_id == 3);
	CU_ASSERT(socket.of.xdp.umem_pages == 4 && socket.of.xdp.umem_chunk == 2048);
	CU_ASSERT(socket.of.xdp.umem_headroom == 100 && socket.of.xdp.umem_users == 2);
	CU_ASSERT_EQUAL(socket.of.xdp.umem_flags, XDP_DU_F_ZEROCOPY);
	CU_ASSERT(socket.of.xdp.receive_dropped == 1 &&
		  socket.of.xdp.receive_invalid == 2);
	CU_ASSERT(socket.of.xdp.receive_full == 3 && socket.of.xdp.fill_empty == 4);
	CU_ASSERT(socket.of.xdp.send_invalid == 5);
	CU_ASSERT_EQUAL(socket.of.xdp.send_empty, UINT64_MAX - 1);
	CU_ASSERT(socket.drops == 9);
	packets_free(&packets);
}

/* A socket that is not bound says interface 0, queue 0. */
TEST(not_bound)
{
	const struct xdp_diag_info info = { 0 };
	struct packets packets = { 0 };
	struct natu_socket socket;

	add_head(&packets);
	packets_attribute(&packets, XDP_DIAG_INFO, &info, sizeof(info));
	packets_try_lengths(AF_XDP, &packets, sizeof(head), &socket);
	CU_ASSERT_EQUAL(socket.of.xdp.queue, UINT32_MAX);
	CU_ASSERT_EQUAL(socket.of.xdp.receive_ring, UINT32_MAX);
	CU_ASSERT_EQUAL(socket.of.xdp.umem_id, UINT32_MAX);
	CU_ASSERT_EQUAL(socket.of.xdp.receive_dropped, UINT64_MAX);
	CU_ASSERT(!(socket.facts & FACT_INTERFACE));
	packets_free(&packets);
}

/* One byte too short is not taken, one longer is. */
TEST(lengths_of_attributes)
{
	static const struct {
		unsigned int type;
		size_t length;
	} known[] = {
		{ XDP_DIAG_INFO, 8 },
		{ XDP_DIAG_UID, 4 },
		{ XDP_DIAG_RX_RING, 4 },
		{ XDP_DIAG_TX_RING, 4 },
		{ XDP_DIAG_UMEM, 40 },
		{ XDP_DIAG_UMEM_FILL_RING, 4 },
		{ XDP_DIAG_UMEM_COMPLETION_RING, 4 },
		{ 9, 48 },
	};
	static const unsigned char bytes[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (size_t length = 0; length <= sizeof(bytes); length++) {
			struct packets packets = { 0 };
			struct natu_socket socket;

			add_head(&packets);
			packets_attribute(&packets, known[i].type, bytes, length);
			CU_ASSERT_EQUAL(packets_decode(AF_XDP, &packets,
						       packets_payload_length(&packets),
						       &socket),
					length >= known[i].length);
			packets_free(&packets);
		}
}

static uint8_t shown(natu_facts facts)
{
	const struct natu_request request = { .facts = facts };
	char bytes[128];
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	const struct xdp_diag_req *body;

	natu_xdp_put_request(message, &request, AF_XDP);
	body = mnl_nlmsg_get_payload(message);
	CU_ASSERT_EQUAL(mnl_nlmsg_get_payload_len(message), sizeof(*body));
	CU_ASSERT_EQUAL(body->sdiag_family, AF_XDP);
	return (uint8_t)body->xdiag_show;
}

TEST(requests)
{
	CU_ASSERT_EQUAL(shown(FACT_INODE), 0);
	CU_ASSERT_EQUAL(shown(FACT_UID), XDP_SHOW_INFO);
	CU_ASSERT_EQUAL(shown(FACT_XDP),
			XDP_SHOW_INFO | XDP_SHOW_RING_CFG | XDP_SHOW_UMEM | 1 << 4);
	CU_ASSERT_EQUAL(shown(FACT_DROPS), XDP_SHOW_MEMINFO);
}
