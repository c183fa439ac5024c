/* SPDX-License-Identifier: MIT */
#ifndef NATU_RESOLVE_H
#define NATU_RESOLVE_H

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * --resolve: names of hosts, from /etc/hosts and by DNS, and of services. All questions
 * are asked at once, and what is not answered at the deadline stays without a name.
 */
struct resolve;

/* NULL without memory. The caller frees it; NULL is accepted. */
struct resolve *resolve_new(double seconds);
void resolve_free(struct resolve *resolve);

/* Begins a listing: with a deadline of its own, and the names that are known already. */
const struct natu_resolver *resolve_begin(struct resolve *resolve);

/* Tells what names the listing lacks, and why. */
void resolve_report(const struct resolve *resolve, struct natu_report *report);

/* What belongs to natu_query.facts when names are shown. */
natu_facts resolve_facts(void);

#endif
