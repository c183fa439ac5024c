/* SPDX-License-Identifier: MIT */
#include "filter/tree.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Filters are small: nearly all of them fit into one chunk. */
#define CHUNK_SIZE 4000

struct natu_chunk {
	struct natu_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct natu_compiled {
	struct natu_compiled *next;
	bool is_kept;
	regex_t regex;
};

void *natu_filter_alloc(struct natu_filter *filter, size_t size)
{
	struct natu_chunk *chunk = filter->chunks;
	size_t room = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	void *memory;

	if (room < size)
		return NULL;
	if (!chunk || chunk->size - chunk->used < room) {
		size_t wanted = room > CHUNK_SIZE ? room : CHUNK_SIZE;

		chunk = calloc(1, sizeof(*chunk) + wanted);
		if (!chunk)
			return NULL;
		chunk->size = wanted;
		chunk->next = filter->chunks;
		filter->chunks = chunk;
	}
	memory = chunk->bytes + chunk->used;
	chunk->used += room;
	return memory;
}

struct natu_node *natu_node_new(struct natu_filter *filter, enum natu_node_kind kind,
				const struct natu_column *column)
{
	struct natu_node *node = natu_filter_alloc(filter, sizeof(*node));

	if (node) {
		node->kind = kind;
		node->column = column;
	}
	return node;
}

regex_t *natu_filter_new_regex(struct natu_filter *filter)
{
	struct natu_compiled *compiled = calloc(1, sizeof(*compiled));

	if (!compiled)
		return NULL;
	compiled->next = filter->compiled;
	filter->compiled = compiled;
	return &compiled->regex;
}

void natu_filter_keep_regex(struct natu_filter *filter)
{
	filter->compiled->is_kept = true;
}

void natu_node_add(struct natu_node *parent, struct natu_node *child)
{
	struct natu_node *first, *last;

	child = natu_node_simplify(child);
	first = last = child;
	if (child->kind == parent->kind && parent->kind != NATU_NODE_NOT) {
		first = child->first;
		last = child->last;
	}
	if (!first)
		return;
	if (parent->last)
		parent->last->next = first;
	else
		parent->first = first;
	parent->last = last;
}

struct natu_node *natu_node_simplify(struct natu_node *node)
{
	bool is_list = node->kind == NATU_NODE_AND || node->kind == NATU_NODE_OR;

	return is_list && node->first && !node->first->next ? node->first : node;
}

bool natu_filter_note(struct natu_filter *filter, const struct natu_named *named)
{
	struct natu_named *copy = natu_filter_alloc(filter, sizeof(*copy));

	if (!copy)
		return false;
	*copy = *named;
	if (filter->last_named)
		filter->last_named->next = copy;
	else
		filter->first_named = copy;
	filter->last_named = copy;
	return true;
}

void natu_filter_forget_places(struct natu_filter *filter)
{
	for (struct natu_named *named = filter->first_named; named; named = named->next)
		named->position = named->extent = 0;
}

static void count_needs(struct natu_filter *filter, const struct natu_node *node)
{
	if (node->column)
		filter->facts |= node->column->fact;
	if (node->kind == NATU_NODE_STATE)
		filter->named_states |= node->states;
	for (const struct natu_node *child = node->first; child; child = child->next)
		count_needs(filter, child);
}

void natu_filter_join(struct natu_filter *filter, struct natu_node *node)
{
	count_needs(filter, node);
	natu_node_add(&filter->root, node);
}

struct natu_filter *natu_filter_new(void)
{
	return calloc(1, sizeof(struct natu_filter));
}

void natu_filter_free(struct natu_filter *filter)
{
	if (!filter)
		return;
	while (filter->compiled) {
		struct natu_compiled *compiled = filter->compiled;

		filter->compiled = compiled->next;
		if (compiled->is_kept)
			regfree(&compiled->regex);
		free(compiled);
	}
	while (filter->chunks) {
		struct natu_chunk *chunk = filter->chunks;

		filter->chunks = chunk->next;
		free(chunk);
	}
	free(filter);
}

natu_facts natu_filter_facts(const struct natu_filter *filter)
{
	return filter->facts;
}
