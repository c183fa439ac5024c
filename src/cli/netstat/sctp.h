/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_SCTP_H
#define NATU_NETSTAT_SCTP_H

#include "netstat/rows.h"

/* Finds the columns that the rows of SCTP are made of. */
void netstat_sctp_columns(struct netstat_sctp *sctp);
natu_facts netstat_sctp_facts(const struct netstat_sctp *sctp);

/* Adds a row up to its state: every address of an end has a line of its own, and nothing
 * is ever cut. */
void netstat_sctp_add(struct netstat_rows *rows, const struct natu_socket *socket,
		      struct natu_buffer *text);

#endif
