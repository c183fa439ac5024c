/* SPDX-License-Identifier: MIT */
#include "half_open.h"

#include "state.h"

#include <stdlib.h>
#include <string.h>

/* More than this many half-open connections is an attack, and their timers are of no
 * interest. */
enum { HEADS = 1024, LIMIT = 65536 };

struct natu_half_open_entry {
	uint32_t next; /* index + 1 */
	uint32_t retransmits;
	uint32_t uid;
	uint16_t local_port, peer_port;
	struct natu_address local, peer;
};

static size_t head_of(const struct natu_socket *socket)
{
	return (socket->local_port * 31U + socket->peer_port) % HEADS;
}

static bool has_room(struct natu_half_open *table)
{
	size_t size = table->size ? table->size * 2 : 64;
	struct natu_half_open_entry *entries;

	if (table->count < table->size)
		return true;
	if (table->count >= LIMIT)
		return false;
	entries = realloc(table->entries, size * sizeof(*entries));
	if (!entries)
		return false;
	table->entries = entries;
	table->size = size;
	return true;
}

static void keep(struct natu_half_open *table, const struct natu_socket *socket)
{
	uint32_t *head = &table->heads[head_of(socket)];

	if (socket->state_number != STATE_SYN_RECV || !has_room(table))
		return;
	table->entries[table->count] = (struct natu_half_open_entry){
		.next = *head,
		.retransmits = socket->retransmits,
		.uid = socket->uid,
		.local_port = socket->local_port,
		.peer_port = socket->peer_port,
		.local = socket->local,
		.peer = socket->peer,
	};
	*head = (uint32_t)++table->count;
}

static void read_all(struct natu_half_open *table, struct natu *natu,
		     const struct natu_family *family)
{
	const struct natu_request request = {
		.family = family,
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATE_BIT(STATE_SYN_RECV),
		.facts = FACT_INET | FACT_RETRIES | FACT_UID,
	};
	struct natu_socket socket;
	struct natu_error error;
	struct natu_reader *reader;

	table->is_read = true;
	table->heads = calloc(HEADS, sizeof(*table->heads));
	if (!table->heads)
		return;
	reader = natu_procfs.open(natu, &request, &error);
	if (!reader)
		return;
	while (reader->ops->next(reader, &socket, &error) > 0)
		keep(table, &socket);
	reader->ops->close(reader);
}

static bool same_address(const struct natu_address *a, const struct natu_address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

void natu_half_open_correct(struct natu_half_open *table, struct natu *natu,
			    struct natu_socket *socket)
{
	if (!table->is_read)
		read_all(table, natu, socket->family);
	if (!table->heads)
		return;
	for (uint32_t i = table->heads[head_of(socket)]; i;
	     i = table->entries[i - 1].next) {
		const struct natu_half_open_entry *entry = &table->entries[i - 1];

		if (entry->local_port != socket->local_port ||
		    entry->peer_port != socket->peer_port ||
		    !same_address(&entry->local, &socket->local) ||
		    !same_address(&entry->peer, &socket->peer))
			continue;
		socket->retransmits = entry->retransmits;
		if (!(socket->facts & FACT_UID))
			socket->uid = entry->uid;
		socket->facts |= FACT_UID;
	}
}

void natu_half_open_free(struct natu_half_open *table)
{
	free(table->entries);
	free(table->heads);
	*table = (struct natu_half_open){ 0 };
}
