/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_STATISTICS_H
#define NATU_NETSTAT_STATISTICS_H

#include "netstat/request.h"

/* netstat -s: the kernel's counters, in sentences. Gives an exit status. */
int netstat_statistics(const struct netstat_request *request);

#endif
