/* SPDX-License-Identifier: MIT */
#include "source/joined_table.h"

#include "family/unix.h"
#include "kernel.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 8, NEAR = 16 };

struct natu_kept_chunk {
	struct natu_kept_chunk *next;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char bytes[CHUNK_SIZE - 2 * sizeof(void *)];
};

/* Room that stays where it is; NULL without memory. */
static void *keep(struct natu_kept_table *table, size_t size)
{
	struct natu_kept_chunk *chunk = table->chunks;
	void *room;

	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!chunk || sizeof(chunk->bytes) - chunk->used < size) {
		if (size > sizeof(chunk->bytes))
			return NULL;
		chunk = malloc(sizeof(*chunk));
		if (!chunk)
			return NULL;
		chunk->next = table->chunks;
		chunk->used = 0;
		table->chunks = chunk;
	}
	room = chunk->bytes + chunk->used;
	chunk->used += size;
	return room;
}

static bool keep_message(struct natu_kept_table *table, const struct nlmsghdr *message,
			 struct natu_kept *row)
{
	const unsigned char *payload = (const unsigned char *)message + NLMSG_HDRLEN;
	unsigned char *copy;

	row->length = message->nlmsg_len - NLMSG_HDRLEN;
	copy = keep(table, row->length);
	if (!copy)
		return false;
	memcpy(copy, payload, row->length);
	row->payload = copy;
	return true;
}

/* With the `@` of an abstract name. */
static bool keep_path(struct natu_kept_table *table, const struct natu_path *path,
		      struct natu_kept *row)
{
	char *copy = keep(table, path->length);

	if (!copy)
		return false;
	memcpy(copy, path->text, path->length);
	if (path->is_abstract)
		copy[0] = '@';
	row->path = *path;
	row->path.text = copy;
	return true;
}

/* Chains all rows anew, in at least so many slots. */
static bool index_rows(struct natu_kept_table *table, size_t slot_count)
{
	uint32_t *slots = calloc(slot_count, sizeof(*slots));

	if (!slots)
		return false;
	free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	for (size_t i = 0; i < table->count; i++) {
		struct natu_kept *row = &table->rows[i];

		if (!row->inode)
			continue;
		row->next = slots[row->inode % slot_count];
		slots[row->inode % slot_count] = (uint32_t)i + 1;
	}
	return true;
}

static bool has_room(struct natu_kept_table *table)
{
	size_t size = table->size ? table->size * 2 : 256;
	struct natu_kept *rows;

	if (table->count < table->size)
		return true;
	if (size > UINT32_MAX)
		return false;
	rows = realloc(table->rows, size * sizeof(*rows));
	if (!rows)
		return false;
	table->rows = rows;
	table->size = size;
	return index_rows(table, size);
}

struct natu_kept *natu_kept_add(struct natu_kept_table *table,
				const struct natu_socket *socket)
{
	struct natu_kept *row;

	if (!has_room(table))
		return NULL;
	row = &table->rows[table->count];
	*row = (struct natu_kept){
		.inode = socket->facts & FACT_INODE ? socket->inode : 0,
		.has_refcount = socket->facts & FACT_REFCOUNT,
		.refcount = socket->refcount,
		.flags = socket->of.local.flags,
		.type = socket->facts & FACT_TYPE ? socket->type : NULL,
		.state = socket->state_number,
	};
	if ((socket->message && !keep_message(table, socket->message, row)) ||
	    ((socket->facts & FACT_PATH) &&
	     !keep_path(table, &socket->of.local.path, row)))
		return NULL;
	table->count++;
	if (!row->inode)
		return row;
	row->next = table->slots[row->inode % table->slot_count];
	table->slots[row->inode % table->slot_count] = (uint32_t)table->count;
	return row;
}

struct natu_kept *natu_kept_find(const struct natu_kept_table *table, uint64_t inode)
{
	if (!inode || !table->slot_count)
		return NULL;
	for (uint32_t i = table->slots[inode % table->slot_count]; i;
	     i = table->rows[i - 1].next)
		if (table->rows[i - 1].inode == inode)
			return &table->rows[i - 1];
	return NULL;
}

