/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256, FIRST_ROWS = 256 };

/* Inodes are handed out in turn: spread them, then keep the high bits. `size` is a power
 * of 2. */
static size_t slot_of(uint32_t inode, size_t size)
{
	return (size_t)((inode * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (size - 1);
}

/* The slot that holds the inode, or the free one where it belongs. */
static uint32_t *find_slot(const struct natu_inodes *set, uint32_t inode)
{
	size_t at = slot_of(inode, set->size);

	while (set->slots[at] && set->slots[at] != inode)
		at = (at + 1) & (set->size - 1);
	return &set->slots[at];
}

static bool grow_set(struct natu_inodes *set)
{
	struct natu_inodes larger = {
		.used = set->used,
		.size = set->size ? set->size * 2 : FIRST_SLOTS,
	};

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < set->size; i++)
		if (set->slots[i])
			*find_slot(&larger, set->slots[i]) = set->slots[i];
	free(set->slots);
	*set = larger;
	return true;
}

bool natu_inodes_add(struct natu_inodes *set, uint32_t inode)
{
	uint32_t *slot;

	/* At most three quarters full, so that a free slot ends every search. */
	if (set->used * 4 >= set->size * 3 && !grow_set(set))
		return false;
	slot = find_slot(set, inode);
	if (!*slot) {
		*slot = inode;
		set->used++;
	}
	return true;
}

bool natu_inodes_has(const struct natu_inodes *set, uint32_t inode)
{
	return set->used && *find_slot(set, inode) == inode;
}

void natu_inodes_free(struct natu_inodes *set)
{
	free(set->slots);
	*set = (struct natu_inodes){ 0 };
}

static bool make_room(struct natu_findings *findings, size_t count)
{
	size_t size = findings->size ? findings->size : FIRST_ROWS;
	struct natu_finding *rows;

	if (count <= findings->size)
		return true;
	if (count > NATU_FINDINGS_MAX)
		return false;
	while (size < count)
		size += size / 2;
	rows = realloc(findings->rows, size * sizeof(*rows));
	if (!rows)
		return false;
	findings->rows = rows;
	findings->size = size;
	return true;
}

bool natu_findings_add(struct natu_findings *findings, uint32_t inode, uint32_t pid,
		       uint32_t fd)
{
	if (!make_room(findings, findings->count + 1))
		return false;
	findings->rows[findings->count++] = (struct natu_finding){
		.inode = inode,
		.pid = pid,
		.fd = fd,
	};
	return true;
}

bool natu_findings_take(struct natu_findings *findings, struct natu_findings *more)
{
	bool fits = make_room(findings, findings->count + more->count);

	if (fits && more->count) {
		memcpy(findings->rows + findings->count, more->rows,
		       more->count * sizeof(*more->rows));
		findings->count += more->count;
	}
	natu_findings_free(more);
	return fits;
}

bool natu_findings_index(struct natu_findings *findings)
{
	size_t head_count = FIRST_SLOTS;

	while (head_count < findings->count)
		head_count *= 2;
	free(findings->heads);
	findings->head_count = 0;
	findings->heads = calloc(head_count, sizeof(*findings->heads));
	if (!findings->heads)
		return false;
	findings->head_count = head_count;
	for (size_t i = 0; i < findings->count; i++) {
		struct natu_finding *row = &findings->rows[i];
		uint32_t *head = &findings->heads[slot_of(row->inode, head_count)];

		row->next = *head;
		*head = (uint32_t)i + 1;
	}
	return true;
}

/* The first row of that inode in what is left of a bucket. */
static const struct natu_finding *along(const struct natu_findings *findings,
					uint32_t index, uint32_t inode)
{
	while (index && findings->rows[index - 1].inode != inode)
		index = findings->rows[index - 1].next;
	return index ? &findings->rows[index - 1] : NULL;
}

const struct natu_finding *natu_findings_first(const struct natu_findings *findings,
					       uint32_t inode)
{
	if (!findings->head_count)
		return NULL;
	return along(findings, findings->heads[slot_of(inode, findings->head_count)],
		     inode);
}

const struct natu_finding *natu_findings_next(const struct natu_findings *findings,
					      const struct natu_finding *finding)
{
	return along(findings, finding->next, finding->inode);
}

void natu_findings_free(struct natu_findings *findings)
{
	free(findings->rows);
	free(findings->heads);
	*findings = (struct natu_findings){ 0 };
}
