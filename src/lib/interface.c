/* SPDX-License-Identifier: MIT */
#include "interface.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* More interfaces than sockets are usually bound to; the others are asked for again. */
#define SLOTS 64

/* include/uapi/linux/if.h: ALTIFNAMSIZ */
#define ALTERNATIVE_SIZE 128

struct slot {
	uint32_t index; /* 0: empty */
	char name[IF_NAMESIZE];
};

struct natu_interfaces {
	int socket; /* opened up front: a sandbox may not allow it later; or -1 */
	struct slot slots[SLOTS];
};

struct natu_interfaces *natu_interfaces_new(bool is_here)
{
	struct natu_interfaces *interfaces = calloc(1, sizeof(*interfaces));

	if (!interfaces)
		return NULL;
	/* Any socket can be asked for a name; one of this kind needs no network, and no
	 * list shows it: an unbound UDP socket is in no table. */
	interfaces->socket = is_here ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	return interfaces;
}

void natu_interfaces_free(struct natu_interfaces *interfaces)
{
	if (!interfaces)
		return;
	if (interfaces->socket >= 0)
		close(interfaces->socket);
	free(interfaces);
}

static bool look_up(const struct natu_interfaces *interfaces, uint32_t index, char *name)
{
	struct ifreq request = { 0 };

	if (interfaces->socket < 0 || index > INT_MAX)
		return false;
	request.ifr_ifindex = (int)index;
	if (ioctl(interfaces->socket, SIOCGIFNAME, &request) < 0)
		return false;
	memcpy(name, request.ifr_name, IF_NAMESIZE);
	name[IF_NAMESIZE - 1] = '\0';
	return name[0] != '\0';
}

enum natu_interface_name_kind
natu_interface_name_kind(const struct natu_interfaces *interfaces, const char *name,
			 char first[IF_NAMESIZE])
{
	struct ifreq request = { 0 };
	size_t length = strlen(name);

	if (!interfaces || interfaces->socket < 0)
		return NATU_INTERFACE_UNKNOWN;
	/* Other names can be longer, and then this way of asking has no room for them. */
	if (length >= sizeof(request.ifr_name))
		return length < ALTERNATIVE_SIZE ? NATU_INTERFACE_UNKNOWN
						 : NATU_INTERFACE_NONE;
	memcpy(request.ifr_name, name, length);
	if (ioctl(interfaces->socket, SIOCGIFINDEX, &request) < 0)
		return errno == ENODEV ? NATU_INTERFACE_NONE : NATU_INTERFACE_UNKNOWN;
	if (!look_up(interfaces, (uint32_t)request.ifr_ifindex, first))
		return NATU_INTERFACE_UNKNOWN;
	return strcmp(first, name) ? NATU_INTERFACE_OTHER : NATU_INTERFACE_FIRST;
}

uint32_t natu_interface_index(const struct natu_interfaces *interfaces, const char *name)
{
	struct ifreq request = { 0 };
	char first[IF_NAMESIZE];

	if (natu_interface_name_kind(interfaces, name, first) != NATU_INTERFACE_FIRST)
		return 0;
	memcpy(request.ifr_name, name, strlen(name));
	if (ioctl(interfaces->socket, SIOCGIFINDEX, &request) < 0)
		return 0;
	return (uint32_t)request.ifr_ifindex;
}

const char *natu_interface_name(struct natu_interfaces *interfaces, uint32_t index)
{
	struct slot *slot = &interfaces->slots[index % SLOTS];

	if (slot->index != index || !slot->name[0]) {
		slot->index = index;
		if (!look_up(interfaces, index, slot->name))
			snprintf(slot->name, sizeof(slot->name), "if%u", index);
	}
	return slot->name;
}

void natu_interfaces_refresh(struct natu_interfaces *interfaces)
{
	memset(interfaces->slots, 0, sizeof(interfaces->slots));
}
