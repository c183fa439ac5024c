/* SPDX-License-Identifier: MIT */
#include "resolve/hosts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS_MAX = 1 << 20, NAME_LONGEST = 255, FIRST_SLOTS = 256 };

/* A file that has more lines is not one that people wrote. */
enum { LINES_MAX = 1000000, LINE_LONGEST = 4096 };

static size_t address_length(const struct natu_address *address)
{
	return address->family == AF_INET ? 4 : 16;
}

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const struct natu_address *address)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < address_length(address); i++)
		hash = (hash ^ address->bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint32_t *slot_of(const struct hosts *hosts, const struct natu_address *address)
{
	size_t at = hash_of(address) % hosts->slot_count;

	for (;; at = (at + 1) % hosts->slot_count) {
		uint32_t slot = hosts->slots[at];
		const struct host *host = slot ? hosts->list[slot - 1] : NULL;

		if (!host || (host->address.family == address->family &&
			      !memcmp(host->address.bytes, address->bytes,
				      address_length(address))))
			return &hosts->slots[at];
	}
}

static bool grow(struct hosts *hosts)
{
	size_t size = hosts->size ? hosts->size * 2 : FIRST_SLOTS / 2;
	struct host **list = reallocarray(hosts->list, size, sizeof(*list));
	uint32_t *slots;

	if (!list)
		return false;
	hosts->list = list;
	slots = calloc(2 * size, sizeof(*slots));
	if (!slots)
		return false;
	free(hosts->slots);
	hosts->slots = slots;
	hosts->slot_count = 2 * size;
	hosts->size = size;
	for (size_t i = 0; i < hosts->count; i++)
		*slot_of(hosts, &hosts->list[i]->address) = (uint32_t)i + 1;
	return true;
}

struct host *hosts_find(const struct hosts *hosts, const struct natu_address *address)
{
	const struct natu_address key = natu_address_unmapped(address);
	uint32_t slot = hosts->slot_count ? *slot_of(hosts, &key) : 0;

	return slot ? hosts->list[slot - 1] : NULL;
}

struct host *hosts_want(struct hosts *hosts, const struct natu_address *address)
{
	struct host *host = hosts_find(hosts, address);

	if (host || hosts->count == HOSTS_MAX)
		return host;
	if (hosts->count == hosts->size && !grow(hosts))
		return NULL;
	host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	host->address = natu_address_unmapped(address);
	hosts->list[hosts->count] = host;
	*slot_of(hosts, &host->address) = (uint32_t)++hosts->count;
	return host;
}

void hosts_free(struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->count; i++) {
		free(hosts->list[i]->name);
		free(hosts->list[i]);
	}
	free(hosts->list);
	free(hosts->slots);
	*hosts = (struct hosts){ 0 };
}

static bool is_of_names(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
	       byte == '_' || byte >= 0x80;
}

/* A name that reads as an address would be taken for one, and blanks or colons for the
 * end of a field. */
static bool is_name(const char *name)
{
	size_t length = strlen(name);
	struct in6_addr address;

	for (size_t i = 0; i < length; i++)
		if (!is_of_names((unsigned char)name[i]))
			return false;
	return length && length <= NAME_LONGEST && name[0] != '.' &&
	       inet_pton(AF_INET, name, &address) != 1 &&
	       inet_pton(AF_INET6, name, &address) != 1 &&
	       inet_aton(name, (struct in_addr *)&address) == 0;
}

void host_name(struct host *host, const char *name)
{
	size_t length = strlen(name);

	if (host->state == HOST_KNOWN)
		return;
	host->state = HOST_KNOWN;
	if (!is_name(name))
		return;
	/* The root's dot says nothing. */
	length -= length > 1 && name[length - 1] == '.';
	host->name = strndup(name, length);
}

/* "ADDRESS NAME [ALIAS...]", and # for the rest of a line. */
static void take_line(struct hosts *hosts, char *line)
{
	struct natu_address address = { 0 };
	char *rest, *text, *name;
	struct host *host;

	line[strcspn(line, "#\r\n")] = '\0';
	text = strtok_r(line, " \t", &rest);
	name = text ? strtok_r(NULL, " \t", &rest) : NULL;
	if (!name)
		return;
	if (inet_pton(AF_INET, text, address.bytes) == 1)
		address.family = AF_INET;
	else if (inet_pton(AF_INET6, text, address.bytes) == 1)
		address.family = AF_INET6;
	else
		return;
	host = hosts_want(hosts, &address);
	if (host)
		host_name(host, name);
}

void hosts_read(struct hosts *hosts, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[LINE_LONGEST];
	bool begins = true;

	/* What is longer than a line goes on in the next piece, which is left alone. */
	for (size_t i = 0; file && i < LINES_MAX && fgets(line, sizeof(line), file);
	     i++) {
		bool ends = strchr(line, '\n') != NULL;

		if (begins)
			take_line(hosts, line);
		begins = ends;
	}
	if (file)
		fclose(file);
}
