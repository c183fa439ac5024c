/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_LISTING_H
#define NATU_NETSTAT_LISTING_H

#include "netstat/rows.h"

#include <natu/natu.h>

/* Lists the sockets once, section after section. Gives an exit status. */
int netstat_list(struct natu *natu, struct netstat_rows *rows);

#endif
