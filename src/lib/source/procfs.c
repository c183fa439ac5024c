/* SPDX-License-Identifier: MIT */
#include "source.h"

#include "context.h"
#include "error.h"
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel gives one page per read, whatever it is asked for. The longest line that it
 * writes has 200 bytes; what does not fit in here is not its. */
#define BUFFER_SIZE 16384

struct procfs_reader {
	struct natu_reader base;
	const char *root;     /* what natu->proc is called */
	int files[2];	      /* for IPv4 and IPv6; -1: not asked for, or not there */
	unsigned int current; /* which of the two is being read */
	bool is_first_line;
	bool is_skipping;  /* in the middle of a line that is too long */
	bool is_at_end;	   /* the buffer holds all that is left of the file */
	size_t start, end; /* what of the buffer is still to be parsed */
	struct natu_proc_columns columns; /* what its first line says, if that counts */
	char buffer[BUFFER_SIZE];
};

struct line {
	const char *text;
	size_t length;
	bool is_whole; /* its newline was there */
};

/* The file, or -1 with errno set. A copy of /proc can hold anything by that name: what
 * could block or never end is refused. */
static int open_file(const struct natu *natu, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat status;
	int file, reason;

	file = natu_netns_open(natu, path, flags);
	if (file < 0)
		return -1;
	if (fstat(file, &status) == 0) {
		if (S_ISREG(status.st_mode))
			return file;
		errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	}
	reason = errno;
	close(file);
	errno = reason;
	return -1;
}

static int fail(const struct procfs_reader *reader, unsigned int which,
		struct natu_error *error)
{
	return natu_fail(error, errno == ENOENT ? NATU_ENOSUP : NATU_ESYS, errno,
			 "reading %s/%s", reader->root,
			 reader->base.request->family->procfile[which]);
}

/* A machine without IPv6 lacks the second file; one that lacks both lacks the protocol.
 * */
static bool has_other_file(const struct natu *natu, const struct natu_family *family,
			   unsigned int which)
{
	const char *other = family->procfile[!which];
	int file = other ? natu_netns_open(natu, other, O_PATH | O_CLOEXEC) : -1;

	if (file >= 0)
		close(file);
	return file >= 0;
}

/* There is a file for each address family, or for listeners and for associations. */
static bool is_needed(const struct natu_request *request, unsigned int which)
{
	const struct natu_family *family = request->family;
	uint32_t states = which ? family->connected_states : family->listening_states;

	return family->has_associations ? request->states & states
					: request->families >> which & 1;
}

static int open_files(struct procfs_reader *reader, const struct natu *natu,
		      struct natu_error *error)
{
	const struct natu_request *request = reader->base.request;

	for (unsigned int i = 0; i < 2; i++) {
		int reason;

		if (!is_needed(request, i))
			continue;
		reader->files[i] = open_file(natu, request->family->procfile[i]);
		reason = errno;
		if (reader->files[i] >= 0 ||
		    (reason == ENOENT && !request->family->has_associations &&
		     has_other_file(natu, request->family, i)))
			continue;
		errno = reason;
		return fail(reader, i, error);
	}
	return 0;
}

static void start_file(struct procfs_reader *reader, unsigned int which)
{
	reader->current = which;
	reader->is_first_line = true;
	reader->is_skipping = false;
	reader->is_at_end = false;
	reader->start = reader->end = 0;
	reader->columns.count = 0;
}

static void procfs_close(struct natu_reader *base)
{
	struct procfs_reader *reader = (struct procfs_reader *)base;

	for (unsigned int i = 0; i < 2; i++)
		if (reader->files[i] >= 0)
			close(reader->files[i]);
	free(reader);
}

static struct natu_reader *procfs_open(struct natu *natu,
				       const struct natu_request *request,
				       struct natu_error *error)
{
	struct procfs_reader *reader;

