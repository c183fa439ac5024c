/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "source.h"
#include "source/replay.h"
#include "state.h"
#include "stream.h"
#include "test.h"
#include "tree.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_MAX_HERE 96

enum { PORTS_MAX = 64, UNKNOWN_TYPE = 99 };

/* What a listing of one protocol gave. */
struct listing {
	bool opened;
	int end; /* what next() returned last */
	uint64_t malformed;
	size_t count;
	uint16_t ports[PORTS_MAX];
	struct natu_error error;
};

static const struct natu_family *family_named(const char *protocol)
{
	for (size_t i = 0; i < natu_family_count; i++)
		if (!strcmp(natu_families[i].name, protocol))
			return &natu_families[i];
	CU_FAIL_FATAL("no such protocol");
	return NULL;
}

static void read_all(struct natu_reader *reader, struct listing *listing)
{
	struct natu_socket socket;

	while ((listing->end = natu_replay.next(reader, &socket, &listing->error)) > 0) {
		CU_ASSERT(socket.family == reader->request->family);
		if (listing->count < PORTS_MAX)
			listing->ports[listing->count] = socket.local_port;
		listing->count++;
	}
	listing->malformed = reader->malformed;
}

static void list_file(struct natu_replay_file *file, const char *protocol,
		      struct listing *listing)
{
	struct natu natu = {
		.recording = file,
		.receive = test_allocate(NATU_RECEIVE_SIZE),
	};
	struct natu_request request = {
		.family = family_named(protocol),
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATES_LISTED,
	};
	struct natu_reader *reader;

	memset(listing, 0, sizeof(*listing));
	reader = natu_replay.open(&natu, &request, &listing->error);
	listing->opened = reader;
	if (reader) {
		read_all(reader, listing);
		natu_replay.close(reader);
	}
	free(natu.receive);
}

/* A recording on disk. */
struct recording {
	struct tree tree;
	char path[PATH_MAX_HERE];
	struct natu_replay_file *file;
};

static int recording_open(struct recording *recording, const void *bytes, size_t length,
			  struct natu_error *error)
{
	tree_make(&recording->tree);
	tree_write(&recording->tree, "recording", bytes, length);
	snprintf(recording->path, sizeof(recording->path), "%s/recording",
		 recording->tree.path);
	recording->file = NULL;
	return natu_replay_open(recording->path, &recording->file, error);
}

static void recording_close(struct recording *recording)
{
	natu_replay_close(recording->file);
	tree_remove(&recording->tree);
}

static void list_bytes(const void *bytes, size_t length, const char *protocol,
		       struct listing *listing)
{
	struct recording recording;
	struct natu_error error;

	CU_ASSERT_FATAL(recording_open(&recording, bytes, length, &error) == 0);
	list_file(recording.file, protocol, listing);
	recording_close(&recording);
}

static void list(const struct stream *stream, const char *protocol,
		 struct listing *listing)
{
	list_bytes(stream->bytes, stream->length, protocol, listing);
}

/* True if the stream lists exactly these ports for the protocol, and all is well. */
static bool lists(const struct stream *stream, const char *protocol,
		  const uint16_t *ports, size_t count)
{
	struct listing listing;

	list(stream, protocol, &listing);
	return listing.opened && listing.end == 0 && listing.malformed == 0 &&
	       listing.count == count &&
	       !memcmp(listing.ports, ports, count * sizeof(*ports));
}

#define LISTS(stream, protocol, ...)                               \
	lists(stream, protocol, (const uint16_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))
#define LISTS_NOTHING(stream, protocol) \
	lists(stream, protocol, (const uint16_t[1]){ 0 }, 0)

/* A protocol that a recording lacks is not one that has no sockets. */
static bool lacks(const struct stream *stream, const char *protocol)
{
	struct listing listing;

	list(stream, protocol, &listing);
	return !listing.opened && listing.error.code == NATU_ENOSUP &&
	       strstr(listing.error.text, "not recorded");
}

