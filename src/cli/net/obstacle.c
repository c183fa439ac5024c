/* SPDX-License-Identifier: MIT */
#include "net/obstacle.h"

#include "cli.h"
#include "net/obstacle_row.h"

#include <natu/natu.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* What a socket of IPv6 begins with. */
#define V6ONLY_DEFAULT "net/ipv6/bindv6only"

static const char *const column_names[COLUMN_COUNT] = {
	[STATE] = "state",
	[LOCAL] = "local.address",
	[LOCAL_PORT] = "local.port",
	[PEER] = "peer.address",
	[PEER_PORT] = "peer.port",
	[V6ONLY] = "v6only",
	[UID] = "uid",
	[EXPIRES] = "timer.expires_ms",
	[PID] = "process.pid",
	[PROCESS_NAME] = "process.name",
	[OWNER] = "owner.kind",
	[INTERFACE] = "interface",
	[PATH] = "local.path",
	[ABSTRACT] = "local.abstract",
};

/* Sockets of two links are not in each other's way, be their address the same. */
static bool is_elsewhere(const struct obstacles *obstacles,
			 const struct natu_socket *socket)
{
	const struct endpoint *wanted = obstacles->wanted;
	uint32_t link = obstacle_link(obstacles, socket);

	return endpoint_family(wanted) == AF_INET6 && wanted->address.v6.sin6_scope_id &&
	       link && link != wanted->address.v6.sin6_scope_id;
}

/* Two sockets of one port are in each other's way on the same address, or when one has
 * them all. An IPv6 wildcard has those of IPv4 too, unless told otherwise. */
static bool collides(const struct obstacles *obstacles, const struct natu_socket *socket)
{
	const struct natu_address *wanted = &obstacles->wanted_address;
	struct natu_value value;
	struct natu_address local;

	if (!obstacle_has(obstacles, socket, LOCAL, &value) ||
	    is_elsewhere(obstacles, socket))
		return false;
	local = natu_address_unmapped(&value.address);
	if (local.family == wanted->family)
		return natu_address_is_any(&local) || natu_address_is_any(wanted) ||
		       natu_address_is_same(&local, wanted);
	if (local.family == AF_INET)
		return natu_address_is_any(wanted) && !obstacles->wanted_v6only;
	return natu_address_is_any(&local) &&
	       !(obstacle_has(obstacles, socket, V6ONLY, &value) && value.truth);
}

/* The filter has looked at files already. An abstract name begins with a NUL, or with an
 * @ where it comes from /proc. */
static bool has_name(const struct obstacles *obstacles, const struct natu_socket *socket)
{
	const struct endpoint *wanted = obstacles->wanted;
	size_t length = wanted->length - offsetof(struct sockaddr_un, sun_path);
	struct natu_value path, abstract;

	if (endpoint_is_file(wanted))
		return true;
	return obstacle_has(obstacles, socket, ABSTRACT, &abstract) && abstract.truth &&
	       obstacle_has(obstacles, socket, PATH, &path) &&
	       path.text.length == length &&
	       !memcmp(path.text.bytes + 1, wanted->address.local.sun_path + 1,
		       length - 1);
}

/* Keeps the first ones of the lowest rank. */
static int note(void *context, const struct natu_socket *socket)
{
	struct obstacles *obstacles = context;
	struct obstacle obstacle = { 0 };
	size_t place;

	if (endpoint_family(obstacles->wanted) == AF_UNIX ? !has_name(obstacles, socket)
							  : !collides(obstacles, socket))
		return 0;
	obstacle_describe(&obstacle, obstacles, socket);
	place = obstacles->count < SHOWN ? obstacles->count : SHOWN;
	while (place > 0 && obstacles->shown[place - 1].rank > obstacle.rank) {
		if (place < SHOWN)
			obstacles->shown[place] = obstacles->shown[place - 1];
		place--;
	}
	if (place < SHOWN)
		obstacles->shown[place] = obstacle;
	obstacles->has_listener |= obstacle.rank == RANK_LISTENER;
	obstacles->count++;
	return 0;
}

