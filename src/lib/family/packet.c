/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "kernel.h"
#include "request.h"
#include "state.h"

#include <string.h>

/* What both sources tell. */
static void take_base(const struct natu_family *family, unsigned int type,
		      uint16_t protocol, struct natu_socket *socket)
{
	natu_family_identify(family, 0, STATE_CLOSE, socket);
	socket->type = natu_socket_type(type);
	socket->of.packet.protocol = protocol;
	socket->memory_length = 0;
	socket->message = NULL;
	socket->facts = FACT_BASE | FACT_PACKET;
	socket->facts |= socket->type ? FACT_TYPE : 0;
}

static void take_interface(uint32_t index, struct natu_socket *socket)
{
	socket->interface = index;
	natu_attribute_sets(socket, FACT_INTERFACE, index != 0);
}

static bool take_info(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct packet_diag_info info;

	if (!natu_attribute_value(attribute, &info, sizeof(info)))
		return false;
	take_interface(info.pdi_index, socket);
	/* enum tpacket_versions begins with version 1. */
	socket->of.packet.version = (uint8_t)(info.pdi_version + 1);
	socket->of.packet.flags = (uint8_t)info.pdi_flags;
	socket->of.packet.copy_threshold = info.pdi_copy_thresh;
	socket->of.packet.timestamp = info.pdi_tstamp;
	socket->facts |= FACT_PACKET_INFO;
	return true;
}

/* A ring that there is not has no attribute. */
static bool take_ring(const struct nlattr *attribute, uint64_t *bytes)
{
	struct packet_diag_ring ring;

	if (!natu_attribute_value(attribute, &ring, sizeof(ring)))
		return false;
	*bytes = (uint64_t)ring.pdr_block_size * ring.pdr_block_nr;
	return true;
}

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case PACKET_DIAG_INFO:
		return take_info(attribute, socket);
	case PACKET_DIAG_UID:
		if (!natu_attribute_value(attribute, &socket->uid, sizeof(socket->uid)))
			return false;
		socket->facts |= FACT_UID;
		return true;
	case PACKET_DIAG_FANOUT:
		if (!natu_attribute_value(attribute, &socket->of.packet.fanout,
					  sizeof(socket->of.packet.fanout)))
			return false;
		socket->facts |= FACT_FANOUT;
		return true;
	case PACKET_DIAG_RX_RING:
		return take_ring(attribute, &socket->of.packet.receive_ring);
	case PACKET_DIAG_TX_RING:
		return take_ring(attribute, &socket->of.packet.send_ring);
	case PACKET_DIAG_MEMINFO:
		natu_attribute_queues(attribute, socket);
		return true;
	default:
		return true;
	}
}

bool natu_packet_decode(const struct natu_family *family, const void *payload,
			size_t length, natu_facts facts, struct natu_socket *socket)
{
	struct packet_diag_msg message;

	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.pdiag_family != AF_PACKET)
		return false;
	take_base(family, message.pdiag_type, message.pdiag_num, socket);
	natu_take_identity(socket, message.pdiag_ino, message.pdiag_cookie);
	socket->of.packet.receive_ring = socket->of.packet.send_ring = 0;
	socket->facts |= facts & FACT_RINGS;
	return natu_attributes(payload, length, sizeof(message), take_attribute, socket);
}

void natu_packet_put_request(struct nlmsghdr *message, const struct natu_request *request,
			     int address_family)
{
	struct packet_diag_req *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));
	const natu_facts memory = FACT_QUEUES | FACT_MEMORY | FACT_DROPS;

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	/* The user comes with the rest of the information. */
	if (request->facts & (FACT_INTERFACE | FACT_PACKET_INFO | FACT_UID))
		body->pdiag_show |= PACKET_SHOW_INFO;
	if (request->facts & FACT_FANOUT)
		body->pdiag_show |= PACKET_SHOW_FANOUT;
	if (request->facts & FACT_RINGS)
		body->pdiag_show |= PACKET_SHOW_RING_CFG;
	if (request->facts & memory)
		body->pdiag_show |= PACKET_SHOW_MEMINFO;
}

/* net/packet/af_packet.c:packet_seq_show:
 * "%pK %-6d %-4d %04x   %-5d %1d %-6u %-6u %-6lu" */
bool natu_packet_parse_line(const struct natu_family *family, unsigned int which,
			    const char *line, size_t length, struct natu_socket *socket)
{
	static const uint8_t bases[] = { 10, 10, 16, 10, 10, 10, 10, 10 };
	enum { REFCOUNT, TYPE, PROTOCOL, INTERFACE, RUNNING, MEMORY, UID, INODE, COUNT };
	uint64_t fields[COUNT];

	(void)which;
	if (!natu_proc_fields(line, length, bases, fields, COUNT) ||
	    fields[PROTOCOL] > UINT16_MAX || fields[TYPE] > UINT8_MAX ||
	    fields[UID] > UINT32_MAX || fields[INTERFACE] > INT32_MAX)
		return false;
	take_base(family, (unsigned int)fields[TYPE], (uint16_t)fields[PROTOCOL], socket);
	take_interface((uint32_t)fields[INTERFACE], socket);
	socket->refcount = (uint32_t)fields[REFCOUNT];
	socket->uid = (uint32_t)fields[UID];
	socket->inode = fields[INODE];
	socket->facts |= FACT_REFCOUNT | FACT_UID;
	socket->facts |= socket->inode ? FACT_INODE : 0;
	return true;
}

/* It is never connected. */
bool natu_has_no_remote_end(const struct natu_socket *socket)
{
	(void)socket;
	return false;
}