static uint32_t protocols_of(const struct stream *stream)
{
	struct recording recording;
	struct natu_error error;
	uint32_t protocols;

	CU_ASSERT_FATAL(
		recording_open(&recording, stream->bytes, stream->length, &error) == 0);
	protocols = natu_replay_protocols(recording.file);
	recording_close(&recording);
	return protocols;
}

TEST(each_reply_belongs_to_the_request_before_it)
{
	struct stream stream = { 0 };

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	stream_put_request(&stream, IPPROTO_UDP);
	stream_put_row(&stream, 3);
	stream_put_done(&stream, 0);
	stream_put_request_v2(&stream, AF_INET, IPPROTO_UDPLITE, 0);
	stream_put_row(&stream, 4);
	stream_put_done(&stream, 0);
	stream_put_request_v2(&stream, AF_INET6, IPPROTO_UDPLITE, 0);
	stream_put_row(&stream, 5);
	stream_put_done(&stream, 0);
	stream_put_request_v2(&stream, AF_INET, IPPROTO_RAW, 0);
	stream_put_row(&stream, 6);
	stream_put_done(&stream, 0);
	stream_put_request_v2(&stream, AF_INET, IPPROTO_TCP, 0);
	stream_put_row(&stream, 7);
	stream_put_done(&stream, 0);

	CU_ASSERT(LISTS(&stream, "tcp", 1, 2, 7));
	CU_ASSERT(LISTS(&stream, "udp", 3));
	CU_ASSERT(LISTS(&stream, "udplite", 4, 5));
	CU_ASSERT(LISTS(&stream, "raw", 6));
	CU_ASSERT(protocols_of(&stream) ==
		  (natu_protocol_named("tcp") | natu_protocol_named("udp") |
		   natu_protocol_named("udplite") | natu_protocol_named("raw")));
	stream_free(&stream);
}

/* As `ss -D` writes them: a dump for IPv4 and one for IPv6. */
TEST(replies_without_a_request_are_tcp)
{
	struct stream stream = { 0 };

	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	stream_put_row(&stream, 2);
	stream_put_row(&stream, 3);
	stream_put_done(&stream, 0);
	CU_ASSERT(LISTS(&stream, "tcp", 1, 2, 3));
	CU_ASSERT(lacks(&stream, "udp"));
	CU_ASSERT(protocols_of(&stream) == natu_protocol_named("tcp"));

	/* The end of a dump ends what its request said. */
	stream_put_request(&stream, IPPROTO_UDP);
	stream_put_row(&stream, 4);
	stream_put_done(&stream, 0);
	stream_put_row(&stream, 5);
	stream_put_done(&stream, 0);
	CU_ASSERT(LISTS(&stream, "tcp", 1, 2, 3, 5));
	CU_ASSERT(LISTS(&stream, "udp", 4));
	stream_free(&stream);
}

/* MPTCP is 262, of which the request's own member holds the low byte: 6, which is TCP's.
 * */
TEST(other_protocols_are_not_listed)
{
	const unsigned char odd_request[64] = { AF_X25, IPPROTO_TCP };
	struct stream stream = { 0 };

	stream_put_request_v2(&stream, AF_INET, 261 & 0xff, 261);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	stream_put(&stream, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, odd_request,
		   sizeof(odd_request));
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	/* A request that is too short to say what it asks for. */
	stream_put(&stream, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, "\2\6", 2);
	stream_put_row(&stream, 3);
	stream_put_done(&stream, 0);
	stream_put(&stream, UNKNOWN_TYPE, NLM_F_REQUEST, NULL, 0);
	stream_put_row(&stream, 4);
	stream_put_done(&stream, 0);
	CU_ASSERT(protocols_of(&stream) == 0);
	for (size_t i = 0; i < natu_family_count; i++)
		CU_ASSERT(lacks(&stream, natu_families[i].name));
	stream_free(&stream);
}

