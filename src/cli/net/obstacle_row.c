/* SPDX-License-Identifier: MIT */
#include "net/obstacle_row.h"

#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

bool obstacle_has(const struct obstacles *obstacles, const struct natu_socket *socket,
		  int column, struct natu_value *value)
{
	return obstacles->columns[column] &&
	       natu_get(socket, obstacles->columns[column], value) == NATU_HAS;
}

uint32_t obstacle_link(const struct obstacles *obstacles,
		       const struct natu_socket *socket)
{
	char name[IF_NAMESIZE];
	struct natu_value value;

	if (!obstacle_has(obstacles, socket, INTERFACE, &value) ||
	    value.text.length >= sizeof(name))
		return 0;
	memcpy(name, value.text.bytes, value.text.length);
	name[value.text.length] = '\0';
	return if_nametoindex(name);
}

static const char *print_end(char text[ENDPOINT_TEXT], const struct obstacles *obstacles,
			     const struct natu_socket *socket, int address, int port)
{
	struct endpoint end = { 0 };
	struct natu_value at, number;
	uint16_t n = 0;

	if (endpoint_family(obstacles->wanted) == AF_UNIX)
		return endpoint_print(text, address == LOCAL ? obstacles->wanted : &end);
	if (obstacle_has(obstacles, socket, port, &number))
		n = htons((uint16_t)number.number);
	if (!obstacle_has(obstacles, socket, address, &at))
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
		if (IN6_IS_ADDR_LINKLOCAL(&end.address.v6.sin6_addr))
			end.address.v6.sin6_scope_id = obstacle_link(obstacles, socket);
	}
	return endpoint_print(text, &end);
}

static void print_user(char *text, size_t size, const struct obstacles *obstacles,
		       const struct natu_socket *socket)
{
	const struct passwd *user;
	struct natu_value uid;

	*text = '\0';
	if (!obstacle_has(obstacles, socket, UID, &uid))
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

/* Its process has closed it: the kernel still ends the connection. */
static bool is_left_behind(const struct obstacles *obstacles,
			   const struct natu_socket *socket)
{
	struct natu_value kind;

	return obstacle_has(obstacles, socket, OWNER, &kind) &&
	       (!strcmp(kind.word->text, "orphan") ||
		!strcmp(kind.word->text, "time_wait"));
}

/* Who holds it: the process if it can be seen, else the user. */
static void print_holder(char *text, size_t size, const struct obstacles *obstacles,
			 const struct natu_socket *socket)
{
	struct natu_value pid, name;
	struct natu_buffer safe = { 0 };
	char others[64] = "";
	size_t count;

	if (is_left_behind(obstacles, socket)) {
		snprintf(text, size, ", which no process holds any more");
		return;
	}
	if (!obstacle_has(obstacles, socket, PID, &pid)) {
		print_user(text, size, obstacles, socket);
		return;
	}
	if (obstacle_has(obstacles, socket, PROCESS_NAME, &name))
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

	/* A datagram socket has none: it is simply there, as a listener is. The second
	 * word is that of UNIX sockets. */
	if (!obstacle_has(obstacles, socket, STATE, &state) ||
	    !strcmp(state.word->text, "LISTEN") || !strcmp(state.word->text, "LISTENING"))
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

	if (obstacle_has(obstacles, socket, EXPIRES, &left))
		snprintf(text, size, "for another %llu s",
			 (unsigned long long)(left.number + 999) / 1000);
	else
		snprintf(text, size, "for up to a minute");
}

void obstacle_describe(struct obstacle *obstacle, const struct obstacles *obstacles,
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
			 obstacle_has(obstacles, socket, STATE, &state) ? "listener"
									: "socket",
			 local, more);
	else if (obstacle_has(obstacles, socket, STATE, &state))
		snprintf(text, size, "a connection of %s with %s, %s%s", local, peer,
			 state.word->text, more);
}
