/* SPDX-License-Identifier: MIT */
#ifndef NATU_OBSTACLE_H
#define NATU_OBSTACLE_H

#include "net/endpoint.h"

/* Why a socket could not be made, bound or connected, in words that help. All complain,
 * and give false, so that a caller can return it. */
bool explain_failure(const char *doing, const struct endpoint *endpoint, int error);
bool explain_bind(const struct endpoint *wanted, int error);
/* After EADDRINUSE for a port of TCP or UDP: names the sockets that are in the way. True
 * if they are connections only. */
bool name_obstacles(const struct endpoint *wanted);
/* The same for a UNIX socket's name. True if there is one to be named: another network
 * namespace can have it. */
bool name_local_obstacle(const struct endpoint *wanted);
/* What connect() says so has several meanings. */
bool explain_connect(const struct endpoint *to, int error);

/* The first line of a file below /proc/sys; "" if there is none. */
#define KERNEL_SETTING 256
#define RESERVED_PORTS "net/ipv4/ip_local_reserved_ports"
const char *kernel_setting(char text[KERNEL_SETTING], const char *path);
/* Whether a port is in a list such as "8080,9000-9100". */
bool port_list_has(const char *list, unsigned int port);

#endif