/* The question whether the kernel reads the attribute: answered by -ENOENT if it does,
 * and with TCP's listeners by one that does not. */
TEST(probe_is_not_listed)
{
	struct stream stream = { 0 };

	stream_put_request(&stream, 254);
	stream_put_done(&stream, ENOENT);
	stream_put_request(&stream, 254);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	stream_put_request(&stream, IPPROTO_UDP);
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	CU_ASSERT(lacks(&stream, "tcp"));
	CU_ASSERT(LISTS(&stream, "udp", 2));
	CU_ASSERT(protocols_of(&stream) == natu_protocol_named("udp"));
	stream_free(&stream);
}

TEST(refused_dump_is_an_error_on_open)
{
	struct stream stream = { 0 };
	struct listing listing;

	stream_put_request_v2(&stream, AF_INET, IPPROTO_RAW, 0);
	stream_put_done(&stream, ENOENT);
	stream_put_request_v2(&stream, AF_INET, IPPROTO_UDPLITE, 0);
	stream_put_error(&stream, EPERM);
	stream_put_request(&stream, 0);
	stream_put_done(&stream, 0);

	list(&stream, "raw", &listing);
	CU_ASSERT(!listing.opened && listing.error.code == NATU_ENOSUP);
	CU_ASSERT(listing.error.error == ENOENT && strstr(listing.error.text, "RAW"));
	list(&stream, "udplite", &listing);
	CU_ASSERT(!listing.opened && listing.error.code == NATU_ESYS);
	CU_ASSERT(listing.error.error == EPERM);
	CU_ASSERT(LISTS_NOTHING(&stream, "tcp"));

	/* Asked in another way it was answered. */
	stream_put_request_v2(&stream, AF_INET6, IPPROTO_UDPLITE, 0);
	stream_put_row(&stream, 8);
	stream_put_done(&stream, 0);
	stream_put_request_v2(&stream, AF_INET6, IPPROTO_UDPLITE, 0);
	stream_put_error(&stream, ENOENT);
	CU_ASSERT(LISTS(&stream, "udplite", 8));
	stream_free(&stream);
}

/* Its rows are shown, and those of the dumps behind it; then it is told. */
TEST(dump_that_breaks_off)
{
	struct stream stream = { 0 };
	struct listing listing;

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, ENOMEM);
	stream_put_request(&stream, 0);
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	list(&stream, "tcp", &listing);
	CU_ASSERT(listing.opened && listing.count == 2 && listing.ports[1] == 2);
	CU_ASSERT(listing.end == -1 && listing.error.error == ENOMEM);
	stream_free(&stream);
}

