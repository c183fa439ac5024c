/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_END_H
#define NATU_NETSTAT_END_H

#include "netstat/rows.h"

/* Finds the columns of both ends. */
void netstat_end_columns(struct netstat_end ends[2]);

/* The name of an address; NULL: it has none, or is not to be looked up. */
const char *netstat_host_name(struct netstat_rows *rows,
			      const struct natu_address *address);

/* Adds an address and a port, with the names that they have, cut as netstat does. */
void netstat_end_add(struct netstat_rows *rows, const struct netstat_end *end,
		     const struct natu_socket *socket, struct natu_buffer *text);

#endif
