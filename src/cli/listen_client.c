/* SPDX-License-Identifier: MIT */
#include "listen_server.h"

#include "net/tcp.h"
#include "net/tell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum progress { PROGRESS, BLOCKED, GONE };

static void say(const struct client *client, const char *what)
{
	tell(client->server->options->verbose, client->watch.descriptor, "%s", what);
}

static bool is_tcp(const struct client *client)
{
	return endpoint_is_tcp(&client->server->local);
}

/* False with errno. */
static bool shut_down(struct client *client)
{
	if (client->server->options->verbose && is_tcp(client))
		client->client_first = tcp_peer_has_ended(client->watch.descriptor);
	return shutdown(client->watch.descriptor, SHUT_WR) == 0;
}

/* The side that sends the first FIN keeps the 4-tuple for a minute. */
static void say_who_waits(const struct client *client)
{
	if (!is_tcp(client))
		return;
	say(client, client->client_first
			    ? "its FIN was the first: TIME_WAIT is on the client's side"
			    : "its FIN came second: TIME_WAIT is on this side");
}

static void failed(struct client *client, const char *call, int error)
{
	struct tally *tally = &client->server->tally;
	/* shutdown() calls it so when the RST was here before. */
	bool is_reset = error == ECONNRESET || error == EPIPE || error == ENOTCONN;

	if (is_reset)
		tally->reset++;
	else
		tally->failed++;
	tell(client->server->options->verbose, client->watch.descriptor, "%s: %s", call,
	     strerror(error));
	client_gone(client, is_reset ? "reset by" : "after an error, of");
}

static void go_on(struct client *client, enum client_state state, uint32_t events)
{
	client->state = state;
	if (!loop_watch(&client->server->loop, &client->watch, events))
		failed(client, "epoll_ctl()", errno);
}

static void half_close(struct client *client)
{
	say(client,
	    is_tcp(client)
		    ? "shutdown(SHUT_WR): a FIN is sent, and the client can go on sending"
		    : "shutdown(SHUT_WR): the client reads an end, and can go on sending");
	if (!shut_down(client)) {
		failed(client, "shutdown()", errno);
		return;
	}
	if (client->server->options->manner == MANNER_HOLD)
		go_on(client, CLIENT_HOLDING, 0);
	else
		go_on(client, CLIENT_DRAINING, TO_READ);
}

static void reset(struct client *client)
{
	say(client,
	    "setsockopt(SO_LINGER, 0 s): close() will send a RST rather than a FIN, and "
	    "leave no TIME_WAIT");
	if (!tcp_reset_on_close(client->watch.descriptor))
		failed(client, "setsockopt()", errno);
	else
		client_gone(client, "with a reset, of");
}

/* What was to be done with what the client sent is done. */
static void answered(struct client *client)
{
	switch (client->server->options->farewell) {
	case FAREWELL_HALF_CLOSE:
		half_close(client);
		break;
	case FAREWELL_RESET:
		reset(client);
		break;
	default:
		go_on(client, CLIENT_READING, TO_READ);
	}
}

static void wait_for_delay(struct client *client)
{
	delay_add(&client->server->delay, &client->due);
	go_on(client, CLIENT_WAITING, 0);
}

void client_start(struct client *client)
{
	const struct listen_options *options = client->server->options;
	bool at_once = options->farewell && (options->manner == MANNER_UNSAID ||
					     options->manner == MANNER_HOLD);

	if (at_once && options->delay_ms) {
		wait_for_delay(client);
	} else if (at_once) {
		answered(client);
	} else if (options->manner == MANNER_HOLD) {
		go_on(client, CLIENT_HOLDING, 0);
	} else {
		go_on(client, CLIENT_READING, TO_READ);
	}
}

/* Keeps what could not be sent yet, and reads nothing more from this client until it
 * is. */
static bool keep(struct client *client, const char *bytes, size_t length)
{
	client->pending = malloc(length ? length : 1);
	if (!client->pending) {
		failed(client, "malloc()", ENOMEM);
		return false;
	}
	memcpy(client->pending, bytes, length);
	client->pending_length = length;
	client->pending_sent = 0;
	return true;
}

