/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_PREFIX_H
#define NATU_FILTER_PREFIX_H

#include "filter/tree.h"

#include <stddef.h>

/* The addresses that begin with the first `length` bits of one, which lies in network
 * order. */
void natu_prefix_set(struct natu_prefix *prefix, int family, const void *address,
		     unsigned int length);

/* As many prefixes as a range of addresses can take: two of each length. */
enum { NATU_RANGE_PREFIXES = 256 };

/* The addresses from low to high, as the fewest prefixes. Returns how many they are. */
size_t natu_prefixes_of_range(int family, const unsigned char *low,
			      const unsigned char *high,
			      struct natu_prefix prefixes[NATU_RANGE_PREFIXES]);

#endif
