/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* INET_DIAG_REQ_PROTOCOL, which older headers lack */
#define REQUEST_PROTOCOL 3

void stream_free(struct stream *stream)
{
	free(stream->bytes);
	memset(stream, 0, sizeof(*stream));
}

size_t stream_put(struct stream *stream, uint16_t type, uint16_t flags,
		  const void *payload, size_t length)
{
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + length),
		.nlmsg_type = type,
		.nlmsg_flags = flags,
	};
	size_t start = stream->length, end = start + NLMSG_ALIGN(header.nlmsg_len);

	if (end > stream->size) {
		unsigned char *bigger = test_allocate(2 * end);

		if (start)
			memcpy(bigger, stream->bytes, start);
		free(stream->bytes);
		stream->bytes = bigger;
		stream->size = 2 * end;
	}
	memset(stream->bytes + start, 0, end - start);
	memcpy(stream->bytes + start, &header, sizeof(header));
	if (length)
		memcpy(stream->bytes + start + NLMSG_HDRLEN, payload, length);
	stream->length = end;
	return start;
}

static void put_request(struct stream *stream, uint16_t type, const void *body,
			size_t size, uint32_t protocol)
{
	unsigned char payload[128] = { 0 };
	struct nlattr attribute = {
		.nla_len = NLA_HDRLEN + sizeof(protocol),
		.nla_type = REQUEST_PROTOCOL,
	};
	size_t length = size;

	memcpy(payload, body, size);
	if (protocol) {
		memcpy(payload + length, &attribute, sizeof(attribute));
		memcpy(payload + length + NLA_HDRLEN, &protocol, sizeof(protocol));
		length += attribute.nla_len;
	}
	stream_put(stream, type, NLM_F_REQUEST | NLM_F_DUMP, payload, length);
}

void stream_put_request(struct stream *stream, uint32_t attribute)
{
	struct inet_diag_req request = { .idiag_family = AF_INET, .idiag_states = 0xfff };

	put_request(stream, TCPDIAG_GETSOCK, &request, sizeof(request), attribute);
}

void stream_put_request_v2(struct stream *stream, int family, uint8_t protocol,
			   uint32_t attribute)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = protocol,
		.idiag_states = 0xfff,
	};

	put_request(stream, SOCK_DIAG_BY_FAMILY, &request, sizeof(request), attribute);
}

size_t stream_put_row(struct stream *stream, uint16_t port)
{
	struct inet_diag_msg row = {
		.idiag_family = AF_INET,
		.idiag_state = 1,
		.id.idiag_sport = htons(port),
		.id.idiag_dport = htons(9),
		.id.idiag_src = { htonl(INADDR_LOOPBACK) },
		.id.idiag_dst = { htonl(INADDR_LOOPBACK) },
		.id.idiag_cookie = { port },
	};

	return stream_put(stream, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, &row, sizeof(row));
}

size_t stream_put_done(struct stream *stream, int error)
{
	int value = -error;

	return stream_put(stream, NLMSG_DONE, NLM_F_MULTI, &value, sizeof(value));
}

size_t stream_put_error(struct stream *stream, int error)
{
	struct nlmsgerr value = { .error = -error };

	return stream_put(stream, NLMSG_ERROR, 0, &value, sizeof(value));
}
