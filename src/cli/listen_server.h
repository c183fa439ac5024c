/* SPDX-License-Identifier: MIT */
#ifndef NATU_LISTEN_SERVER_H
#define NATU_LISTEN_SERVER_H

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is done with what a client sends. */
enum manner {
	MANNER_UNSAID, /* echo, but a farewell comes at once */
	MANNER_ECHO,
	MANNER_DISCARD,
	MANNER_HOLD, /* it is not even read */
};

/* How the server ends a connection of its own accord. */
enum farewell { FAREWELL_NONE, FAREWELL_HALF_CLOSE, FAREWELL_RESET };

struct listen_options {
	struct place place; /* first: see PLACE_OPTIONS */
	bool help, verbose, no_accept, no_reuse, has_backlog;
	int manner, farewell;
	uint64_t backlog, max, delay_ms, timeout_ms;
	int ready_descriptor;
};

struct tally {
	uint64_t clients, most_at_once, messages;
	uint64_t received, sent;
	uint64_t reset, failed, unanswered, dropped;
};

struct client;
struct server {
	const struct listen_options *options;
	struct loop loop;
	struct watch socket; /* it listens, or receives datagrams */
	struct timer deadline, resume;
	struct delay delay, again;
	struct endpoint local;
	dev_t device; /* of the file that bind() made, if it made one */
	ino_t inode;
	struct client *clients;
	uint64_t open_clients;
	size_t answers_size; /* of datagrams that wait to be answered */
	char *buffer;
	size_t buffer_size;
	bool out_of_descriptors, said_so, trouble;
	const char *ended_by;
	struct tally tally;
	uint64_t started;
};

/* --- listen_socket.c --- */

/* Makes the socket: socket, bind, listen. False after a complaint that explains. */
bool server_bind(struct server *server);
/* Closes it, and removes the file if it is still the one that bind() made. */
void server_unbind(struct server *server);
/* Room for `size` bytes in server->buffer. False when that is too much. */
bool server_room(struct server *server, size_t size);
/* Room for the message that comes next, on a socket that keeps their borders. False with
 * errno: EAGAIN when there is none yet, so that none can come in between that is larger.
 */
bool server_room_for_next(struct server *server, int descriptor);
void server_end(struct server *server, const char *why);

/* --- listen_clients.c: connections --- */

bool clients_open(struct server *server);
void clients_close(struct server *server);
/* The client is closed; `how` is said aloud. */
void client_gone(struct client *client, const char *how);

/* --- listen_client.c: one connection --- */

enum client_state {
	CLIENT_READING,
	CLIENT_WAITING,	  /* --delay: its answer is not due yet */
	CLIENT_ANSWERING, /* it does not read as fast as it writes: nothing is read from
			     it */
	CLIENT_HOLDING,
	CLIENT_DRAINING, /* the server has said farewell; what comes is read and forgotten
			  */
};

struct client {
	struct watch watch; /* first: see loop_retire() */
	struct due due;
	struct client *previous, *next;
	struct server *server;
	char *name;    /* with -v */
	char *pending; /* what has been read and not yet sent; NULL if there is nothing */
	size_t pending_length, pending_sent;
	enum client_state state;
	bool client_first; /* its FIN was here before the server's was sent (with -v) */
};

/* A new client: says farewell, waits or reads, as the options are. */
void client_start(struct client *client);
void client_ready(struct watch *watch, uint32_t events);
/* Its delay is over. */
void client_due(struct client *client);

/* --- listen_datagram.c --- */

bool datagrams_open(struct server *server);
void datagrams_close(struct server *server);

#endif
