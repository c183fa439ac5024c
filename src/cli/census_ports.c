/* SPDX-License-Identifier: MIT */
#include "census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The protocols that have ephemeral ports; TCP has destinations that wear them out. */
static const char *const protocols[CENSUS_PROTOCOLS] = { "tcp", "udp" };

/* "tcp" and "tcp6" are one. */
static struct census_ports *ports_of(struct census *census, const struct natu_word *proto)
{
	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++) {
		size_t length = strlen(protocols[i]);

		if (!strncmp(proto->text, protocols[i], length) &&
		    (proto->length == length ||
		     (proto->length == length + 1 && proto->text[length] == '6')))
			return &census->ports[i];
	}
	return NULL;
}

/* Sets a port's bit. 1: it was set before, 0, or a negative errno. */
static int set_bit(uint8_t **bits, uint16_t port)
{
	uint8_t bit = (uint8_t)(1U << port % 8);
	bool before;

	if (!*bits)
		*bits = calloc(1, UINT16_MAX / 8 + 1);
	if (!*bits)
		return -ENOMEM;
	before = (*bits)[port / 8] & bit;
	(*bits)[port / 8] |= bit;
	return before;
}

static bool has_bit(const uint8_t *bits, uint16_t port)
{
	return bits && (bits[port / 8] >> port % 8 & 1);
}

static uint64_t mix(uint64_t hash, const void *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static bool same_address(const struct natu_address *a, const struct natu_address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static struct census_destination *place_of(struct census_destination *places, size_t size,
					   const struct census_destination *wanted)
{
	uint64_t hash = mix(wanted->peer_port, wanted->local.bytes);
	size_t at;

	hash = mix(hash, wanted->local.bytes + 8);
	hash = mix(hash, wanted->peer.bytes);
	hash = mix(hash, wanted->peer.bytes + 8);
	for (at = hash % size;; at = (at + 1) % size) {
		struct census_destination *place = &places[at];

		if (!place->sockets || (place->peer_port == wanted->peer_port &&
					same_address(&place->local, &wanted->local) &&
					same_address(&place->peer, &wanted->peer)))
			return place;
	}
}

static int grow(struct census *census)
{
	size_t size = census->destination_size ? census->destination_size * 2 : 256;
	struct census_destination *places = calloc(size, sizeof(*places));

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < census->destination_size; i++)
		if (census->destinations[i].sockets)
			*place_of(places, size,
				  &census->destinations[i]) = census->destinations[i];
	free(census->destinations);
	census->destinations = places;
	census->destination_size = size;
	return 0;
}

/* Of an IPv4 address only the first bytes count. */
static struct natu_address whole(const struct natu_address *address)
{
	struct natu_address copy = *address;

	if (copy.family == AF_INET)
		memset(copy.bytes + 4, 0, sizeof(copy.bytes) - 4);
	return copy;
}

static int use_destination(struct census *census, const struct census_ends *ends)
{
	const struct census_destination wanted = { .local = whole(&ends->local),
						   .peer = whole(&ends->peer),
						   .peer_port = ends->peer_port };
	struct census_destination *place;
	uint32_t sockets;

	if (census->destination_count * 2 >= census->destination_size && grow(census) < 0)
		return -ENOMEM;
	place = place_of(census->destinations, census->destination_size, &wanted);
	sockets = place->sockets;
	census->destination_count += !sockets;
	*place = wanted;
	place->sockets = sockets + 1;
	return 0;
}

int census_port(struct census *census, const struct census_ends *ends)
{
	struct census_ports *ports = ports_of(census, ends->proto);
	int result;

	if (!ports || !census->counts_ports ||
	    !natu_measures_is_ephemeral(census->measures, ends->local_port))
		return 0;
	result = set_bit(&ports->seen, ends->local_port);
	if (result < 0)
		return result;
	ports->used += !result;
	if (ends->listens)
		return set_bit(&ports->listened, ends->local_port) < 0 ? -ENOMEM : 0;
	/* Connections to a listener have its port, and need no other. Listeners come
	 * first. */
	if (!ends->peer_port || ports != &census->ports[CENSUS_OF_DESTINATIONS] ||
	    has_bit(ports->listened, ends->local_port))
		return 0;
	return use_destination(census, ends);
}

void census_name_ports(struct census *census)
{
	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++)
		census->ports[i].protocol = protocols[i];
}

void census_free_ports(struct census *census)
{
	for (size_t i = 0; i < CENSUS_PROTOCOLS; i++) {
		free(census->ports[i].seen);
		free(census->ports[i].listened);
	}
	free(census->destinations);
}

const struct census_destination *census_busiest(const struct census *census)
{
	const struct census_destination *busiest = NULL;

	for (size_t i = 0; i < census->destination_size; i++) {
		const struct census_destination *place = &census->destinations[i];

		if (place->sockets > (busiest ? busiest->sockets : 0))
			busiest = place;
	}
	return busiest;
}
