/* SPDX-License-Identifier: MIT */
#include "source/walk.h"

#include "kernel.h"

#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

void natu_walk_start(struct natu_walk *walk, int file, struct natu_extent extent,
		     unsigned char *buffer)
{
	memset(walk, 0, sizeof(*walk));
	walk->file = file;
	walk->position = extent.start;
	walk->limit = extent.end;
	walk->buffer = buffer;
}

off_t natu_walk_offset(const struct natu_walk *walk)
{
	return walk->position - (off_t)(walk->end - walk->start);
}

void natu_walk_go_to(struct natu_walk *walk, off_t place)
{
	walk->position = place;
	walk->start = walk->end = 0;
}

/* Reads until that many bytes are in the buffer, or the file ends. Returns how many
 * there are, up to what was wanted, or -1 with errno set. */
static ssize_t fill(struct natu_walk *walk, size_t wanted)
{
	if (walk->end - walk->start >= wanted)
		return (ssize_t)wanted;
	memmove(walk->buffer, walk->buffer + walk->start, walk->end - walk->start);
	walk->end -= walk->start;
	walk->start = 0;
	while (walk->end < wanted) {
		size_t room = NATU_WALK_BUFFER - walk->end;
		off_t left = walk->limit - walk->position;
		ssize_t length;

		length = pread(walk->file, walk->buffer + walk->end,
			       (off_t)room < left ? room : (size_t)left, walk->position);
		if (length < 0)
			return -1;
		if (length == 0)
			return (ssize_t)walk->end;
		walk->end += (size_t)length;
		walk->position += length;
	}
	return (ssize_t)wanted;
}

/* The protocol that a request asks for, or NULL. */
static const struct natu_family *family_of_request(const struct nlmsghdr *message)
{
	const unsigned char *body = (const unsigned char *)message + NLMSG_HDRLEN;
	size_t length = message->nlmsg_len - NLMSG_HDRLEN;
	bool is_newer = message->nlmsg_type == SOCK_DIAG_BY_FAMILY;
	size_t header = is_newer ? sizeof(struct inet_diag_req_v2)
				 : sizeof(struct inet_diag_req);
	const struct nlattr *attribute;
	uint32_t protocol = IPPROTO_TCP;
	int left;

	/* Both begin with the family; the newer form goes on with the protocol. */
	if (length < 2 || (!is_newer && message->nlmsg_type != TCPDIAG_GETSOCK))
		return NULL;
	if (body[0] != AF_INET && body[0] != AF_INET6)
		return is_newer ? natu_family_of(body[0], 0) : NULL;
	if (length < header)
		return NULL;
	if (is_newer)
		protocol = body[1];
	/* Only the attribute has room for a protocol beyond 255: it counts. */
	left = (int)(length - header);
	for (attribute = (const void *)(body + header); mnl_attr_ok(attribute, left);
	     attribute = mnl_attr_next(attribute)) {
		if (mnl_attr_get_type(attribute) == KERNEL_DIAG_REQ_PROTOCOL &&
		    mnl_attr_get_payload_len(attribute) >= sizeof(protocol))
			memcpy(&protocol, mnl_attr_get_payload(attribute),
			       sizeof(protocol));
		left -= (int)MNL_ALIGN(attribute->nla_len);
	}
	return natu_family_of_protocol(protocol);
}

/* Sets whose message this is. */
static void attribute_message(struct natu_walk *walk)
{
	uint16_t type = walk->message->nlmsg_type;

	walk->is_request = walk->message->nlmsg_flags & NLM_F_REQUEST;
	if (walk->is_request) {
		walk->family = family_of_request(walk->message);
		walk->is_awaited = walk->is_expecting = true;
		return;
	}
	if (!walk->is_expecting)
		walk->family = natu_family_of_protocol(IPPROTO_TCP);
	walk->is_first = walk->is_awaited || !walk->is_expecting;
	walk->is_last = type == NLMSG_DONE || type == NLMSG_ERROR;
	walk->is_awaited = false;
	walk->is_expecting = !walk->is_last;
}

/* What the message there takes of the buffer, if all of it is there; 0 otherwise. */
static inline size_t size_at(const unsigned char *at, size_t there)
{
	size_t length, size;

	if (there < NLMSG_HDRLEN)
		return 0;
	length = ((const struct nlmsghdr *)at)->nlmsg_len;
	size = NLMSG_ALIGN(length);
	return length < NLMSG_HDRLEN || size > there ? 0 : size;
}

/* Reads on until the next message is there. Gives what it takes of the buffer; 0 if there
 * is none, and walk->fault says why; -1: errno. */
static ssize_t fetch(struct natu_walk *walk)
{
	ssize_t there = fill(walk, NLMSG_HDRLEN);
	struct nlmsghdr header;

	if (there < 0)
		return -1;
	if (there < NLMSG_HDRLEN) {
		walk->fault = there > 0 || walk->is_expecting ? NATU_CUT_OFF : NATU_WHOLE;
		return 0;
	}
	memcpy(&header, walk->buffer + walk->start, sizeof(header));
	if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > NATU_WALK_BUFFER) {
		walk->fault = NATU_DAMAGED;
		return 0;
	}
	/* The last message of a file may lack its padding. */
	there = fill(walk, NLMSG_ALIGN(header.nlmsg_len));
	if (there >= 0 && (size_t)there < header.nlmsg_len) {
		walk->fault = NATU_CUT_OFF;
		return 0;
	}
	return there;
}

int natu_walk_next(struct natu_walk *walk)
{
	do {
		ssize_t size = (ssize_t)size_at(walk->buffer + walk->start,
						walk->end - walk->start);

		if (!size)
			size = fetch(walk);
		if (size <= 0)
			return (int)size;
		walk->message = (const struct nlmsghdr *)(walk->buffer + walk->start);
		walk->start += (size_t)size;
	} while (walk->message->nlmsg_type == NLMSG_NOOP);
	attribute_message(walk);
	return 1;
}

static bool is_row(const struct nlmsghdr *message)
{
	return message->nlmsg_type >= NLMSG_MIN_TYPE &&
	       !(message->nlmsg_flags & NLM_F_REQUEST);
}

size_t natu_walk_rows(struct natu_walk *walk)
{
	const unsigned char *at = walk->buffer + walk->start;
	const unsigned char *end = walk->buffer + walk->end;
	size_t size;

	if (!walk->is_awaited && walk->is_expecting)
		while ((size = size_at(at, (size_t)(end - at))) &&
		       is_row((const struct nlmsghdr *)at))
			at += size;
	walk->start = (size_t)(at - walk->buffer);
	return (size_t)(at - (const unsigned char *)walk->message);
}