void natu_kept_wait(struct natu_kept_table *table, const struct natu_kept *listener,
		    const unsigned char *clients, size_t length)
{
	for (; length >= sizeof(uint32_t); clients += sizeof(uint32_t)) {
		uint32_t inode;
		struct natu_kept *client;

		memcpy(&inode, clients, sizeof(inode));
		length -= sizeof(inode);
		client = natu_kept_find(table, inode);
		if (client)
			client->waits_for = (uint32_t)(listener - table->rows) + 1;
	}
}

bool natu_kept_place(struct natu_kept_table *table, struct natu_kept *row)
{
	size_t size = table->order_size ? table->order_size * 2 : 256;

	if (table->order_count == table->order_size) {
		uint32_t *order = realloc(table->order, size * sizeof(*order));

		if (!order)
			return false;
		table->order = order;
		table->order_size = size;
	}
	row->is_placed = true;
	table->order[table->order_count++] = (uint32_t)(row - table->rows);
	return true;
}

bool natu_kept_prolong(struct natu_kept_table *table, struct natu_kept *row,
		       const struct natu_path *more)
{
	size_t length = (size_t)row->path.length + 1 + more->length;
	char *text;

	if (!row->path.length || length > NATU_PATH_MAX)
		return false;
	text = keep(table, length);
	if (!text)
		return false;
	memcpy(text, row->path.text, row->path.length);
	text[row->path.length] = '\n';
	memcpy(text + row->path.length + 1, more->text, more->length);
	row->path.text = text;
	row->path.length = (uint16_t)length;
	return true;
}

/* As /proc writes it: each NUL is a `@`. */
static char written(char c)
{
	return c ? c : '@';
}

static size_t first_line(const struct natu_path *path)
{
	const char *end = memchr(path->text, '\n', path->length);

	return end ? (size_t)(end - path->text) : path->length;
}

/* By their first lines, as /proc writes them. */
static int compare_paths(const struct natu_path *a, const struct natu_path *b)
{
	size_t a_length = first_line(a), b_length = first_line(b);

	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	for (size_t i = 0; i < a_length; i++)
		if (written(a->text[i]) != written(b->text[i]))
			return written(a->text[i]) < written(b->text[i]) ? -1 : 1;
	return 0;
}

static int compare_rows(const void *left, const void *right, void *rows)
{
	const struct natu_kept *table = rows;
	const uint32_t *a = left, *b = right;

	return compare_paths(&table[*a].path, &table[*b].path);
}

static bool find_listeners(struct natu_kept_table *table)
{
	table->listeners = calloc(table->count + 1, sizeof(*table->listeners));
	if (!table->listeners)
		return false;
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].state == STATE_LISTEN && table->rows[i].path.length)
			table->listeners[table->listener_count++] = (uint32_t)i;
	qsort_r(table->listeners, table->listener_count, sizeof(*table->listeners),
		compare_rows, table->rows);
	return true;
}

const struct natu_kept *natu_kept_listener(struct natu_kept_table *table,
					   const struct natu_path *path)
{
	const struct natu_kept *found = NULL;
	size_t low = 0, high;

	if (!path->length || (!table->listeners && !find_listeners(table)))
		return NULL;
	high = table->listener_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct natu_kept *row = &table->rows[table->listeners[middle]];

		if (compare_paths(&row->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* Of several with this first line, the one of this length, if it is near. */
	for (size_t i = low; i < table->listener_count && i < low + NEAR; i++) {
		const struct natu_kept *row = &table->rows[table->listeners[i]];

		if (compare_paths(&row->path, path) != 0)
			break;
		if (!found || row->path.length == path->length)
			found = row;
	}
	return found;
}

void natu_kept_free(struct natu_kept_table *table)
{
	while (table->chunks) {
		struct natu_kept_chunk *next = table->chunks->next;

		free(table->chunks);
		table->chunks = next;
	}
	free(table->rows);
	free(table->slots);
	free(table->order);
	free(table->listeners);
	*table = (struct natu_kept_table){ 0 };
}
