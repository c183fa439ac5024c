/* SPDX-License-Identifier: MIT */
#include "census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The columns that are counted by. */
enum census_column {
	PROTO,
	STATE,
	STATE_NUMBER,
	LOCAL_ADDRESS,
	LOCAL_PORT,
	PEER_ADDRESS,
	PEER_PORT,
	QUEUE,
	LIMIT,
	DROPS,
};

static const char *const names[CENSUS_COLUMNS] = {
	[PROTO] = "proto",
	[STATE] = "state",
	[STATE_NUMBER] = "state_number",
	[LOCAL_ADDRESS] = "local.address",
	[LOCAL_PORT] = "local.port",
	[PEER_ADDRESS] = "peer.address",
	[PEER_PORT] = "peer.port",
	[QUEUE] = "listener.queue",
	[LIMIT] = "listener.limit",
	[DROPS] = "listener.drops",
};

natu_facts census_facts(bool with_drops)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < CENSUS_COLUMNS; i++)
		if (i != DROPS || with_drops)
			facts |= natu_column_facts(natu_column_find(names[i]));
	return facts;
}

void census_begin(struct census *census, const struct natu_measures *measures,
		  bool counts_ports)
{
	*census = (struct census){ .measures = measures, .counts_ports = counts_ports };
	for (size_t i = 0; i < CENSUS_COLUMNS; i++)
		census->columns[i] = natu_column_find(names[i]);
	census_name_ports(census);
}

void census_free(struct census *census)
{
	census_free_ports(census);
	free(census->listeners);
	free(census->counts);
	*census = (struct census){ 0 };
}

/* What a row has in a column; false: nothing. */
static bool get(const struct census *census, const struct natu_socket *socket,
		enum census_column column, struct natu_value *value)
{
	return natu_get(socket, census->columns[column], value) == NATU_HAS;
}

static uint64_t number(const struct census *census, const struct natu_socket *socket,
		       enum census_column column, bool *has)
{
	struct natu_value value;

	*has = get(census, socket, column, &value);
	return *has ? value.number : 0;
}

/* Makes room for one more in an array that grows. NULL without memory. */
static void *with_room(void *array, size_t count, size_t *size, size_t item)
{
	size_t more = *size ? *size * 2 : 32;
	void *larger;

	if (count < *size)
		return array;
	larger = realloc(array, more * item);
	if (larger)
		*size = more;
	return larger;
}

static bool is_of(const struct census_count *count, const struct census_count *row)
{
	/* Numbers that mean nothing are one state. */
	return count->proto == row->proto && count->state == row->state;
}

/* Rows of one protocol and state come in runs. */
static int count_state(struct census *census, const struct census_count *row)
{
	size_t at = census->last;
	void *counts;

	if (at >= census->count_count || !is_of(&census->counts[at], row))
		for (at = 0; at < census->count_count; at++)
			if (is_of(&census->counts[at], row))
				break;
	census->last = at;
	if (at < census->count_count) {
		census->counts[at].sockets++;
		return 0;
	}
	counts = with_room(census->counts, census->count_count, &census->count_size,
			   sizeof(*census->counts));
	if (!counts)
		return -ENOMEM;
	census->counts = counts;
	census->counts[census->count_count] = *row;
	census->counts[census->count_count++].sockets = 1;
	return 0;
}

static int add_listener(struct census *census, const struct natu_socket *socket,
			const struct census_ends *ends, uint64_t queue)
{
	struct census_listener listener = { .proto = ends->proto,
					    .address = ends->local,
					    .port = ends->local_port,
					    .sockets = 1,
					    .queue = queue };
	void *listeners = with_room(census->listeners, census->listener_count,
				    &census->listener_size, sizeof(listener));

	if (!listeners)
		return -ENOMEM;
	census->listeners = listeners;
	listener.limit = number(census, socket, LIMIT, &listener.has_limit);
	listener.drops = number(census, socket, DROPS, &listener.has_drops);
	census->listeners[census->listener_count++] = listener;
	return 0;
}

