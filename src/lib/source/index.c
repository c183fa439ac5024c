/* SPDX-License-Identifier: MIT */
#include "source/index.h"

#include <linux/netlink.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is shorter is looked through as fast. */
#define SPAN_MIN (64 * 1024)

/* The last bytes of the message: by them it is found from the end of the file. */
struct footer {
	uint64_t place; /* of the message in the recording */
	char mark[8];
};

static const char index_mark[8] = { 'n', 'a', 't', 'u', 'r', 'o', 'w', 's' };

_Static_assert(NATU_INDEX_SIZE == NLMSG_HDRLEN + sizeof(struct footer) +
					  NATU_INDEX_MAX * sizeof(struct natu_index_span),
	       "an index fits");

static void end_dump(struct natu_index *index)
{
	if (index->first_end && index->last_start >= index->first_end + SPAN_MIN &&
	    index->count < NATU_INDEX_MAX)
		index->spans[index->count++] =
			(struct natu_index_span){ index->first_end, index->last_start };
	index->first_end = 0;
	index->last_start = 0;
}

void natu_index_request(struct natu_index *index, size_t length)
{
	end_dump(index);
	index->length += length;
}

void natu_index_reply(struct natu_index *index, size_t length)
{
	index->last_start = index->length;
	index->length += length;
	if (!index->first_end)
		index->first_end = index->length;
}

size_t natu_index_end(struct natu_index *index, unsigned char message[NATU_INDEX_SIZE])
{
	struct footer footer = { .place = index->length };
	struct nlmsghdr header = { .nlmsg_type = NLMSG_NOOP };
	size_t rows;

	end_dump(index);
	if (!index->count)
		return 0;
	rows = index->count * sizeof(index->spans[0]);
	header.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + rows + sizeof(footer));
	memcpy(footer.mark, index_mark, sizeof(footer.mark));
	memcpy(message, &header, sizeof(header));
	memcpy(message + NLMSG_HDRLEN, index->spans, rows);
	memcpy(message + NLMSG_HDRLEN + rows, &footer, sizeof(footer));
	index->length += header.nlmsg_len;
	index->count = 0;
	return header.nlmsg_len;
}

static bool read_at(int file, void *bytes, size_t length, uint64_t place)
{
	return pread(file, bytes, length, (off_t)place) == (ssize_t)length;
}

/* The spans follow each other, and end before the index. */
static bool is_in_order(const struct natu_index *index, uint64_t end)
{
	uint64_t last = 0;

	for (size_t i = 0; i < index->count; i++) {
		const struct natu_index_span *span = &index->spans[i];

		if (span->start < last || span->end <= span->start || span->end > end ||
		    (span->start | span->end) % NLMSG_ALIGNTO)
			return false;
		last = span->end;
	}
	return true;
}

static bool read_index(struct natu_index *index, int file, uint64_t size)
{
	const size_t least = NLMSG_HDRLEN + sizeof(struct footer);
	struct nlmsghdr header;
	struct footer footer;
	uint64_t rows;

	if (size < least ||
	    !read_at(file, &footer, sizeof(footer), size - sizeof(footer)) ||
	    memcmp(footer.mark, index_mark, sizeof(footer.mark)) != 0 ||
	    footer.place > size - least ||
	    !read_at(file, &header, sizeof(header), footer.place))
		return false;
	rows = size - footer.place - least;
	if (header.nlmsg_type != NLMSG_NOOP || header.nlmsg_len != size - footer.place ||
	    rows > sizeof(index->spans) || rows % sizeof(index->spans[0]) ||
	    !read_at(file, index->spans, rows, footer.place + NLMSG_HDRLEN))
		return false;
	index->count = rows / sizeof(index->spans[0]);
	return is_in_order(index, footer.place);
}

void natu_index_read(struct natu_index *index, int file)
{
	struct stat status;

	memset(index, 0, sizeof(*index));
	if (fstat(file, &status) < 0 || status.st_size < 0 ||
	    !read_index(index, file, (uint64_t)status.st_size))
		index->count = 0;
}

off_t natu_index_rows_end(const struct natu_index *index, off_t place)
{
	uint64_t at = (uint64_t)place;

	for (size_t i = 0; i < index->count; i++)
		if (at >= index->spans[i].start && at < index->spans[i].end)
			return (off_t)index->spans[i].end;
	return 0;
}
