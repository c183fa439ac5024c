/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>
#include <string.h>

/* include/uapi/linux/xdp_diag.h, what is younger than the rest of it: Linux 5.9 */
#define SHOW_COUNTERS 0x10

enum { COUNTERS = 9 };

struct counters {
	uint64_t receive_dropped, receive_invalid, receive_full, fill_empty, send_invalid,
		send_empty;
};

static bool take_info(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct xdp_diag_info info;

	if (!natu_attribute_value(attribute, &info, sizeof(info)))
		return false;
	/* Without an interface it is not bound, and its queue is none. */
	if (!info.ifindex)
		return true;
	socket->interface = info.ifindex;
	socket->of.xdp.queue = info.queue_id;
	socket->facts |= FACT_INTERFACE;
	return true;
}

static bool take_umem(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct xdp_diag_umem umem;

	if (!natu_attribute_value(attribute, &umem, sizeof(umem)))
		return false;
	socket->of.xdp.umem_size = umem.size;
	socket->of.xdp.umem_id = umem.id;
	socket->of.xdp.umem_pages = umem.num_pages;
	socket->of.xdp.umem_chunk = umem.chunk_size;
	socket->of.xdp.umem_headroom = umem.headroom;
	socket->of.xdp.umem_flags = umem.flags;
	socket->of.xdp.umem_users = umem.refs;
	return true;
}

static bool take_counters(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct counters counters;

	if (!natu_attribute_value(attribute, &counters, sizeof(counters)))
		return false;
	socket->of.xdp.receive_dropped = counters.receive_dropped;
	socket->of.xdp.receive_invalid = counters.receive_invalid;
	socket->of.xdp.receive_full = counters.receive_full;
	socket->of.xdp.fill_empty = counters.fill_empty;
	socket->of.xdp.send_invalid = counters.send_invalid;
	socket->of.xdp.send_empty = counters.send_empty;
	return true;
}

static bool take_ring(const struct nlattr *attribute, uint32_t *entries)
{
	return natu_attribute_value(attribute, entries, sizeof(*entries));
}

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case XDP_DIAG_INFO:
		return take_info(attribute, socket);
	case XDP_DIAG_UID:
		if (!natu_attribute_value(attribute, &socket->uid, sizeof(socket->uid)))
			return false;
		socket->facts |= FACT_UID;
		return true;
	case XDP_DIAG_RX_RING:
		return take_ring(attribute, &socket->of.xdp.receive_ring);
	case XDP_DIAG_TX_RING:
		return take_ring(attribute, &socket->of.xdp.send_ring);
	case XDP_DIAG_UMEM_FILL_RING:
		return take_ring(attribute, &socket->of.xdp.fill_ring);
	case XDP_DIAG_UMEM_COMPLETION_RING:
		return take_ring(attribute, &socket->of.xdp.completion_ring);
	case XDP_DIAG_UMEM:
		return take_umem(attribute, socket);
	case XDP_DIAG_MEMINFO:
		natu_attribute_memory(attribute, socket);
		return true;
	case COUNTERS:
		return take_counters(attribute, socket);
	default:
		return true;
	}
}

bool natu_xdp_decode(const struct natu_family *family, const void *payload, size_t length,
		     natu_facts facts, struct natu_socket *socket)
{
	struct xdp_diag_msg message;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.xdiag_family != AF_XDP)
		return false;
	natu_family_identify(family, 0, STATE_CLOSE, socket);
	socket->type = natu_socket_type(message.xdiag_type);
	memset(&socket->of.xdp, 0xff, sizeof(socket->of.xdp));
	socket->memory_length = 0;
	socket->facts = FACT_BASE | FACT_XDP;
	natu_take_identity(socket, message.xdiag_ino, message.xdiag_cookie);
	socket->facts |= socket->type ? FACT_TYPE : 0;
	return natu_attributes(payload, length, sizeof(message), take_attribute, socket);
}

void natu_xdp_put_request(struct nlmsghdr *message, const struct natu_request *request,
			  int address_family)
{
	struct xdp_diag_req *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	if (request->facts & (FACT_XDP | FACT_INTERFACE | FACT_UID))
		body->xdiag_show |= XDP_SHOW_INFO;
	/* The rings of the memory come with it. */
	if (request->facts & FACT_XDP)
		body->xdiag_show |= XDP_SHOW_RING_CFG | XDP_SHOW_UMEM | SHOW_COUNTERS;
	if (request->facts & (FACT_MEMORY | FACT_DROPS))
		body->xdiag_show |= XDP_SHOW_MEMINFO;
}
