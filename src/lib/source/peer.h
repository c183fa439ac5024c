/* SPDX-License-Identifier: MIT */
#ifndef NATU_PEER_H
#define NATU_PEER_H

#include "socket.h"

#include <natu/error.h>
#include <stdbool.h>

struct natu;

/*
 * The socket at the other end of a connection that does not leave this machine: the one
 * to which the kernel would deliver what this one sends. sock_diag looks it up by its
 * addresses, one request and one reply for each.
 */
struct natu_peers;

/* True if such sockets have their peers on this machine, as far as their addresses
 * tell. */
bool natu_peer_is_here(const struct natu_socket *socket);

/* In the network namespace that is being listed. NULL with *error filled: NATU_ENOMEM or
 * NATU_ESYS. */
struct natu_peers *natu_peers_new(struct natu *natu, struct natu_error *error);
void natu_peers_free(struct natu_peers *peers); /* NULL is accepted */

/* Why some look-ups failed: an errno, or 0. */
int natu_peers_error(const struct natu_peers *peers);

/* Tells socket->has_peer and FACT_PEER_INODE of a socket of the internet. */
void natu_peers_find(struct natu_peers *peers, struct natu_socket *socket);

#endif
