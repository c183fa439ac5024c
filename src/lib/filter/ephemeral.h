/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_EPHEMERAL_H
#define NATU_FILTER_EPHEMERAL_H

#include "filter/tree.h"

/* The range from which the kernel chooses a local port; its default where it cannot be
 * read. */
struct natu_range natu_ephemeral_ports(void);

#endif
