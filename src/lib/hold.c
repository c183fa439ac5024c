/* SPDX-License-Identifier: MIT */
#include "hold.h"

#include "family.h"

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)

struct natu_hold_chunk {
	struct natu_hold_chunk *next;
	size_t used;
	_Alignas(NLMSG_ALIGNTO) unsigned char bytes[CHUNK_SIZE - 2 * sizeof(void *)];
};

/* What is kept of one socket; its payload follows. */
struct held {
	const struct natu_family *family;
	size_t length;
};

static struct natu_hold_chunk *chunk_with_room(struct natu_hold *hold, size_t size)
{
	struct natu_hold_chunk *chunk = hold->last;

	if (chunk && sizeof(chunk->bytes) - chunk->used >= size)
		return chunk;
	if (size > sizeof(chunk->bytes) || hold->held + sizeof(*chunk) > NATU_HOLD_LIMIT)
		return NULL;
	chunk = malloc(sizeof(*chunk));
	if (!chunk)
		return NULL;
	chunk->next = NULL;
	chunk->used = 0;
	if (hold->last)
		hold->last->next = chunk;
	else
		hold->first = chunk;
	hold->last = chunk;
	hold->held += sizeof(*chunk);
	return chunk;
}

void natu_hold_add(struct natu_hold *hold, const struct natu_socket *socket, uint32_t facts)
{
	const struct nlmsghdr *message = socket->message;
	struct held held = { .family = socket->family };
	struct natu_hold_chunk *chunk;
	size_t size;

	if (hold->overflow)
		return;
	held.length = natu_inet_needed(message->nlmsg_len - NLMSG_HDRLEN, facts);
	size = sizeof(held) + (held.length + 7) / 8 * 8;
	chunk = chunk_with_room(hold, size);
	if (!chunk) {
		natu_hold_drop(hold);
		hold->overflow = true;
		return;
	}
	memcpy(chunk->bytes + chunk->used, &held, sizeof(held));
	memcpy(chunk->bytes + chunk->used + sizeof(held), (const char *)message + NLMSG_HDRLEN,
	       held.length);
	chunk->used += size;
}

bool natu_hold_next(struct natu_hold *hold, uint32_t facts, struct natu_socket *socket)
{
	struct held held;
	const unsigned char *at;

	if (!hold->chunk) {
		hold->chunk = hold->first;
		hold->offset = 0;
	}
	while (hold->chunk && hold->offset == hold->chunk->used) {
		hold->chunk = hold->chunk->next;
		hold->offset = 0;
	}
	if (!hold->chunk)
		return false;
	at = hold->chunk->bytes + hold->offset;
	memcpy(&held, at, sizeof(held));
	hold->offset += sizeof(held) + (held.length + 7) / 8 * 8;
	socket->message = NULL;
	/* It was decoded once already and cannot fail now. */
	return held.family->decode(held.family, at + sizeof(held), held.length, facts, socket);
}

void natu_hold_drop(struct natu_hold *hold)
{
	struct natu_hold_chunk *chunk = hold->first;

	while (chunk) {
		struct natu_hold_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	hold->first = hold->last = hold->chunk = NULL;
	hold->held = hold->offset = 0;
}