	if (!request->family->procfile[0]) {
		natu_fail(error, NATU_ENOSUP, 0, "/proc/net has no %s sockets",
			  request->family->title);
		return NULL;
	}
	reader = malloc(sizeof(*reader));
	if (!reader) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "reading %s",
			  request->family->procfile[0]);
		return NULL;
	}
	reader->base = (struct natu_reader){ .ops = &natu_procfs, .request = request };
	reader->root = natu->setup.proc_root ? natu->setup.proc_root : "/proc";
	reader->files[0] = reader->files[1] = -1;
	start_file(reader, 0);
	if (open_files(reader, natu, error) < 0) {
		procfs_close(&reader->base);
		return NULL;
	}
	return &reader->base;
}

/* A line that fills the buffer is dropped, and so is the rest of it as it arrives. */
static void make_room(struct procfs_reader *reader)
{
	size_t kept = reader->end - reader->start;

	if (kept == BUFFER_SIZE) {
		reader->base.malformed += !reader->is_skipping;
		reader->is_skipping = true;
		kept = 0;
	} else if (reader->start > 0) {
		memmove(reader->buffer, reader->buffer + reader->start, kept);
	}
	reader->start = 0;
	reader->end = kept;
}

static int refill(struct procfs_reader *reader, struct natu_error *error)
{
	ssize_t length;

	make_room(reader);
	length = read(reader->files[reader->current], reader->buffer + reader->end,
		      BUFFER_SIZE - reader->end);
	if (length < 0)
		return fail(reader, reader->current, error);
	reader->is_at_end = length == 0;
	reader->end += (size_t)length;
	return 0;
}

/* Takes the next line out of the buffer. False: it does not hold a whole one, or, at the
 * end of the file, nothing more. */
static bool take_line(struct procfs_reader *reader, struct line *line)
{
	const char *newline;

	line->text = reader->buffer + reader->start;
	line->length = reader->end - reader->start;
	newline = memchr(line->text, '\n', line->length);
	line->is_whole = newline;
	if (newline) {
		line->length = (size_t)(newline - line->text);
		reader->start += line->length + 1;
		return true;
	}
	if (!reader->is_at_end || !line->length)
		return false;
	reader->start = reader->end;
	return true;
}

/* "  sl  local_address ..." */
static bool is_header(const struct procfs_reader *reader, const struct line *line)
{
	const struct natu_family *family = reader->base.request->family;
	bool has_own = reader->current && family->heading[1];
	const char *heading = family->heading[has_own];
	size_t i = 0, length = strlen(heading);

	while (i < line->length && line->text[i] == ' ')
		i++;
	return line->length - i >= length && !memcmp(line->text + i, heading, length);
}

/* Parses a line. False: it is no socket's. */
static bool parse_line(struct procfs_reader *reader, const struct line *line,
		       struct natu_socket *socket)
{
	const struct natu_family *family = reader->base.request->family;
	bool is_first = reader->is_first_line;

	reader->is_first_line = false;
	if (reader->is_skipping) {
		reader->is_skipping = false;
		return false;
	}
	if (is_first && is_header(reader, line)) {
		if (family->take_heading)
			family->take_heading(line->text, line->length, &reader->columns);
		return false;
	}
	if (!line->length)
		return false;
	socket->proc_columns = &reader->columns;
	if (!family->parse_line(family, reader->current, line->text, line->length,
				socket)) {
		reader->base.malformed++;
		return false;
	}
	/* The number that ends a cut line may have lost its end. */
	if (!line->is_whole)
		socket->facts &= ~(natu_facts)FACT_DROPS;
	return family->is_joined ||
	       (reader->base.request->states & STATE_BIT(socket->state_number));
}

static int procfs_next(struct natu_reader *base, struct natu_socket *socket,
		       struct natu_error *error)
{
	struct procfs_reader *reader = (struct procfs_reader *)base;
	struct line line;

	while (reader->current < 2) {
		if (take_line(reader, &line)) {
			if (parse_line(reader, &line, socket))
				return 1;
		} else if (reader->is_at_end || reader->files[reader->current] < 0) {
			start_file(reader, reader->current + 1);
		} else if (refill(reader, error) < 0) {
			return -1;
		}
	}
	return 0;
}

const struct natu_source_ops natu_procfs = {
	.name = "proc",
	.open = procfs_open,
	.next = procfs_next,
	.close = procfs_close,
};
