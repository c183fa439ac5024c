/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <natu/plan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* stdio's own growing text is the model. */
TEST(grows_like_a_memory_stream)
{
	struct natu_buffer buffer = { 0 };
	char piece[3000], *model;
	size_t model_length;
	FILE *stream = open_memstream(&model, &model_length);

	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	srandom(5);
	for (unsigned int i = 0; i < 500; i++) {
		size_t length = (size_t)random() % (i % 10 ? 40 : sizeof(piece));

		memset(piece, 'a' + (int)(i % 26), length);
		natu_buffer_add(&buffer, piece, length);
		fwrite(piece, 1, length, stream);
	}
	natu_buffer_add_text(&buffer, "the end");
	fputs("the end", stream);
	fclose(stream);
	CU_ASSERT(!buffer.failed);
	CU_ASSERT(buffer.used == model_length && buffer.size >= buffer.used);
	CU_ASSERT(!memcmp(buffer.data, model, model_length));
	free(model);
	natu_buffer_free(&buffer);
}

TEST(reserve_keeps_the_text)
{
	struct natu_buffer buffer = { 0 };

	natu_buffer_add_text(&buffer, "kept");
	for (size_t more = 1; more < 100000; more *= 3) {
		CU_ASSERT(natu_buffer_reserve(&buffer, more));
		CU_ASSERT(buffer.size - buffer.used >= more && buffer.used == 4);
		memset(buffer.data + buffer.used, 0xa5, more);
	}
	CU_ASSERT(!memcmp(buffer.data, "kept", 4));
	natu_buffer_free(&buffer);
}

TEST(nothing_added)
{
	struct natu_buffer buffer = { 0 };

	natu_buffer_add(&buffer, NULL, 0);
	natu_buffer_add_text(&buffer, "");
	for (int style = NATU_STYLE_TEXT; style <= NATU_STYLE_TSV; style++)
		if (style != NATU_STYLE_JSON)
			natu_buffer_add_foreign(&buffer, (enum natu_style)style, "", 0);
	CU_ASSERT(!buffer.failed && buffer.used == 0);
	natu_buffer_free(&buffer);
	CU_ASSERT(!buffer.data && !buffer.size);
	natu_buffer_free(&buffer);
}

/* Sums that do not fit are refused, and what was there stays. */
TEST(more_than_there_can_be)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2,
					SIZE_MAX / 4 + 1 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct natu_buffer buffer = { 0 };

		natu_buffer_add_text(&buffer, "kept");
		CU_ASSERT(!natu_buffer_reserve(&buffer, sizes[i]) && buffer.failed);
		CU_ASSERT(buffer.used == 4 && !memcmp(buffer.data, "kept", 4));
		natu_buffer_free(&buffer);
		CU_ASSERT(!buffer.failed);
	}
}
