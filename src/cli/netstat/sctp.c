/* SPDX-License-Identifier: MIT */
#include "netstat/sctp.h"

#include "netstat/end.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* An endpoint has the room of both ends. */
enum { END_WIDTH = 23, ENDPOINT_WIDTH = 2 * END_WIDTH + 1, STATE_WIDTH = 11 };

#define NEW_LINE "\n                    "

void netstat_sctp_columns(struct netstat_sctp *sctp)
{
	static const char *const names[NETSTAT_SCTP_COLUMNS] = {
		[NETSTAT_SCTP_LOCAL] = "sctp.local_addresses",
		[NETSTAT_SCTP_PEER] = "sctp.peer_addresses",
		[NETSTAT_SCTP_LOCAL_PORT] = "local.port",
		[NETSTAT_SCTP_PEER_PORT] = "peer.port",
		[NETSTAT_SCTP_STATE] = "sctp.socket_state",
		[NETSTAT_SCTP_RECV_Q] = "recv_q",
		[NETSTAT_SCTP_SEND_Q] = "send_q",
	};

	for (size_t i = 0; i < NETSTAT_SCTP_COLUMNS; i++)
		sctp->columns[i] = natu_column_find(names[i]);
}

natu_facts netstat_sctp_facts(const struct netstat_sctp *sctp)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < NETSTAT_SCTP_COLUMNS; i++)
		facts |= natu_column_facts(sctp->columns[i]);
	return facts;
}

/* Who wants numbers of ports or of users gets those of hosts, too: of SCTP alone. */
static bool has_names(const struct netstat_request *request)
{
	return !request->numeric_ports && !request->numeric_users;
}

static void put_address(struct netstat_rows *rows, const struct natu_value *value,
			struct natu_buffer *text)
{
	const char *name = NULL;

	if (has_names(rows->request))
		name = netstat_host_name(rows, &value->address);
	if (name)
		natu_buffer_add_foreign(text, NATU_STYLE_TEXT, name, strlen(name));
	else
		natu_buffer_add_value(text, NATU_STYLE_TEXT, value);
}

/* A socket's number in a column, or 0. */
static uint64_t number_of(const struct netstat_rows *rows,
			  const struct natu_socket *socket,
			  enum netstat_sctp_column column)
{
	struct natu_value value;

	return natu_get(socket, rows->sctp.columns[column], &value) == NATU_HAS
		       ? value.number
		       : 0;
}

static void put_port(const struct netstat_rows *rows, const struct natu_socket *socket,
		     enum netstat_sctp_column column, struct natu_buffer *text)
{
	uint64_t port = number_of(rows, socket, column);
	char number[24] = ":*";

	if (port)
		snprintf(number, sizeof(number), ":%" PRIu64, port);
	natu_buffer_add_text(text, number);
}

static void pad(struct natu_buffer *text, size_t start, size_t width)
{
	while (!text->failed && text->used - start < width)
		natu_buffer_add(text, " ", 1);
}

static void put_state(const struct netstat_rows *rows, const struct natu_socket *socket,
		      size_t line, struct natu_buffer *text)
{
	size_t start = text->used + 1;
	struct natu_value state;

	natu_buffer_add_text(text, " ");
	if (!line &&
	    natu_get(socket, rows->sctp.columns[NETSTAT_SCTP_STATE], &state) == NATU_HAS)
		natu_buffer_add(text, state.word->text, state.word->length);
	pad(text, start, STATE_WIDTH);
}

/* One address of a list, if it has as many. */
static void put_end(struct netstat_rows *rows, const struct natu_socket *socket,
		    enum netstat_sctp_column list, size_t index, struct natu_buffer *text)
{
	struct natu_value value;

	if (natu_get_at(socket, rows->sctp.columns[list], index, &value) == NATU_HAS)
		put_address(rows, &value, text);
}

static void add_endpoint(struct netstat_rows *rows, const struct natu_socket *socket,
			 struct natu_buffer *text)
{
	size_t count = natu_count(socket, rows->sctp.columns[NETSTAT_SCTP_LOCAL]);

	natu_buffer_add_text(text, "sctp                ");
	for (size_t i = 0; i < count; i++) {
		size_t start;

		natu_buffer_add_text(text, i ? NEW_LINE : "");
		start = text->used;
		put_end(rows, socket, NETSTAT_SCTP_LOCAL, i, text);
		put_port(rows, socket, NETSTAT_SCTP_LOCAL_PORT, text);
		pad(text, start, ENDPOINT_WIDTH);
		put_state(rows, socket, i, text);
	}
}

static void add_association(struct netstat_rows *rows, const struct natu_socket *socket,
			    struct natu_buffer *text)
{
	static const struct {
		enum netstat_sctp_column list, port;
	} ends[] = {
		{ NETSTAT_SCTP_LOCAL, NETSTAT_SCTP_LOCAL_PORT },
		{ NETSTAT_SCTP_PEER, NETSTAT_SCTP_PEER_PORT },
	};
	size_t locals = natu_count(socket, rows->sctp.columns[NETSTAT_SCTP_LOCAL]);
	size_t peers = natu_count(socket, rows->sctp.columns[NETSTAT_SCTP_PEER]);
	char queues[64];

	snprintf(queues, sizeof(queues), "sctp  %6" PRIu64 " %6" PRIu64,
		 number_of(rows, socket, NETSTAT_SCTP_RECV_Q),
		 number_of(rows, socket, NETSTAT_SCTP_SEND_Q));
	natu_buffer_add_text(text, queues);
	for (size_t i = 0; i < (locals > peers ? locals : peers); i++) {
		natu_buffer_add(text, NEW_LINE, i ? strlen(NEW_LINE) - 1 : 0);
		for (size_t end = 0; end < 2; end++) {
			size_t start = text->used + 1;

			natu_buffer_add_text(text, " ");
			put_end(rows, socket, ends[end].list, i, text);
			if (!i)
				put_port(rows, socket, ends[end].port, text);
			pad(text, start, END_WIDTH);
		}
		put_state(rows, socket, i, text);
	}
}

void netstat_sctp_add(struct netstat_rows *rows, const struct natu_socket *socket,
		      struct natu_buffer *text)
{
	if (natu_count(socket, rows->sctp.columns[NETSTAT_SCTP_PEER]))
		add_association(rows, socket, text);
	else
		add_endpoint(rows, socket, text);
}
