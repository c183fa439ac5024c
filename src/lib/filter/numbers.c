/* SPDX-License-Identifier: MIT */
#include "filter/numbers.h"

#include <stdlib.h>
#include <string.h>

void natu_numbers_add(struct natu_numbers *numbers, uint64_t low, uint64_t high)
{
	if (numbers->count == numbers->room) {
		size_t room = numbers->room ? numbers->room * 2 : 8;
		struct natu_range *ranges = reallocarray(numbers->ranges, room,
							 sizeof(*ranges));

		if (!ranges) {
			numbers->failed = true;
			return;
		}
		numbers->ranges = ranges;
		numbers->room = room;
	}
	numbers->ranges[numbers->count++] = (struct natu_range){ low, high };
}

static int compare(const void *left, const void *right)
{
	const struct natu_range *a = left, *b = right;

	return (a->low > b->low) - (a->low < b->low);
}

/* Joins what overlaps or touches. The ranges are sorted. */
static void join(struct natu_numbers *numbers)
{
	size_t last = 0;

	for (size_t i = 1; i < numbers->count; i++) {
		struct natu_range *joined = &numbers->ranges[last];
		const struct natu_range *next = &numbers->ranges[i];

		if (joined->high == UINT64_MAX || next->low <= joined->high + 1)
			joined->high = next->high > joined->high ? next->high
								 : joined->high;
		else
			numbers->ranges[++last] = *next;
	}
	numbers->count = numbers->count ? last + 1 : 0;
}

bool natu_numbers_seal(struct natu_numbers *numbers, struct natu_filter *filter,
		       struct natu_node *node)
{
	struct natu_range *ranges;

	if (numbers->failed)
		return false;
	if (!numbers->count)
		return true;
	qsort(numbers->ranges, numbers->count, sizeof(*numbers->ranges), compare);
	join(numbers);
	ranges = natu_filter_alloc(filter, numbers->count * sizeof(*ranges));
	if (!ranges)
		return false;
	memcpy(ranges, numbers->ranges, numbers->count * sizeof(*ranges));
	node->ranges = ranges;
	node->count = (uint32_t)numbers->count;
	return true;
}

void natu_numbers_free(struct natu_numbers *numbers)
{
	free(numbers->ranges);
	*numbers = (struct natu_numbers){ 0 };
}
