/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_ROWS_H
#define NATU_NETSTAT_ROWS_H

#include "netstat/names.h"
#include "netstat/request.h"
#include "render.h"

#include <natu/natu.h>
#include <stdbool.h>

/* How the rows of a protocol are written: as a whole, where nothing needs a hand, or in
 * parts. */
struct netstat_plans {
	struct natu_plan *whole, *before, *state, *owner, *after;
};

/* One of a socket's ends. */
struct netstat_end {
	const struct natu_column *address, *port, *mapped;
	struct natu_plan *text; /* of the address, as numbers */
};

/* What the rows of SCTP are made of. */
enum netstat_sctp_column {
	NETSTAT_SCTP_LOCAL,
	NETSTAT_SCTP_PEER,
	NETSTAT_SCTP_LOCAL_PORT,
	NETSTAT_SCTP_PEER_PORT,
	NETSTAT_SCTP_STATE,
	NETSTAT_SCTP_RECV_Q,
	NETSTAT_SCTP_SEND_Q,
	NETSTAT_SCTP_COLUMNS
};

struct netstat_sctp {
	const struct natu_column *columns[NETSTAT_SCTP_COLUMNS];
	struct natu_plan *owner, *after; /* what stands behind the state */
};

/* What writes netstat's rows. */
struct netstat_rows {
	const struct netstat_request *request;
	struct look look;
	struct netstat_plans internet, raw;
	struct natu_plan *unix_before; /* all but the path */
	struct netstat_end ends[2];
	const struct natu_column *uid, *user, *inode, *path;
	struct netstat_sctp sctp;
	size_t unix_protocol, raw_protocol, sctp_protocol; /* natu's indexes */
	struct names *names;				   /* NULL: all is numbers */
	struct natu_buffer scratch;
};

/* 0, or -1 with *error filled; to be freed in any case. */
int netstat_rows_new(struct netstat_rows *rows, const struct netstat_request *request,
		     struct natu_error *error);
void netstat_rows_free(struct netstat_rows *rows);

/* What a query has to ask for. */
natu_facts netstat_rows_facts(const struct netstat_rows *rows, bool with_unix);

/* Adds the two lines above the rows of a protocol. */
void netstat_rows_head(const struct netstat_rows *rows, size_t protocol,
		       struct natu_buffer *text);

/* Adds a socket's row. */
void netstat_rows_add(struct netstat_rows *rows, const struct natu_socket *socket,
		      struct natu_buffer *text);

#endif
