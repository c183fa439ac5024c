/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_UNIX_H
#define NATU_FAMILY_UNIX_H

#include "family.h"

/* The longest name: struct sockaddr_un's. */
enum { NATU_PATH_MAX = 108 };

bool natu_unix_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket);
/*
 * A name can have line feeds in it. What is no line of /proc/net/unix is taken to be the
 * rest of such a name: it is given as a path without FACT_BASE.
 */
bool natu_unix_parse_line(const struct natu_family *family, unsigned int which,
			  const char *line, size_t length, struct natu_socket *socket);
void natu_unix_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family);
/* In netstat's sense every socket is connected that does not listen. */
bool natu_unix_has_remote_end(const struct natu_socket *socket);

/* True if /proc has something to add to what sock_diag says: what has no inode, or the
 * reference counts. */
bool natu_unix_wants_proc(const struct natu_request *request);

/* True if this socket, as sock_diag tells it, gives reason to think that there are
 * connections which nobody has accepted. */
bool natu_unix_shows_waiting(const struct natu_socket *socket);

/* The facts that sock_diag and /proc/net/unix have. */
#define NATU_UNIX_DIAG_FACTS                                                            \
	(FACT_BASE | FACT_QUEUES | FACT_LISTENER | FACT_BACKLOG | FACT_UID |            \
	 FACT_INODE | FACT_COOKIE | FACT_MEMORY | FACT_DROPS | FACT_TYPE | FACT_FLAGS | \
	 FACT_PATH | FACT_SHUTDOWN | FACT_PEER_INODE | FACT_PEER_PATH | FACT_VFS |      \
	 FACT_CLIENTS)
#define NATU_UNIX_PROC_FACTS \
	(FACT_BASE | FACT_INODE | FACT_TYPE | FACT_FLAGS | FACT_PATH | FACT_REFCOUNT)

#endif
