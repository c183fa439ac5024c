/* SPDX-License-Identifier: MIT */
#include "json.h"
#include "list_columns.h"
#include "memory.h"
#include "schema.h"
#include "test.h"

#include <string.h>

/* That the documents are right, tests/manners/schema asks others. */

static void end_text(struct natu_buffer *text)
{
	natu_buffer_add(text, "", 1);
	CU_ASSERT_FALSE_FATAL(text->failed);
}

TEST(json_members_stand_on_lines)
{
	struct natu_buffer text = { 0 };
	struct json json = { .text = &text };

	json_open(&json, NULL, '{');
	json_text(&json, "a", "x\"\n");
	json_number(&json, "b", UINT64_MAX);
	json_open(&json, "c", '{');
	json_truth(&json, "d", true);
	json_truth(&json, "e", false);
	json_close(&json, '{');
	json_open_line(&json, "f", '[');
	json_number(&json, NULL, 1);
	json_open(&json, NULL, '{');
	json_null(&json, "g");
	json_close(&json, '{');
	json_close(&json, '[');
	json_text(&json, "h", NULL);
	json_open(&json, "i", '[');
	json_close(&json, '[');
	json_close(&json, '{');
	end_text(&text);
	CU_ASSERT_STRING_EQUAL(text.data, "{\n"
					  "  \"a\": \"x\\\"\\u000a\",\n"
					  "  \"b\": 18446744073709551615,\n"
					  "  \"c\": {\n"
					  "    \"d\": true,\n"
					  "    \"e\": false\n"
					  "  },\n"
					  "  \"f\": [1, {\"g\": null}],\n"
					  "  \"h\": null,\n"
					  "  \"i\": []\n"
					  "}\n");
	natu_buffer_free(&text);
}

/* A document is whole, or its buffer says that it is not. */
TEST(documents_without_memory)
{
	static void (*const write[])(struct natu_buffer *) = { schema_write,
							       columns_describe,
							       columns_describe_json,
							       columns_describe_ndjson };

	for (size_t i = 0; i < sizeof(write) / sizeof(write[0]); i++) {
		bool ended = true;

		for (long n = 0; ended; n++) {
			struct natu_buffer text = { 0 };

			memory_ends_after(n);
			write[i](&text);
			ended = memory_comes_back();
			CU_ASSERT(ended == text.failed);
			CU_ASSERT(ended ||
				  (text.used && text.data[text.used - 1] == '\n'));
			natu_buffer_free(&text);
		}
	}
}
