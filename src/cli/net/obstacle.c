/* SPDX-License-Identifier: MIT */
#include "net/obstacle.h"

#include "cli.h"

#include <natu/natu.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* As many as one wants to read about. */
#define SHOWN 3
/* What a socket of IPv6 begins with. */
#define V6ONLY_DEFAULT "net/ipv6/bindv6only"

/* The columns that tell about an obstacle, by their place in the array below. */
enum {
	STATE,
	LOCAL,
	LOCAL_PORT,
	PEER,
	PEER_PORT,
	V6ONLY,
	UID,
	EXPIRES,
	PID,
	PROCESS_NAME,
	COLUMN_COUNT
};

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
};

/* What hinders most comes first. */
enum rank { RANK_LISTENER, RANK_BOUND, RANK_CONNECTION, RANK_TIME_WAIT };

struct obstacle {
	enum rank rank;
	char text[2 * ENDPOINT_TEXT + 512];
};

struct obstacles {
	const struct endpoint *wanted;
	struct natu_address wanted_address;
	bool wanted_v6only;
	const struct natu_column *columns[COLUMN_COUNT];
	struct obstacle shown[SHOWN]; /* those of the lowest rank */
	size_t count;
	bool has_listener;
};

static bool has(const struct obstacles *obstacles, const struct natu_socket *socket,
		int column, struct natu_value *value)
{
	return obstacles->columns[column] &&
	       natu_get(socket, obstacles->columns[column], value) == NATU_HAS;
}

static bool is_any(const struct natu_address *address)
{
	static const uint8_t zeros[sizeof(address->bytes)];

	return !memcmp(address->bytes, zeros, address->family == AF_INET ? 4 : 16);
}

static struct natu_address address_of(const struct endpoint *endpoint)
{
	struct natu_address address = { .family = (uint8_t)endpoint_family(endpoint) };

	if (address.family == AF_INET)
		memcpy(address.bytes, &endpoint->address.v4.sin_addr, 4);
	else
		memcpy(address.bytes, &endpoint->address.v6.sin6_addr, 16);
	return address;
}

/* ::ffff:192.0.2.1 is 192.0.2.1 to the kernel. */
static struct natu_address unmapped(struct natu_address address)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (address.family == AF_INET6 &&
	    !memcmp(address.bytes, prefix, sizeof(prefix))) {
		address.family = AF_INET;
		memmove(address.bytes, address.bytes + sizeof(prefix), 4);
	}
	return address;
}

/* Two sockets of one port are in each other's way on the same address, or when one has
 * them all. An IPv6 wildcard has those of IPv4 too, unless told otherwise. */
static bool collides(const struct obstacles *obstacles, const struct natu_socket *socket)
{
	const struct natu_address *wanted = &obstacles->wanted_address;
	struct natu_value value;
	struct natu_address local;

	if (!has(obstacles, socket, LOCAL, &value))
		return false;
	local = unmapped(value.address);
	if (local.family == wanted->family)
		return is_any(&local) || is_any(wanted) ||
		       !memcmp(local.bytes, wanted->bytes,
			       local.family == AF_INET ? 4 : 16);
	if (local.family == AF_INET)
		return is_any(wanted) && !obstacles->wanted_v6only;
	return is_any(&local) &&
	       !(has(obstacles, socket, V6ONLY, &value) && value.number);
}

static const char *print_end(char text[ENDPOINT_TEXT], const struct obstacles *obstacles,
			     const struct natu_socket *socket, int address, int port)
{
	struct endpoint end = { 0 };
	struct natu_value at, number;
	uint16_t n = 0;

	if (has(obstacles, socket, port, &number))
		n = htons((uint16_t)number.number);
	if (!has(obstacles, socket, address, &at))
		return endpoint_print(text, &end);
	end.address.any.sa_family = at.address.family;
	if (at.address.family == AF_INET) {
		end.length = sizeof(end.address.v4);
		end.address.v4.sin_port = n;
		memcpy(&end.address.v4.sin_addr, at.address.bytes, 4);
	} else {
		end.length = sizeof(end.address.v6);
		end.address.v6.sin6_port = n;
		memcpy(&end.address.v6.sin6_addr, at.address.bytes, 16);
	}
	return endpoint_print(text, &end);
}

static void print_user(char *text, size_t size, const struct obstacles *obstacles,
		       const struct natu_socket *socket)
{
	const struct passwd *user;
	struct natu_value uid;

	*text = '\0';
	if (!has(obstacles, socket, UID, &uid))
		return;
	user = getpwuid((uid_t)uid.number);
	if (user)
		snprintf(text, size, ", of user %s", user->pw_name);
	else
		snprintf(text, size, ", of uid %llu", (unsigned long long)uid.number);
}

/* How many processes hold it beside the first; they come in the order of their pids. */
static size_t other_holders(const struct obstacles *obstacles,
			    const struct natu_socket *socket)
{
	const struct natu_column *column = obstacles->columns[PID];
	struct natu_value pid;
	uint64_t last = 0;
	size_t processes = 0;

	for (size_t i = 0; i < natu_count(socket, column); i++) {
		if (natu_get_at(socket, column, i, &pid) != NATU_HAS)
			continue;
		processes += !processes || pid.number != last;
		last = pid.number;
	}
	return processes ? processes - 1 : 0;
}

