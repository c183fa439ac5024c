/* SPDX-License-Identifier: MIT */
#ifndef NATU_ATTRIBUTE_H
#define NATU_ATTRIBUTE_H

#include "socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* What the messages of several families share. */

/* Takes one attribute. False: it is not what it should be. */
typedef bool natu_take_attribute(const struct nlattr *attribute,
				 struct natu_socket *socket);

/* Gives each attribute behind the first `header` bytes of a message. False if one claims
 * more bytes than there are, or is not taken. */
bool natu_attributes(const void *payload, size_t length, size_t header,
		     natu_take_attribute *take, struct natu_socket *socket);

/* The attribute's first bytes; false if it has fewer. */
bool natu_attribute_value(const struct nlattr *attribute, void *value, size_t size);

/* The numbers of SK_MEMINFO: FACT_MEMORY, FACT_DROPS. */
void natu_attribute_memory(const struct nlattr *attribute, struct natu_socket *socket);

/* The same where what waits is told by the memory that it takes: FACT_QUEUES, too. */
void natu_attribute_queues(const struct nlattr *attribute, struct natu_socket *socket);

static inline uint64_t natu_cookie(const uint32_t words[2])
{
	return words[0] | (uint64_t)words[1] << 32;
}

/* An end of struct inet_diag_sockid. */
static inline void natu_take_address(struct natu_address *address, unsigned int family,
				     const uint32_t words[4])
{
	address->family = (uint8_t)family;
	memcpy(address->bytes, words, sizeof(address->bytes));
}

/* What all messages have: FACT_COOKIE, and FACT_INODE if it is one. */
static inline void natu_take_identity(struct natu_socket *socket, uint64_t inode,
				      const uint32_t cookie[2])
{
	socket->inode = inode;
	socket->cookie = natu_cookie(cookie);
	socket->facts |= FACT_COOKIE | (inode ? FACT_INODE : 0);
}

/* Whether a socket has a fact, after an attribute that may have come before. */
static inline void natu_attribute_sets(struct natu_socket *socket, natu_facts fact,
				       bool has)
{
	socket->facts = has ? socket->facts | fact : socket->facts & ~fact;
}

/* netstat's word for a type of sockets (SOCK_STREAM, ...), or NULL. */
const struct natu_word *natu_socket_type(unsigned int type);

#endif
