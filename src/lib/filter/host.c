/* SPDX-License-Identifier: MIT */
#include "filter/literal.h"

#include "filter/host_parts.h"
#include "filter/prefix.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* "10/8" is short for 10.0.0.0/8. */
static bool read_short_ipv4(const struct natu_host_parts *parts, const char *text,
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

static bool read_length(struct natu_reading *reading, const struct natu_host_parts *parts,
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

/* What stands behind a %: the socket has to be bound to that interface, too. */
static bool take_zone(struct natu_reading *reading, const struct natu_host_parts *parts,
		      struct natu_host *host)
{
	const struct natu_item *zone = &parts->zone;
	char *name;

	if (!zone->text)
		return true;
	if (!zone->length)
		return natu_mistake(reading->error, zone->position - 1, 1,
				    "expected the name of an interface after the %%");
	name = natu_filter_alloc(reading->filter, zone->length + 1);
	if (!name)
		return natu_no_memory(reading->error);
	memcpy(name, zone->text, zone->length);
	host->zone = *zone;
	host->zone.text = name;
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

/* False if there are too many. */
static bool add_resolved(struct natu_host *host, const struct addrinfo *found)
{
	struct natu_prefix prefix;
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (found->ai_family == AF_INET && found->ai_addrlen >= sizeof(v4)) {
		memcpy(&v4, found->ai_addr, sizeof(v4));
		natu_prefix_set(&prefix, AF_INET, &v4.sin_addr, 32);
	} else if (found->ai_family == AF_INET6 && found->ai_addrlen >= sizeof(v6)) {
		memcpy(&v6, found->ai_addr, sizeof(v6));
		natu_prefix_set(&prefix, AF_INET6, &v6.sin6_addr, 128);
	} else {
		return true;
	}
	for (size_t i = 0; i < host->count; i++)
		if (same_prefix(&host->prefixes[i], &prefix))
			return true;
	if (host->count == NATU_HOST_MAX)
		return false;
	host->prefixes[host->count++] = prefix;
	return true;
}

/* A name means any of its addresses, of both families. */
static bool resolve(struct natu_reading *reading, const struct natu_host_parts *parts,
		    const char *name, struct natu_host *host)
{
	const struct addrinfo wanted = { .ai_family = parts->family,
					 .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	bool fits = true;
	int failure;

	if (parts->prefix.text)
		return natu_mistake_in(reading->error, &parts->prefix,
				       "only an address has a prefix, not the name %s",
				       name);
	if (!reading->may_resolve) {
		natu_prefix_set(&host->prefixes[host->count++], AF_INET, "\0\0\0\0", 32);
		return true;
	}
	failure = getaddrinfo(name, NULL, &wanted, &found);
	if (failure)
		return natu_mistake_in(reading->error, &parts->address,
				       "cannot find the host %s: %s", name,
				       gai_strerror(failure));
	for (const struct addrinfo *one = found; one && fits; one = one->ai_next)
		fits = add_resolved(host, one);
	freeaddrinfo(found);
	if (!fits)
		return natu_mistake_in(reading->error, &parts->address,
				       "the host %s has more than %d addresses", name,
				       NATU_HOST_MAX);
	if (host->count)
		return true;
	return natu_mistake_in(reading->error, &parts->address,
			       "the host %s has no address", name);
}

/* A part that may be empty, with the place that it would have. */
static struct natu_item place_of(const struct natu_item *part)
{
	struct natu_item place = *part;

	place.extent = part->extent ? part->extent : 1;
	return place;
}

static bool wrong_address(struct natu_reading *reading,
			  const struct natu_host_parts *parts, const char *text)
{
	const struct natu_item place = place_of(&parts->address);

	if (!*text)
		return natu_mistake_in(reading->error, &place, "an address is missing");
	if (strspn(text, "0123456789") == strlen(text))
		return natu_mistake_in(reading->error, &place,
				       "%s is no address; the port is written :%s", text,
				       text);
	return natu_mistake_in(
		reading->error, &place,
		"%s is no address: expected one such as 10.0.0.1, 10.0.0.0/8, "
		"2001:db8::1 or [::1]:22, or a host's name",
		text);
}

/* `*` is any address: netstat's 0.0.0.0 and ::. */
static bool take_any(struct natu_host *host)
{
	static const unsigned char zeros[16];

	natu_prefix_set(&host->prefixes[host->count++], AF_INET, zeros, 32);
	natu_prefix_set(&host->prefixes[host->count++], AF_INET6, zeros, 128);
	return true;
}

/* FIRST-LAST */
static bool read_range(struct natu_reading *reading, const struct natu_host_parts *parts,
		       int family, const unsigned char *first, struct natu_host *host)
{
	const struct natu_item *end = &parts->last, place = place_of(end);
	unsigned char last[16];
	int last_family;

	if (parts->prefix.text)
		return natu_mistake_in(reading->error, &parts->prefix,
				       "a range of addresses has no prefix");
	if (!natu_read_address(end->text, end->length, last, &last_family) ||
	    last_family != family)
		return natu_mistake_in(reading->error, &place,
				       "a range ends with an IPv%d address as it "
				       "begins: expected one such as %s",
				       family == AF_INET ? 4 : 6,
				       family == AF_INET ? "10.0.0.1-10.0.0.9"
							 : "2001:db8::1-2001:db8::9");
	if (memcmp(first, last, family == AF_INET ? 4 : 16) > 0)
		return natu_mistake(reading->error, parts->address.position,
				    end->position + end->extent - parts->address.position,
				    "the range is upside down: expected %.*s-%.*s",
				    (int)end->length, end->text,
				    (int)parts->address.length, parts->address.text);
	host->count = natu_prefixes_of_range(family, first, last, host->prefixes);
	return true;
}

static bool is_name(const struct natu_host_parts *parts, const char *text)
{
	return !parts->is_bracketed && looks_like_name(text);
}

static bool read_address(struct natu_reading *reading,
			 const struct natu_host_parts *parts, struct natu_host *host)
{
	unsigned char bytes[16];
	struct in_addr v4;
	unsigned int length;
	char text[256];
	int family = AF_UNSPEC;

	if (parts->address.length >= sizeof(text))
		return natu_mistake_in(reading->error, &parts->address,
				       "this address is too long");
	memcpy(text, parts->address.text, parts->address.length);
	text[parts->address.length] = '\0';
	if (!strcmp(text, "*") && !parts->prefix.text)
		return take_any(host);
	if (read_short_ipv4(parts, text, &v4)) {
		memcpy(bytes, &v4, sizeof(v4));
		family = AF_INET;
	} else if (!natu_read_address(text, parts->address.length, bytes, &family)) {
		return is_name(parts, text) ? resolve(reading, parts, text, host)
					    : wrong_address(reading, parts, text);
	}
	if (parts->family != AF_UNSPEC && parts->family != family)
		return wrong_address(reading, parts, text);
	if (parts->last.text)
		return read_range(reading, parts, family, bytes, host);
	if (!read_length(reading, parts, family, &length))
		return false;
	natu_prefix_set(&host->prefixes[host->count++], family, bytes, length);
	return true;
}

static bool is_star(const struct natu_item *part)
{
	return part->length == 1 && part->text[0] == '*';
}

bool natu_read_host(struct natu_reading *reading, const struct natu_item *item,
		    struct natu_host *host)
{
	struct natu_host_parts parts;
	bool open_address, open_port;

	host->count = 0;
	host->zone = (struct natu_item){ 0 };
	host->has_ports = false;
	host->ports = (struct natu_ports){ .count = 0 };
	if (!natu_split_host(reading, item, &parts))
		return false;
	if (parts.port.text && !parts.port.length)
		return natu_mistake(reading->error, parts.port.position - 1, 1,
				    "a port is missing after the colon");
	if (!take_zone(reading, &parts, host))
		return false;
	host->zone.is_quoted = item->is_quoted;
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
