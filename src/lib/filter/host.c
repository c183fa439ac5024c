/* SPDX-License-Identifier: MIT */
#include "filter/literal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The parts of an end as it is written: ADDRESS%ZONE/LENGTH:PORT. */
struct parts {
	struct natu_item address, zone, prefix, port; /* NULL text: not there */
	bool is_bracketed;
	int family; /* AF_INET, AF_INET6; AF_UNSPEC: either */
};

static struct natu_item part_of(const struct natu_item *item, size_t start, size_t end)
{
	return (struct natu_item){
		.text = item->text + start,
		.length = end - start,
		.position = item->position + start + item->is_quoted,
		.extent = end - start,
	};
}

static void split_off(struct natu_item *item, char mark, struct natu_item *rest)
{
	const char *found = item->length ? memchr(item->text, mark, item->length) : NULL;
	size_t before;

	if (!found)
		return;
	before = (size_t)(found - item->text);
	*rest = part_of(item, before + 1, item->length);
	item->length = item->extent = before;
}

/* "[ADDRESS]", "[ADDRESS]/LENGTH", "[ADDRESS/LENGTH]:PORT" */
static bool split_brackets(struct natu_reading *reading, const struct natu_item *item,
			   struct parts *parts)
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
	if (!rest.length)
		return true;
	if (rest.text[0] == '/') {
		struct natu_item prefix = part_of(&rest, 1, rest.length);

		split_off(&prefix, ':', &parts->port);
		parts->prefix = prefix;
		return true;
	}
	if (rest.text[0] != ':')
		return natu_mistake_in(reading->error, &rest,
				       "expected :PORT or nothing after the ]");
	parts->port = part_of(&rest, 1, rest.length);
	return true;
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

static bool split_parts(struct natu_reading *reading, const struct natu_item *written,
			struct parts *parts)
{
	struct natu_item item;
	const char *colon;

	*parts = (struct parts){ 0 };
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
	split_off(&parts->address, '%', &parts->zone);
	return true;
}

static void set_prefix(struct natu_prefix *prefix, int family, const void *bytes,
		       unsigned int length)
{
	unsigned char mask[16] = { 0 };
	size_t size = family == AF_INET ? 4 : 16;

	*prefix = (struct natu_prefix){ .family = (uint8_t)family,
					.length = (uint8_t)length };
	memset(mask, 0xff, length / 8);
	if (length % 8)
		mask[length / 8] = (unsigned char)(0xff00U >> length % 8);
	if (size == 4) {
		uint32_t bits, masked;

		memcpy(&bits, bytes, sizeof(bits));
		memcpy(&masked, mask, sizeof(masked));
		prefix->mask[0] = masked;
		prefix->bits[0] = bits & masked;
		return;
	}
	memcpy(prefix->bits, bytes, size);
	memcpy(prefix->mask, mask, size);
	for (unsigned int i = 0; i < 2; i++)
		prefix->bits[i] &= prefix->mask[i];
}

/* "10/8" is short for 10.0.0.0/8. */
static bool read_short_ipv4(const struct parts *parts, const char *text,
			    struct in_addr *address)
{
	char whole[32];
	size_t dots = 0;

	for (const char *c = text; *c; c++) {
		if (!isdigit((unsigned char)*c) && *c != '.')
			return false;
		dots += *c == '.';
	}
	if (!parts->prefix.text || dots > 2 || strlen(text) > 15)
		return false;
	snprintf(whole, sizeof(whole), "%s%s", text, &".0.0.0"[dots * 2]);
	return inet_pton(AF_INET, whole, address) == 1;
}

static bool read_length(struct natu_reading *reading, const struct parts *parts,
			int family, unsigned int *length)
{
	unsigned int most = family == AF_INET ? 32 : 128;
	const struct natu_item *prefix = &parts->prefix;

	*length = prefix->text ? 0 : most;
	if (!prefix->text)
		return true;
	for (size_t i = 0; i < prefix->length && *length <= most; i++)
		*length = isdigit((unsigned char)prefix->text[i])
				  ? *length * 10 + (unsigned int)(prefix->text[i] - '0')
				  : most + 1;
	if (prefix->length && *length <= most)
		return true;
	return natu_mistake_in(reading->error, prefix->length ? prefix : &parts->address,
			       "/%.*s is no prefix: an %s address has /0 to /%u",
			       (int)prefix->length, prefix->text,
			       family == AF_INET ? "IPv4" : "IPv6", most);
}

static bool take_zone(struct natu_reading *reading, const struct parts *parts, int family,
		      struct natu_host *host)
{
	if (!parts->zone.text)
		return true;
	if (family != AF_INET6)
		return natu_mistake_in(reading->error, &parts->zone,
				       "only an IPv6 address has a zone");
	if (!parts->zone.length || parts->zone.length >= sizeof(host->zone))
		return natu_mistake_in(reading->error, &parts->address,
				       "expected the name of an interface after the %%");
	memcpy(host->zone, parts->zone.text, parts->zone.length);
	host->zone[parts->zone.length] = '\0';
	return true;
}

static bool looks_like_name(const char *text)
{
	bool has_letter = false;

	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("-._", *c))
			return false;
		has_letter |= isalpha((unsigned char)*c) != 0;
	}
	return has_letter && text[0] != '-';
}

static bool same_prefix(const struct natu_prefix *a, const struct natu_prefix *b)
{
	return a->family == b->family && a->length == b->length &&
	       a->bits[0] == b->bits[0] && a->bits[1] == b->bits[1];
}

