/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "kernel.h"
#include "request.h"
#include "state.h"

#include <string.h>

/* net/netlink/af_netlink.h */
enum { NETLINK_CONNECTED_STATE = 1 };

static void take_base(const struct natu_family *family, unsigned int protocol,
		      bool is_connected, struct natu_socket *socket)
{
	natu_family_identify(family, 0, is_connected ? STATE_ESTABLISHED : STATE_CLOSE,
			     socket);
	socket->of.netlink.protocol = (uint8_t)protocol;
	socket->memory_length = 0;
	socket->message = NULL;
	socket->facts = FACT_BASE | FACT_NETLINK;
}

/* A set of groups: the first is the lowest bit of the first word. */
static void take_groups(const struct nlattr *attribute, struct natu_socket *socket)
{
	const unsigned char *words = mnl_attr_get_payload(attribute);
	size_t count = mnl_attr_get_payload_len(attribute) / sizeof(uint32_t);
	struct natu_netlink_facts *netlink = &socket->of.netlink;

	netlink->groups = 0;
	netlink->has_more_groups = false;
	netlink->knows_all = true;
	for (size_t i = 0; i < count; i++) {
		uint32_t word;

		memcpy(&word, words + i * sizeof(word), sizeof(word));
		if (i < 2)
			netlink->groups |= (uint64_t)word << i * 32;
		else
			netlink->has_more_groups |= word != 0;
	}
	socket->facts |= FACT_GROUPS;
}

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case NETLINK_DIAG_GROUPS:
		take_groups(attribute, socket);
		return true;
	case NETLINK_DIAG_MEMINFO:
		natu_attribute_queues(attribute, socket);
		return true;
	default:
		return true;
	}
}

bool natu_netlink_decode(const struct natu_family *family, const void *payload,
			 size_t length, natu_facts facts, struct natu_socket *socket)
{
	struct netlink_diag_msg message;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.ndiag_family != AF_NETLINK)
		return false;
	take_base(family, message.ndiag_protocol,
		  message.ndiag_state == NETLINK_CONNECTED_STATE, socket);
	socket->type = natu_socket_type(message.ndiag_type);
	socket->of.netlink.portid = message.ndiag_portid;
	socket->of.netlink.peer_portid = message.ndiag_dst_portid;
	natu_take_identity(socket, message.ndiag_ino, message.ndiag_cookie);
	socket->facts |= socket->type ? FACT_TYPE : 0;
	if (message.ndiag_state == NETLINK_CONNECTED_STATE)
		socket->facts |= FACT_NETLINK_PEER;
	return natu_attributes(payload, length, sizeof(message), take_attribute, socket);
}

void natu_netlink_put_request(struct nlmsghdr *message,
			      const struct natu_request *request, int address_family)
{
	struct netlink_diag_req *body = mnl_nlmsg_put_extra_header(message,
								   sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	body->sdiag_protocol = request->has_protocol ? request->protocol
						     : NDIAG_PROTO_ALL;
	if (request->facts & FACT_GROUPS)
		body->ndiag_show |= NDIAG_SHOW_GROUPS;
	if (request->facts & (FACT_QUEUES | FACT_MEMORY | FACT_DROPS))
		body->ndiag_show |= NDIAG_SHOW_MEMINFO;
}

/* net/netlink/af_netlink.c:netlink_native_seq_show:
 * "%pK %-3d %-10u %08x %-8d %-8d %-5d %-8d %-8u %-8lu" */
bool natu_netlink_parse_line(const struct natu_family *family, unsigned int which,
			     const char *line, size_t length, struct natu_socket *socket)
{
	static const uint8_t bases[] = { 10, 10, 16, 10, 10, 10, 10, 10, 10 };
	enum {
		PROTOCOL,
		PORTID,
		GROUPS,
		RECEIVED,
		SENT,
		DUMP,
		LOCKS,
		DROPS,
		INODE,
		COUNT
	};
	uint64_t fields[COUNT];

	(void)which;
	if (!natu_proc_fields(line, length, bases, fields, COUNT) ||
	    fields[PROTOCOL] > UINT8_MAX || fields[PORTID] > UINT32_MAX ||
	    fields[GROUPS] > UINT32_MAX || fields[RECEIVED] > UINT32_MAX ||
	    fields[SENT] > UINT32_MAX || fields[DROPS] > UINT32_MAX)
		return false;
	take_base(family, (unsigned int)fields[PROTOCOL], false, socket);
	socket->of.netlink.portid = (uint32_t)fields[PORTID];
	/* No more than the first 32. */
	socket->of.netlink.groups = fields[GROUPS];
	socket->of.netlink.knows_all = false;
	socket->recv_q = (uint32_t)fields[RECEIVED];
	socket->send_q = (uint32_t)fields[SENT];
	socket->drops = (uint32_t)fields[DROPS];
	socket->refcount = (uint32_t)fields[LOCKS];
	socket->inode = fields[INODE];
	socket->facts |= FACT_QUEUES | FACT_DROPS | FACT_REFCOUNT | FACT_GROUPS;
	socket->facts |= socket->inode ? FACT_INODE : 0;
	return true;
}

bool natu_netlink_has_remote_end(const struct natu_socket *socket)
{
	return socket->state_number == STATE_ESTABLISHED;
}
