/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>
#include <string.h>

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct xdp_diag_info info;

	switch (mnl_attr_get_type(attribute)) {
	case XDP_DIAG_INFO:
		if (!natu_attribute_value(attribute, &info, sizeof(info)))
			return false;
		socket->interface = info.ifindex;
		socket->of.xdp.queue = info.queue_id;
		socket->facts |= FACT_XDP | (info.ifindex ? FACT_INTERFACE : 0);
		return true;
	case XDP_DIAG_UID:
		if (!natu_attribute_value(attribute, &socket->uid, sizeof(socket->uid)))
			return false;
		socket->facts |= FACT_UID;
		return true;
	case XDP_DIAG_MEMINFO:
		natu_attribute_memory(attribute, socket);
		return true;
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
	socket->inode = message.xdiag_ino;
	socket->cookie = message.xdiag_cookie[0] | (uint64_t)message.xdiag_cookie[1]
							   << 32;
	socket->memory_length = 0;
	socket->facts = FACT_BASE | FACT_COOKIE;
	socket->facts |= socket->inode ? FACT_INODE : 0;
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
	if (request->facts & (FACT_MEMORY | FACT_DROPS))
		body->xdiag_show |= XDP_SHOW_MEMINFO;
}
