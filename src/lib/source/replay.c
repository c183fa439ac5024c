/* SPDX-License-Identifier: MIT */
#include "source/replay.h"

#include "context.h"
#include "error.h"
#include "kernel.h"
#include "source.h"
#include "source/messages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* The longest message that can be read: the kernel's own are at most half of it. */
#define MESSAGE_MAX NATU_RECEIVE_SIZE

/* A pipe has to be kept to be read once per protocol: this much of it. */
#define STREAM_MAX (INT64_C(1) << 30)

/* What can be wrong after the last whole message. */
static const char cut_off[] = "cut off", damaged[] = "damaged";

struct natu_replay_file {
	const char *path;
	int descriptor;
	off_t end;	   /* of its last whole message */
	const char *fault; /* why it cannot be read beyond; NULL: it is whole */
	uint32_t protocols;
	uint32_t answered; /* the protocols with a dump that did not fail at once */
	int refused[NATU_PROTOCOLS_MAX]; /* what the others failed with */
};

/* Goes through a recording message by message, and keeps track of whose replies they
 * are. */
struct walk {
	const struct natu_replay_file *file;
	unsigned char *buffer;		/* MESSAGE_MAX bytes */
	size_t start, end;		/* what of the buffer is still to come */
	off_t position;			/* in the file, of the buffer's end */
	const struct nlmsghdr *message; /* the current one, whole and aligned */
	const struct natu_family
		*family; /* whose it is; NULL: not of an internet protocol */
	bool is_request;
	bool is_first, is_last; /* of the replies of a dump */
	bool is_awaited;	/* a dump was asked for, and no reply has come yet */
	bool is_expecting;	/* a dump was asked for or has begun, and has not ended */
	const char *fault;	/* what is wrong after the last whole message, or NULL */
};

static void walk_start(struct walk *walk, const struct natu_replay_file *file,
		       unsigned char *buffer)
{
	memset(walk, 0, sizeof(*walk));
	walk->file = file;
	walk->buffer = buffer;
}

static off_t walk_offset(const struct walk *walk)
{
	return walk->position - (off_t)(walk->end - walk->start);
}

/* Reads until that many bytes are in the buffer, or the file ends. Returns how many
 * there are, up to what was wanted, or -1 with errno set. */
static ssize_t walk_fill(struct walk *walk, size_t wanted)
{
	if (walk->end - walk->start >= wanted)
		return (ssize_t)wanted;
	memmove(walk->buffer, walk->buffer + walk->start, walk->end - walk->start);
	walk->end -= walk->start;
	walk->start = 0;
	while (walk->end < wanted) {
		size_t room = MESSAGE_MAX - walk->end;
		off_t left = walk->file->end - walk->position;
		ssize_t length;

		length = pread(walk->file->descriptor, walk->buffer + walk->end,
			       (off_t)room < left ? room : (size_t)left, walk->position);
		if (length < 0)
			return -1;
		if (length == 0)
			return (ssize_t)walk->end;
		walk->end += (size_t)length;
		walk->position += length;
	}
	return (ssize_t)wanted;
}

/* The protocol that a request asks for, or NULL. */
static const struct natu_family *family_of_request(const struct nlmsghdr *message)
{
	const unsigned char *body = (const unsigned char *)message + NLMSG_HDRLEN;
	size_t length = message->nlmsg_len - NLMSG_HDRLEN;
	size_t header = message->nlmsg_type == TCPDIAG_GETSOCK
				? sizeof(struct inet_diag_req)
				: sizeof(struct inet_diag_req_v2);
	const struct nlattr *attribute;
	uint32_t protocol = IPPROTO_TCP;
	int left;

	if (length < header || (message->nlmsg_type != TCPDIAG_GETSOCK &&
				message->nlmsg_type != SOCK_DIAG_BY_FAMILY))
		return NULL;
	/* Both begin with the family; the newer form goes on with the protocol. */
	if (body[0] != AF_INET && body[0] != AF_INET6)
		return NULL;
	if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY)
		protocol = body[1];
	/* A protocol beyond 255 has room in the attribute only, which therefore counts.
	 * */
	left = (int)(length - header);
	for (attribute = (const void *)(body + header); mnl_attr_ok(attribute, left);
	     attribute = mnl_attr_next(attribute)) {
		if (mnl_attr_get_type(attribute) == KERNEL_DIAG_REQ_PROTOCOL &&
		    mnl_attr_get_payload_len(attribute) >= sizeof(protocol))
			memcpy(&protocol, mnl_attr_get_payload(attribute),
			       sizeof(protocol));
		left -= (int)MNL_ALIGN(attribute->nla_len);
	}
	return natu_family_of_protocol(protocol);
}

/* Sets whose message this is. */
static void walk_attribute(struct walk *walk)
{
	uint16_t type = walk->message->nlmsg_type;

	walk->is_request = walk->message->nlmsg_flags & NLM_F_REQUEST;
	if (walk->is_request) {
		walk->family = family_of_request(walk->message);
		walk->is_awaited = walk->is_expecting = true;
		return;
	}
	if (!walk->is_expecting)
		walk->family = natu_family_of_protocol(IPPROTO_TCP);
	walk->is_first = walk->is_awaited || !walk->is_expecting;
	walk->is_last = type == NLMSG_DONE || type == NLMSG_ERROR;
	walk->is_awaited = false;
	walk->is_expecting = !walk->is_last;
}