int census_row(struct census *census, const struct natu_socket *socket)
{
	struct census_ends ends = { 0 };
	struct census_count row = { 0 };
	struct natu_value value;
	uint64_t queue;
	bool has;

	census->sockets++;
	if (!get(census, socket, PROTO, &value))
		return 0;
	row.proto = ends.proto = value.word;
	row.state = get(census, socket, STATE, &value) ? value.word : NULL;
	row.number = number(census, socket, STATE_NUMBER, &has);
	if (count_state(census, &row) < 0)
		return -ENOMEM;
	/* Other families than the internet's have neither addresses nor ports. */
	if (!get(census, socket, LOCAL_ADDRESS, &value))
		return 0;
	ends.local = value.address;
	ends.local_port = (uint16_t)number(census, socket, LOCAL_PORT, &has);
	queue = number(census, socket, QUEUE, &has);
	ends.listens = has;
	if (has && add_listener(census, socket, &ends, queue) < 0)
		return -ENOMEM;
	if (get(census, socket, PEER_ADDRESS, &value))
		ends.peer = value.address;
	ends.peer_port = (uint16_t)number(census, socket, PEER_PORT, &has);
	return census_port(census, &ends);
}

static int compare_words(const struct natu_word *a, const struct natu_word *b)
{
	return strcmp(a->text, b->text);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_counts(const void *left, const void *right)
{
	const struct census_count *a = left, *b = right;
	int order = compare_words(a->proto, b->proto);

	return order ? order : compare_numbers(a->number, b->number);
}

static int compare_listeners(const void *left, const void *right)
{
	const struct census_listener *a = left, *b = right;
	const struct natu_value of_a = { .type = NATU_ADDRESS, .address = a->address };
	const struct natu_value of_b = { .type = NATU_ADDRESS, .address = b->address };
	int order = compare_words(a->proto, b->proto);

	order = order ? order : compare_numbers(a->port, b->port);
	return order ? order : natu_value_compare(&of_a, &of_b);
}

/* Of those that share an end the limits hold together, and it is known only if it is for
 * each. */
static void join(struct census_listener *into, const struct census_listener *other)
{
	into->sockets += other->sockets;
	into->queue += other->queue;
	into->limit += other->limit;
	into->drops += other->drops;
	into->has_limit &= other->has_limit;
	into->has_drops &= other->has_drops;
}

void census_end(struct census *census)
{
	struct census_listener *listeners = census->listeners;
	size_t kept = 0;

	if (census->count_count)
		qsort(census->counts, census->count_count, sizeof(*census->counts),
		      compare_counts);
	if (census->listener_count)
		qsort(listeners, census->listener_count, sizeof(*listeners),
		      compare_listeners);
	for (size_t i = 0; i < census->listener_count; i++) {
		if (kept && !compare_listeners(&listeners[kept - 1], &listeners[i]))
			join(&listeners[kept - 1], &listeners[i]);
		else
			listeners[kept++] = listeners[i];
	}
	census->listener_count = kept;
}

void census_join_listeners(const struct census_listener *listeners, size_t count,
			   struct census_listener *all)
{
	*all = (struct census_listener){ .has_limit = true, .has_drops = true };
	for (size_t i = 0; i < count; i++)
		join(all, &listeners[i]);
}

bool census_is_full(const struct census_listener *listener)
{
	return listener->has_limit && listener->queue > listener->limit;
}

/* a/b > c/d, without a division. */
static bool is_fuller(const struct census_listener *a, const struct census_listener *b)
{
	return (double)a->queue * (double)(b->limit + 1) >
	       (double)b->queue * (double)(a->limit + 1);
}

const struct census_listener *census_fullest(const struct census *census)
{
	const struct census_listener *fullest = NULL;

	for (size_t i = 0; i < census->listener_count; i++)
		if (census->listeners[i].has_limit &&
		    (!fullest || is_fuller(&census->listeners[i], fullest)))
			fullest = &census->listeners[i];
	return fullest;
}
