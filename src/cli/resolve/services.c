/* SPDX-License-Identifier: MIT */
#include "resolve/services.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, PROTOCOLS_MAX = 16, ENTRIES_MAX = 1 << 20 };

/* Few ports have a name. What is kept for each is small, and memory that no name is in is
 * not touched, not even at the end. */
struct services {
	struct {
		char name[16];
		uint32_t *numbers; /* for each port, which name it has; 0: none */
	} protocols[PROTOCOLS_MAX];
	size_t count;
	char **names; /* number 1 is the first */
	size_t name_count, size;
};

/* The names of a protocol's ports; NULL if there are none. */
static uint32_t *numbers_of(const struct services *services, const char *protocol)
{
	for (size_t i = 0; i < services->count; i++)
		if (!strcmp(services->protocols[i].name, protocol))
			return services->protocols[i].numbers;
	return NULL;
}

static uint32_t *make_numbers(struct services *services, const char *protocol)
{
	uint32_t *numbers = numbers_of(services, protocol);

	if (numbers || services->count == PROTOCOLS_MAX ||
	    strlen(protocol) >= sizeof(services->protocols[0].name))
		return numbers;
	numbers = calloc(PORTS, sizeof(*numbers));
	if (!numbers)
		return NULL;
	snprintf(services->protocols[services->count].name,
		 sizeof(services->protocols[0].name), "%s", protocol);
	services->protocols[services->count++].numbers = numbers;
	return numbers;
}

/* Gives its number, or 0 without memory. */
static uint32_t add_name(struct services *services, const char *name)
{
	char *copy;

	if (services->name_count == services->size) {
		size_t size = services->size ? services->size * 2 : 512;
		char **names = realloc(services->names, size * sizeof(*names));

		if (!names)
			return 0;
		services->names = names;
		services->size = size;
	}
	copy = strdup(name);
	if (!copy)
		return 0;
	services->names[services->name_count++] = copy;
	return (uint32_t)services->name_count;
}

/* The first name of a port counts. */
static void take(struct services *services, const struct servent *entry)
{
	uint16_t port = ntohs((uint16_t)entry->s_port);
	uint32_t *numbers = make_numbers(services, entry->s_proto);

	if (numbers && !numbers[port] && *entry->s_name)
		numbers[port] = add_name(services, entry->s_name);
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
	for (size_t i = 0; i < services->name_count; i++)
		free(services->names[i]);
	free(services->names);
	for (size_t i = 0; i < services->count; i++)
		free(services->protocols[i].numbers);
	free(services);
}

const char *services_name(const struct services *services, const char *protocol,
			  uint16_t port)
{
	const uint32_t *numbers = numbers_of(services, protocol);
	uint32_t number = numbers ? numbers[port] : 0;

	return number ? services->names[number - 1] : NULL;
}
