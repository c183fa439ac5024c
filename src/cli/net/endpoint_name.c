/* SPDX-License-Identifier: MIT */
#include "net/endpoint.h"

#include <arpa/inet.h>
#include <natu/plan.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NO_NAME "(no name)"
#define PATH_START ((socklen_t)offsetof(struct sockaddr_un, sun_path))

int endpoint_family(const struct endpoint *endpoint)
{
	return endpoint->address.any.sa_family;
}

bool endpoint_is_datagram(const struct endpoint *endpoint)
{
	return endpoint->type == SOCK_DGRAM;
}

bool endpoint_is_tcp(const struct endpoint *endpoint)
{
	return endpoint_family(endpoint) != AF_UNIX && endpoint->type == SOCK_STREAM;
}

unsigned int endpoint_port(const struct endpoint *endpoint)
{
	switch (endpoint_family(endpoint)) {
	case AF_INET:
		return ntohs(endpoint->address.v4.sin_port);
	case AF_INET6:
		return ntohs(endpoint->address.v6.sin6_port);
	default:
		return 0;
	}
}

struct natu_address endpoint_address(const struct endpoint *endpoint)
{
	struct natu_address address = { .family = AF_INET6 };

	switch (endpoint_family(endpoint)) {
	case AF_INET:
		address.family = AF_INET;
		memcpy(address.bytes, &endpoint->address.v4.sin_addr, 4);
		return address;
	case AF_INET6:
		memcpy(address.bytes, &endpoint->address.v6.sin6_addr, 16);
		return natu_address_unmapped(&address);
	default:
		return (struct natu_address){ 0 };
	}
}

bool endpoint_is_wildcard(const struct endpoint *endpoint)
{
	const struct natu_address address = endpoint_address(endpoint);

	return address.family && natu_address_is_any(&address);
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	const struct natu_address address = endpoint_address(endpoint);

	if (address.family == AF_INET)
		return address.bytes[0] == IN_LOOPBACKNET;
	return address.family == AF_INET6 &&
	       !memcmp(address.bytes, &in6addr_loopback, sizeof(in6addr_loopback));
}

bool endpoint_is_file(const struct endpoint *endpoint)
{
	return endpoint_family(endpoint) == AF_UNIX && endpoint->length > PATH_START &&
	       endpoint->address.local.sun_path[0];
}

const char *endpoint_protocol(const struct endpoint *endpoint)
{
	if (endpoint_family(endpoint) == AF_UNIX)
		return "unix";
	return endpoint_is_datagram(endpoint) ? "udp" : "tcp";
}

static void print_v6(char text[ENDPOINT_TEXT], const struct sockaddr_in6 *address)
{
	char host[INET6_ADDRSTRLEN], interface[IF_NAMESIZE];
	unsigned int port = ntohs(address->sin6_port);

	inet_ntop(AF_INET6, &address->sin6_addr, host, sizeof(host));
	if (!address->sin6_scope_id)
		snprintf(text, ENDPOINT_TEXT, "[%s]:%u", host, port);
	else if (if_indextoname(address->sin6_scope_id, interface))
		snprintf(text, ENDPOINT_TEXT, "[%s%%%s]:%u", host, interface, port);
	else
		snprintf(text, ENDPOINT_TEXT, "[%s%%%u]:%u", host, address->sin6_scope_id,
			 port);
}

/* What a client chose to call itself can hold any byte. */
static void print_local(char text[ENDPOINT_TEXT], const struct endpoint *endpoint)
{
	const char *path = endpoint->address.local.sun_path;
	size_t length = endpoint->length - PATH_START;
	struct natu_buffer buffer = { 0 };

	if (length > sizeof(endpoint->address.local.sun_path))
		length = sizeof(endpoint->address.local.sun_path);
	if (path[0])
		length = strnlen(path, length);
	else
		natu_buffer_add(&buffer, "@", 1);
	natu_buffer_add_foreign(&buffer, NATU_STYLE_TEXT, path + !path[0],
				length - !path[0]);
	if (buffer.failed || buffer.used >= ENDPOINT_TEXT)
		buffer.used = 0;
	if (buffer.used)
		memcpy(text, buffer.data, buffer.used);
	text[buffer.used] = '\0';
	natu_buffer_free(&buffer);
}

const char *endpoint_print(char text[ENDPOINT_TEXT], const struct endpoint *endpoint)
{
	const struct sockaddr_in *v4 = &endpoint->address.v4;
	char host[INET_ADDRSTRLEN];

	if (endpoint->length >= sizeof(*v4) && endpoint_family(endpoint) == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(text, ENDPOINT_TEXT, "%s:%u", host, ntohs(v4->sin_port));
	} else if (endpoint->length >= sizeof(endpoint->address.v6) &&
		   endpoint_family(endpoint) == AF_INET6) {
		print_v6(text, &endpoint->address.v6);
	} else if (endpoint->length > PATH_START &&
		   endpoint_family(endpoint) == AF_UNIX) {
		print_local(text, endpoint);
	} else {
		memcpy(text, NO_NAME, sizeof(NO_NAME));
	}
	return text;
}

void endpoint_of_socket(struct endpoint *end, int descriptor)
{
	*end = (struct endpoint){ .length = sizeof(end->address) };
	if (getsockname(descriptor, &end->address.any, &end->length) != 0)
		end->length = 0;
}

void endpoint_of_peer(struct endpoint *end, int descriptor)
{
	*end = (struct endpoint){ .length = sizeof(end->address) };
	if (getpeername(descriptor, &end->address.any, &end->length) != 0)
		end->length = 0;
}
