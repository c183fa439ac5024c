/* SPDX-License-Identifier: MIT */
#include "source/replay.h"

#include "context.h"
#include "error.h"
#include "kernel.h"
#include "source.h"
#include "source/index.h"
#include "source/messages.h"
#include "source/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(NATU_RECEIVE_SIZE >= NATU_WALK_BUFFER, "a reader walks in natu->receive");

/* A pipe has to be kept to be read once per protocol: this much of it. */
#define STREAM_MAX (INT64_C(1) << 30)

struct natu_replay_file {
	const char *path;
	int descriptor;
	off_t end; /* of its last whole message */
	enum natu_fault fault;
	uint32_t protocols;
	uint32_t answered; /* the protocols with a dump that did not fail at once */
	struct natu_extent extents[NATU_PROTOCOLS_MAX]; /* where their dumps are */
	int refused[NATU_PROTOCOLS_MAX];		/* what the others failed with */
};

static size_t family_index(const struct natu_family *family)
{
	return (size_t)(family - natu_families);
}

/* Takes down what a message, which began at `start`, tells of its protocol as a whole. */
static void note(struct natu_replay_file *file, const struct natu_walk *walk, off_t start)
{
	size_t index = family_index(walk->family);
	struct natu_extent *extent = &file->extents[index];
	int refused = walk->is_last ? natu_message_errno(walk->message) : 0;

	if (!extent->end)
		extent->start = start;
	extent->end = natu_walk_offset(walk);
	if (walk->is_request)
		return;
	file->protocols |= 1U << index;
	if (walk->is_first && refused)
		file->refused[index] = refused;
	else
		file->answered |= 1U << index;
}

/* Looks a recording through. Returns 0, or -1 with errno set. */
static int survey(struct natu_replay_file *file)
{
	unsigned char *buffer = malloc(NATU_WALK_BUFFER);
	struct natu_index index;
	struct natu_walk walk;
	off_t start = 0, rows_end;
	int result;

	if (!buffer)
		return -1;
	natu_index_read(&index, file->descriptor);
	natu_walk_start(&walk, file->descriptor, (struct natu_extent){ 0, INT64_MAX },
			buffer);
	while ((result = natu_walk_next(&walk)) > 0) {
		natu_walk_rows(&walk);
		if (walk.family)
			note(file, &walk, start);
		start = natu_walk_offset(&walk);
		rows_end = natu_index_rows_end(&index, start);
		if (rows_end)
			natu_walk_go_to(&walk, rows_end);
	}
	file->end = start;
	file->fault = walk.fault;
	if (file->fault && !file->protocols)
		file->protocols = 1U
				  << family_index(natu_family_of_protocol(IPPROTO_TCP));
	free(buffer);
	return result;
}

static int copy_stream(int stream, int copy)
{
	char buffer[16384];
	int64_t total = 0;

	for (;;) {
		ssize_t length = read(stream, buffer, sizeof(buffer));

		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return (int)length;
		total += length;
		/* A file in memory takes less only where there is no more of it. */
		errno = total > STREAM_MAX ? EFBIG : ENOSPC;
		if (total > STREAM_MAX || write(copy, buffer, (size_t)length) != length)
			return -1;
	}
}

/* Opens for reading at any place: what can be read only once, a pipe, is kept in memory.
 * Returns the descriptor, or -1 with errno set. */
static int open_seekable(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	int copy = -1, reason;

	if (file < 0 || (fstat(file, &status) == 0 && S_ISREG(status.st_mode)))
		return file;
	copy = memfd_create("recording", MFD_CLOEXEC);
	if (copy >= 0 && copy_stream(file, copy) == 0) {
		close(file);
		return copy;
	}
	reason = errno;
	close(file);
	if (copy >= 0)
		close(copy);
	errno = reason;
	return -1;
}

int natu_replay_open(const char *path, struct natu_replay_file **opened,
		     struct natu_error *error)
{
	struct natu_replay_file *file = calloc(1, sizeof(*file));

	if (!file)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "recording %s", path);
	file->path = path;
	file->descriptor = open_seekable(path);
	if (file->descriptor < 0 || survey(file) < 0) {
		natu_fail(error, errno == ENOMEM ? NATU_ENOMEM : NATU_ESYS, errno,
			  "recording %s", path);
	} else if (file->fault == NATU_DAMAGED && file->end == 0) {
		natu_fail(error, NATU_EDATA, 0, "recording %s: it holds no messages",
			  path);
	} else {
		*opened = file;
		return 0;
	}
	natu_replay_close(file);
	return -1;
}

void natu_replay_close(struct natu_replay_file *file)
{
	if (!file)
		return;
	if (file->descriptor >= 0)
		close(file->descriptor);
	free(file);
}

uint32_t natu_replay_protocols(const struct natu_replay_file *file)
{
	return file->protocols;
}

