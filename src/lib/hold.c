/* SPDX-License-Identifier: MIT */
#include "hold.h"

#include "family.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)

enum { WORDS = sizeof(struct inet_diag_msg) / sizeof(uint32_t) };

_Static_assert(WORDS * sizeof(uint32_t) == sizeof(struct inet_diag_msg) && WORDS < 31,
	       "a message is packed by a word of bits");

/*
 * What is kept of one socket begins with a word. In most it has a bit for each word of
 * the message that is not 0, and those follow. Where attributes are needed it is this bit
 * with a length, and the message follows as it is.
 */
#define WHOLE (1U << 31)

/* What one socket mostly takes: a packed one with two public addresses, and a whole one
 * of TCP. */
enum { PACKED_SIZE = 40, WHOLE_SIZE = 400 };

struct natu_hold_chunk {
	struct natu_hold_chunk *next;
	size_t used; /* words */
	uint32_t words[(CHUNK_SIZE - 2 * sizeof(void *)) / sizeof(uint32_t)];
};

/* The words of a message that matter only to these facts. */
static const struct {
	natu_facts fact;
	size_t offset;
} needs[] = {
	{ FACT_COOKIE, offsetof(struct inet_diag_msg, id.idiag_cookie[0]) },
	{ FACT_COOKIE, offsetof(struct inet_diag_msg, id.idiag_cookie[1]) },
	{ FACT_TIMER, offsetof(struct inet_diag_msg, idiag_expires) },
	{ FACT_UID, offsetof(struct inet_diag_msg, idiag_uid) },
	{ FACT_INODE, offsetof(struct inet_diag_msg, idiag_inode) },
};

static bool keeps_attributes(natu_facts facts)
{
	return natu_inet_needed(WHOLE_SIZE, facts) == WHOLE_SIZE;
}

/* The facts that packing loses. */
static natu_facts lost_facts(natu_facts facts)
{
	natu_facts lost = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		lost |= needs[i].fact & ~facts;
	return lost;
}

static struct natu_hold_chunk *chunk_with_room(struct natu_hold *hold, size_t words)
{
	struct natu_hold_chunk *chunk = hold->last;
	const size_t most = sizeof(chunk->words) / sizeof(chunk->words[0]);

	if (chunk && most - chunk->used >= words)
		return chunk;
	if (words > most || hold->held + sizeof(*chunk) > NATU_HOLD_LIMIT)
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

static void add_whole(struct natu_hold_chunk *chunk, const void *payload, size_t length)
{
	chunk->words[chunk->used] = WHOLE | (uint32_t)length;
	memcpy(&chunk->words[chunk->used + 1], payload, length);
	chunk->used += 1 + (length + 3) / 4;
}

static void add_packed(struct natu_hold_chunk *chunk, const void *payload,
		       natu_facts facts)
{
	uint32_t words[WORDS], *packed = &chunk->words[chunk->used + 1];
	uint32_t bits = 0;
	size_t count = 0;

	memcpy(words, payload, sizeof(words));
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (!(facts & needs[i].fact))
			words[needs[i].offset / sizeof(words[0])] = 0;
#pragma GCC unroll 18
	/* Which words are 0 cannot be foreseen: without a branch this takes half the
	 * time. */
	for (unsigned int i = 0; i < WORDS; i++) {
		packed[count] = words[i];
		count += words[i] != 0;
		bits |= (uint32_t)(words[i] != 0) << i;
	}
	packed[-1] = bits;
	chunk->used += 1 + count;
}

void natu_hold_add(struct natu_hold *hold, const struct natu_socket *socket,
		   natu_facts facts)
{
	const void *payload = (const char *)socket->message + NLMSG_HDRLEN;
	size_t length = socket->message->nlmsg_len - NLMSG_HDRLEN;
	bool whole = keeps_attributes(facts);
	struct natu_hold_chunk *chunk;

	if (hold->overflow)
		return;
	chunk = chunk_with_room(hold, 1 + (whole ? (length + 3) / 4 : WORDS));
	if (!chunk) {
		natu_hold_drop(hold);
		hold->overflow = true;
		return;
	}
	hold->family = socket->family;
	if (whole)
		add_whole(chunk, payload, length);
	else
		add_packed(chunk, payload, facts);
}

/* Gives the number of words that were packed. */
static size_t unpack(struct inet_diag_msg *message, uint32_t bits, const uint32_t *packed)
{
	uint32_t words[WORDS] = { 0 };
	size_t count = 0;

	for (; bits; bits &= bits - 1)
		words[__builtin_ctz(bits)] = packed[count++];
	memcpy(message, words, sizeof(words));
	return count;
}

bool natu_hold_next(struct natu_hold *hold, natu_facts facts, struct natu_socket *socket)
{
	const void *payload = &hold->message;
	size_t length = sizeof(hold->message);
	const uint32_t *at;
	bool good;

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
	at = &hold->chunk->words[hold->offset];
	if (*at & WHOLE) {
		payload = at + 1;
		length = *at & ~WHOLE;
		hold->offset += 1 + (length + 3) / 4;
	} else {
		hold->offset += 1 + unpack(&hold->message, *at, at + 1);
	}
	socket->message = NULL;
	/* It was decoded once already and cannot fail now. */
	good = hold->family->decode(hold->family, payload, length, facts, socket);
	if (payload == &hold->message)
		socket->facts &= ~lost_facts(facts);
	return good;
}

bool natu_hold_fits(uint64_t count, natu_facts facts)
{
	return count <=
	       NATU_HOLD_LIMIT / (keeps_attributes(facts) ? WHOLE_SIZE : PACKED_SIZE);
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
