/* SPDX-License-Identifier: MIT */
#include "source/index.h"

#include "stream.h"
#include "test.h"
#include "tree.h"

#include <linux/netlink.h>
#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 2000, CHUNK = 100 };

/* A recording of 2000 TCP sockets and a UDP socket, with its index, and where that is. */
struct indexed {
	struct stream stream;
	size_t row, index; /* where a row in the middle begins, and the index */
};

static void note_reply(struct natu_index *index, const struct stream *stream,
		       size_t *noted)
{
	natu_index_reply(index, stream->length - *noted);
	*noted = stream->length;
}

static void indexed_make(struct indexed *indexed)
{
	struct stream *stream = &indexed->stream;
	struct natu_index index = { 0 };
	unsigned char message[NATU_INDEX_SIZE];
	size_t noted, length;

	memset(indexed, 0, sizeof(*indexed));
	stream_put_request(stream, 0);
	noted = stream->length;
	natu_index_request(&index, noted);
	for (size_t i = 1; i <= ROWS; i++) {
		size_t row = stream_put_row(stream, (uint16_t)i);

		indexed->row = i == ROWS / 2 ? row : indexed->row;
		if (i % CHUNK == 0)
			note_reply(&index, stream, &noted);
	}
	stream_put_done(stream, 0);
	note_reply(&index, stream, &noted);
	stream_put_request(stream, IPPROTO_UDP);
	natu_index_request(&index, stream->length - noted);
	noted = stream->length;
	stream_put_row(stream, 1);
	stream_put_done(stream, 0);
	note_reply(&index, stream, &noted);
	indexed->index = stream->length;
	length = natu_index_end(&index, message);
	CU_ASSERT_FATAL(length > 16);
	stream_put(stream, NLMSG_NOOP, 0, message + NLMSG_HDRLEN, length - NLMSG_HDRLEN);
	CU_ASSERT(!memcmp(stream->bytes + indexed->index, message, length));
}

struct listed {
	uint64_t tcp, udp;
	struct natu_error error; /* of a list that failed */
};

static int count_row(void *context, const struct natu_socket *socket)
{
	struct listed *listed = context;
	struct natu_value proto;

	CU_ASSERT(natu_get(socket, natu_column_find("proto"), &proto) == NATU_HAS);
	*(proto.word->text[0] == 't' ? &listed->tcp : &listed->udp) += 1;
	return 0;
}

static struct listed list(const struct stream *stream, size_t length)
{
	struct listed listed = { 0 };
	struct natu_sink sink = { .row = count_row, .context = &listed };
	struct natu_query query = { 0 };
	struct natu_report report = { 0 };
	struct natu_setup setup = { 0 };
	struct natu *natu;
	struct tree tree;
	char path[128];

	tree_make(&tree);
	tree_write(&tree, "recording", stream->bytes, length);
	snprintf(path, sizeof(path), "%s/recording", tree.path);
	setup.replay = path;
	natu = natu_open(&setup, &listed.error);
	if (natu)
		natu_list(natu, &query, &sink, &report, &listed.error);
	natu_close(natu);
	tree_remove(&tree);
	return listed;
}

TEST(with_and_without_an_index_the_rows_are_the_same)
{
	struct indexed indexed;
	struct listed with, without;

	indexed_make(&indexed);
	with = list(&indexed.stream, indexed.stream.length);
	without = list(&indexed.stream, indexed.index);
	CU_ASSERT(with.tcp == ROWS && with.udp == 1 && !with.error.text[0]);
	CU_ASSERT(without.tcp == ROWS && without.udp == 1 && !without.error.text[0]);
	stream_free(&indexed.stream);
}

/* Who does not look at the rows twice finds UDP behind a damaged one. */
TEST(rows_are_not_looked_through)
{
	struct indexed indexed;
	struct listed with, without;

	indexed_make(&indexed);
	memset(indexed.stream.bytes + indexed.row, 0, 4);
	with = list(&indexed.stream, indexed.stream.length);
	without = list(&indexed.stream, indexed.index);
	CU_ASSERT(with.tcp == ROWS / 2 - 1 && with.udp == 1);
	CU_ASSERT(strstr(with.error.text, "damaged at byte") != NULL);
	CU_ASSERT(without.tcp == ROWS / 2 - 1 && without.udp == 0);
	CU_ASSERT_FATAL(strstr(without.error.text, "damaged at byte") != NULL);
	CU_ASSERT(!strcmp(strstr(with.error.text, "damaged at byte"),
			  strstr(without.error.text, "damaged at byte")));
	stream_free(&indexed.stream);
}

/* The rows come from the messages: an index can hide them, and makes none. */
TEST(hostile_index)
{
	struct indexed indexed;

	indexed_make(&indexed);
	for (size_t at = indexed.index; at < indexed.stream.length; at++)
		for (unsigned int change = 1; change < 256; change <<= 1) {
			struct listed listed;

			indexed.stream.bytes[at] ^= (unsigned char)change;
			listed = list(&indexed.stream, indexed.stream.length);
			indexed.stream.bytes[at] ^= (unsigned char)change;
			CU_ASSERT(listed.tcp <= ROWS && listed.udp <= 1);
			CU_ASSERT((listed.tcp == ROWS && listed.udp == 1) ||
				  listed.error.text[0]);
		}
	stream_free(&indexed.stream);
}

TEST(two_recordings_in_one_file)
{
	struct indexed indexed;
	struct stream twice = { 0 };
	struct listed listed;

	indexed_make(&indexed);
	twice.bytes = test_allocate(2 * indexed.stream.length);
	twice.length = 2 * indexed.stream.length;
	memcpy(twice.bytes, indexed.stream.bytes, indexed.stream.length);
	memcpy(twice.bytes + indexed.stream.length, indexed.stream.bytes,
	       indexed.stream.length);
	listed = list(&twice, twice.length);
	CU_ASSERT(listed.tcp == 2 * ROWS && listed.udp == 2 && !listed.error.text[0]);
	stream_free(&twice);
	stream_free(&indexed.stream);
}

TEST(short_dumps_need_no_index)
{
	struct natu_index index = { 0 };
	unsigned char message[NATU_INDEX_SIZE];

	natu_index_request(&index, 100);
	natu_index_reply(&index, 30000);
	natu_index_reply(&index, 30000);
	natu_index_reply(&index, 20);
	CU_ASSERT(natu_index_end(&index, message) == 0);
}

TEST(more_dumps_than_an_index_has_room_for)
{
	struct natu_index index = { 0 };
	unsigned char message[NATU_INDEX_SIZE];

	for (size_t i = 0; i < 2 * NATU_INDEX_MAX; i++) {
		natu_index_request(&index, 100);
		for (size_t k = 0; k < 5; k++)
			natu_index_reply(&index, 30000);
	}
	CU_ASSERT(natu_index_end(&index, message) == NATU_INDEX_SIZE);
	CU_ASSERT(natu_index_end(&index, message) == 0);
}
