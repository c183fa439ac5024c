/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_LISTING_H
#define NATU_NETSTAT_LISTING_H

#include "netstat/request.h"

#include <natu/natu.h>

/* Lists the sockets once, section after section. Gives an exit status. */
int netstat_list(struct natu *natu, const struct netstat_request *request);

#endif
