/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOCKSTAT_H
#define NATU_SOCKSTAT_H

#include "family.h"

#include <stdint.h>

/* How many IPv6 sockets of a protocol there are, by net/sockstat6: without those in
 * TIME_WAIT. 0 if it does not say. */
uint64_t natu_sockstat_ipv6(const struct natu *natu, const struct natu_family *family);

/* How many SCTP associations have ended since the network namespace was made, by
 * net/sctp/snmp; UINT64_MAX if it does not say. */
uint64_t natu_sockstat_ended(const struct natu *natu);

#endif
