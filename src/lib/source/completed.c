/* SPDX-License-Identifier: MIT */
#include "source/completed.h"

#include "source/over.h"

#include <stdlib.h>

/* So many are asked for once more; there is about one in a hundred. The others are given
 * as /proc has them. */
enum { ASKED_MAX = 1024 };

struct completed_reader {
	struct natu_reader base;
	struct natu *natu;
	uint64_t *seen; /* the inodes of what the dump has; in order once is_read */
	size_t seen_count, seen_size;
	bool is_read;
	struct natu_socket *missing;
	size_t count, size, given;
	struct natu_request request; /* for one of them */
	struct natu_reader *again;
};

static const struct natu_source_ops natu_completed;

static void completed_close(struct natu_reader *base)
{
	struct completed_reader *reader = (struct completed_reader *)base;

	if (reader->again)
		reader->again->ops->close(reader->again);
	free(reader->seen);
	free(reader->missing);
	natu_over_free(base);
}

struct natu_reader *natu_completed_new(struct natu *natu, struct natu_reader *behind,
				       struct natu_error *error)
{
	struct completed_reader *reader = (struct completed_reader *)natu_over_new(
		&natu_completed, sizeof(*reader), behind, error);

	if (!reader)
		return NULL;
	reader->natu = natu;
	return &reader->base;
}

static bool see(struct completed_reader *reader, const struct natu_socket *socket)
{
	if (reader->seen_count == reader->seen_size) {
		size_t size = reader->seen_size ? reader->seen_size * 2 : 64;
		uint64_t *seen = realloc(reader->seen, size * sizeof(*seen));

		if (!seen)
			return false;
		reader->seen = seen;
		reader->seen_size = size;
	}
	reader->seen[reader->seen_count++] = socket->inode;
	return true;
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static bool was_seen(const struct completed_reader *reader, uint64_t inode)
{
	return reader->seen_count && bsearch(&inode, reader->seen, reader->seen_count,
					     sizeof(*reader->seen), compare);
}

/* Keeps what /proc has and the dump had not. False without memory. */
static bool take_line(struct completed_reader *reader, const struct natu_socket *socket)
{
	size_t size = reader->size ? reader->size * 2 : 4;
	struct natu_socket *missing;

	if (!(socket->facts & FACT_INODE) || was_seen(reader, socket->inode))
		return true;
	if (reader->count == reader->size) {
		missing = realloc(reader->missing, size * sizeof(*missing));
		if (!missing)
			return false;
		reader->missing = missing;
		reader->size = size;
	}
	reader->missing[reader->count++] = *socket;
	return true;
}

/* Without /proc there is nothing to compare with. */
static int find_missing(struct completed_reader *reader, struct natu_error *error)
{
	struct natu_reader *proc = natu_procfs.open(reader->natu, reader->base.request,
						    error);
	struct natu_socket socket;
	struct natu_error ignored;
	int result = 0;

	if (reader->seen_count)
		qsort(reader->seen, reader->seen_count, sizeof(*reader->seen), compare);
	if (!proc)
		return error->code == NATU_ENOMEM ? -1 : 0;
	while (!result && proc->ops->next(proc, &socket, &ignored) > 0)
		if (!take_line(reader, &socket))
			result = natu_over_no_memory(&reader->base, error);
	proc->ops->close(proc);
	return result;
}

/* Asks for the sockets of the same protocol, until the one is found. */
static void ask_again(struct completed_reader *reader, struct natu_socket *socket)
{
	const uint64_t inode = socket->inode;
	struct natu_socket found = { 0 };
	struct natu_error ignored;

	reader->request = *reader->base.request;
	reader->request.has_protocol = true;
	reader->request.protocol = socket->of.netlink.protocol;
	reader->again = natu_diag.open(reader->natu, &reader->request, &ignored);
	while (reader->again &&
	       reader->again->ops->next(reader->again, &found, &ignored) > 0) {
		if (!(found.facts & FACT_INODE) || found.inode != inode)
			continue;
		*socket = found;
		return;
	}
}

static int next_missing(struct completed_reader *reader, struct natu_socket *socket)
{
	if (reader->again)
		reader->again->ops->close(reader->again);
	reader->again = NULL;
	if (reader->given == reader->count)
		return 0;
	*socket = reader->missing[reader->given++];
	if (reader->given <= ASKED_MAX)
		ask_again(reader, socket);
	return 1;
}

static int completed_next(struct natu_reader *base, struct natu_socket *socket,
			  struct natu_error *error)
{
	struct completed_reader *reader = (struct completed_reader *)base;
	int more;

	if (reader->is_read)
		return next_missing(reader, socket);
	more = base->behind->ops->next(base->behind, socket, error);
	base->malformed = base->behind->malformed;
	if (more > 0 && (socket->facts & FACT_INODE) && !see(reader, socket))
		return natu_over_no_memory(base, error);
	if (more)
		return more;
	reader->is_read = true;
	if (find_missing(reader, error) < 0)
		return -1;
	return next_missing(reader, socket);
}

static const struct natu_source_ops natu_completed = {
	.name = "completed",
	.next = completed_next,
	.close = completed_close,
};
