/* SPDX-License-Identifier: MIT */
#include "net/payload.h"

#include "net/settings.h"

#include <stdlib.h>
#include <string.h>

/* A prime: no block size divides it, so that a misplaced block never fits. */
#define PERIOD 65521

static void fill_with_pattern(char *table, size_t length)
{
	uint32_t state = 2463534242U;

	for (size_t i = 0; i < length; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		table[i] = (char)(state >> 24);
	}
}

bool payload_open(struct payload *payload, const char *text)
{
	bool is_size = text && size_parse(text, &payload->total);

	if (!is_size)
		payload->total = text ? strlen(text) : 0;
	payload->table = NULL;
	payload->period = is_size ? PERIOD : (size_t)payload->total;
	if (!payload->total || payload->total == SIZE_TOO_LARGE)
		return true;
	payload->table = malloc(payload->period + PIECE_MAX);
	if (!payload->table)
		return false;
	if (is_size)
		fill_with_pattern(payload->table, PERIOD);
	else
		memcpy(payload->table, text, payload->period);
	for (size_t i = 0; i < PIECE_MAX; i++)
		payload->table[payload->period + i] = payload->table[i];
	return true;
}

void payload_close(struct payload *payload)
{
	free(payload->table);
	payload->table = NULL;
}

const char *payload_at(const struct payload *payload, uint64_t offset, size_t *length)
{
	uint64_t left = offset < payload->total ? payload->total - offset : 0;

	*length = left < PIECE_MAX ? (size_t)left : PIECE_MAX;
	return left ? payload->table + offset % payload->period : NULL;
}

size_t payload_agreement(const struct payload *payload, uint64_t offset,
			 const char *bytes, size_t length)
{
	uint64_t left = offset < payload->total ? payload->total - offset : 0;
	size_t most = length < PIECE_MAX ? length : PIECE_MAX, same = 0;

	most = most < left ? most : (size_t)left;
	while (same < most &&
	       payload->table[(offset + same) % payload->period] == bytes[same])
		same++;
	return same;
}

bool payload_is(const struct payload *payload, uint64_t offset, const char *bytes,
		size_t length)
{
	if (length > PIECE_MAX || offset > payload->total ||
	    length > payload->total - offset)
		return false;
	return !length ||
	       !memcmp(payload->table + offset % payload->period, bytes, length);
}
