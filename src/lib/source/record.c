/* SPDX-License-Identifier: MIT */
#include "source/record.h"

#include "source/index.h"

#include <errno.h>
#include <unistd.h>

/* A signal can interrupt a write to a pipe again and again; nobody sends that many. */
#define INTERRUPTS_MAX 1000

void natu_record(struct natu *natu, const void *bytes, size_t length)
{
	const char *left = bytes;
	unsigned int interrupts = 0;

	if (natu->record < 0 || natu->record_error)
		return;
	while (length > 0) {
		ssize_t written = write(natu->record, left, length);

		if (written < 0 && errno == EINTR && interrupts++ < INTERRUPTS_MAX)
			continue;
		if (written <= 0) {
			natu->record_error = written < 0 ? errno : EIO;
			return;
		}
		left += written;
		length -= (size_t)written;
	}
}

void natu_record_request(struct natu *natu, const void *request, size_t length)
{
	if (natu->record < 0)
		return;
	natu_index_request(natu->index, length);
	natu_record(natu, request, length);
}

void natu_record_reply(struct natu *natu, const void *bytes, size_t length)
{
	if (natu->record < 0)
		return;
	natu_index_reply(natu->index, length);
	natu_record(natu, bytes, length);
}

void natu_record_end(struct natu *natu)
{
	unsigned char message[NATU_INDEX_SIZE];

	if (natu->record >= 0)
		natu_record(natu, message, natu_index_end(natu->index, message));
}
