/* SPDX-License-Identifier: MIT */
#ifndef NATU_ADDRESSES_H
#define NATU_ADDRESSES_H

#include "socket.h"

/*
 * All addresses of one end of a socket. They stay in the form of the source, and so a
 * list needs no room of its own: an array of struct sockaddr_storage from sock_diag, or
 * words of a line of /proc, of which that of the primary path has a star before it.
 */

/* Counts the addresses of a list. False: it holds something else. */
bool natu_addresses_count(struct natu_socket *socket, bool is_peer);

/* The address at an index; false: there is none. */
bool natu_address_at(const struct natu_socket *socket, bool is_peer, size_t index,
		     struct natu_address *address);

/* Which of the words of /proc the primary path is; false: none is. */
bool natu_address_starred(const struct natu_socket *socket, size_t *index);

/* One struct sockaddr_storage, which may lie unaligned; false: it is none of the
 * internet. */
bool natu_address_load(const unsigned char *bytes, struct natu_address *address);

/* sizeof(struct sockaddr_storage) */
enum { NATU_SOCKADDR_SIZE = 128 };

#endif
