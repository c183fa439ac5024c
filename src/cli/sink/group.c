/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Rows with the same text: the columns that are counted by, as the format writes them.
 * What else is known of a group follows it: the values that it is sorted by, and a tally
 * for each of its figures. */
struct group {
	uint64_t hash, count, number;
	size_t length;
	char *text; /* behind it lie the texts among the values */
};

struct grouper {
	struct sink base;
	const struct look *look;
	const struct sort_order *order;
	size_t top;
	struct group **groups;
	size_t count, size;
	uint32_t *slots; /* index + 1; open addressing, at most half full */
	size_t slot_count;
	struct natu_buffer text; /* of one row */
	struct figure *figures;	 /* of one group */
};

static struct sort_value *values_of(struct group *group)
{
	return (struct sort_value *)(group + 1);
}

static struct tally *tallies_of(const struct grouper *grouper, struct group *group)
{
	return (struct tally *)(values_of(group) + grouper->order->count);
}

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
		const struct group *group = slot ? grouper->groups[slot - 1] : NULL;

		if (!group || (group->hash == hash && group->length == length &&
			       !memcmp(group->text, bytes, length)))
			return &grouper->slots[at];
	}
}

static int grow(struct grouper *grouper)
{
	size_t size = grouper->size ? grouper->size * 2 : 64;
	struct group **groups = reallocarray(grouper->groups, size, sizeof(*groups));
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
		*slot_of(grouper, groups[i]->text, groups[i]->length,
			 groups[i]->hash) = (uint32_t)i + 1;
	return 0;
}

/* A group of this socket's, with the text that the grouper has composed. */
static struct group *group_new(const struct grouper *grouper,
			       const struct natu_socket *socket, uint64_t hash)
{
	struct sort_value values[SORT_KEYS_MAX] = { 0 };
	size_t length = grouper->text.used;
	size_t head = sizeof(struct group) + grouper->order->count * sizeof(*values) +
		      grouper->look->figures.count * sizeof(struct tally);
	struct group *group;

	sort_read(grouper->order, socket, values);
	group = calloc(1, head + length + sort_text_bytes(grouper->order, values));
	if (!group)
		return NULL;
	*group = (struct group){ .hash = hash,
				 .number = grouper->count,
				 .length = length,
				 .text = (char *)group + head };
	memcpy(group->text, grouper->text.data, length);
	sort_keep_texts(grouper->order, values, group->text + length);
	memcpy(values_of(group), values, grouper->order->count * sizeof(*values));
	return group;
}

/* The group that a socket belongs to; NULL without memory. */
static struct group *group_of(struct grouper *grouper, const struct natu_socket *socket)
{
	const struct natu_buffer *text = &grouper->text;
	struct group *group;
	uint64_t hash;
	uint32_t *slot;

	if (grouper->count == grouper->size && grow(grouper) < 0)
		return NULL;
	hash = hash_of(text->data, text->used);
	slot = slot_of(grouper, text->data, text->used, hash);
	if (*slot)
		return grouper->groups[*slot - 1];
	group = group_new(grouper, socket, hash);
	if (!group)
		return NULL;
	grouper->groups[grouper->count] = group;
	*slot = (uint32_t)++grouper->count;
	return group;
}

static int grouper_row(struct sink *sink, struct render *render,
		       const struct natu_socket *socket)
{
	struct grouper *grouper = (struct grouper *)sink;
	const struct aggregates *figures = &grouper->look->figures;
	struct group *group;

	grouper->text.used = 0;
	render->format->compose(render, socket, &grouper->text);
	group = grouper->text.failed ? NULL : group_of(grouper, socket);
	if (!group)
		return -ENOMEM;
	group->count++;
	for (size_t i = 0; i < figures->count; i++)
		tally_add(&tallies_of(grouper, group)[i], &figures->list[i], socket);
	return 0;
}

/* Fills grouper->figures: the count, and what was made of columns. */
static void read_figures(const struct grouper *grouper, struct group *group)
{
	const struct aggregates *figures = &grouper->look->figures;

	grouper->figures[0] = figure_of_count(COUNT_NAME, group->count);
	for (size_t i = 0; i < figures->count; i++)
		grouper->figures[i + 1] = figure_of(&tallies_of(grouper, group)[i],
						    &figures->list[i]);
}

/* Fills what could not be known before all sockets had come. */
static void complete_values(const struct grouper *grouper, struct group *group)
{
	struct sort_value *values = values_of(group);

	read_figures(grouper, group);
	for (size_t i = 0; i < grouper->order->count; i++) {
		const struct sort_key *key = &grouper->order->keys[i];
		const struct figure *figure = &grouper->figures[key->figure];

		if (!key->column)
			values[i] = (struct sort_value){ figure->is_here, figure->value };
	}
}

/* By the order; then the largest first; groups of one size in the order of their first
 * rows. */
static int compare_groups(const void *left, const void *right, void *context)
{
	struct group *a = *(struct group *const *)left,
		     *b = *(struct group *const *)right;
	const struct grouper *grouper = context;
	int order = sort_compare(grouper->order, values_of(a), values_of(b));

	if (order)
		return order;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return (a->number > b->number) - (a->number < b->number);
}

static int write_group(const struct grouper *grouper, struct render *render,
		       struct group *group, struct natu_buffer *row)
{
	row->used = 0;
	natu_buffer_add(row, group->text, group->length);
	read_figures(grouper, group);
	render->format->append(render, row, grouper->figures,
			       1 + grouper->look->figures.count);
	if (row->failed)
		return -ENOMEM;
	render_text(render, row->data, row->used);
	return output_settle(render->output);
}

static int grouper_end(struct sink *sink, struct render *render)
{
	struct grouper *grouper = (struct grouper *)sink;
	size_t shown = grouper->top && grouper->top < grouper->count ? grouper->top
								     : grouper->count;
	struct natu_buffer row = { 0 };
	int result = 0;

	render->groups = grouper->count;
	if (!grouper->count)
		return 0;
	for (size_t i = 0; i < grouper->count; i++)
		complete_values(grouper, grouper->groups[i]);
	qsort_r(grouper->groups, grouper->count, sizeof(struct group *), compare_groups,
		grouper);
	for (size_t i = 0; i < shown && !result; i++)
		result = write_group(grouper, render, grouper->groups[i], &row);
	natu_buffer_free(&row);
	return result;
}

static void grouper_free(struct sink *sink)
{
	struct grouper *grouper = (struct grouper *)sink;

	for (size_t i = 0; i < grouper->count; i++)
		free(grouper->groups[i]);
	free(grouper->groups);
	free(grouper->slots);
	free(grouper->figures);
	natu_buffer_free(&grouper->text);
	free(grouper);
}

struct sink *sink_group_new(const struct look *look, const struct sort_order *order,
			    size_t top)
{
	static const struct sink_ops ops = { grouper_row, grouper_end, grouper_free };
	struct grouper *grouper = calloc(1, sizeof(*grouper));

	if (!grouper)
		return NULL;
	grouper->base.ops = &ops;
	grouper->look = look;
	grouper->order = order;
	grouper->top = top;
	grouper->figures = calloc(1 + look->figures.count, sizeof(*grouper->figures));
	if (grouper->figures)
		return &grouper->base;
	free(grouper);
	return NULL;
}
