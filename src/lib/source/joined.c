/* SPDX-License-Identifier: MIT */
#include "source/joined.h"

#include "context.h"
#include "family/unix.h"
#include "source/joined_table.h"
#include "source/over.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

struct joined_reader {
	struct natu_reader base;
	struct natu *natu;
	bool is_loaded;
	size_t given; /* how many of the table's order */
	struct natu_kept_table table;
	size_t last;	   /* of /proc's rows: its index + 1 ... */
	size_t lines_left; /* ... whose name goes on for so many lines */
	bool some_wait;	   /* there may be connections that nobody has accepted */
	bool has_failed;   /* not all could be read, and why */
	struct natu_error failure;
};

static const struct natu_source_ops natu_joined;

static void joined_close(struct natu_reader *base)
{
	struct joined_reader *reader = (struct joined_reader *)base;

	natu_kept_free(&reader->table);
	natu_over_free(base);
}

struct natu_reader *natu_joined_new(struct natu *natu, struct natu_reader *behind,
				    struct natu_error *error)
{
	struct joined_reader *reader = (struct joined_reader *)natu_over_new(
		&natu_joined, sizeof(*reader), behind, error);

	if (!reader)
		return NULL;
	reader->base.in_order = true;
	reader->natu = natu;
	return &reader->base;
}

/* How many more lines of /proc a name takes: the kernel writes its line feeds as they
 * are, and empty lines are not seen. */
static size_t more_lines(const struct natu_path *path)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < path->length; i++)
		count += path->text[i] == '\n' && path->text[i + 1] != '\n';
	return count;
}

/* The rest of a name. What sock_diag has told needs no second look. */
static bool take_rest(struct joined_reader *reader, const struct natu_path *rest)
{
	struct natu_kept *last = reader->last ? &reader->table.rows[reader->last - 1]
					      : NULL;

	return last && !last->payload && natu_kept_prolong(&reader->table, last, rest);
}

/* A connection that was not accepted has its listener's name. */
static void find_listener(struct joined_reader *reader, struct natu_kept *row)
{
	const struct natu_kept *listener = NULL;

	if (row->state == STATE_CONNECTING && !row->listener)
		listener = natu_kept_listener(&reader->table, &row->path);
	if (!listener)
		return;
	row->listener = listener->inode;
	row->path = listener->path;
}

/* A row of /proc goes to its place; what sock_diag has told of it remains. False without
 * memory. */
static bool take_line(struct joined_reader *reader, const struct natu_socket *socket)
{
	struct natu_kept_table *table = &reader->table;
	struct natu_kept *row;

	if (reader->lines_left) {
		reader->lines_left--;
		return true;
	}
	if (!(socket->facts & FACT_BASE)) {
		reader->base.malformed += !take_rest(reader, &socket->of.local.path);
		return true;
	}
	row = natu_kept_find(table, socket->facts & FACT_INODE ? socket->inode : 0);
	if (row && row->is_placed)
		return true;
	if (!row)
		row = natu_kept_add(table, socket);
	if (!row)
		return false;
	row->refcount = socket->refcount;
	row->has_refcount = true;
	/* Where sock_diag has been asked it knows the listener, and its whole name. */
	if (reader->base.behind->ops == &natu_diag)
		find_listener(reader, row);
	reader->last = (size_t)(row - table->rows) + 1;
	reader->lines_left = row->payload || row->listener ? more_lines(&row->path) : 0;
	return natu_kept_place(table, row);
}

/* Reads to the end. */
static int load_from(struct joined_reader *reader, struct natu_reader *from,
		     struct natu_error *error)
{
	struct natu_socket socket;
	bool is_proc = from->ops == &natu_procfs;
	int more;

	while ((more = from->ops->next(from, &socket, error)) > 0) {
		if (is_proc ? !take_line(reader, &socket)
			    : !natu_kept_add(&reader->table, &socket))
			return natu_over_no_memory(&reader->base, error);
		reader->some_wait |= natu_unix_shows_waiting(&socket);
	}
	reader->base.malformed += from->malformed;
	return more;
}

/* Whether /proc has something to add to what sock_diag says. It is slow: where nothing
 * else is asked of it than who waits, and nobody does, it is left alone. */