static bool list(struct obstacles *obstacles, struct natu_query *query, struct natu *natu)
{
	const struct natu_sink sink = { .row = note, .context = obstacles };
	struct natu_report report = { 0 };
	struct natu_error error;

	for (int i = 0; i < COLUMN_COUNT; i++) {
		obstacles->columns[i] = natu_column_find(column_names[i]);
		if (obstacles->columns[i])
			query->facts |= natu_column_facts(obstacles->columns[i]);
	}
	if (natu_list(natu, query, &sink, &report, &error) == 0)
		return true;
	/* That this kernel hides what is only bound matters where nothing else is
	 * found. */
	if (error.code == NATU_ENOSUP && obstacles->count > 0)
		return true;
	complain(error.code == NATU_ENOSUP
			 ? "no socket that the kernel lists is in the way; %s"
			 : "looking for what is in the way: %s",
		 error.text);
	return obstacles->count > 0;
}

static bool choose_port(struct natu_filter *filter, const struct endpoint *wanted)
{
	struct natu_error error;
	char port[16];

	snprintf(port, sizeof(port), "%u", endpoint_port(wanted));
	if (natu_filter_add(filter, "local.port", port, &error) != 0)
		return false;
	/* A datagram socket has none of these states. */
	return endpoint_is_datagram(wanted) ||
	       natu_filter_add(filter, "state", "all,bound", &error) == 0;
}

/* A path can be written in many ways, but is one file. */
static bool choose_file(struct natu_filter *filter, const struct endpoint *wanted)
{
	struct natu_error error;
	struct stat status;
	char inode[32], device[32];

	if (!endpoint_is_file(wanted))
		return true;
	if (lstat(wanted->address.local.sun_path, &status) != 0)
		return false;
	snprintf(inode, sizeof(inode), "%llu", (unsigned long long)status.st_ino);
	snprintf(device, sizeof(device), "%u:%u", major(status.st_dev),
		 minor(status.st_dev));
	return natu_filter_add(filter, "local.file_inode", inode, &error) == 0 &&
	       natu_filter_add(filter, "local.file_device", device, &error) == 0;
}

static bool find(struct obstacles *obstacles)
{
	const char *protocol = endpoint_protocol(obstacles->wanted);
	bool local = endpoint_family(obstacles->wanted) == AF_UNIX;
	struct natu_query query = { .protocols = natu_protocol_named(protocol) };
	struct natu_filter *filter = natu_filter_new();
	struct natu_error error;
	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, &error);
	bool good = false;

	if (!filter || !natu)
		goto out;
	if (local ? !choose_file(filter, obstacles->wanted)
		  : !choose_port(filter, obstacles->wanted))
		goto out;
	query.filter = filter;
	good = list(obstacles, &query, natu);
out:
	natu_filter_free(filter);
	natu_close(natu);
	return good;
}

static void print(const struct obstacles *obstacles)
{
	size_t shown = obstacles->count < SHOWN ? obstacles->count : SHOWN;

	/* Connections do not hinder when there is a listener: they may be its own. */
	for (size_t i = 0; i < shown; i++)
		if (!obstacles->has_listener ||
		    obstacles->shown[i].rank < RANK_CONNECTION)
			complain("in the way: %s", obstacles->shown[i].text);
	if (obstacles->count > SHOWN && !obstacles->has_listener)
		complain("and %zu more", obstacles->count - SHOWN);
}

bool name_obstacles(const struct endpoint *wanted)
{
	char setting[KERNEL_SETTING];
	struct obstacles obstacles = {
		.wanted = wanted,
		.wanted_address = endpoint_address(wanted),
		.wanted_v6only = *kernel_setting(setting, V6ONLY_DEFAULT) == '1',
	};

	if (!find(&obstacles))
		return false;
	print(&obstacles);
	if (!obstacles.count)
		complain(
			"no socket that the kernel lists is in the way (before Linux 6.8 it does "
			"not list one that is only bound)");
	return obstacles.count && obstacles.shown[0].rank >= RANK_CONNECTION;
}

bool name_local_obstacle(const struct endpoint *wanted)
{
	struct obstacles obstacles = { .wanted = wanted };

	if (!find(&obstacles))
		return false;
	print(&obstacles);
	return obstacles.count;
}
