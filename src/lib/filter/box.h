/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_BOX_H
#define NATU_FILTER_BOX_H

#include "filter/tree.h"
#include "request.h"

#include <stdint.h>

/* Values from low to high; none when low > high. */
struct natu_extent {
	uint64_t low, high;
};

/* A box around all the rows that an expression can let pass. A port of 0 is `*`. */
struct natu_box {
	uint32_t states, families;
	struct natu_extent local_port, peer_port;
};

/* The box of the sockets of a protocol for which the node is true, or, if that is what is
 * wanted, false. */
struct natu_box natu_box_of(const struct natu_node *node, bool wanted,
			    const struct natu_family *family);

/* The states and families of sockets for which a leaf over FACT_BASE is (not) true: one
 * bit of NATU_IPV4 and NATU_IPV6 for each state. */
void natu_base_of(const struct natu_node *leaf, bool wanted,
		  const struct natu_family *family, uint32_t families[32]);

#endif
