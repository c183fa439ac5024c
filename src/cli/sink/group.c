/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Rows with the same text: the columns that are counted by, as the format writes them. */
struct group {
	uint64_t hash, count;
	size_t start, length; /* of the text, in `text` */
};

struct grouper {
	struct sink base;
	size_t top;
	struct group *groups;
	size_t count, size;
	uint32_t *slots; /* index + 1; open addressing, at most half full */
	size_t slot_count;
	struct natu_buffer text;
};

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint32_t *slot_of(const struct grouper *grouper, const char *bytes, size_t length,
			 uint64_t hash)
{
	size_t at = hash % grouper->slot_count;

	for (;; at = (at + 1) % grouper->slot_count) {
		uint32_t slot = grouper->slots[at];
		const struct group *group = slot ? &grouper->groups[slot - 1] : NULL;

		if (!group || (group->hash == hash && group->length == length &&
			       !memcmp(grouper->text.data + group->start, bytes, length)))
			return &grouper->slots[at];
	}
}

static int grow(struct grouper *grouper)
{
	size_t size = grouper->size ? grouper->size * 2 : 64;
	struct group *groups = realloc(grouper->groups, size * sizeof(*groups));
	uint32_t *slots;

	if (!groups)
		return -ENOMEM;
	grouper->groups = groups;
	slots = calloc(2 * size, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(grouper->slots);
	grouper->slots = slots;
	grouper->size = size;
	grouper->slot_count = 2 * size;
	for (size_t i = 0; i < grouper->count; i++)
		*slot_of(grouper, grouper->text.data + groups[i].start, groups[i].length,
			 groups[i].hash) = (uint32_t)i + 1;
	return 0;
}

static int grouper_row(struct sink *sink, struct render *render,
		       const struct natu_socket *socket)
{
	struct grouper *grouper = (struct grouper *)sink;
	size_t start = grouper->text.used, length;
	uint64_t hash;
	uint32_t *slot;

	if (grouper->count == grouper->size && grow(grouper) < 0)
		return -ENOMEM;
	render->format->compose(render, socket, &grouper->text);
	if (grouper->text.failed)
		return -ENOMEM;
	length = grouper->text.used - start;
	hash = hash_of(grouper->text.data + start, length);
	slot = slot_of(grouper, grouper->text.data + start, length, hash);
	if (*slot) {
		grouper->groups[*slot - 1].count++;
		grouper->text.used = start;
		return 0;
	}
	grouper->groups[grouper->count] = (struct group){ hash, 1, start, length };
	*slot = (uint32_t)++grouper->count;
	return 0;
}

/* The largest first; groups of one size in the order of their first rows. */
static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return (a->start > b->start) - (a->start < b->start);
}

static int grouper_end(struct sink *sink, struct render *render)
{
	struct grouper *grouper = (struct grouper *)sink;
	struct natu_buffer row = { 0 };
	int result = 0;

	if (!grouper->count)
		return 0;
	qsort(grouper->groups, grouper->count, sizeof(*grouper->groups), compare_groups);
	for (size_t i = 0; i < grouper->count && !result; i++) {
		const struct group *group = &grouper->groups[i];

		if (grouper->top && i == grouper->top)
			break;
		row.used = 0;
		natu_buffer_add(&row, grouper->text.data + group->start, group->length);
		render->format->append(render, &row, "count", group->count);
		if (row.failed)
			result = -ENOMEM;
		else
			render_text(render, row.data, row.used);
		if (!result)
			result = output_settle(render->output);
	}
	natu_buffer_free(&row);
	return result;
}

static void grouper_free(struct sink *sink)
{
	struct grouper *grouper = (struct grouper *)sink;

	free(grouper->groups);
	free(grouper->slots);
	natu_buffer_free(&grouper->text);
	free(grouper);
}

struct sink *sink_group_new(size_t top)
{
	static const struct sink_ops ops = { grouper_row, grouper_end, grouper_free };
	struct grouper *grouper = calloc(1, sizeof(*grouper));

	if (!grouper)
		return NULL;
	grouper->base.ops = &ops;
	grouper->top = top;
	return &grouper->base;
}
