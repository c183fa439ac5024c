/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_LOWER_H
#define NATU_FILTER_LOWER_H

#include "request.h"

#include <natu/filter.h>
#include <stdbool.h>

/*
 * Takes out of a request what the filter can certainly not let pass: by its states,
 * address families and ports, and, where these do not reach, by bytecode. Its family and
 * facts must be set, and its states and families to what is wanted otherwise; a state
 * that is listed only by name (the family's extra_states) is added if the filter names
 * it. Without any state nothing can pass at all. Nothing is lost: every row that the
 * filter lets pass is still asked for.
 */
void natu_filter_narrow(const struct natu_filter *filter, struct natu_request *request);

/* True if the filter can let pass only one TCP connection. Its socket can be of either
 * family: an IPv4 address can be mapped into IPv6. Two UDP sockets can share their ends,
 * so they are never looked up. */
bool natu_filter_pins(const struct natu_filter *filter, const struct natu_family *family,
		      struct natu_tuple *tuple);

#endif
