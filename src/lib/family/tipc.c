/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <linux/sock_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <string.h>

static bool take_number(const struct nlattr *attribute, uint64_t *number)
{
	uint32_t value;

	if (!natu_attribute_value(attribute, &value, sizeof(value)))
		return false;
	*number = value;
	return true;
}

/* Attributes that are one number which the socket alone has. */
static uint64_t *number_of_connection(unsigned int type, struct natu_socket *socket)
{
	switch (type) {
	case TIPC_NLA_CON_NODE:
		return &socket->of.tipc.peer_node;
	case TIPC_NLA_CON_SOCK:
		return &socket->of.tipc.peer_reference;
	case TIPC_NLA_CON_TYPE:
		return &socket->of.tipc.service_type;
	case TIPC_NLA_CON_INST:
		return &socket->of.tipc.service_instance;
	default:
		return NULL;
	}
}

static bool take_connection(const struct nlattr *attribute, struct natu_socket *socket)
{
	uint64_t *number = number_of_connection(mnl_attr_get_type(attribute), socket);

	return !number || take_number(attribute, number);
}

static bool take_group(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case TIPC_NLA_SOCK_GROUP_ID:
		return take_number(attribute, &socket->of.tipc.group);
	case TIPC_NLA_SOCK_GROUP_INSTANCE:
		return take_number(attribute, &socket->of.tipc.group_instance);
	default:
		return true;
	}
}

static bool take_figure(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case TIPC_NLA_SOCK_STAT_RCVQ:
		return take_number(attribute, &socket->of.tipc.received);
	case TIPC_NLA_SOCK_STAT_SENDQ:
		return take_number(attribute, &socket->of.tipc.sent);
	case TIPC_NLA_SOCK_STAT_DROP:
		if (!natu_attribute_value(attribute, &socket->drops,
					  sizeof(socket->drops)))
			return false;
		socket->facts |= FACT_DROPS;
		return true;
	case TIPC_NLA_SOCK_STAT_LINK_CONG:
		socket->of.tipc.flags |= NATU_TIPC_LINK_CONGESTED;
		return true;
	case TIPC_NLA_SOCK_STAT_CONN_CONG:
		socket->of.tipc.flags |= NATU_TIPC_PEER_CONGESTED;
		return true;
	default:
		return true;
	}
}

static bool take_nested(const struct nlattr *attribute, natu_take_attribute *take,
			struct natu_socket *socket)
{
	return natu_attributes(mnl_attr_get_payload(attribute),
			       mnl_attr_get_payload_len(attribute), 0, take, socket);
}

/* TIPC's states are TCP's by number (net/tipc/socket.c): open is CLOSE, and disconnecting
 * CLOSE_WAIT. */
static void take_state(uint64_t number, struct natu_socket *socket)
{
	socket->state_number = (uint8_t)(number < UINT8_MAX ? number : UINT8_MAX);
	socket->state = socket->family->state(socket->state_number);
}

/* ... that are one number of 32 bits. */
static bool take_identity(const struct nlattr *attribute, struct natu_socket *socket)
{
	uint64_t number;

	if (!take_number(attribute, &number))
		return false;
	switch (mnl_attr_get_type(attribute)) {
	case TIPC_NLA_SOCK_ADDR:
		socket->of.tipc.node = (uint32_t)number;
		break;
	case TIPC_NLA_SOCK_REF:
		socket->of.tipc.reference = (uint32_t)number;
		socket->facts |= FACT_TIPC;
		break;
	case TIPC_NLA_SOCK_TYPE:
		socket->type = natu_socket_type((unsigned int)number);
		natu_attribute_sets(socket, FACT_TYPE, socket->type != NULL);
		break;
	case TIPC_NLA_SOCK_INO:
		socket->inode = number;
		natu_attribute_sets(socket, FACT_INODE, number != 0);
		break;
	case TIPC_NLA_SOCK_UID:
		socket->uid = (uint32_t)number;
		socket->facts |= FACT_UID;
		break;
	default:
		take_state(number, socket);
	}
	return true;
}

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
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
		return take_identity(attribute, socket);
	case TIPC_NLA_SOCK_HAS_PUBL:
		socket->of.tipc.flags |= NATU_TIPC_PUBLISHED;
		return true;
	case TIPC_NLA_SOCK_CON:
		return take_nested(attribute, take_connection, socket);
	case TIPC_NLA_SOCK_STAT:
		return take_nested(attribute, take_figure, socket);
	case TIPC_NLA_SOCK_GROUP:
		return take_nested(attribute, take_group, socket);
	default:
		return true;
	}
}

static bool take_socket(const struct nlattr *attribute, struct natu_socket *socket)
{
	return mnl_attr_get_type(attribute) != TIPC_NLA_SOCK ||
	       take_nested(attribute, take_attribute, socket);
}

/* The message has no head of its own. */
bool natu_tipc_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	(void)facts;
	natu_family_identify(family, 0, STATE_CLOSE, socket);
	memset(&socket->of.tipc, 0xff, sizeof(socket->of.tipc));
	socket->of.tipc.flags = 0;
	socket->facts = FACT_BASE;
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
