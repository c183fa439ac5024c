/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_KINDS_H
#define NATU_NETSTAT_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The sockets that netstat knows, and what it calls them. */

/* A protocol of the internet. Their order is that of the rows. */
struct netstat_protocol {
	const char *name;    /* natu's word: "tcp" */
	const char *feature; /* netstat's, where it is missing: "AF INET (tcp)" */
	const char *file;    /* what tells that the kernel has it */
	/* ... of its connections, where listeners have a file of their own; or NULL. The
	 * two have sockets of both families, which -4 lists, and -6 does not. */
	const char *connections;
	const char *services; /* whose services its ports may be; NULL: nobody's */
};

/* Ends with a row without a name. */
extern const struct netstat_protocol netstat_protocols[];

/* Its bit in struct netstat_request. */
uint32_t netstat_protocol_named(const char *name);

/* An address family. The internet's two are first. */
struct netstat_family {
	const char *name;    /* for -A, and for statistics that are not there */
	const char *feature; /* NULL: netstat takes the name, and lists nothing for it */
	const char *file;    /* as above; NULL: there is none */
	const char *tool;    /* what shows its sockets, since natu does not; or NULL */
};

enum { NETSTAT_IPV4 = 1 << 0, NETSTAT_IPV6 = 1 << 1, NETSTAT_UNIX = 1 << 2 };

extern const struct netstat_family netstat_families[];

/* By its name or one that means the same; NULL if there is none. */
const struct netstat_family *netstat_family_named(const char *name);

/* Its bit in struct netstat_request. */
uint32_t netstat_family_bit(const struct netstat_family *family);

#endif
