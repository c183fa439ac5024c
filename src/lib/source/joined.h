/* SPDX-License-Identifier: MIT */
#ifndef NATU_JOINED_H
#define NATU_JOINED_H

#include "source.h"

/*
 * UNIX sockets as they are known from several places. sock_diag tells most of a socket,
 * but leaves out those that have no inode: connections that nobody has accepted.
 * /proc/net/unix has these, in their place among the others, and counts references. And
 * what a socket's peer is called only the peer knows. So all are read and kept before the
 * first is given, in the order of /proc.
 *
 * Takes a reader that was just opened, of sock_diag, of a recording or of /proc, and
 * gives one that owns it. NULL with *error filled (NATU_ENOMEM), and the reader is
 * closed.
 */
struct natu_reader *natu_joined_new(struct natu *natu, struct natu_reader *behind,
				    struct natu_error *error);

#endif
