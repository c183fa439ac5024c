/* SPDX-License-Identifier: MIT */
#ifndef NATU_TOTALS_H
#define NATU_TOTALS_H

#include "aggregate.h"
#include "render.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --total: of all sockets that were chosen, also those that --top leaves out, their
 * number and the sums of the columns shown; of groups, the figures that they are shown
 * with. */
struct totals {
	struct aggregates figures;
	struct tally *tallies; /* one for each */
	uint64_t sockets;
};

/* False without memory. */
bool totals_begin(struct totals *totals, const struct look *look);
void totals_free(struct totals *totals);

void totals_add(struct totals *totals, const struct natu_socket *socket);

/* Hands them to the format, which writes them at its end. False without memory. */
bool totals_end(const struct totals *totals, struct render *render);

#endif
