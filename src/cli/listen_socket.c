/* SPDX-License-Identifier: MIT */
#include "listen_server.h"

#include "cli.h"
#include "net/obstacle.h"
#include "net/tell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A UNIX message is as large as its sender's send buffer allows: that can be any size. */
#define ROOM_MAX (16UL << 20)

/* A listener's own connections in TIME_WAIT would keep it from starting again. UDP and
 * UNIX sockets have no such state, and UDP would share its port with this option. */
static bool allow_reuse(struct server *server, int descriptor)
{
	const int one = 1;

	if (!endpoint_is_tcp(&server->local) || server->options->no_reuse)
		return true;
	tell(server->options->verbose, descriptor,
	     "setsockopt(SO_REUSEADDR): a connection in TIME_WAIT is no obstacle, if it "
	     "had this too");
	return setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0;
}

/* Remembers which file bind() made: only that one is ever removed. */
static void remember_file(struct server *server)
{
	struct stat status;

	if (!endpoint_is_file(&server->local) ||
	    lstat(server->local.address.local.sun_path, &status) != 0)
		return;
	server->device = status.st_dev;
	server->inode = status.st_ino;
}

/* Worth knowing, and no obstacle: bind() does not mind. */
static void tell_of_reservation(const struct server *server, int descriptor)
{
	char reserved[KERNEL_SETTING];
	unsigned int port = endpoint_port(&server->local);

	if (!server->options->verbose || !port ||
	    !port_list_has(kernel_setting(reserved, RESERVED_PORTS), port))
		return;
	tell(true, descriptor,
	     "port %u is reserved (net.ipv4.ip_local_reserved_ports): the kernel lends it to "
	     "no outgoing connection",
	     port);
}

static bool is_for_both_families(const struct endpoint *wanted, int descriptor)
{
	int v6only = 0;
	socklen_t length = sizeof(v6only);

	return endpoint_family(wanted) == AF_INET6 &&
	       IN6_IS_ADDR_UNSPECIFIED(&wanted->address.v6.sin6_addr) &&
	       getsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, &length) == 0 &&
	       !v6only;
}

static void tell_of_name(const struct server *server, int descriptor,
			 const struct endpoint *wanted)
{
	bool both = is_for_both_families(wanted, descriptor);
	bool aloud = server->options->verbose;
	char text[ENDPOINT_TEXT];

	tell(aloud, descriptor, "bind(%s): the socket has its name%s",
	     endpoint_print(text, wanted), both ? ", and is there for IPv4 too" : "");
	if (!endpoint_port(wanted) && endpoint_port(&server->local))
		tell(aloud, descriptor, "getsockname() = %s: the kernel chose the port",
		     endpoint_print(text, &server->local));
	tell_of_reservation(server, descriptor);
}

/* The kernel lets one more in than it was asked for, and no more than it is set to. */
static void tell_of_queue(const struct server *server, int descriptor)
{
	unsigned long long asked = server->options->backlog, most;
	char setting[KERNEL_SETTING];

	if (!server->options->verbose)
		return;
	most = strtoull(kernel_setting(setting, "net/core/somaxconn"), NULL, 10);
	if (*setting && most < asked)
		tell(true, descriptor,
		     "listen(%llu): the kernel completes connections; %llu may wait here to "
		     "be accepted, as net.core.somaxconn is %llu",
		     asked, most + 1, most);
	else
		tell(true, descriptor,
		     "listen(%llu): the kernel completes connections; %llu may wait here to "
		     "be accepted",
		     asked, asked + 1);
}

static bool bind_and_listen(struct server *server, int descriptor)
{
	struct endpoint wanted = server->local;

	if (!allow_reuse(server, descriptor))
		return explain_failure("setting SO_REUSEADDR for", &wanted, errno);
	if (bind(descriptor, &wanted.address.any, wanted.length) != 0)
		return explain_bind(&wanted, errno);
	remember_file(server);
	endpoint_of_socket(&server->local, descriptor);
	server->local.type = wanted.type;
	tell_of_name(server, descriptor, &wanted);
	if (endpoint_is_datagram(&wanted))
		return true;
	if (listen(descriptor, (int)server->options->backlog) != 0)
		return explain_bind(&wanted, errno);
	tell_of_queue(server, descriptor);
	return true;
}

bool server_bind(struct server *server)
{
	int type = server->local.type | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int descriptor = socket(endpoint_family(&server->local), type, 0);

	if (descriptor < 0)
		return explain_failure("making a socket for", &server->local, errno);
	server->socket.descriptor = descriptor;
	tell_socket(server->options->verbose, descriptor, &server->local);
	return bind_and_listen(server, descriptor);
}

static void remove_file(struct server *server, int descriptor)
{
	const char *path = server->local.address.local.sun_path;
	struct stat status;
	char text[ENDPOINT_TEXT];

	if (!server->inode || lstat(path, &status) != 0)
		return;
	if (status.st_dev != server->device || status.st_ino != server->inode)
		return;
	server->inode = 0;
	tell(server->options->verbose, descriptor,
	     "unlink(%s): the file that bind() made",
	     endpoint_print(text, &server->local));
	if (unlink(path) != 0)
		complain("removing %s: %s", path, strerror(errno));
}

void server_unbind(struct server *server)
{
	int descriptor = server->socket.descriptor;
	bool listens = server->started && !endpoint_is_datagram(&server->local);

	if (descriptor < 0)
		return;
	tell(server->options->verbose, descriptor, "close(): the %s",
	     listens ? "listener" : "socket");
	close(descriptor);
	server->socket.descriptor = -1;
	remove_file(server, descriptor);
}

bool server_room(struct server *server, size_t size)
{
	char *larger;

	if (size <= server->buffer_size)
		return true;
	if (size > ROOM_MAX)
		return false;
	larger = realloc(server->buffer, size);
	if (!larger)
		return false;
	server->buffer = larger;
	server->buffer_size = size;
	return true;
}

bool server_room_for_next(struct server *server, int descriptor)
{
	char nothing;
	ssize_t size = recv(descriptor, &nothing, 0, MSG_PEEK | MSG_TRUNC);

	if (size < 0)
		return false;
	if (server_room(server, (size_t)size))
		return true;
	errno = EMSGSIZE;
	return false;
}

void server_end(struct server *server, const char *why)
{
	server->ended_by = why;
	server->loop.ended = true;
}
