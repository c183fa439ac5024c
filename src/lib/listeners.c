/* SPDX-License-Identifier: MIT */
#include "listeners.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HEADS = 1024, LIMIT = 65536 };

struct natu_listener {
	uint32_t next; /* index + 1 */
	uint32_t uid;
	uint64_t inode;
	uint32_t interface;
	uint16_t port;
	struct natu_address address;
};

static bool make_room(struct natu_listeners *listeners)
{
	size_t size = listeners->size ? listeners->size * 2 : 64;
	struct natu_listener *entries;

	if (!listeners->heads)
		listeners->heads = calloc(HEADS, sizeof(*listeners->heads));
	if (!listeners->heads || listeners->count == LIMIT)
		return false;
	if (listeners->count < listeners->size)
		return true;
	entries = realloc(listeners->entries, size * sizeof(*entries));
	if (!entries)
		return false;
	listeners->entries = entries;
	listeners->size = size;
	return true;
}

void natu_listeners_add(struct natu_listeners *listeners,
			const struct natu_socket *socket)
{
	uint32_t *head;

	if (!make_room(listeners))
		return;
	head = &listeners->heads[socket->local_port % HEADS];
	listeners->entries[listeners->count] = (struct natu_listener){
		.next = *head,
		.uid = socket->uid,
		.inode = socket->facts & FACT_INODE ? socket->inode : 0,
		.interface = socket->interface,
		.port = socket->local_port,
		.address = socket->local,
	};
	*head = (uint32_t)++listeners->count;
}

static bool same_address(const struct natu_address *a, const struct natu_address *b)
{
	return !memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

/* How well a listener fits, as the kernel scores it: its address, then its device. 0: not
 * at all. */
static int fit(const struct natu_listener *listener, const struct natu_socket *socket)
{
	static const uint8_t any[16];
	size_t length = listener->address.family == AF_INET ? 4 : 16;
	int score = 1;

	if (listener->port != socket->local_port ||
	    listener->address.family != socket->local.family)
		return 0;
	if (same_address(&listener->address, &socket->local))
		score += 2;
	else if (memcmp(listener->address.bytes, any, length) != 0)
		return 0;
	if (listener->interface && listener->interface == socket->interface)
		score += 1;
	else if (listener->interface && socket->interface)
		return 0;
	return score;
}

/* The listener that a connection came in by, or NULL if it is not known. */
static const struct natu_listener *listener_of(const struct natu_listeners *listeners,
					       const struct natu_socket *socket)
{
	const struct natu_listener *found = NULL;
	int best = 0;

	if (!listeners->heads)
		return NULL;
	for (uint32_t i = listeners->heads[socket->local_port % HEADS]; i;
	     i = listeners->entries[i - 1].next) {
		int score = fit(&listeners->entries[i - 1], socket);

		if (score <= best)
			continue;
		best = score;
		found = &listeners->entries[i - 1];
	}
	return found;
}

void natu_listeners_lend(const struct natu_listeners *listeners,
			 struct natu_socket *socket)
{
	const struct natu_listener *listener = listener_of(listeners, socket);

	if (!listener)
		return;
	socket->uid = listener->uid;
	socket->facts |= FACT_UID;
}

uint64_t natu_listeners_inode(const struct natu_listeners *listeners,
			      const struct natu_socket *socket)
{
	const struct natu_listener *listener = listener_of(listeners, socket);

	return listener ? listener->inode : 0;
}

uint64_t natu_listeners_inode_at(const struct natu_listeners *listeners, size_t index)
{
	return index < listeners->count ? listeners->entries[index].inode : 0;
}

void natu_listeners_free(struct natu_listeners *listeners)
{
	free(listeners->entries);
	free(listeners->heads);
	*listeners = (struct natu_listeners){ 0 };
}
