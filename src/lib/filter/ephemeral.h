/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_EPHEMERAL_H
#define NATU_FILTER_EPHEMERAL_H

#include "filter/tree.h"

/* The range from which the kernel chooses a local port if nobody has said otherwise
 * (Documentation/networking/ip-sysctl.rst: ip_local_port_range). */
#define NATU_EPHEMERAL_DEFAULT ((struct natu_range){ 32768, 60999 })

#endif