TEST(unknown_and_short_messages_are_counted)
{
	struct stream stream = { 0 };
	struct listing listing;

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put(&stream, UNKNOWN_TYPE, NLM_F_MULTI, "????", 4);
	stream_put(&stream, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, "\2\1", 2);
	stream_put(&stream, NLMSG_NOOP, NLM_F_MULTI, NULL, 0);
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	stream_put_request(&stream, 0);
	stream_put(&stream, UNKNOWN_TYPE, NLM_F_MULTI, NULL, 0);
	stream_put_done(&stream, 0);
	list(&stream, "tcp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == 2 && listing.malformed == 3);
	stream_free(&stream);
}

/* A resumed dump repeats a socket; two dumps of the same moment show the same one twice.
 * */
TEST(repeated_sockets)
{
	struct stream stream = { 0 };

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_row(&stream, 2);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	CU_ASSERT(LISTS(&stream, "tcp", 1, 2, 1));
	stream_free(&stream);
}

/* Where the rows of a recording end, and where it can be cut without a loss. */
struct marks {
	size_t rows[3];
	size_t wholes[4];
};

/* The rows before the cut, and an error unless it was cut where a dump ends. */
static void expect_cut(const struct stream *stream, size_t length,
		       const struct marks *marks)
{
	struct listing listing;
	size_t expected = 0;
	bool whole = false;

	for (size_t i = 0; i < 3; i++)
		expected += marks->rows[i] <= length;
	for (size_t i = 0; i < 4; i++)
		whole |= marks->wholes[i] == length;
	list_bytes(stream->bytes, length, "tcp", &listing);
	CU_ASSERT(listing.opened && listing.malformed == 0);
	CU_ASSERT(listing.count == expected);
	CU_ASSERT(listing.end == (whole ? 0 : -1));
	if (whole)
		return;
	CU_ASSERT(listing.error.code == NATU_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(listing.error.text, "cut off"));
	/* Whatever else is asked for may be what was lost. */
	list_bytes(stream->bytes, length, "udp", &listing);
	CU_ASSERT(listing.opened ? listing.end == -1 && listing.error.code == NATU_EDATA
				 : listing.error.code == NATU_ENOSUP);
}

TEST(cut_anywhere)
{
	struct stream stream = { 0 };
	struct marks marks = { 0 };

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	marks.rows[0] = stream.length;
	stream_put_row(&stream, 2);
	marks.rows[1] = stream.length;
	stream_put_done(&stream, 0);
	marks.wholes[1] = stream.length;
	stream_put_row(&stream, 3);
	marks.rows[2] = stream.length;
	stream_put_done(&stream, 0);
	marks.wholes[2] = stream.length;
	stream_put_request_v2(&stream, AF_INET, IPPROTO_UDP, 0);
	stream_put_row(&stream, 4);
	stream_put_done(&stream, 0);
	marks.wholes[3] = stream.length;
	for (size_t length = 1; length <= stream.length; length++)
		expect_cut(&stream, length, &marks);
	stream_free(&stream);
}

/* A file that was cut before it said anything has a protocol that tells of it. */
TEST(cut_before_the_first_protocol)
{
	struct stream stream = { 0 };

	stream_put_request(&stream, 0);
	for (; stream.length > 0; stream.length--)
		CU_ASSERT(protocols_of(&stream) == natu_protocol_named("tcp"));
	CU_ASSERT(protocols_of(&stream) == 0);
	stream_free(&stream);
}

TEST(impossible_lengths)
{
	static const uint32_t lengths[] = { 0,	       1,
					    15,	       NATU_RECEIVE_SIZE + 1,
					    INT32_MAX, UINT32_MAX };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct stream stream = { 0 };
		struct recording recording;
		struct natu_error error = { 0 };
		struct listing listing;
		size_t wrong;

		stream_put_request(&stream, 0);
		stream_put_row(&stream, 1);
		wrong = stream_put_row(&stream, 2);
		stream_put_row(&stream, 3);
		stream_put_done(&stream, 0);
		memcpy(stream.bytes + wrong, &lengths[i], sizeof(lengths[i]));
		list(&stream, "tcp", &listing);
		CU_ASSERT(listing.count == 1 && listing.end == -1);
		CU_ASSERT(listing.error.code == NATU_EDATA);
		CU_ASSERT_PTR_NOT_NULL(strstr(listing.error.text, "damaged"));

		/* A file that begins like this is none. */
		CU_ASSERT(recording_open(&recording, stream.bytes + wrong, 100, &error) ==
			  -1);
		CU_ASSERT(error.code == NATU_EDATA);
		recording_close(&recording);
		stream_free(&stream);
	}
}

/* More than fits into the buffer at once, the longest message among it, in pieces of odd
 * sizes. */
