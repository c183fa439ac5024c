/* SPDX-License-Identifier: MIT */
#ifndef NATU_ENDPOINT_H
#define NATU_ENDPOINT_H

#include <natu/column.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* One end of a connection, as the commands name it: an address and a port, or a UNIX
 * name. */
struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
	} address;
	socklen_t length;
	int type; /* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET */
};

/* Why something cannot be understood: one line, to be printed after "natu: ". */
struct reason {
	char text[256];
};

/* Fills the reason and returns false. Foreign bytes in it are left to complain(). */
bool refuse(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Reads "PORT", ":PORT", "ADDRESS:PORT", "[ADDRESS]:PORT" or "*:PORT"; a port is a number
 * or a service's name, and without an address it is loopback. `family` is AF_INET,
 * AF_INET6 or AF_UNSPEC; to->type must be set before. No name is ever looked up over the
 * network.
 */
bool endpoint_internet(struct endpoint *to, const char *text, int family,
		       struct reason *reason);

/* A path, or "@NAME" in the abstract space. */
bool endpoint_local(struct endpoint *to, const char *path, struct reason *reason);

/* Reads an address without a port into `to` (port 0). */
bool endpoint_host(struct endpoint *to, const char *text, int family,
		   struct reason *reason);

int endpoint_family(const struct endpoint *endpoint);
bool endpoint_is_datagram(const struct endpoint *endpoint);
bool endpoint_is_tcp(const struct endpoint *endpoint);
/* As the kernel takes it: IPv4 where that is mapped into IPv6. Family 0 for a UNIX
 * socket. */
struct natu_address endpoint_address(const struct endpoint *endpoint);
/* In host order; 0 for a UNIX socket. */
unsigned int endpoint_port(const struct endpoint *endpoint);
/* 0.0.0.0, :: or ::ffff:0.0.0.0 */
bool endpoint_is_wildcard(const struct endpoint *endpoint);
/* 127.0.0.0/8, that mapped into IPv6, or ::1 */
bool endpoint_is_loopback(const struct endpoint *endpoint);
/* True for a UNIX socket that has a file. */
bool endpoint_is_file(const struct endpoint *endpoint);
/* "tcp", "udp" or "unix" */
const char *endpoint_protocol(const struct endpoint *endpoint);

/* Enough for every endpoint, a UNIX path with each byte escaped included. */
#define ENDPOINT_TEXT 512

/* Prints "127.0.0.1:80", "[::1]:80", "/run/x", "@name" or "(no name)"; gives `text`. */
const char *endpoint_print(char text[ENDPOINT_TEXT], const struct endpoint *endpoint);

/* The two ends of a socket; what the kernel does not tell becomes "(no name)". */
void endpoint_of_socket(struct endpoint *end, int descriptor);
void endpoint_of_peer(struct endpoint *end, int descriptor);

#endif