static void add_resolved(struct natu_host *host, const struct addrinfo *found)
{
	struct natu_prefix prefix;
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (found->ai_family == AF_INET && found->ai_addrlen >= sizeof(v4)) {
		memcpy(&v4, found->ai_addr, sizeof(v4));
		set_prefix(&prefix, AF_INET, &v4.sin_addr, 32);
	} else if (found->ai_family == AF_INET6 && found->ai_addrlen >= sizeof(v6)) {
		memcpy(&v6, found->ai_addr, sizeof(v6));
		set_prefix(&prefix, AF_INET6, &v6.sin6_addr, 128);
	} else {
		return;
	}
	for (size_t i = 0; i < host->count; i++)
		if (same_prefix(&host->prefixes[i], &prefix))
			return;
	if (host->count < NATU_HOST_MAX)
		host->prefixes[host->count++] = prefix;
}

/* A name means any of its addresses, of both families. */
static bool resolve(struct natu_reading *reading, const struct parts *parts,
		    const char *name, struct natu_host *host)
{
	const struct addrinfo wanted = { .ai_family = parts->family,
					 .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int failure;

	if (parts->prefix.text)
		return natu_mistake_in(reading->error, &parts->prefix,
				       "only an address has a prefix, not the name %s",
				       name);
	if (!reading->may_resolve) {
		set_prefix(&host->prefixes[host->count++], AF_INET, "\0\0\0\0", 32);
		return true;
	}
	failure = getaddrinfo(name, NULL, &wanted, &found);
	if (failure)
		return natu_mistake_in(reading->error, &parts->address,
				       "cannot find the host %s: %s", name,
				       gai_strerror(failure));
	for (const struct addrinfo *one = found; one; one = one->ai_next)
		add_resolved(host, one);
	freeaddrinfo(found);
	if (host->count)
		return true;
	return natu_mistake_in(reading->error, &parts->address,
			       "the host %s has no address", name);
}

static bool wrong_address(struct natu_reading *reading, const struct parts *parts,
			  const char *text)
{
	if (!*text)
		return natu_mistake_in(reading->error, &parts->address,
				       "an address is missing");
	if (strspn(text, "0123456789") == strlen(text))
		return natu_mistake_in(reading->error, &parts->address,
				       "%s is no address; the port is written :%s", text,
				       text);
	return natu_mistake_in(
		reading->error, &parts->address,
		"%s is no address: expected one such as 10.0.0.1, 10.0.0.0/8, "
		"2001:db8::1 or [::1]:22, or a host's name",
		text);
}

/* `*` is any address: netstat's 0.0.0.0 and ::. */
static bool take_any(struct natu_host *host)
{
	static const unsigned char zeros[16];

	set_prefix(&host->prefixes[host->count++], AF_INET, zeros, 32);
	set_prefix(&host->prefixes[host->count++], AF_INET6, zeros, 128);
	return true;
}

static bool read_address(struct natu_reading *reading, const struct parts *parts,
			 struct natu_host *host)
{
	struct in6_addr v6;
	struct in_addr v4;
	unsigned int length;
	char text[256];
	int family = 0;

	if (parts->address.length >= sizeof(text))
		return natu_mistake_in(reading->error, &parts->address,
				       "this address is too long");
	memcpy(text, parts->address.text, parts->address.length);
	text[parts->address.length] = '\0';
	if (!strcmp(text, "*") && !parts->prefix.text)
		return take_any(host);
	if (inet_pton(AF_INET, text, &v4) == 1 || read_short_ipv4(parts, text, &v4))
		family = AF_INET;
	else if (inet_pton(AF_INET6, text, &v6) == 1)
		family = AF_INET6;
	if (!take_zone(reading, parts, family, host))
		return false;
	if (!family)
		return !parts->is_bracketed && looks_like_name(text)
			       ? resolve(reading, parts, text, host)
			       : wrong_address(reading, parts, text);
	if (parts->family != AF_UNSPEC && parts->family != family)
		return wrong_address(reading, parts, text);
	if (!read_length(reading, parts, family, &length))
		return false;
	set_prefix(&host->prefixes[host->count++], family,
		   family == AF_INET ? (void *)&v4 : (void *)&v6, length);
	return true;
}

static bool is_star(const struct natu_item *part)
{
	return part->length == 1 && part->text[0] == '*';
}

bool natu_read_host(struct natu_reading *reading, const struct natu_item *item,
		    struct natu_host *host)
{
	struct parts parts;
	bool open_address, open_port;

	host->count = 0;
	host->zone[0] = '\0';
	host->has_ports = false;
	host->ports = (struct natu_ports){ .count = 0 };
	if (!split_parts(reading, item, &parts))
		return false;
	if (parts.port.text && !parts.port.length)
		return natu_mistake_in(reading->error, item,
				       "a port is missing after the colon");
	/* As in ss, `*` on one side of the colon leaves this side open. */
	host->family = parts.family;
	open_address = parts.port.text && !parts.is_bracketed && !parts.prefix.text &&
		       (!parts.address.length ||
			(is_star(&parts.address) && !is_star(&parts.port)));
	open_port = !parts.port.text ||
		    (is_star(&parts.port) && !is_star(&parts.address) &&
		     parts.address.length);
	if (!open_address && !read_address(reading, &parts, host))
		return false;
	if (open_port)
		return true;
	host->has_ports = true;
	return natu_read_ports(reading, &parts.port, &host->ports);
}
