/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_LOWER_H
#define NATU_FILTER_LOWER_H

#include "source.h"

#include <natu/filter.h>

/*
 * Takes out of a request what the filter can certainly not let pass: states, address
 * families, and all but one port. request->family and ->facts must be set, and ->states
 * and ->families to what is wanted otherwise. A state that is listed only by name (the
 * family's extra_states) is added if the filter names it. Nothing is lost by it: every
 * row that the filter lets pass is still asked for.
 */
void natu_filter_narrow(const struct natu_filter *filter, struct natu_request *request);

#endif