static enum progress send_some(struct client *client, const char *bytes, size_t length,
			       size_t *sent)
{
	ssize_t count = send(client->watch.descriptor, bytes, length, MSG_NOSIGNAL);

	*sent = 0;
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return BLOCKED;
	if (count < 0) {
		failed(client, "send()", errno);
		return GONE;
	}
	tell(client->server->options->verbose, client->watch.descriptor,
	     "send() = %zd of %zu bytes", count, length);
	client->server->tally.sent += (uint64_t)count;
	*sent = (size_t)count;
	return count < (ssize_t)length ? BLOCKED : PROGRESS;
}

static void answer(struct client *client, const char *bytes, size_t length)
{
	size_t sent;
	enum progress progress = send_some(client, bytes, length, &sent);

	if (progress == PROGRESS)
		answered(client);
	else if (progress == BLOCKED && keep(client, bytes + sent, length - sent))
		go_on(client, CLIENT_ANSWERING, EPOLLOUT);
}

static void send_pending(struct client *client)
{
	size_t sent;
	enum progress progress = send_some(client, client->pending + client->pending_sent,
					   client->pending_length - client->pending_sent,
					   &sent);

	if (progress == GONE)
		return;
	client->pending_sent += sent;
	if (progress == BLOCKED) {
		go_on(client, CLIENT_ANSWERING, EPOLLOUT);
		return;
	}
	free(client->pending);
	client->pending = NULL;
	answered(client);
}

void client_due(struct client *client)
{
	say(client, "the delay is over");
	if (client->pending)
		send_pending(client);
	else
		answered(client);
}

/* A client has sent something: what is done with it depends on the manner. */
static void received(struct client *client, size_t length)
{
	struct server *server = client->server;
	const struct listen_options *options = server->options;

	server->tally.received += length;
	server->tally.messages++;
	tell(options->verbose, client->watch.descriptor, "recv() = %zu bytes", length);
	if (client->state == CLIENT_DRAINING)
		return;
	if (options->manner == MANNER_DISCARD && options->delay_ms)
		wait_for_delay(client);
	else if (options->manner == MANNER_DISCARD)
		answered(client);
	else if (!options->delay_ms)
		answer(client, server->buffer, length);
	else if (keep(client, server->buffer, length))
		wait_for_delay(client);
}

static void client_ended(struct client *client)
{
	say(client, "recv() = 0: the client has ended its side");
	if (client->state == CLIENT_READING &&
	    client->server->options->farewell == FAREWELL_RESET) {
		reset(client);
		return;
	}
	if (client->state == CLIENT_READING) {
		say(client, "shutdown(SHUT_WR): and so does the server");
		shut_down(client);
	}
	say_who_waits(client);
	client_gone(client, "both sides have ended,");
}

static void client_read(struct client *client, uint32_t events)
{
	struct server *server = client->server;
	int descriptor = client->watch.descriptor;
	ssize_t count;

	if (server->local.type == SOCK_SEQPACKET &&
	    !server_room_for_next(server, descriptor)) {
		if (errno != EAGAIN && errno != EINTR)
			failed(client, "recv()", errno);
		return;
	}
	count = recv(descriptor, server->buffer, server->buffer_size, 0);
	if (count > 0 ||
	    (count == 0 && is_empty_message(&server->local, descriptor, events)))
		received(client, (size_t)count);
	else if (count == 0)
		client_ended(client);
	else if (errno != EAGAIN && errno != EINTR)
		failed(client, "recv()", errno);
}

/* Nothing is expected of this client, but it is gone, or both sides have ended. */
static void client_lost(struct client *client)
{
	int error = 0;
	socklen_t length = sizeof(error);

	getsockopt(client->watch.descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error)
		failed(client, "waiting", error);
	else
		client_gone(client, "both sides have ended,");
}

void client_ready(struct watch *watch, uint32_t events)
{
	struct client *client = (struct client *)watch;

	switch (client->state) {
	case CLIENT_READING:
	case CLIENT_DRAINING:
		client_read(client, events);
		break;
	case CLIENT_ANSWERING:
		send_pending(client);
		break;
	default:
		client_lost(client);
	}
}
