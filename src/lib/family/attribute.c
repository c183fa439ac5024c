/* SPDX-License-Identifier: MIT */
#include "family/attribute.h"

#include "kernel.h"

#include <string.h>
#include <sys/socket.h>

bool natu_attributes(const void *payload, size_t length, size_t header,
		     natu_take_attribute *take, struct natu_socket *socket)
{
	const size_t start = MNL_ALIGN(header);
	const struct nlattr *attribute;
	int left = length > start ? (int)(length - start) : 0;

	attribute = (const void *)((const unsigned char *)payload + start);
	while (mnl_attr_ok(attribute, left)) {
		if (!take(attribute, socket))
			return false;
		left -= (int)MNL_ALIGN(attribute->nla_len);
		attribute = mnl_attr_next(attribute);
	}
	return left <= 0;
}

bool natu_attribute_value(const struct nlattr *attribute, void *value, size_t size)
{
	if (mnl_attr_get_payload_len(attribute) < size)
		return false;
	memcpy(value, mnl_attr_get_payload(attribute), size);
	return true;
}

void natu_attribute_memory(const struct nlattr *attribute, struct natu_socket *socket)
{
	const size_t drops = KERNEL_SK_DROPS * sizeof(socket->drops);

	socket->memory = mnl_attr_get_payload(attribute);
	socket->memory_length = mnl_attr_get_payload_len(attribute);
	socket->facts |= FACT_MEMORY;
	if (socket->memory_length < drops + sizeof(socket->drops))
		return;
	memcpy(&socket->drops, socket->memory + drops, sizeof(socket->drops));
	socket->facts |= FACT_DROPS;
}

void natu_attribute_queues(const struct nlattr *attribute, struct natu_socket *socket)
{
	uint32_t numbers[KERNEL_SK_WMEM_ALLOC + 1];

	natu_attribute_memory(attribute, socket);
	if (!natu_attribute_value(attribute, numbers, sizeof(numbers)))
		return;
	socket->recv_q = numbers[KERNEL_SK_RMEM_ALLOC];
	socket->send_q = numbers[KERNEL_SK_WMEM_ALLOC];
	socket->facts |= FACT_QUEUES;
}

const struct natu_word *natu_socket_type(unsigned int type)
{
	static const struct natu_word types[] = {
		[SOCK_STREAM] = { "STREAM", 6 },
		[SOCK_DGRAM] = { "DGRAM", 5 },
		[SOCK_RAW] = { "RAW", 3 },
		[SOCK_RDM] = { "RDM", 3 },
		[SOCK_SEQPACKET] = { "SEQPACKET", 9 },
	};

	return type < sizeof(types) / sizeof(types[0]) && types[type].length
		       ? &types[type]
		       : NULL;
}
