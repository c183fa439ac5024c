/* SPDX-License-Identifier: MIT */
#ifndef NATU_INTERFACE_H
#define NATU_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/* The names of the network interfaces, in constant memory. */
struct natu_interfaces;

/* NULL without memory. The numbers of another machine (is_here false) mean nothing here,
 * so they get no name of this one. */
struct natu_interfaces *natu_interfaces_new(bool is_here);

/* Accepts NULL. */
void natu_interfaces_free(struct natu_interfaces *interfaces);

/* The interface's name, or "if7" when it has none that can be seen: foreign bytes, never
 * NULL, valid until the next call. */
const char *natu_interface_name(struct natu_interfaces *interfaces, uint32_t index);

/* The index of the interface that has this name as its first; 0 if there is none, or if
 * that cannot be told. */
uint32_t natu_interface_index(const struct natu_interfaces *interfaces, const char *name);

/* What is known of a name. */
enum natu_interface_name_kind {
	NATU_INTERFACE_FIRST,	/* by it the interface's sockets are listed */
	NATU_INTERFACE_OTHER,	/* one of its other names: `first` gets the first */
	NATU_INTERFACE_NONE,	/* nobody's */
	NATU_INTERFACE_UNKNOWN, /* that cannot be told here */
};
enum natu_interface_name_kind
natu_interface_name_kind(const struct natu_interfaces *interfaces, const char *name,
			 char first[IF_NAMESIZE]);

/* To be called before a listing: interfaces may have been renamed since the last one. */
void natu_interfaces_refresh(struct natu_interfaces *interfaces);

#endif
