/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_PRINT_H
#define NATU_FILTER_PRINT_H

#include "filter/tree.h"

#include <natu/plan.h>

/* Adds the expression that a tree stands for, in one form for all that mean the same. */
void natu_node_print(const struct natu_node *node, struct natu_buffer *buffer);

/* Adds states as a list of their words. */
void natu_print_states(uint32_t states, struct natu_buffer *buffer);

#endif
