/* SPDX-License-Identifier: MIT */
#include "filter/host_parts.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static struct natu_item part_of(const struct natu_item *item, size_t start, size_t end)
{
	return (struct natu_item){
		.text = item->text + start,
		.length = end - start,
		.position = item->position + start + item->is_quoted,
		.extent = end - start,
	};
}

/* Takes all that stands behind a mark away from an item. */
static bool split_off(struct natu_item *item, char mark, struct natu_item *rest)
{
	const char *found = item->length ? memchr(item->text, mark, item->length) : NULL;
	size_t before;

	if (!found)
		return false;
	before = (size_t)(found - item->text);
	*rest = part_of(item, before + 1, item->length);
	item->length = item->extent = before;
	return true;
}

bool natu_read_address(const char *text, size_t length, unsigned char bytes[16],
		       int *family)
{
	char address[INET6_ADDRSTRLEN + 1];

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	*family = AF_INET;
	if (inet_pton(AF_INET, address, bytes) == 1)
		return true;
	*family = AF_INET6;
	return inet_pton(AF_INET6, address, bytes) == 1;
}

static bool is_address(const struct natu_item *item)
{
	unsigned char bytes[16];
	int family;

	return natu_read_address(item->text, item->length, bytes, &family);
}

/* A name can have a hyphen, too: only what stands behind an address is a range's end. */
static void split_range(struct natu_host_parts *parts)
{
	struct natu_item first = parts->address, last;

	if (!split_off(&first, '-', &last) || !is_address(&first))
		return;
	parts->address = first;
	parts->last = last;
}

/* "[FIRST]-[LAST]": the end of the range. */
static bool split_second_brackets(struct natu_reading *reading, struct natu_item *rest,
				  struct natu_host_parts *parts)
{
	const char *close = memchr(rest->text, ']', rest->length);
	size_t end = close ? (size_t)(close - rest->text) : 0;

	if (rest->length < 2 || rest->text[1] != '[' || !close)
		return natu_mistake_in(reading->error, rest,
				       "expected -[ADDRESS] for the end of a range");
	parts->last = part_of(rest, 2, end);
	*rest = part_of(rest, end + 1, rest->length);
	return true;
}

/* "[ADDRESS]", and behind it, in this order, -[LAST], %ZONE, /LENGTH and :PORT. */
static bool split_brackets(struct natu_reading *reading, const struct natu_item *item,
			   struct natu_host_parts *parts)
{
	const char *close = memchr(item->text, ']', item->length);
	size_t end = close ? (size_t)(close - item->text) : 0;
	struct natu_item rest;

	if (!close)
		return natu_mistake_in(reading->error, item, "a ] is missing in %s",
				       item->text);
	parts->is_bracketed = true;
	parts->address = part_of(item, 1, end);
	rest = part_of(item, end + 1, item->length);
	if (rest.length && rest.text[0] == '-' &&
	    !split_second_brackets(reading, &rest, parts))
		return false;
	split_off(&rest, ':', &parts->port);
	split_off(&rest, '/', &parts->prefix);
	split_off(&rest, '%', &parts->zone);
	if (!rest.length)
		return true;
	return natu_mistake_in(reading->error, &rest,
			       "expected :PORT or nothing after the ]");
}

/* ss writes inet:HOST and inet6:HOST. */
static struct natu_item take_family(const struct natu_item *item, int *family)
{
	*family = AF_UNSPEC;
	if (!strncasecmp(item->text, "inet:", 5))
		*family = AF_INET;
	else if (!strncasecmp(item->text, "inet6:", 6))
		*family = AF_INET6;
	return *family == AF_UNSPEC
		       ? *item
		       : part_of(item, *family == AF_INET ? 5 : 6, item->length);
}

bool natu_split_host(struct natu_reading *reading, const struct natu_item *written,
		     struct natu_host_parts *parts)
{
	struct natu_item item;
	const char *colon;

	*parts = (struct natu_host_parts){ 0 };
	item = take_family(written, &parts->family);
	colon = memchr(item.text, ':', item.length);
	if (item.text[0] == '[') {
		if (!split_brackets(reading, &item, parts))
			return false;
	} else {
		size_t after = colon ? (size_t)(colon - item.text) + 1 : item.length;

		parts->address = item;
		/* One colon parts a port; with two it is an IPv6 address, which then has
		 * none. */
		if (colon && !memchr(colon + 1, ':', item.length - after))
			split_off(&parts->address, ':', &parts->port);
	}
	if (!parts->prefix.text)
		split_off(&parts->address, '/', &parts->prefix);
	if (!parts->zone.text)
		split_off(&parts->address, '%', &parts->zone);
	if (!parts->last.text)
		split_range(parts);
	return true;
}
