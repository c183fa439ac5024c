/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_BYTECODE_H
#define NATU_FILTER_BYTECODE_H

#include "filter/tree.h"

#include <stddef.h>

/*
 * Writes the program that lets pass what natu_kernel_part() gave, as
 * INET_DIAG_REQ_BYTECODE has it. What does not fit into `size` bytes is left out, and so
 * lets pass. Returns the length, a multiple of 4; 0 if there is nothing to check.
 */
size_t natu_bytecode(const struct natu_node *part, void *bytes, size_t size);

#endif
