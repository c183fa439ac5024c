/* SPDX-License-Identifier: MIT */
#ifndef NATU_INTERFACE_H
#define NATU_INTERFACE_H

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

/* To be called before a listing: interfaces may have been renamed since the last one. */
void natu_interfaces_refresh(struct natu_interfaces *interfaces);

#endif