TEST(longer_than_the_buffer)
{
	static unsigned char filler[NATU_RECEIVE_SIZE - NLMSG_HDRLEN];
	struct stream stream = { 0 };
	struct listing listing;
	enum { ROWS = 3000 };

	stream_put_request(&stream, 0);
	for (size_t port = 1; port <= ROWS; port++) {
		stream_put_row(&stream, (uint16_t)port);
		if (port % 1000 == 0)
			stream_put(&stream, UNKNOWN_TYPE, NLM_F_MULTI, filler,
				   sizeof(filler));
		else if (port % 7 == 0)
			stream_put(&stream, NLMSG_NOOP, NLM_F_MULTI, filler, port % 61);
	}
	stream_put_done(&stream, 0);
	list(&stream, "tcp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == ROWS && listing.malformed == 3);
	stream_free(&stream);
}

/* The padding behind the last message is nobody's loss. */
TEST(last_message_without_padding)
{
	struct stream stream = { 0 };
	struct listing listing;

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put(&stream, NLMSG_DONE, NLM_F_MULTI, "\0\0\0\0\0", 5);
	list_bytes(stream.bytes, stream.length - 3, "tcp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == 1);
	stream_free(&stream);
}

TEST(file_that_shrinks)
{
	struct recording recording;
	struct stream stream = { 0 };
	struct natu_error error;
	struct listing listing;
	size_t second;

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	second = stream.length;
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	for (size_t length = 0; length < stream.length; length++) {
		CU_ASSERT_FATAL(
			!recording_open(&recording, stream.bytes, stream.length, &error));
		CU_ASSERT(truncate(recording.path, (off_t)length) == 0);
		list_file(recording.file, "tcp", &listing);
		CU_ASSERT(listing.end == -1 && listing.error.code == NATU_EDATA);
		CU_ASSERT(listing.count <= 1 + (length > second));
		recording_close(&recording);
	}
	stream_free(&stream);
}

/* A file that grows is read as far as it went when it was opened. */
TEST(file_that_grows)
{
	struct recording recording;
	struct stream stream = { 0 };
	struct natu_error error;
	struct listing listing;
	size_t first;

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	first = stream.length;
	stream_put_row(&stream, 2);
	CU_ASSERT_FATAL(recording_open(&recording, stream.bytes, first, &error) == 0);
	tree_write(&recording.tree, "recording", stream.bytes, stream.length);
	list_file(recording.file, "tcp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == 1);
	recording_close(&recording);
	stream_free(&stream);
}

/* What can be read only once is read once. */
TEST(pipe_is_kept)
{
	struct stream stream = { 0 };
	struct natu_replay_file *file;
	struct natu_error error;
	struct listing listing;
	char path[PATH_MAX_HERE];
	int ends[2];

	stream_put_request(&stream, 0);
	stream_put_row(&stream, 1);
	stream_put_done(&stream, 0);
	stream_put_request(&stream, IPPROTO_UDP);
	stream_put_row(&stream, 2);
	stream_put_done(&stream, 0);
	CU_ASSERT_FATAL(pipe(ends) == 0);
	CU_ASSERT(write(ends[1], stream.bytes, stream.length) == (ssize_t)stream.length);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	CU_ASSERT_FATAL(natu_replay_open(path, &file, &error) == 0);
	close(ends[0]);
	list_file(file, "udp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == 1 && listing.ports[0] == 2);
	list_file(file, "tcp", &listing);
	CU_ASSERT(listing.end == 0 && listing.count == 1 && listing.ports[0] == 1);
	natu_replay_close(file);
	stream_free(&stream);
}

TEST(empty_file_has_no_protocols)
{
	struct stream stream = { .bytes = (unsigned char *)"" };

	CU_ASSERT(protocols_of(&stream) == 0);
	CU_ASSERT(lacks(&stream, "tcp") && lacks(&stream, "raw"));
}

TEST(what_cannot_be_opened)
{
	struct natu_replay_file *file;
	struct natu_error error;

	CU_ASSERT(natu_replay_open("/nonexistent/recording", &file, &error) == -1);
	CU_ASSERT(error.code == NATU_ESYS && error.error == ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nonexistent/recording"));
	CU_ASSERT(natu_replay_open("/tmp", &file, &error) == -1);
	CU_ASSERT(error.code == NATU_ESYS && error.error == EISDIR);
	natu_replay_close(NULL);
}
