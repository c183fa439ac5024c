/* SPDX-License-Identifier: MIT */
#include "net/sources.h"

#include <stdlib.h>
#include <string.h>

/* More different addresses than that, nobody needs. */
#define COUNT_MAX (1ULL << 32)

static uint8_t *bytes_of(struct endpoint *endpoint)
{
	if (endpoint_family(endpoint) == AF_INET)
		return (uint8_t *)&endpoint->address.v4.sin_addr;
	return endpoint->address.v6.sin6_addr.s6_addr;
}

static unsigned int bits_of(const struct endpoint *endpoint)
{
	return endpoint_family(endpoint) == AF_INET ? 32 : 128;
}

static void add(struct endpoint *endpoint, uint64_t number)
{
	uint8_t *bytes = bytes_of(endpoint);

	for (unsigned int i = bits_of(endpoint) / 8; i-- > 0 && number;) {
		number += bytes[i];
		bytes[i] = (uint8_t)number;
		number >>= 8;
	}
}

static void clear_host(struct endpoint *endpoint, unsigned int length)
{
	uint8_t *bytes = bytes_of(endpoint);

	for (unsigned int bit = length; bit < bits_of(endpoint); bit++)
		bytes[bit / 8] &= (uint8_t) ~(0x80U >> (bit % 8));
}

static void set_prefix(struct sources *sources, unsigned int length)
{
	unsigned int host = bits_of(&sources->first) - length;
	bool v4 = bits_of(&sources->first) == 32;

	clear_host(&sources->first, length);
	sources->count = host < 32 ? 1ULL << host : COUNT_MAX;
	if (host < 2)
		return;
	add(&sources->first, 1);
	sources->count -= v4 ? 2 : 1;
}

bool sources_parse(struct sources *sources, const char *text, int family,
		   struct reason *reason)
{
	const char *slash = strchr(text, '/');
	unsigned long length;
	char address[128];

	if (strlen(text) >= sizeof(address))
		return refuse(reason, "that is too long for an address");
	memcpy(address, text, strlen(text) + 1);
	if (slash)
		address[slash - text] = '\0';
	if (!endpoint_host(&sources->first, address, family, reason))
		return false;
	sources->count = 1;
	if (!slash)
		return true;
	length = strtoul(slash + 1, NULL, 10);
	if (!slash[1] || strlen(slash + 1) > 3 ||
	    strspn(slash + 1, "0123456789") != strlen(slash + 1) ||
	    length > bits_of(&sources->first))
		return refuse(reason, "%s: a prefix's length is 0 to %u", text,
			      bits_of(&sources->first));
	set_prefix(sources, (unsigned int)length);
	return true;
}

void sources_at(const struct sources *sources, uint64_t number, struct endpoint *source)
{
	*source = sources->first;
	add(source, number % sources->count);
}
