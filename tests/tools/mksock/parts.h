/* SPDX-License-Identifier: MIT */
#ifndef NATU_TESTS_PARTS_H
#define NATU_TESTS_PARTS_H

#include <errno.h>
#include <linux/filter.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "namespace.h"
#include "say.h"

/*
 * The parts from which mksock's factories put sockets together. The kind that is being
 * made, and where, are the two things that all of them need, and so they are not handed
 * around.
 */
#define ROWS_MAX 8192

/* Where a socket is: what it binds to. */
enum place { IPV4, IPV6, MAPPED, LINK_LOCAL, ANY4, ANY6, DUAL, PLACES };
#define AT(place) (1U << (place))
#define LOOPBACKS (AT(IPV4) | AT(IPV6) | AT(MAPPED))
#define EVERYWHERE (AT(PLACES) - 1)

static const struct {
	const char *name;
	int family;
	const char *address;
} places[PLACES] = {
	[IPV4] = { "ipv4", AF_INET, "127.0.0.1" },
	[IPV6] = { "ipv6", AF_INET6, "::1" },
	[MAPPED] = { "mapped", AF_INET6, "::ffff:127.0.0.1" },
	[LINK_LOCAL] = { "link_local", AF_INET6, TEST_LINK_LOCAL },
	[ANY4] = { "any4", AF_INET, "0.0.0.0" },
	[ANY6] = { "any6", AF_INET6, "::" },
	[DUAL] = { "dual", AF_INET6, "::" },
};

/* What not every machine or user has. */
enum need { NOTHING, RAW_SOCKETS, ANOTHER_USER, A_DEVICE };

struct kind {
	const char *name;
	void (*make)(void);
	unsigned int places;
	enum need needs;
	int type, protocol;
};

struct row {
	struct said said;
	const struct kind *kind;
	enum place place;
	const char *timer; /* the one that must run, or NULL */
	bool hidden;	   /* shown only when asked for by its state */
};

static struct row rows[ROWS_MAX];
static size_t row_count;
static const struct kind *kind; /* the one that is being made, ... */
static enum place place;	/* ... and where */

static void die(const char *what)
{
	int error = errno;

	if (kind)
		fprintf(stderr, "mksock: %s.%s: %s: %s\n", kind->name, places[place].name,
			what, strerror(error));
	else
		fprintf(stderr, "mksock: %s: %s\n", what, strerror(error));
	exit(1);
}

static void must(bool done, const char *what)
{
	if (!done)
		die(what);
}

static struct row *add_row(int fd)
{
	struct row *row = &rows[row_count++];

	must(row_count < ROWS_MAX, "too many rows");
	*row = (struct row){
		.kind = kind,
		.place = place,
		.said = { .fd = fd,
			  .type = kind->type,
			  .protocol = kind->protocol,
			  .uid = -1 },
	};
	return row;
}

static void wait_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
}

static void set(int fd, int level, int option, int value)
{
	must(setsockopt(fd, level, option, &value, sizeof(value)) == 0, "setsockopt");
}

static int open_socket(void)
{
	int family = places[place].family, protocol = kind->protocol;
	int fd;

	if (kind->type == SOCK_RAW && protocol == IPPROTO_ICMP && family == AF_INET6)
		protocol = IPPROTO_ICMPV6;
	fd = socket(family, kind->type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	must(fd >= 0, "socket");
	if (family == AF_INET6 && kind->type != SOCK_RAW)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, place == IPV6 || place == ANY6);
	return fd;
}

static struct sockaddr_storage address_of(uint16_t port)
{
	struct sockaddr_storage address = { .ss_family =
						    (sa_family_t)places[place].family };
	struct sockaddr_in6 *six = (void *)&address;
	struct sockaddr_in *four = (void *)&address;

	four->sin_port = htons(port);
	if (places[place].family == AF_INET) {
		inet_pton(AF_INET, places[place].address, &four->sin_addr);
		return address;
	}
	inet_pton(AF_INET6, places[place].address, &six->sin6_addr);
	if (place == LINK_LOCAL)
		six->sin6_scope_id = if_nametoindex(TEST_DEVICE);
	return address;
}

static void bind_port(int fd, uint16_t port)
{
	struct sockaddr_storage address = address_of(port);

	must(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "bind");
}

static struct sockaddr_storage name_of(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof(address);

	must(getsockname(fd, (struct sockaddr *)&address, &length) == 0, "getsockname");
	return address;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage address = name_of(fd);

	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int bound_socket(void)
{
	int fd = open_socket();

	bind_port(fd, 0);
	return fd;
}

static int listener(int backlog)
{
	int fd = bound_socket();

	must(listen(fd, backlog) == 0, "listen");
	return fd;
}

static void start_connecting(int fd, struct sockaddr_storage address)
{
	must(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ||
		     errno == EINPROGRESS,
	     "connect");
}

static void await(int fd, int state)
{
	struct tcp_info info;

	for (int i = 0; i < 2000; i++) {
		if (tcp_info_of(fd, &info) && info.tcpi_state == state)
			return;
		wait_ms(1);
	}
	errno = ETIMEDOUT;
	die(tcp_states[state]);
}

static void connect_to(int fd, int other)
{
	start_connecting(fd, name_of(other));
	if (kind->type == SOCK_STREAM)
		await(fd, TCP_ESTABLISHED);
}

static int accept_from(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int other;

	must(poll(&ready, 1, 2000) == 1, "poll");
	other = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	must(other >= 0, "accept");
	return other;
}

struct pair {
	int near, far;
};

/* Two ends of a connection, with small buffers, so that they are soon full. */
static struct pair connected_pair(void)
{
	struct pair pair;
	int door = bound_socket();

	set(door, SOL_SOCKET, SO_RCVBUF, 4096);
	must(listen(door, 1) == 0, "listen");
	pair.near = open_socket();
	set(pair.near, SOL_SOCKET, SO_RCVBUF, 4096);
	set(pair.near, SOL_SOCKET, SO_SNDBUF, 16384);
	connect_to(pair.near, door);
	pair.far = accept_from(door);
	set(pair.far, SOL_SOCKET, SO_SNDBUF, 16384);
	close(door);
	return pair;
}

static void send_bytes(int fd, size_t count)
{
	static const char zeros[1024];

	must(count <= sizeof(zeros) &&
		     send(fd, zeros, count, MSG_NOSIGNAL) == (ssize_t)count,
	     "send");
}

/* Sends until the other end's window is shut and something has to wait here. */
static void fill(int fd)
{
	static const char zeros[4096];

	for (int quiet = 0; quiet < 10;) {
		if (send(fd, zeros, sizeof(zeros), MSG_NOSIGNAL) > 0)
			quiet = 0;
		else
			quiet++, wait_ms(1);
	}
}

/* From now on it hears nothing: it neither answers nor acknowledges. */
static void deafen(int fd)
{
	struct sock_filter drop[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { .len = 1, .filter = drop };
	uid_t user = geteuid();

	/* Not every kernel lets every user do it. */
	must(seteuid(getuid()) == 0, "seteuid");
	must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0,
	     "filter");
	must(seteuid(user) == 0, "seteuid");
}

/* What is left of a connection's end when no descriptor refers to it. */
static struct row *add_trace(struct sockaddr_storage local, struct sockaddr_storage peer,
			     const char *state)
{
	struct row *row = add_row(-1);

	row->said.local = local;
	row->said.peer = peer;
	row->said.state = state;
	return row;
}

#endif
