/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Parts are aligned as in a message, where attributes are read in place. */
enum {
	LIMIT = 4 * 1024 * 1024,
	CHUNK_SIZE = 64 * 1024,
	ALIGNMENT = 16,
	PART_ALIGNMENT = 4
};

struct natu_waiting_chunk {
	struct natu_waiting_chunk *next;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char bytes[CHUNK_SIZE - 2 * sizeof(void *)];
};

/* One that waits; what of the message it points to follows. */
struct waiter {
	struct natu_socket socket;
	size_t number;
};

/* What lies in the message: a pointer and a length, which count with one of the facts. */
static const struct part {
	natu_facts facts;
	size_t pointer, length;
} parts[] = {
#define PART(facts, member)                                           \
	{                                                             \
		facts, offsetof(struct natu_socket, member),          \
			offsetof(struct natu_socket, member##_length) \
	}
	PART(FACT_TCPINFO | FACT_MPTCP | FACT_SCTP, tcp_info),
	PART(FACT_MEMORY | FACT_DROPS, memory),
	PART(FACT_CONGESTION, congestion),
	PART(FACT_VEGAS | FACT_DCTCP | FACT_BBR, congestion_info),
	PART(FACT_ULP, ulp),
	PART(FACT_TLS | FACT_MPTCP_SUBFLOW, ulp_details),
	PART(FACT_CLIENTS, of.local.clients),
	PART(FACT_ADDRESSES, addresses[0].bytes),
	PART(FACT_ADDRESSES, addresses[1].bytes),
#undef PART
};

enum { PART_COUNT = sizeof(parts) / sizeof(parts[0]) };

static size_t length_of(const struct natu_socket *socket, const struct part *part)
{
	uint16_t length;

	memcpy(&length, (const char *)socket + part->length, sizeof(length));
	return socket->facts & part->facts ? length : 0;
}

/* What a part takes of the room. */
static size_t room_of(const struct natu_socket *socket, const struct part *part)
{
	return (length_of(socket, part) + PART_ALIGNMENT - 1) / PART_ALIGNMENT *
	       PART_ALIGNMENT;
}

/* Copies a part to `room`, if it is there. Gives the place behind it. */
static unsigned char *keep(struct natu_socket *socket, const struct part *part,
			   unsigned char *room)
{
	size_t length = length_of(socket, part);
	void *const *pointer = (void *const *)((const char *)socket + part->pointer);

	if (!length)
		return room;
	memcpy(room, *pointer, length);
	memcpy((char *)socket + part->pointer, &room, sizeof(room));
	return room + room_of(socket, part);
}

static size_t size_of(const struct natu_socket *socket)
{
	size_t size = sizeof(struct waiter);

	for (size_t i = 0; i < PART_COUNT; i++)
		size += room_of(socket, &parts[i]);
	return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct natu_waiting_chunk *chunk_with_room(struct natu_waiting *waiting,
						  size_t size)
{
	struct natu_waiting_chunk *chunk = waiting->last;

	if (chunk && sizeof(chunk->bytes) - chunk->used >= size)
		return chunk;
	if (size > sizeof(chunk->bytes) || waiting->size + sizeof(*chunk) > LIMIT)
		return NULL;
	chunk = malloc(sizeof(*chunk));
	if (!chunk)
		return NULL;
	chunk->next = NULL;
	chunk->used = 0;
	if (waiting->last)
		waiting->last->next = chunk;
	else
		waiting->first = chunk;
	waiting->last = chunk;
	waiting->size += sizeof(*chunk);
	return chunk;
}

bool natu_waiting_add(struct natu_waiting *waiting, const struct natu_socket *socket,
		      size_t number)
{
	struct natu_waiting_chunk *chunk = chunk_with_room(waiting, size_of(socket));
	struct waiter *waiter;
	unsigned char *bytes;

	if (!chunk)
		return false;
	waiter = (struct waiter *)(chunk->bytes + chunk->used);
	bytes = (unsigned char *)(waiter + 1);
	chunk->used += size_of(socket);
	waiter->socket = *socket;
	waiter->socket.message = NULL;
	waiter->number = number;
	for (size_t i = 0; i < PART_COUNT; i++)
		bytes = keep(&waiter->socket, &parts[i], bytes);
	return true;
}

bool natu_waiting_next(struct natu_waiting *waiting, struct natu_socket *socket,
		       size_t *number)
{
	const struct waiter *waiter;

	if (!waiting->chunk) {
		waiting->chunk = waiting->first;
		waiting->offset = 0;
	}
	while (waiting->chunk && waiting->offset == waiting->chunk->used) {
		waiting->chunk = waiting->chunk->next;
		waiting->offset = 0;
	}
	if (!waiting->chunk)
		return false;
	waiter = (const struct waiter *)(waiting->chunk->bytes + waiting->offset);
	waiting->offset += size_of(&waiter->socket);
	*socket = waiter->socket;
	*number = waiter->number;
	return true;
}

void natu_waiting_drop(struct natu_waiting *waiting)
{
	struct natu_waiting_chunk *chunk = waiting->first;

	while (chunk) {
		struct natu_waiting_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*waiting = (struct natu_waiting){ 0 };
}
