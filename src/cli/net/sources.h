/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCES_H
#define NATU_SOURCES_H

#include "net/endpoint.h"

#include <stdint.h>

/* The addresses that connections come from: one, or all of a prefix in turn. */
struct sources {
	struct endpoint first;
	uint64_t count; /* 0: the kernel chooses */
};

/* Reads "ADDRESS" or "ADDRESS/LENGTH"; the first and the last address of an IPv4 prefix
 * and the first one of an IPv6 prefix, which are not for hosts, are left out. */
bool sources_parse(struct sources *sources, const char *text, int family,
		   struct reason *reason);

/* The one with that number, counted round and round. */
void sources_at(const struct sources *sources, uint64_t number, struct endpoint *source);

#endif
