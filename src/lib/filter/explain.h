/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_EXPLAIN_H
#define NATU_FILTER_EXPLAIN_H

#include "request.h"

#include <natu/filter.h>

/* Adds lines that say what a narrowed request asks the kernel for, what the kernel checks
 * itself by bytecode, and what of the filter then remains. */
void natu_request_explain(const struct natu_filter *filter,
			  const struct natu_request *request, struct natu_buffer *buffer);

#endif
