/* SPDX-License-Identifier: MIT */
#include "listen_server.h"

#include "cli.h"
#include "net/tell.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Between two looks at the other descriptors. */
#define ACCEPT_BURST 64
/* A descriptor can also become free in another process: nothing tells. */
#define RESUME_MS 200

static void resume_accepting(struct server *server)
{
	if (!server->out_of_descriptors)
		return;
	server->out_of_descriptors = false;
	if (!loop_watch(&server->loop, &server->socket, EPOLLIN))
		complain("watching the listener: %s", strerror(errno));
}

static void try_again(struct timer *timer)
{
	resume_accepting(
		(struct server *)((char *)timer - offsetof(struct server, resume)));
}

/* The clients wait in the kernel's queue. A listener that is not watched cannot make the
 * loop spin. */
static void pause_accepting(struct server *server, int error)
{
	server->out_of_descriptors = true;
	loop_watch(&server->loop, &server->socket, 0);
	timer_start(&server->resume, RESUME_MS * NS_PER_MS);
	if (server->said_so)
		return;
	server->said_so = true;
	if (!server->open_clients) {
		complain(
			"accepting a client: %s: not even one can be let in, and so all wait",
			strerror(error));
		return;
	}
	complain(
		"accepting a client: %s: with %llu clients open, the next ones wait until one "
		"is gone",
		strerror(error), (unsigned long long)server->open_clients);
}

static bool has_served_enough(const struct server *server)
{
	return server->options->max && server->tally.clients >= server->options->max;
}

/* --max is reached: who comes now is refused, who is there is served. */
static void stop_accepting(struct server *server)
{
	server_unbind(server);
	if (!server->open_clients)
		server_end(server, "--max");
}

void client_gone(struct client *client, const char *how)
{
	struct server *server = client->server;

	tell(server->options->verbose, client->watch.descriptor, "close(): %s%s%s", how,
	     client->name ? " " : "", client->name ? client->name : "");
	delay_cancel(&client->due);
	if (client->next)
		client->next->previous = client->previous;
	if (client->previous)
		client->previous->next = client->next;
	else
		server->clients = client->next;
	free(client->pending);
	free(client->name);
	loop_retire(&server->loop, &client->watch);
	server->open_clients--;
	if (!server->open_clients && has_served_enough(server))
		server_end(server, "--max");
	else
		resume_accepting(server);
}

static void name_client(struct client *client, const struct endpoint *peer)
{
	struct server *server = client->server;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	struct endpoint local;

	if (!server->options->verbose)
		return;
	endpoint_of_socket(&local, client->watch.descriptor);
	client->name = strdup(endpoint_print(from, peer));
	tell(true, server->socket.descriptor,
	     "accept() = %d: %s -> %s has a socket of its own", client->watch.descriptor,
	     from, endpoint_print(to, &local));
}

static bool add_client(struct server *server, int descriptor, const struct endpoint *peer)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return false;
	client->server = server;
	client->watch.descriptor = descriptor;
	client->watch.ready = client_ready;
	client->next = server->clients;
	if (client->next)
		client->next->previous = client;
	server->clients = client;
	server->tally.clients++;
	server->open_clients++;
	if (server->open_clients > server->tally.most_at_once)
		server->tally.most_at_once = server->open_clients;
	name_client(client, peer);
	client_start(client);
	return true;
}

/* False: no more for now. */
static bool accept_one(struct server *server)
{
	struct endpoint peer = { .length = sizeof(peer.address) };
	int descriptor = accept4(server->socket.descriptor, &peer.address.any,
				 &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (descriptor >= 0) {
		if (add_client(server, descriptor, &peer))
			return true;
		close(descriptor);
		errno = ENOMEM;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		pause_accepting(server, errno);
		return false;
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
	case EOPNOTSUPP:
		complain("accepting a client: %s", strerror(errno));
		server->trouble = true;
		server_end(server, "an error");
		return false;
	default:
		/* That one connection had already failed, in the queue. */
		return true;
	}
}

static void accept_clients(struct watch *watch, uint32_t events)
{
	struct server *server = (void *)((char *)watch - offsetof(struct server, socket));

	(void)events;
	for (int i = 0; i < ACCEPT_BURST; i++) {
		if (!accept_one(server))
			return;
		if (has_served_enough(server)) {
			stop_accepting(server);
			return;
		}
	}
}

static void delay_over(struct delay *delay, struct due *due)
{
	(void)delay;
	client_due((struct client *)((char *)due - offsetof(struct client, due)));
}

bool clients_open(struct server *server)
{
	server->socket.ready = accept_clients;
	if (!delay_open(&server->loop, &server->delay, server->options->delay_ms,
			delay_over))
		return false;
	if (!timer_open(&server->loop, &server->resume, try_again))
		return false;
	if (server->options->no_accept)
		return true;
	if (loop_watch(&server->loop, &server->socket, EPOLLIN))
		return true;
	complain("watching the listener: %s", strerror(errno));
	return false;
}

void clients_close(struct server *server)
{
	while (server->clients)
		client_gone(server->clients, "the server ends, and with it");
	timer_close(&server->resume);
	timer_close(&server->delay.timer);
}
