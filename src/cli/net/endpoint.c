/* SPDX-License-Identifier: MIT */
#include "net/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535
#define HOST_SIZE 128

bool refuse(struct reason *reason, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason->text, sizeof(reason->text), format, arguments);
	va_end(arguments);
	return false;
}

static bool parse_port(uint16_t *port, const char *text, int type, struct reason *reason)
{
	size_t digits = strspn(text, "0123456789");
	const struct servent *service;
	unsigned long number;

	if (!*text)
		return refuse(reason,
			      "a port is missing: a number up to %d, or a service's name",
			      PORT_MAX);
	if (!text[digits]) {
		errno = 0;
		number = strtoul(text, NULL, 10);
		if (errno || number > PORT_MAX)
			return refuse(reason, "port %s is out of range: 0 to %d", text,
				      PORT_MAX);
		*port = htons((uint16_t)number);
		return true;
	}
	if (strchr(text, '/'))
		return refuse(reason, "%s is no port; --unix takes a path", text);
	service = getservbyname(text, type == SOCK_DGRAM ? "udp" : "tcp");
	if (!service)
		return refuse(reason, "%s is neither a port nor the name of a %s service",
			      text, type == SOCK_DGRAM ? "udp" : "tcp");
	*port = (uint16_t)service->s_port;
	return true;
}

static bool parse_zone(struct in6_addr *address, uint32_t *zone, char *text,
		       struct reason *reason)
{
	char *percent = strchr(text, '%');

	*zone = 0;
	if (percent)
		*percent = '\0';
	if (inet_pton(AF_INET6, text, address) != 1)
		return refuse(reason, "%s is not an address (names are not looked up)",
			      *text ? text : "that");
	if (!percent)
		return true;
	*zone = if_nametoindex(percent + 1);
	if (!*zone && strspn(percent + 1, "0123456789") == strlen(percent + 1)) {
		unsigned long number = strtoul(percent + 1, NULL, 10);

		*zone = number <= INT32_MAX ? (uint32_t)number : 0;
	}
	if (!*zone)
		return refuse(reason, "there is no interface %s here", percent + 1);
	return true;
}

static void set_v4(struct endpoint *to, struct in_addr address)
{
	to->address.v4 = (struct sockaddr_in){ .sin_family = AF_INET,
					       .sin_addr = address };
	to->length = sizeof(to->address.v4);
}

static void set_v6(struct endpoint *to, const struct in6_addr *address, uint32_t zone)
{
	to->address.v6 = (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_addr = *address,
		.sin6_scope_id = zone,
	};
	to->length = sizeof(to->address.v6);
}

static void set_loopback(struct endpoint *to, int family)
{
	if (family == AF_INET6)
		set_v6(to, &in6addr_loopback, 0);
	else
		set_v4(to, (struct in_addr){ .s_addr = htonl(INADDR_LOOPBACK) });
}

bool endpoint_host(struct endpoint *to, const char *text, int family,
		   struct reason *reason)
{
	char host[HOST_SIZE];
	struct in6_addr v6;
	struct in_addr v4;
	uint32_t zone;

	if (!strcmp(text, "localhost")) {
		set_loopback(to, family);
		return true;
	}
	if (inet_pton(AF_INET, text, &v4) == 1) {
		if (family == AF_INET6)
			return refuse(reason, "%s is not an IPv6 address", text);
		set_v4(to, v4);
		return true;
	}
	if (strlen(text) >= sizeof(host))
		return refuse(reason, "that is too long for an address");
	memcpy(host, text, strlen(text) + 1);
	if (!parse_zone(&v6, &zone, host, reason))
		return false;
	if (family == AF_INET)
		return refuse(reason, "%s is not an IPv4 address", text);
	set_v6(to, &v6, zone);
	return true;
}

/* "[ADDRESS]:PORT": gives the port's text and copies the address. */
static const char *split_brackets(char host[HOST_SIZE], const char *text,
				  struct reason *reason)
{
	const char *end = strchr(text, ']');
	size_t length;

	if (!end || end[1] != ':') {
		refuse(reason, "%s: expected [ADDRESS]:PORT", text);
		return NULL;
	}
	length = (size_t)(end - text) - 1;
	if (length >= HOST_SIZE) {
		refuse(reason, "that is too long for an address");
		return NULL;
	}
	memcpy(host, text + 1, length);
	host[length] = '\0';
	return end + 2;
}

static const char *split(char host[HOST_SIZE], const char *text, struct reason *reason)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (text[0] == '[')
		return split_brackets(host, text, reason);
	if (colon && strchr(text, ':') != colon) {
		refuse(reason, "%s: an IPv6 address is written [ADDRESS]:PORT", text);
		return NULL;
	}
	if (length >= HOST_SIZE) {
		refuse(reason, "that is too long for an address");
		return NULL;
	}
	memcpy(host, text, length);
	host[length] = '\0';
	return colon ? colon + 1 : text;
}

bool endpoint_internet(struct endpoint *to, const char *text, int family,
		       struct reason *reason)
{
	char host[HOST_SIZE];
	const char *port_text = split(host, text, reason);
	uint16_t port = 0;

	if (!port_text)
		return false;
	if (port_text == text && strchr(text, '.'))
		return refuse(reason, "%s: a port is missing: ADDRESS:PORT", text);
	if (!parse_port(&port, port_text, to->type, reason))
		return false;
	if (!strcmp(host, "*") && family == AF_INET6)
		set_v6(to, &in6addr_any, 0);
	else if (!strcmp(host, "*"))
		set_v4(to, (struct in_addr){ .s_addr = htonl(INADDR_ANY) });
	else if (!*host && text[0] != '[')
		set_loopback(to, family);
	else if (!endpoint_host(to, host, family, reason))
		return false;
	if (to->address.any.sa_family == AF_INET6)
		to->address.v6.sin6_port = port;
	else
		to->address.v4.sin_port = port;
	return true;
}

bool endpoint_local(struct endpoint *to, const char *path, struct reason *reason)
{
	struct sockaddr_un *address = &to->address.local;
	bool abstract = path[0] == '@';
	size_t length = strlen(path);

	if (!length || (abstract && length == 1))
		return refuse(reason, "a UNIX socket needs a path or an @name");
	if (length >= sizeof(address->sun_path))
		return refuse(reason,
			      "a UNIX socket's path has at most %zu bytes, this one %zu",
			      sizeof(address->sun_path) - 1, length);
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, length);
	to->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (abstract)
		address->sun_path[0] = '\0';
	else
		to->length++; /* a path ends with its NUL */
	return true;
}
