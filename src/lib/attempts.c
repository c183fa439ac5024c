/* SPDX-License-Identifier: MIT */
#include "attempts.h"

#include "state.h"

#include <stdlib.h>
#include <string.h>

/* More than this many half-open connections is an attack, and their timers are of no interest. */
enum { HEADS = 1024, LIMIT = 65536 };

struct natu_attempt {
	uint32_t next;		/* index + 1 */
	uint32_t retransmits;
	uint16_t local_port, peer_port;
	struct natu_address local, peer;
};

static size_t head_of(const struct natu_socket *socket)
{
	return (socket->local_port * 31U + socket->peer_port) % HEADS;
}

static bool has_room(struct natu_attempts *attempts)
{
	size_t size = attempts->size ? attempts->size * 2 : 64;
	struct natu_attempt *entries;

	if (attempts->count < attempts->size)
		return true;
	if (attempts->count >= LIMIT)
		return false;
	entries = realloc(attempts->entries, size * sizeof(*entries));
	if (!entries)
		return false;
	attempts->entries = entries;
	attempts->size = size;
	return true;
}

static void keep(struct natu_attempts *attempts, const struct natu_socket *socket)
{
	uint32_t *head = &attempts->heads[head_of(socket)];

	if (socket->state_number != STATE_SYN_RECV || !has_room(attempts))
		return;
	attempts->entries[attempts->count] = (struct natu_attempt){
		.next = *head,
		.retransmits = socket->retransmits,
		.local_port = socket->local_port,
		.peer_port = socket->peer_port,
		.local = socket->local,
		.peer = socket->peer,
	};
	*head = (uint32_t)++attempts->count;
}

static void read_all(struct natu_attempts *attempts, struct natu *natu,
		     const struct natu_family *family)
{
	const struct natu_request request = {
		.family = family,
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATE_BIT(STATE_SYN_RECV),
		.facts = FACT_INET | FACT_RETRIES,
	};
	struct natu_socket socket;
	struct natu_error error;
	struct natu_reader *reader;

	attempts->is_read = true;
	attempts->heads = calloc(HEADS, sizeof(*attempts->heads));
	if (!attempts->heads)
		return;
	reader = natu_procfs.open(natu, &request, &error);
	if (!reader)
		return;
	while (reader->ops->next(reader, &socket, &error) > 0)
		keep(attempts, &socket);
	reader->ops->close(reader);
}

static bool same_address(const struct natu_address *a, const struct natu_address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

void natu_attempts_correct(struct natu_attempts *attempts, struct natu *natu,
			   struct natu_socket *socket)
{
	if (!attempts->is_read)
		read_all(attempts, natu, socket->family);
	if (!attempts->heads)
		return;
	for (uint32_t i = attempts->heads[head_of(socket)]; i; i = attempts->entries[i - 1].next) {
		const struct natu_attempt *attempt = &attempts->entries[i - 1];

		if (attempt->local_port == socket->local_port &&
		    attempt->peer_port == socket->peer_port &&
		    same_address(&attempt->local, &socket->local) &&
		    same_address(&attempt->peer, &socket->peer))
			socket->retransmits = attempt->retransmits;
	}
}

void natu_attempts_free(struct natu_attempts *attempts)
{
	free(attempts->entries);
	free(attempts->heads);
	*attempts = (struct natu_attempts){ 0 };
}