/* Who holds it: the process if it can be seen, else the user. */
static void print_holder(char *text, size_t size, const struct obstacles *obstacles,
			 const struct natu_socket *socket)
{
	struct natu_value pid, name;
	struct natu_buffer safe = { 0 };
	char others[64] = "";
	size_t count;

	if (!has(obstacles, socket, PID, &pid)) {
		print_user(text, size, obstacles, socket);
		return;
	}
	if (has(obstacles, socket, PROCESS_NAME, &name))
		natu_buffer_add_foreign(&safe, NATU_STYLE_TEXT, name.text.bytes,
					name.text.length);
	count = other_holders(obstacles, socket);
	if (count)
		snprintf(others, sizeof(others), " and %zu other process%s", count,
			 count > 1 ? "es" : "");
	snprintf(text, size, ", held by %.*s%spid %llu%s", (int)safe.used,
		 safe.used ? safe.data : "", safe.used ? ", " : "",
		 (unsigned long long)pid.number, others);
	natu_buffer_free(&safe);
}

static enum rank rank_of(const struct obstacles *obstacles,
			 const struct natu_socket *socket)
{
	struct natu_value state;

	/* A datagram socket has none: it is simply there, as a listener is. */
	if (!has(obstacles, socket, STATE, &state) || !strcmp(state.word->text, "LISTEN"))
		return RANK_LISTENER;
	if (!strcmp(state.word->text, "BOUND"))
		return RANK_BOUND;
	return strcmp(state.word->text, "TIME_WAIT") != 0 ? RANK_CONNECTION
							  : RANK_TIME_WAIT;
}

static void print_time_left(char *text, size_t size, const struct obstacles *obstacles,
			    const struct natu_socket *socket)
{
	struct natu_value left;

	if (has(obstacles, socket, EXPIRES, &left))
		snprintf(text, size, "for another %llu s",
			 (unsigned long long)(left.number + 999) / 1000);
	else
		snprintf(text, size, "for up to a minute");
}

static void describe(struct obstacle *obstacle, const struct obstacles *obstacles,
		     const struct natu_socket *socket)
{
	char local[ENDPOINT_TEXT], peer[ENDPOINT_TEXT], more[256];
	struct natu_value state;
	char *text = obstacle->text;
	size_t size = sizeof(obstacle->text);

	print_end(local, obstacles, socket, LOCAL, LOCAL_PORT);
	print_end(peer, obstacles, socket, PEER, PEER_PORT);
	obstacle->rank = rank_of(obstacles, socket);
	if (obstacle->rank == RANK_TIME_WAIT)
		print_time_left(more, sizeof(more), obstacles, socket);
	else
		print_holder(more, sizeof(more), obstacles, socket);
	if (obstacle->rank == RANK_TIME_WAIT)
		snprintf(text, size, "a connection of %s with %s in TIME_WAIT, %s", local,
			 peer, more);
	else if (obstacle->rank == RANK_BOUND)
		snprintf(text, size,
			 "a socket bound to %s that neither listens nor is connected%s "
			 "(natu --state bound lists it)",
			 local, more);
	else if (obstacle->rank == RANK_LISTENER)
		snprintf(text, size, "a %s at %s%s",
			 endpoint_is_datagram(obstacles->wanted) ? "socket" : "listener",
			 local, more);
	else if (has(obstacles, socket, STATE, &state))
		snprintf(text, size, "a connection of %s with %s, %s%s", local, peer,
			 state.word->text, more);
}

/* Keeps the first ones of the lowest rank. */
static int note(void *context, const struct natu_socket *socket)
{
	struct obstacles *obstacles = context;
	struct obstacle obstacle = { 0 };
	size_t place;

	if (!collides(obstacles, socket))
		return 0;
	describe(&obstacle, obstacles, socket);
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
	complain("looking for what is in the way: %s", error.text);
	return obstacles->count > 0;
}

static bool find(struct obstacles *obstacles)
{
	const char *protocol = endpoint_protocol(obstacles->wanted);
	struct natu_query query = { .protocols = natu_protocol_named(protocol) };
	struct natu_filter *filter = natu_filter_new();
	struct natu_error error;
	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, &error);
	bool good = false;
	char port[16];

	snprintf(port, sizeof(port), "%u", endpoint_port(obstacles->wanted));
	if (!filter || !natu || natu_filter_add(filter, "local.port", port, &error) != 0)
		goto out;
	/* A datagram socket has none of these states. */
	if (!endpoint_is_datagram(obstacles->wanted) &&
	    natu_filter_add(filter, "state", "all,bound", &error) != 0)
		goto out;
	query.filter = filter;
	good = list(obstacles, &query, natu);
out:
	natu_filter_free(filter);
	natu_close(natu);
	return good;
}

bool name_obstacles(const struct endpoint *wanted)
{
	char setting[KERNEL_SETTING];
	struct obstacles obstacles = {
		.wanted = wanted,
		.wanted_address = unmapped(address_of(wanted)),
		.wanted_v6only = *kernel_setting(setting, V6ONLY_DEFAULT) == '1',
	};
	size_t shown;

	if (!find(&obstacles))
		return false;
	shown = obstacles.count < SHOWN ? obstacles.count : SHOWN;
	/* Connections do not hinder when there is a listener: they may be its own. */
	for (size_t i = 0; i < shown; i++)
		if (!obstacles.has_listener || obstacles.shown[i].rank < RANK_CONNECTION)
			complain("in the way: %s", obstacles.shown[i].text);
	if (obstacles.count > SHOWN && !obstacles.has_listener)
		complain("and %zu more", obstacles.count - SHOWN);
	if (!obstacles.count)
		complain(
			"no socket that the kernel lists is in the way (before Linux 6.8 it does "
			"not list one that is only bound)");
	return shown && obstacles.shown[0].rank >= RANK_CONNECTION;
}
