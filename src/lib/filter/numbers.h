/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_NUMBERS_H
#define NATU_FILTER_NUMBERS_H

#include "filter/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ranges that are being collected. Zero it first. */
struct natu_numbers {
	struct natu_range *ranges;
	size_t count, room;
	bool failed; /* memory ran out */
};

void natu_numbers_add(struct natu_numbers *numbers, uint64_t low, uint64_t high);

/* Sorts and joins them and gives them to the node. False without memory. */
bool natu_numbers_seal(struct natu_numbers *numbers, struct natu_filter *filter,
		       struct natu_node *node);

void natu_numbers_free(struct natu_numbers *numbers);

#endif
