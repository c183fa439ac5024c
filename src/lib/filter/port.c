/* SPDX-License-Identifier: MIT */
#include "filter/literal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>

#define PORT_MAX 65535

/* Room for one line of /etc/services. */
#define SERVICE_SIZE 4096

static bool is_number(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return length > 0;
}

static void add_port(struct natu_ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->ranges[i].low == port)
			return;
	if (ports->count < NATU_PORTS_MAX)
		ports->ranges[ports->count++] = (struct natu_range){ port, port };
}

/* A service can have another port with another protocol: then it is all of them. */
static bool read_service(const struct natu_item *item, struct natu_ports *ports)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	char buffer[SERVICE_SIZE], name[128];

	if (item->length >= sizeof(name))
		return false;
	for (size_t i = 0; i <= item->length; i++)
		name[i] = (char)tolower((unsigned char)item->text[i]);
	for (size_t i = 0; i < 2 * sizeof(protocols) / sizeof(protocols[0]); i++) {
		struct servent entry, *found = NULL;

		/* Few names are not in lower case: those are asked for as they were
		 * typed. */
		if (!getservbyname_r(i % 2 ? name : item->text, protocols[i / 2], &entry,
				     buffer, sizeof(buffer), &found) &&
		    found)
			add_port(ports, ntohs((uint16_t)entry.s_port));
	}
	return ports->count > 0;
}

bool natu_is_service(const char *word)
{
	const struct natu_item item = { .text = word, .length = strlen(word) };
	struct natu_ports ports = { .count = 0 };

	return read_service(&item, &ports);
}

static bool unknown_service(struct natu_reading *reading, const struct natu_item *item)
{
	const struct servent *entry;
	struct natu_nearest nearest;

	natu_nearest_start(&nearest, item->text, item->length);
	setservent(1);
	while ((entry = getservent()))
		natu_nearest_consider(&nearest, entry->s_name);
	endservent();
	return natu_mistake_in(
		reading->error, item,
		"unknown service %s: expected a port, a range such as 8000-8999 or "
		"the name of a service%s",
		item->text, natu_hint(&nearest).text);
}

static bool read_number(struct natu_reading *reading, const struct natu_item *item,
			uint64_t *port)
{
	*port = 0;
	for (size_t i = 0; i < item->length && *port <= PORT_MAX; i++)
		*port = *port * 10 + (uint64_t)(item->text[i] - '0');
	if (*port <= PORT_MAX)
		return true;
	return natu_mistake_in(reading->error, item, "%.*s is not a port: they end at %d",
			       (int)item->length, item->text, PORT_MAX);
}

static bool read_range(struct natu_reading *reading, const struct natu_item *low,
		       const struct natu_item *high, struct natu_ports *ports)
{
	struct natu_range *range = &ports->ranges[0];

	if (!is_number(low->text, low->length))
		return natu_mistake_in(
			reading->error, low->length ? low : high,
			"a range has two numbers: expected one such as 8000-8999");
	if (!is_number(high->text, high->length))
		return natu_mistake(
			reading->error, high->position - 1, high->extent + 1,
			"a range has two numbers: expected one such as 8000-8999");
	if (!read_number(reading, low, &range->low) ||
	    !read_number(reading, high, &range->high))
		return false;
	ports->count = 1;
	if (range->low <= range->high)
		return true;
	return natu_mistake(reading->error, low->position, low->extent + 1 + high->extent,
			    "the range is upside down: expected %u-%u",
			    (unsigned int)range->high, (unsigned int)range->low);
}

/* ":443" is what "443" is. */
static struct natu_item without_colon(const struct natu_item *item)
{
	struct natu_item bare = *item;

	if (item->length > 1 && item->text[0] == ':') {
		bare.text++;
		bare.length--;
		bare.position++;
		bare.extent--;
	}
	return bare;
}

bool natu_read_ports(struct natu_reading *reading, const struct natu_item *written,
		     struct natu_ports *ports)
{
	struct natu_item item = without_colon(written), low, high;

	*ports = (struct natu_ports){ .any = !strcmp(item.text, "*") };
	if (ports->any)
		return true;
	if (is_number(item.text, item.length)) {
		struct natu_range *range = &ports->ranges[0];

		if (!read_number(reading, &item, &range->low))
			return false;
		range->high = range->low;
		ports->count = 1;
		return true;
	}
	if (!strcmp(item.text, ":"))
		return natu_mistake_in(reading->error, &item,
				       "a port is missing after the colon");
	if (read_service(&item, ports))
		return true;
	if (natu_split_range(&item, &low, &high) &&
	    (isdigit((unsigned char)*item.text) || isdigit((unsigned char)*high.text) ||
	     !high.length))
		return read_range(reading, &low, &high, ports);
	return unknown_service(reading, &item);
}
