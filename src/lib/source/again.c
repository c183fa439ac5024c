/* SPDX-License-Identifier: MIT */
#include "source/again.h"

#include "context.h"
#include "source/messages.h"
#include "source/over.h"
#include "source/sockstat.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256 };

struct again_reader {
	struct natu_reader base;
	struct natu *natu;
	unsigned int dump; /* the number of the current one, from 1 */
	/* What was told: the upper bits of an identity, and the dump that told it last.
	 * NULL: that is not remembered. */
	uint64_t *told;
	size_t slots, count;
	bool is_full;	   /* no room for another one */
	bool has_repeated; /* this dump: what it has told itself */
	uint64_t ended;	   /* associations, before this dump */
};

#define DUMP_BITS UINT64_C(3)

_Static_assert(NATU_AGAIN_DUMPS <= DUMP_BITS, "a slot holds the number of a dump");

static const struct natu_source_ops natu_again;

static void again_close(struct natu_reader *base)
{
	struct again_reader *reader = (struct again_reader *)base;

	free(reader->told);
	natu_over_free(base);
}

struct natu_reader *natu_again_new(struct natu *natu, struct natu_reader *behind,
				   uint64_t ended, struct natu_error *error)
{
	struct again_reader *reader = (struct again_reader *)natu_over_new(
		&natu_again, sizeof(*reader), behind, error);

	if (!reader)
		return NULL;
	reader->natu = natu;
	reader->dump = 1;
	reader->ended = ended;
	/* Without memory it is asked for once. */
	if (!natu->setup.record)
		reader->told = calloc(FIRST_SLOTS, sizeof(*reader->told));
	reader->slots = FIRST_SLOTS;
	reader->is_full = !reader->told;
	return &reader->base;
}

/* Where it is or would be: a dump's number is never 0. */
static uint64_t *slot_of(uint64_t *told, size_t slots, uint64_t identity)
{
	/* The low bits are not kept. */
	size_t slot = (identity >> 32) % slots;

	while (told[slot] && (told[slot] ^ identity) > DUMP_BITS)
		slot = (slot + 1) % slots;
	return &told[slot];
}

/* Makes room for one more; at most half of the slots are in use. False: there is none. */
static bool has_room(struct again_reader *reader)
{
	size_t slots = 2 * reader->slots;
	uint64_t *told;

	if (reader->count < reader->slots / 2)
		return true;
	told = reader->count < NATU_AGAIN_LIMIT ? calloc(slots, sizeof(*told)) : NULL;
	reader->is_full = !told;
	if (!told && reader->dump > 1)
		return false;
	for (size_t i = 0; told && i < reader->slots; i++)
		if (reader->told[i])
			*slot_of(told, slots, reader->told[i]) = reader->told[i];
	free(reader->told);
	reader->told = told;
	reader->slots = slots;
	return told != NULL;
}

/* Remembers it. True if it was told before. */
static bool is_known(struct again_reader *reader, const struct natu_socket *socket)
{
	uint64_t identity = natu_association_of(socket, (uintptr_t)reader), *slot;

	if (!reader->told)
		return false;
	slot = slot_of(reader->told, reader->slots, identity);
	if (*slot && (*slot & DUMP_BITS) == reader->dump) {
		reader->has_repeated = true;
		return true;
	}
	if (*slot) {
		*slot += reader->dump - (*slot & DUMP_BITS);
		return true;
	}
	if (!has_room(reader))
		return false;
	slot = slot_of(reader->told, reader->slots, identity);
	*slot = (identity & ~DUMP_BITS) | reader->dump;
	reader->count++;
	return false;
}

/* True if there is another dump to be read, after the end of one. */
static bool ask_again(struct again_reader *reader)
{
	struct natu_reader *base = &reader->base;
	const struct natu_source_ops *ops = base->behind->ops;
	uint64_t ended = natu_sockstat_ended(reader->natu);
	struct natu_error ignored;

	base->has_moved = base->behind->has_moved || reader->has_repeated ||
			  ended != reader->ended;
	if (!base->has_moved || reader->is_full || reader->dump == NATU_AGAIN_DUMPS)
		return false;
	ops->close(base->behind);
	base->behind = ops->open(reader->natu, base->request, &ignored);
	reader->dump++;
	reader->has_repeated = false;
	reader->ended = ended;
	return base->behind != NULL;
}

static int again_next(struct natu_reader *base, struct natu_socket *socket,
		      struct natu_error *error)
{
	struct again_reader *reader = (struct again_reader *)base;

	while (base->behind) {
		int more = base->behind->ops->next(base->behind, socket, error);

		if (more > 0 && is_known(reader, socket))
			continue;
		if (more > 0)
			return 1;
		if (base->behind->malformed > base->malformed)
			base->malformed = base->behind->malformed;
		/* The first dump has told what there is as well as it could. */
		if (more < 0 && reader->dump > 1)
			return 0;
		if (more < 0 || !ask_again(reader))
			return more;
	}
	return 0;
}

static const struct natu_source_ops natu_again = {
	.name = "again",
	.next = again_next,
	.close = again_close,
};
