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
	bool v6only;
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
		.v6only = (socket->facts & FACT_V6ONLY) && socket->v6only,
		.address = socket->local,
	};
	*head = (uint32_t)++listeners->count;
}

/*
 * How well a listener fits, as the kernel scores it (net/ipv4/inet_hashtables.c and
 * net/ipv6/inet6_hashtables.c, compute_score()): its address, then its device. 0: not at
 * all. A connection has the family of its listener from its first packet on, an IPv4 one
 * with a mapped address where that is IPv6; and it has its listener's device, or, if it
 * is link-local or came in by a VRF, the one of a listener that is bound to none.
 */
static int fit(const struct natu_listener *listener, const struct natu_socket *socket)
{
	int score = 1;

	if (listener->port != socket->local_port ||
	    listener->address.family != socket->local.family)
		return 0;
	if (listener->v6only && natu_address_is_mapped(&socket->local))
		return 0;
	if (natu_address_is_same(&listener->address, &socket->local))
		score += 2;
	else if (!natu_address_is_any(&listener->address))
		return 0;
	if (listener->interface == socket->interface)
		score += 1;
	else if (listener->interface)
		return 0;
	return score;
}

static bool is_among(const struct natu_listener *const *found, size_t count,
		     const struct natu_listener *listener)
{
	for (size_t i = 0; i < count; i++)
		if (found[i]->inode == listener->inode && listener->inode)
			return true;
	return false;
}

/* Those that fit best. */
static size_t listeners_of(const struct natu_listeners *listeners,
			   const struct natu_socket *socket,
			   const struct natu_listener *found[NATU_LISTENERS_MAX])
{
	size_t count = 0;
	int best = 1;

	if (!listeners->heads)
		return 0;
	for (uint32_t i = listeners->heads[socket->local_port % HEADS]; i;
	     i = listeners->entries[i - 1].next) {
		const struct natu_listener *listener = &listeners->entries[i - 1];
		int score = fit(listener, socket);

		if (score < best)
			continue;
		count = score > best ? 0 : count;
		best = score;
		/* A second walk has told of some twice. */
		if (count < NATU_LISTENERS_MAX && !is_among(found, count, listener))
			found[count++] = listener;
	}
	return count;
}

void natu_listeners_lend(const struct natu_listeners *listeners,
			 struct natu_socket *socket)
{
	const struct natu_listener *found[NATU_LISTENERS_MAX];
	size_t count = listeners_of(listeners, socket, found);

	for (size_t i = 1; i < count; i++)
		if (found[i]->uid != found[0]->uid)
			return;
	if (!count)
		return;
	socket->uid = found[0]->uid;
	socket->facts |= FACT_UID;
}

size_t natu_listeners_inodes(const struct natu_listeners *listeners,
			     const struct natu_socket *socket,
			     uint64_t inodes[NATU_LISTENERS_MAX])
{
	const struct natu_listener *found[NATU_LISTENERS_MAX];
	size_t count = listeners_of(listeners, socket, found);

	for (size_t i = 0; i < count; i++)
		inodes[i] = found[i]->inode;
	return count;
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