/* Goes to the next message. 1: here it is. 0: there is none, and walk->fault says why if
 * the recording is not whole. -1: errno. */
static int walk_next(struct walk *walk)
{
	ssize_t there = walk_fill(walk, NLMSG_HDRLEN);
	struct nlmsghdr header;

	if (there < 0)
		return -1;
	if (there < NLMSG_HDRLEN) {
		walk->fault = there > 0 || walk->is_expecting ? cut_off : NULL;
		return 0;
	}
	memcpy(&header, walk->buffer + walk->start, sizeof(header));
	if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > MESSAGE_MAX) {
		walk->fault = damaged;
		return 0;
	}
	/* The last message of a file may lack its padding. */
	there = walk_fill(walk, NLMSG_ALIGN(header.nlmsg_len));
	if (there < 0)
		return -1;
	if ((size_t)there < header.nlmsg_len) {
		walk->fault = cut_off;
		return 0;
	}
	walk->message = (const struct nlmsghdr *)(walk->buffer + walk->start);
	walk->start += (size_t)there;
	walk_attribute(walk);
	return 1;
}

static size_t family_index(const struct natu_family *family)
{
	return (size_t)(family - natu_families);
}

/* Takes down what a reply tells of its protocol as a whole. */
static void note_reply(struct natu_replay_file *file, const struct walk *walk)
{
	size_t index = family_index(walk->family);
	int refused = walk->is_last ? natu_message_errno(walk->message) : 0;

	file->protocols |= 1U << index;
	if (walk->is_first && refused)
		file->refused[index] = refused;
	else
		file->answered |= 1U << index;
}

/* Looks a recording through. Returns 0, or -1 with errno set. */
static int survey(struct natu_replay_file *file)
{
	unsigned char *buffer = malloc(MESSAGE_MAX);
	struct walk walk;
	int result;

	if (!buffer)
		return -1;
	walk_start(&walk, file, buffer);
	while ((result = walk_next(&walk)) > 0)
		if (!walk.is_request && walk.family)
			note_reply(file, &walk);
	file->end = walk_offset(&walk);
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
	ssize_t length;

	while ((length = read(stream, buffer, sizeof(buffer))) > 0) {
		if (write(copy, buffer, (size_t)length) != length)
			return -1;
		total += length;
		if (total > STREAM_MAX) {
			errno = EFBIG;
			return -1;
		}
	}
	return (int)length;
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
	file->end = INT64_MAX;
	file->descriptor = open_seekable(path);
	if (file->descriptor < 0 || survey(file) < 0) {
		natu_fail(error, NATU_ESYS, errno, "recording %s", path);
	} else if (file->fault == damaged && file->end == 0) {
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
	struct walk walk;
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
	walk_start(&reader->walk, file, natu->receive);
	natu_messages_start(&reader->messages, request);
	return &reader->base;
}

/* Decodes the current message. True: *socket is a row. */
static bool take_reply(struct replay_reader *reader, struct natu_socket *socket)
{
	const struct walk *walk = &reader->walk;
	struct natu_messages *messages = &reader->messages;
	enum natu_messages_end end;
	struct natu_error failure;

	if (walk->is_first) {
		reader->malformed += messages->malformed;
		natu_messages_start(messages, reader->base.request);
	}
	natu_messages_feed(messages, walk->message, walk->message->nlmsg_len);
	end = natu_messages_next(messages, socket, &failure);
	reader->base.malformed = reader->malformed + messages->malformed;
	/* A dump that failed at once was followed by another way to ask. */
	if (end == NATU_MESSAGES_FAILED && !walk->is_first) {
		reader->has_failed = true;
		reader->failure = failure;
	}
	return end == NATU_MESSAGES_ROW;
}

/* After the last message that is whole. */
static int finish(struct replay_reader *reader, struct natu_error *error)
{
	const struct natu_replay_file *file = reader->walk.file;
	const char *fault = file->fault;

	/* It was whole up to there when it was opened, but files can shrink. */
	if (!fault && walk_offset(&reader->walk) < file->end)
		fault = cut_off;
	if (fault)
		return natu_fail(error, NATU_EDATA, 0, "recording %s: %s at byte %lld",
				 file->path, fault,
				 (long long)walk_offset(&reader->walk));
	if (reader->has_failed) {
		*error = reader->failure;
		return -1;
	}
	return 0;
}

static int replay_next(struct natu_reader *base, struct natu_socket *socket,
		       struct natu_error *error)
{
	struct replay_reader *reader = (struct replay_reader *)base;
	struct walk *walk = &reader->walk;
	int more;

	while ((more = walk_next(walk)) > 0)
		if (!walk->is_request && walk->family == base->request->family &&
		    take_reply(reader, socket))
			return 1;
	if (more < 0)
		return natu_fail(error, NATU_ESYS, errno, "recording %s",
				 walk->file->path);
	return finish(reader, error);
}

static uint32_t replay_provides(const struct natu_family *family)
{
	return family->diag_facts;
}

const struct natu_source_ops natu_replay = {
	.name = "replay",
	.provides = replay_provides,
	.open = replay_open,
	.next = replay_next,
	.close = replay_close,
};
