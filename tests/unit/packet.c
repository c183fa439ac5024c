/* SPDX-License-Identifier: MIT */
#include "packet.h"

#include "family.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

void packets_free(struct packets *packets)
{
	free(packets->bytes);
	*packets = (struct packets){ 0 };
}

/* Room for that many more bytes, which are zero. */
static unsigned char *more(struct packets *packets, size_t length)
{
	unsigned char *start;

	if (packets->length + length > packets->size) {
		packets->size = (packets->length + length) * 2;
		packets->bytes = realloc(packets->bytes, packets->size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(packets->bytes);
	}
	start = packets->bytes + packets->length;
	memset(start, 0, length);
	packets->length += length;
	return start;
}

struct nlmsghdr *packets_last(const struct packets *packets)
{
	return (struct nlmsghdr *)(packets->bytes + packets->last);
}

size_t packets_payload_length(const struct packets *packets)
{
	return packets_last(packets)->nlmsg_len - NLMSG_HDRLEN;
}

bool packets_decode(unsigned int address_family, const struct packets *packets,
		    size_t length, struct natu_socket *socket)
{
	const struct natu_family *family = natu_family_of(address_family, 0);
	static unsigned char *copy;

	free(copy);
	copy = malloc(length ? length : 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, (const char *)packets_last(packets) + NLMSG_HDRLEN, length);
	memset(socket, 0xa5, sizeof(*socket));
	return family->decode(family, copy, length, ~(natu_facts)0, socket);
}

/* Whether an attribute ends there, or the head does. */
static bool is_boundary(const struct packets *packets, size_t head, size_t length)
{
	const unsigned char *payload = NLMSG_DATA(packets_last(packets));
	size_t at = NLA_ALIGN(head);

	while (at < length) {
		const struct nlattr *attribute = (const void *)(payload + at);

		/* What pads it may be missing. */
		if (length >= at + attribute->nla_len &&
		    length <= at + NLA_ALIGN(attribute->nla_len))
			return true;
		at += NLA_ALIGN(attribute->nla_len);
	}
	return length >= head;
}

void packets_try_lengths(unsigned int address_family, const struct packets *packets,
			 size_t head, struct natu_socket *socket)
{
	size_t whole = packets_payload_length(packets);
	natu_facts known = natu_family_of(address_family, 0)->diag_facts;

	for (size_t length = 0; length < whole; length++) {
		bool is_decoded = packets_decode(address_family, packets, length, socket);

		CU_ASSERT(!is_decoded || is_boundary(packets, head, length));
		CU_ASSERT(!is_decoded || !(socket->facts & ~known));
	}
	CU_ASSERT_FATAL(packets_decode(address_family, packets, whole, socket));
	CU_ASSERT_EQUAL(socket->facts & ~known, 0);
}

void *packets_add(struct packets *packets, unsigned int type, const void *payload,
		  size_t length)
{
	struct nlmsghdr *header;

	packets->last = packets->length;
	header = (struct nlmsghdr *)more(packets, NLMSG_SPACE(length));
	header->nlmsg_len = (uint32_t)NLMSG_LENGTH(length);
	header->nlmsg_type = (uint16_t)type;
	header->nlmsg_flags = NLM_F_MULTI;
	if (length)
		memcpy(NLMSG_DATA(header), payload, length);
	return NLMSG_DATA(header);
}

void packets_attribute(struct packets *packets, unsigned int type, const void *payload,
		       size_t length)
{
	struct nlattr *attribute = (struct nlattr *)more(packets,
							 NLA_HDRLEN + NLA_ALIGN(length));

	attribute->nla_len = (uint16_t)(NLA_HDRLEN + length);
	attribute->nla_type = (uint16_t)type;
	if (length)
		memcpy((unsigned char *)attribute + NLA_HDRLEN, payload, length);
	packets_last(packets)->nlmsg_len = (uint32_t)(packets->length - packets->last);
}

void packets_nest(struct packets *packets, unsigned int type,
		  const struct packets *nested)
{
	packets_attribute(packets, type, NLMSG_DATA(packets_last(nested)),
			  packets_payload_length(nested));
}

void packets_done(struct packets *packets, int error)
{
	packets_add(packets, NLMSG_DONE, &error, sizeof(error));
}

void packets_request(struct packets *packets, uint32_t protocol)
{
	const struct inet_diag_req body = { .idiag_family = AF_INET,
					    .idiag_states = 0x1fff };

	packets_add(packets, TCPDIAG_GETSOCK, &body, sizeof(body));
	packets_last(packets)->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	/* INET_DIAG_REQ_PROTOCOL, which headers before Linux 5.9 do not have */
	packets_attribute(packets, 3, &protocol, sizeof(protocol));
}

void packet_address(__be32 words[4], const char *text)
{
	memset(words, 0, 16);
	CU_ASSERT_FATAL(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, words) ==
			1);
}

struct inet_diag_msg packet_socket(const char *local, uint16_t local_port,
				   const char *peer, uint16_t peer_port)
{
	struct inet_diag_msg socket = {
		.idiag_family = strchr(local, ':') ? AF_INET6 : AF_INET,
		.idiag_state = 1,
		.id.idiag_sport = htons(local_port),
		.id.idiag_dport = htons(peer_port),
		.id.idiag_cookie = { 0x1f2874, 0 },
		.idiag_uid = 1000,
		.idiag_inode = 5753361,
	};

	packet_address(socket.id.idiag_src, local);
	packet_address(socket.id.idiag_dst, peer);
	return socket;
}

void packets_socket(struct packets *packets, const char *local, uint16_t local_port,
		    uint64_t cookie)
{
	struct inet_diag_msg socket = packet_socket(
		local, local_port, strchr(local, ':') ? "::1" : "127.0.0.1", 9);

	socket.id.idiag_cookie[0] = (uint32_t)cookie;
	socket.id.idiag_cookie[1] = (uint32_t)(cookie >> 32);
	packets_add(packets, TCPDIAG_GETSOCK, &socket, sizeof(socket));
}

void packets_save(const struct packets *packets, char path[static 32])
{
	FILE *file;

	strcpy(path, "/tmp/natu-unit-XXXXXX");
	file = fdopen(mkstemp(path), "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fwrite(packets->bytes, 1, packets->length, file) == packets->length);
	CU_ASSERT(fclose(file) == 0);
}
