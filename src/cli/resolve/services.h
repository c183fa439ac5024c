/* SPDX-License-Identifier: MIT */
#ifndef NATU_RESOLVE_SERVICES_H
#define NATU_RESOLVE_SERVICES_H

#include <stdint.h>

/* Names of ports, from /etc/services or wherever this machine has them. */
struct services;

/* Reads all of them. NULL without memory. */
struct services *services_new(void);
void services_free(struct services *services);

/* NULL: it has no name. */
const char *services_name(const struct services *services, const char *protocol,
			  uint16_t port);

#endif
