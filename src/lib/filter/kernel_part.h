/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_KERNEL_PART_H
#define NATU_FILTER_KERNEL_PART_H

#include "filter/tree.h"
#include "request.h"

/*
 * The part of a filter that the kernel can check for a request whose other members are
 * already narrowed: an expression that is true of every row that the filter lets pass,
 * and as seldom as possible of another. It has ports, addresses, devices, marks and
 * cgroups only, and NOT only right above them; what the request itself sees to is not in
 * it. An empty AND when nothing is left, an empty OR when nothing can pass. Its nodes are
 * the scratch filter's. NULL without memory.
 */
struct natu_node *natu_kernel_part(const struct natu_filter *filter,
				   const struct natu_request *request,
				   struct natu_filter *scratch);

/* True if what the request and its kernel part let pass is just what the node does. */
bool natu_kernel_sees_to(const struct natu_node *node, const struct natu_request *request,
			 struct natu_filter *scratch);

#endif
