/* SPDX-License-Identifier: MIT */
#include "netstat/names.h"

#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Beyond so many hosts the first ones are forgotten, and asked for again. */
enum { HOSTS_MAX = 16384, HOST_SLOTS = 2 * HOSTS_MAX, PORTS = 65536 };

struct host {
	struct natu_address address;
	bool used;
	char *name; /* NULL: there is none */
};

static const char *const service_kinds[] = { "tcp", "udp", "raw" };

enum { SERVICE_KINDS = sizeof(service_kinds) / sizeof(service_kinds[0]) };

struct names {
	struct host hosts[HOST_SLOTS];
	size_t host_count;
	bool has_services;
	char *services[SERVICE_KINDS][PORTS];
};

struct names *names_new(void)
{
	return calloc(1, sizeof(struct names));
}

static void forget_hosts(struct names *names)
{
	for (size_t i = 0; i < HOST_SLOTS; i++)
		free(names->hosts[i].name);
	memset(names->hosts, 0, sizeof(names->hosts));
	names->host_count = 0;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	forget_hosts(names);
	for (size_t kind = 0; kind < SERVICE_KINDS; kind++)
		for (size_t port = 0; port < PORTS; port++)
			free(names->services[kind][port]);
	free(names);
}

/* --- hosts --- */

/* A copy of the host's name, or NULL. */
static char *look_up(const struct natu_address *address)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *socket_address = (const struct sockaddr *)&ipv4;
	socklen_t length = sizeof(ipv4);
	char name[NI_MAXHOST];

	memcpy(&ipv4.sin_addr, address->bytes, sizeof(ipv4.sin_addr));
	if (address->family == AF_INET6) {
		memcpy(&ipv6.sin6_addr, address->bytes, sizeof(ipv6.sin6_addr));
		socket_address = (const struct sockaddr *)&ipv6;
		length = sizeof(ipv6);
	}
	if (getnameinfo(socket_address, length, name, sizeof(name), NULL, 0, NI_NAMEREQD))
		return NULL;
	return strdup(name);
}

static bool same_address(const struct natu_address *a, const struct natu_address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

static struct host *find_slot(struct names *names, const struct natu_address *address)
{
	size_t length = address->family == AF_INET ? 4 : 16, at = address->family;

	for (size_t i = 0; i < length; i++)
		at = at * 31 + address->bytes[i];
	at %= HOST_SLOTS;
	while (names->hosts[at].used && !same_address(&names->hosts[at].address, address))
		at = (at + 1) % HOST_SLOTS;
	return &names->hosts[at];
}

const char *names_host(struct names *names, const struct natu_address *address)
{
	struct host *host = find_slot(names, address);

	if (host->used)
		return host->name;
	if (names->host_count == HOSTS_MAX) {
		forget_hosts(names);
		host = find_slot(names, address);
	}
	*host = (struct host){ *address, true, look_up(address) };
	names->host_count++;
	return host->name;
}

/* --- services --- */

static size_t kind_named(const char *services)
{
	size_t kind = 0;

	while (kind < SERVICE_KINDS && strcmp(service_kinds[kind], services) != 0)
		kind++;
	return kind;
}

/* Of several names the last one counts. */
static void keep(struct names *names, size_t kind, unsigned int port, const char *name)
{
	if (kind == SERVICE_KINDS || port >= PORTS)
		return;
	free(names->services[kind][port]);
	names->services[kind][port] = strdup(name);
}

static void read_services(struct names *names)
{
	const struct servent *service;
	const struct protoent *protocol;

	setservent(0);
	while ((service = getservent()))
		keep(names, kind_named(service->s_proto),
		     ntohs((uint16_t)service->s_port), service->s_name);
	endservent();
	/* A RAW socket's port is its protocol. */
	setprotoent(0);
	while ((protocol = getprotoent()))
		keep(names, kind_named("raw"), (unsigned int)protocol->p_proto,
		     protocol->p_name);
	endprotoent();
	names->has_services = true;
}

const char *names_service(struct names *names, const char *services, uint16_t port)
{
	size_t kind = kind_named(services);

	if (!names->has_services)
		read_services(names);
	return kind < SERVICE_KINDS ? names->services[kind][port] : NULL;
}
