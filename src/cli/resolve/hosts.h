/* SPDX-License-Identifier: MIT */
#ifndef NATU_RESOLVE_HOSTS_H
#define NATU_RESOLVE_HOSTS_H

#include <natu/column.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The addresses of a listing, and what is known of their names. */

enum host_state {
	HOST_NEW,   /* nobody has been asked yet */
	HOST_ASKED, /* there is no answer yet */
	HOST_KNOWN, /* its name, or that it has none */
	HOST_LOST,  /* there was no answer in time */
};

struct host {
	struct natu_address address; /* never an IPv4 address mapped into IPv6 */
	uint8_t state;		     /* enum host_state */
	char *name;		     /* NULL: none */
};

struct hosts {
	struct host **list; /* they stay where they are */
	size_t count, size;
	uint32_t *slots; /* index + 1 */
	size_t slot_count;
};

/* The host of an address, made if it was not there. NULL without memory, or when there
 * are too many. */
struct host *hosts_want(struct hosts *hosts, const struct natu_address *address);
/* The same if it is there, or NULL. */
struct host *hosts_find(const struct hosts *hosts, const struct natu_address *address);
void hosts_free(struct hosts *hosts);

/* Makes a name known: only the first counts. A text that is no name, or looks like an
 * address, means that there is none. */
void host_name(struct host *host, const char *name);

/* Takes names from a file such as /etc/hosts, if there is one. */
void hosts_read(struct hosts *hosts, const char *path);

#endif
