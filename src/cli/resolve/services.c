/* SPDX-License-Identifier: MIT */
#include "resolve/services.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, PROTOCOLS_MAX = 16, ENTRIES_MAX = 1 << 20 };

struct services {
	struct {
		char name[16];
		char **names; /* one for each port, or NULL */
	} protocols[PROTOCOLS_MAX];
	size_t count;
};

/* The names of a protocol's ports; NULL if there are none. */
static char **names_of(const struct services *services, const char *protocol)
{
	for (size_t i = 0; i < services->count; i++)
		if (!strcmp(services->protocols[i].name, protocol))
			return services->protocols[i].names;
	return NULL;
}

static char **make_names(struct services *services, const char *protocol)
{
	char **names = names_of(services, protocol);

	if (names || services->count == PROTOCOLS_MAX ||
	    strlen(protocol) >= sizeof(services->protocols[0].name))
		return names;
	names = calloc(PORTS, sizeof(*names));
	if (!names)
		return NULL;
	snprintf(services->protocols[services->count].name,
		 sizeof(services->protocols[0].name), "%s", protocol);
	services->protocols[services->count++].names = names;
	return names;
}

/* The first name of a port counts. */
static void take(struct services *services, const struct servent *entry)
{
	uint16_t port = ntohs((uint16_t)entry->s_port);
	char **names = make_names(services, entry->s_proto);

	if (names && !names[port] && *entry->s_name)
		names[port] = strdup(entry->s_name);
}

struct services *services_new(void)
{
	struct services *services = calloc(1, sizeof(*services));
	const struct servent *entry;

	if (!services)
		return NULL;
	/* One walk: asking for each port would read the file as often. */
	setservent(1);
	for (size_t i = 0; i < ENTRIES_MAX && (entry = getservent()); i++)
		take(services, entry);
	endservent();
	return services;
}

void services_free(struct services *services)
{
	if (!services)
		return;
	for (size_t i = 0; i < services->count; i++) {
		for (size_t port = 0; port < PORTS; port++)
			free(services->protocols[i].names[port]);
		free(services->protocols[i].names);
	}
	free(services);
}

const char *services_name(const struct services *services, const char *protocol,
			  uint16_t port)
{
	char **names = names_of(services, protocol);

	return names ? names[port] : NULL;
}
