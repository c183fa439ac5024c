/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 4 * 1024 * 1024, CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct natu_waiting_chunk {
	struct natu_waiting_chunk *next;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char bytes[CHUNK_SIZE - 2 * sizeof(void *)];
};

/* One that waits; its tcp_info and its memory follow. */
struct waiter {
	struct natu_socket socket;
	size_t number;
};

static size_t tcp_info_length(const struct natu_socket *socket)
{
	return socket->facts & FACT_TCPINFO ? socket->tcp_info_length : 0;
}

static size_t memory_length(const struct natu_socket *socket)
{
	return socket->facts & (FACT_MEMORY | FACT_DROPS) ? socket->memory_length : 0;
}

static size_t size_of(const struct natu_socket *socket)
{
	size_t size = sizeof(struct waiter) + tcp_info_length(socket) +
		      memory_length(socket);

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
	if (tcp_info_length(socket))
		memcpy(bytes, socket->tcp_info, socket->tcp_info_length);
	waiter->socket.tcp_info = bytes;
	bytes += tcp_info_length(socket);
	if (memory_length(socket))
		memcpy(bytes, socket->memory, socket->memory_length);
	waiter->socket.memory = bytes;
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