static bool wants_proc(const struct joined_reader *reader)
{
	if (!(reader->base.request->facts & FACT_REFCOUNT) && !reader->some_wait)
		return false;
	return reader->base.behind->ops == &natu_diag &&
	       reader->natu->setup.source == NATU_AUTO &&
	       natu_unix_wants_proc(reader->base.request);
}

static int load_proc(struct joined_reader *reader, struct natu_error *error)
{
	struct natu_reader *proc = natu_procfs.open(reader->natu, reader->base.request,
						    error);
	int result;

	if (!proc)
		return -1;
	result = load_from(reader, proc, error);
	proc->ops->close(proc);
	return result;
}

/* Who waits to be accepted is connected to a socket without an inode: its listener knows
 * of it. */
static void find_clients(struct joined_reader *reader)
{
	const struct natu_family *family = reader->base.request->family;
	struct natu_kept_table *table = &reader->table;
	struct natu_socket socket;

	for (size_t i = 0; i < table->count; i++) {
		const struct natu_kept *row = &table->rows[i];

		if (row->state == STATE_LISTEN && row->payload &&
		    family->decode(family, row->payload, row->length, FACT_CLIENTS,
				   &socket) &&
		    (socket.facts & FACT_CLIENTS))
			natu_kept_wait(table, row, socket.of.local.clients,
				       socket.of.local.clients_length);
	}
}

static int load(struct joined_reader *reader, struct natu_error *error)
{
	struct natu_kept_table *table = &reader->table;
	int result = load_from(reader, reader->base.behind, error);

	reader->is_loaded = true;
	if (!result && wants_proc(reader))
		result = load_proc(reader, error);
	if (result < 0) {
		reader->has_failed = true;
		reader->failure = *error;
	}
	if (reader->base.request->facts & FACT_PEER_PATH)
		find_clients(reader);
	/* What was closed since sock_diag told of it, or is not in /proc's namespace. */
	for (size_t i = 0; i < table->count; i++) {
		find_listener(reader, &table->rows[i]);
		if (!table->rows[i].is_placed && !natu_kept_place(table, &table->rows[i]))
			return natu_over_no_memory(&reader->base, error);
	}
	return 0;
}

/* What only /proc knows of. */
static void fill(const struct joined_reader *reader, const struct natu_kept *row,
		 struct natu_socket *socket)
{
	natu_family_identify(reader->base.request->family, 0, row->state, socket);
	socket->facts = FACT_BASE | FACT_FLAGS;
	socket->inode = row->inode;
	socket->type = row->type;
	socket->of.local.flags = row->flags;
	socket->of.local.listener = row->listener;
	socket->has_peer = false;
	socket->facts |= row->inode ? FACT_INODE : 0;
	socket->facts |= row->type ? FACT_TYPE : 0;
	socket->memory_length = 0;
}

static void give(const struct joined_reader *reader, const struct natu_kept *row,
		 struct natu_socket *socket)
{
	const struct natu_family *family = reader->base.request->family;
	const struct natu_kept *peer = NULL;

	/* It was decoded once already and cannot fail now. */
	if (!row->payload || !family->decode(family, row->payload, row->length,
					     reader->base.request->facts, socket))
		fill(reader, row, socket);
	socket->message = NULL;
	socket->refcount = row->refcount;
	socket->facts |= row->has_refcount ? FACT_REFCOUNT : 0;
	socket->of.local.path = row->path;
	socket->facts |= row->path.length ? FACT_PATH : 0;
	if (socket->facts & FACT_PEER_INODE)
		peer = natu_kept_find(&reader->table, socket->peer_inode);
	else if (row->waits_for)
		peer = &reader->table.rows[row->waits_for - 1];
	if (!peer || !peer->path.length)
		return;
	socket->of.local.peer_path = peer->path;
	socket->facts |= FACT_PEER_PATH;
}

static int joined_next(struct natu_reader *base, struct natu_socket *socket,
		       struct natu_error *error)
{
	struct joined_reader *reader = (struct joined_reader *)base;
	const struct natu_kept_table *table = &reader->table;

	if (!reader->is_loaded && load(reader, error) < 0)
		return -1;
	if (reader->given < table->order_count) {
		give(reader, &table->rows[table->order[reader->given++]], socket);
		return 1;
	}
	if (!reader->has_failed)
		return 0;
	*error = reader->failure;
	return -1;
}

static const struct natu_source_ops natu_joined = {
	.name = "joined",
	.next = joined_next,
	.close = joined_close,
};