struct replay_reader {
	struct natu_reader base;
	const struct natu_replay_file *file;
	struct natu_walk walk;
	struct natu_messages messages;
	uint64_t malformed;	   /* in the dumps before the current one */
	bool has_failed;	   /* a dump broke off ... */
	struct natu_error failure; /* ... and why */
};

static void replay_close(struct natu_reader *base)
{
	free(base);
}

static struct natu_reader *replay_open(struct natu *natu,
				       const struct natu_request *request,
				       struct natu_error *error)
{
	const struct natu_replay_file *file = natu->recording;
	size_t index = family_index(request->family);
	int refused = file->refused[index];
	struct replay_reader *reader;

	if (!(file->protocols & (1U << index))) {
		natu_fail(error, NATU_ENOSUP, 0,
			  "recording %s: %s sockets were not recorded", file->path,
			  request->family->title);
		return NULL;
	}
	if (refused && !(file->answered & (1U << index))) {
		natu_fail(error, refused == ENOENT ? NATU_ENOSUP : NATU_ESYS, refused,
			  "recording %s: %s sockets", file->path, request->family->title);
		return NULL;
	}
	reader = calloc(1, sizeof(*reader));
	if (!reader) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "recording %s", file->path);
		return NULL;
	}
	reader->base = (struct natu_reader){ .ops = &natu_replay, .request = request };
	reader->file = file;
	natu_walk_start(&reader->walk, file->descriptor, file->extents[index],
			natu->receive);
	natu_messages_start(&reader->messages, request);
	return &reader->base;
}

/* Hands the current message to the decoder, together with the rows at hand behind it. */
static void feed(struct replay_reader *reader)
{
	if (reader->walk.is_first) {
		reader->malformed += reader->messages.malformed;
		natu_messages_start(&reader->messages, reader->base.request);
	}
	natu_messages_feed(&reader->messages, reader->walk.message,
			   natu_walk_rows(&reader->walk));
}

/* Takes down that a dump failed, unless another way to ask followed it: it failed at
 * once. */
static void note_failure(struct replay_reader *reader, const struct natu_error *error)
{
	if (reader->walk.is_first)
		return;
	reader->has_failed = true;
	reader->failure = *error;
}

/* After the last message that is whole. */
static int finish(struct replay_reader *reader, struct natu_error *error)
{
	const struct natu_replay_file *file = reader->file;
	enum natu_fault fault = file->fault;
	off_t end = file->end;

	/* An index passes over what is damaged, and files can shrink. */
	if (natu_walk_offset(&reader->walk) < reader->walk.limit) {
		end = natu_walk_offset(&reader->walk);
		fault = reader->walk.fault == NATU_DAMAGED ? NATU_DAMAGED : NATU_CUT_OFF;
	}
	if (fault != NATU_WHOLE)
		return natu_fail(
			error, NATU_EDATA, 0, "recording %s: %s at byte %lld", file->path,
			fault == NATU_DAMAGED ? "damaged" : "cut off", (long long)end);
	if (reader->has_failed) {
		*error = reader->failure;
		return -1;
	}
	return 0;
}

/* Feeds the next messages of this protocol. 1: here they are. 0: there are no more.
 * -1: errno. */
static int feed_next(struct replay_reader *reader)
{
	struct natu_walk *walk = &reader->walk;
	int more;

	reader->base.malformed = reader->malformed + reader->messages.malformed;
	reader->base.has_moved |= reader->messages.has_moved;
	while ((more = natu_walk_next(walk)) > 0) {
		if (walk->is_request || walk->family != reader->base.request->family)
			continue;
		feed(reader);
		break;
	}
	return more;
}

/* Goes on after the end of what was fed. 1, or what replay_next() returns. */
static int read_on(struct replay_reader *reader, enum natu_messages_end end,
		   struct natu_error *error)
{
	int more = 1;

	if (end == NATU_MESSAGES_FAILED)
		note_failure(reader, error);
	if (end == NATU_MESSAGES_USED_UP)
		more = feed_next(reader);
	if (more < 0)
		return natu_fail(error, NATU_ESYS, errno, "recording %s",
				 reader->file->path);
	return more ? more : finish(reader, error);
}

/* Most rows are at hand: the rest is out of their way. */
__attribute__((noinline)) static int find_row(struct replay_reader *reader,
					      enum natu_messages_end end,
					      struct natu_socket *socket,
					      struct natu_error *error)
{
	int more = 1;

	while (end != NATU_MESSAGES_ROW && more > 0) {
		more = read_on(reader, end, error);
		if (more > 0)
			end = natu_messages_next(&reader->messages, socket, error);
	}
	return more;
}

static int replay_next(struct natu_reader *base, struct natu_socket *socket,
		       struct natu_error *error)
{
	struct replay_reader *reader = (struct replay_reader *)base;
	enum natu_messages_end end = natu_messages_next(&reader->messages, socket, error);

	return end == NATU_MESSAGES_ROW ? 1 : find_row(reader, end, socket, error);
}

const struct natu_source_ops natu_replay = {
	.name = "replay",
	.open = replay_open,
	.next = replay_next,
	.close = replay_close,
};
