/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256, FIRST_ROWS = 256, BITS_MIN = 6, ROWS_PER_BUCKET = 4 };

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
	/* An index leaves as many rows as there are, and one. */
	while (size < count)
		size += size / 2 + 1;
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

static size_t bucket_of(uint32_t inode, unsigned int bits)
{
	return (uint32_t)(inode * UINT32_C(2654435769)) >> (32 - bits);
}

/* Counts the rows of each bucket into where the bucket after it starts. */
static uint32_t *count_buckets(const struct natu_findings *findings, unsigned int bits)
{
	size_t buckets = (size_t)1 << bits;
	uint32_t *starts = calloc(buckets + 1, sizeof(*starts));

	for (size_t i = 0; starts && i < findings->count; i++)
		starts[bucket_of(findings->rows[i].inode, bits) + 1]++;
	for (size_t i = 0; starts && i < buckets; i++)
		starts[i + 1] += starts[i];
	return starts;
}

bool natu_findings_index(struct natu_findings *findings)
{
	struct natu_finding *rows;
	unsigned int bits = BITS_MIN;
	uint32_t *starts;

	while (findings->count >> bits > ROWS_PER_BUCKET)
		bits++;
	free(findings->starts);
	findings->starts = NULL;
	starts = count_buckets(findings, bits);
	rows = malloc((findings->count + 1) * sizeof(*rows));
	if (!starts || !rows) {
		free(starts);
		free(rows);
		return false;
	}
	/* From the last: what starts at the end of its bucket moves down to its start. */
	for (size_t i = findings->count; i-- > 0;) {
		size_t bucket = bucket_of(findings->rows[i].inode, bits);

		rows[--starts[bucket + 1]] = findings->rows[i];
	}
	/* Now each is one too far: the first starts at 0, and the last end is lost. */
	memmove(starts, starts + 1, ((size_t)1 << bits) * sizeof(*starts));
	starts[(size_t)1 << bits] = (uint32_t)findings->count;
	free(findings->rows);
	findings->rows = rows;
	findings->size = findings->count + 1;
	findings->starts = starts;
	findings->bits = bits;
	return true;
}

/* The first row of that inode in what is left of its bucket. */
static const struct natu_finding *along(const struct natu_findings *findings, size_t from,
					uint32_t inode)
{
	size_t end = findings->starts[bucket_of(inode, findings->bits) + 1];

	while (from < end && findings->rows[from].inode != inode)
		from++;
	return from < end ? &findings->rows[from] : NULL;
}

const struct natu_finding *natu_findings_first(const struct natu_findings *findings,
					       uint32_t inode)
{
	if (!findings->starts)
		return NULL;
	return along(findings, findings->starts[bucket_of(inode, findings->bits)], inode);
}

const struct natu_finding *natu_findings_next(const struct natu_findings *findings,
					      const struct natu_finding *finding)
{
	return along(findings, (size_t)(finding - findings->rows) + 1, finding->inode);
}

void natu_findings_free(struct natu_findings *findings)
{
	free(findings->rows);
	free(findings->starts);
	*findings = (struct natu_findings){ 0 };
}
