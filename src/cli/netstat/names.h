/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_NAMES_H
#define NATU_NETSTAT_NAMES_H

#include <natu/column.h>
#include <stdint.h>

/*
 * Names of hosts and ports, as the C library finds them: in files, or by asking DNS,
 * which takes its time. Each is asked for once.
 */
struct names;

/* NULL without memory. The caller frees it; NULL is accepted. */
struct names *names_new(void);
void names_free(struct names *names);

/* NULL: it has none. Valid until the next call. */
const char *names_host(struct names *names, const struct natu_address *address);

/* A port's name among the services of a protocol ("tcp", "udp"; "raw": the protocols
 * themselves). NULL: it has none. */
const char *names_service(struct names *names, const char *services, uint16_t port);

#endif
