/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_PACKET_H
#define NATU_TEST_PACKET_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct natu_socket;

/* Netlink messages one after the other, put together as the kernel does. */
struct packets {
	unsigned char *bytes; /* aligned; released by packets_free() */
	size_t length, size;
	size_t last; /* where the last message begins */
};

void packets_free(struct packets *packets);

/* A message of any type; returns its payload, which is valid until the next call. */
void *packets_add(struct packets *packets, unsigned int type, const void *payload,
		  size_t length);
/* An attribute for the last message. */
void packets_attribute(struct packets *packets, unsigned int type, const void *payload,
		       size_t length);
/* The end of a dump; error is what the message carries: 0 or negative. */
void packets_done(struct packets *packets, int error);
/* The request for all sockets of a protocol of both address families. */
void packets_request(struct packets *packets, uint32_t protocol);

/* Writes them into a new file, as a recording has them; the caller removes it. */
void packets_save(const struct packets *packets, char path[static 32]);

/* The last message. */
struct nlmsghdr *packets_last(const struct packets *packets);
size_t packets_payload_length(const struct packets *packets);
/* Its payload, or that much of it, decoded by a family that has no protocols, from memory
 * that ends where it ends and stays until the next call. */
bool packets_decode(unsigned int address_family, const struct packets *packets,
		    size_t length, struct natu_socket *socket);
/* An attribute for the last message that holds the attributes of another one's last. */
void packets_nest(struct packets *packets, unsigned int type,
		  const struct packets *nested);
/* Of the last message, whose attributes begin behind `head` bytes: it decodes as a whole,
 * nowhere within its head, and nowhere within an attribute. Leaves the whole in
 * *socket. */
void packets_try_lengths(unsigned int address_family, const struct packets *packets,
			 size_t head, struct natu_socket *socket);

/* "127.0.0.1" and "::1" into the four words of a message. */
void packet_address(__be32 words[4], const char *text);

/* A socket with these ends: other members as an ordinary connection has them. */
struct inet_diag_msg packet_socket(const char *local, uint16_t local_port,
				   const char *peer, uint16_t peer_port);
/* The same, with a number that makes it unlike any other, added as a message. */
void packets_socket(struct packets *packets, const char *local, uint16_t local_port,
		    uint64_t cookie);

#endif
