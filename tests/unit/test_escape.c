/* SPDX-License-Identifier: MIT */
#include "readers.h"
#include "test.h"
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool decodes_as_the_standard_says(const unsigned char *bytes, size_t length)
{
	uint32_t point;

	return natu_utf8_decode(bytes, length, &point) == read_sequence(bytes, length);
}

TEST(every_code_point)
{
	bool agree = true;

	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		struct text text = { .length = 0 };
		uint32_t decoded = UINT32_MAX;
		bool surrogate = point >= 0xd800 && point <= 0xdfff;
		size_t length;

		text_add_code_point(&text, point);
		length = natu_utf8_decode(text.bytes, text.length, &decoded);
		agree &= length == (surrogate ? 0 : text.length);
		agree &= surrogate || decoded == point;
		for (size_t cut = 0; cut < text.length; cut++)
			agree &= natu_utf8_decode(text.bytes, cut, &decoded) == 0;
	}
	CU_ASSERT(agree);
}

TEST(every_sequence_of_three_bytes)
{
	unsigned char bytes[4] = { 0 };
	bool agree = true;

	for (unsigned int i = 0; i < 1U << 24; i++) {
		bytes[0] = (unsigned char)(i >> 16);
		bytes[1] = (unsigned char)(i >> 8);
		bytes[2] = (unsigned char)i;
		agree &= decodes_as_the_standard_says(bytes, 3);
		if (!bytes[2])
			agree &= decodes_as_the_standard_says(bytes, 2);
	}
	CU_ASSERT(agree);
}

/* The first two bytes all, the others at the edges of what may follow. */
TEST(sequences_of_four_bytes)
{
	static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xff };
	bool agree = true;

	for (unsigned int i = 0; i < 1U << 16; i++)
		for (size_t third = 0; third < sizeof(edges); third++)
			for (size_t fourth = 0; fourth < sizeof(edges); fourth++) {
				unsigned char bytes[4] = { (unsigned char)(i >> 8),
							   (unsigned char)i, edges[third],
							   edges[fourth] };

				agree &= decodes_as_the_standard_says(bytes, 4);
			}
	CU_ASSERT(agree);
}

TEST(every_byte)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		struct text text = { .bytes = { (unsigned char)byte }, .length = 1 };

		CU_ASSERT(survives(&text));
		text = (struct text){ .bytes = { 'a', (unsigned char)byte, 'z' },
				      .length = 3 };
		CU_ASSERT(survives(&text));
	}
}

TEST(every_code_point_escaped)
{
	bool well = true;

	for (unsigned int point = 0; point < 0x3000; point++) {
		struct text text = { .length = 0 };

		text_add_code_point(&text, point);
		well &= survives(&text);
	}
	CU_ASSERT(well);
}

/* Texts of what escapes are made of, and of what is escaped. */
TEST(random_texts)
{
	static const char *const pieces[] = {
		"\\",
		"\"",
		"'",
		",",
		";",
		" ",
		"\n",
		"\r",
		"\t",
		"x1b",
		"n",
		"u202",
		"u",
		"e",
		"x",
		"\xff",
		"\x80",
		"\xc3",
		"\xe2",
		"/",
		"\x1b",
		"[31m",
		"\x7f",
		"\xa4",
		"\xe2\x80\xae",
		"\xc2\x85",
		"\xf0\x9f\x90\xa7",
		"0",
		"\xed\xa0\x80",
	};
	bool well = true;

	srandom(3);
	for (unsigned int i = 0; i < 100000; i++) {
		struct text text = { .length = 0 };

		for (long count = random() % 12; count > 0; count--) {
			const char *piece = pieces[(size_t)random() %
						   (sizeof(pieces) / sizeof(pieces[0]))];

			for (; *piece; piece++)
				text_add(&text, (unsigned char)*piece);
		}
		if (random() % 8 == 0)
			text_add(&text, 0);
		well &= survives(&text);
	}
	CU_ASSERT(well);
}

/* What CLI.md promises by example. */
TEST(promised_forms)
{
	static const struct {
		const char *bytes, *text;
	} rows[] = {
		{ "\n", "\\n" },
		{ "\x1b", "\\x1b" },
		{ "\xe2\x80\xae", "\\u202e" },
		{ "\\", "\\\\" },
		{ "\x7f", "\\x7f" },
		{ "\xff", "\\xff" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "", "" },
	};
	struct natu_buffer buffer = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buffer.used = 0;
		natu_buffer_add_foreign(&buffer, NATU_STYLE_TEXT, rows[i].bytes,
					strlen(rows[i].bytes));
		natu_buffer_add(&buffer, "", 1);
		CU_ASSERT_STRING_EQUAL(buffer.data, rows[i].text);
	}
	natu_buffer_free(&buffer);
}

/* Holders in one field: what separates them stands between two of them only. */
TEST(items_of_a_field)
{
	static const char *const names[] = { "a;b", "", "\\;", "\xff\n", ";", "c" };
	const size_t count = sizeof(names) / sizeof(names[0]);
	struct natu_buffer buffer = { 0 };
	size_t found = 0, start = 0;

	for (size_t i = 0; i < count; i++) {
		const struct natu_value value = {
			.type = NATU_TEXT,
			.text = { .bytes = names[i], .length = strlen(names[i]) },
		};

		natu_buffer_add_text(&buffer, i ? ";" : "");
		natu_print_item(&buffer, &value);
	}
	natu_buffer_add(&buffer, ";", 2);
	for (size_t i = 0; i + 1 < buffer.used; i++) {
		struct text text;

		if (buffer.data[i] == '\\') {
			i++;
			continue;
		}
		if (buffer.data[i] != ';')
			continue;
		CU_ASSERT_FATAL(found < count);
		CU_ASSERT(read_escaped((unsigned char *)buffer.data + start, i - start,
				       &text));
		CU_ASSERT(text.length == strlen(names[found]) &&
			  !memcmp(text.bytes, names[found], text.length));
		start = i + 1;
		found++;
	}
	CU_ASSERT_EQUAL(found, count);
	natu_buffer_free(&buffer);
}

/* The member beside a text that had to be mended has its bytes. */
TEST(exact_bytes)
{
	struct natu_buffer buffer = { 0 };

	srandom(4);
	for (size_t length = 1; length < 60; length++) {
		struct natu_value value = { .type = NATU_TEXT };
		struct text text = { .length = length }, back;
		const char *start = ",\"title_base64\":\"";

		for (size_t i = 0; i < length; i++)
			text.bytes[i] = (unsigned char)random();
		text.bytes[length / 2] = 0xff;
		value.text.bytes = (const char *)text.bytes;
		value.text.length = length;
		buffer.used = 0;
		natu_print_exact_bytes(&buffer, "process.title", &value);
		natu_buffer_add(&buffer, "", 1);
		CU_ASSERT_FATAL(!strncmp(buffer.data, start, strlen(start)));
		CU_ASSERT((buffer.used - 2 - strlen(start)) % 4 == 0);
		read_base64(buffer.data + strlen(start), &back);
		CU_ASSERT(text_same(&text, &back));
	}
	natu_buffer_free(&buffer);
}

TEST(exact_bytes_only_where_they_were_lost)
{
	static const char text[] = "caf\xc3\xa9 \xef\xbf\xbd \x1b";
	const struct natu_value value = {
		.type = NATU_TEXT,
		.text = { .bytes = text, .length = sizeof(text) - 1 },
	};
	struct natu_buffer buffer = { 0 };

	natu_print_exact_bytes(&buffer, "name", &value);
	CU_ASSERT_EQUAL(buffer.used, 0);
	natu_buffer_free(&buffer);
}
