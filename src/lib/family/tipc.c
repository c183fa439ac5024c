/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <linux/sock_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <string.h>

/* TIPC's states are TCP's by number (net/tipc/socket.c): open is CLOSE. */
static bool take_number(const struct nlattr *attribute, struct natu_socket *socket)
{
	uint32_t number;

	switch (mnl_attr_get_type(attribute)) {
	case TIPC_NLA_SOCK_COOKIE:
		if (!natu_attribute_value(attribute, &socket->cookie,
					  sizeof(socket->cookie)))
			return false;
		socket->facts |= FACT_COOKIE;
		return true;
	case TIPC_NLA_SOCK_ADDR:
	case TIPC_NLA_SOCK_REF:
	case TIPC_NLA_SOCK_TYPE:
	case TIPC_NLA_SOCK_INO:
	case TIPC_NLA_SOCK_UID:
	case TIPC_NLA_SOCK_TIPC_STATE:
		break;
	default:
		return true;
	}
	if (!natu_attribute_value(attribute, &number, sizeof(number)))
		return false;
	switch (mnl_attr_get_type(attribute)) {
	case TIPC_NLA_SOCK_ADDR:
		socket->of.tipc.node = number;
		break;
	case TIPC_NLA_SOCK_REF:
		socket->of.tipc.reference = number;
		socket->facts |= FACT_TIPC;
		break;
	case TIPC_NLA_SOCK_TYPE:
		socket->type = natu_socket_type(number);
		socket->facts |= socket->type ? FACT_TYPE : 0;
		break;
	case TIPC_NLA_SOCK_INO:
		socket->inode = number;
		socket->facts |= number ? FACT_INODE : 0;
		break;
	case TIPC_NLA_SOCK_UID:
		socket->uid = number;
		socket->facts |= FACT_UID;
		break;
	default:
		socket->state_number = (uint8_t)(number < UINT8_MAX ? number : UINT8_MAX);
		socket->state = socket->family->state(socket->state_number);
	}
	return true;
}

static bool take_socket(const struct nlattr *attribute, struct natu_socket *socket)
{
	if (mnl_attr_get_type(attribute) != TIPC_NLA_SOCK)
		return true;
	return natu_attributes(mnl_attr_get_payload(attribute),
			       mnl_attr_get_payload_len(attribute), 0, take_number,
			       socket);
}

/* The message has no head of its own. */
bool natu_tipc_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	(void)facts;
	natu_family_identify(family, 0, STATE_CLOSE, socket);
	socket->facts = FACT_BASE;
	socket->of.tipc.node = 0;
	socket->cookie = 0;
	socket->memory_length = 0;
	return natu_attributes(payload, length, 0, take_socket, socket) &&
	       (socket->facts & FACT_TIPC);
}

void natu_tipc_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	struct tipc_sock_diag_req *body = mnl_nlmsg_put_extra_header(message,
								     sizeof(*body));

	(void)request;
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	body->tidiag_states = UINT32_MAX;
}
