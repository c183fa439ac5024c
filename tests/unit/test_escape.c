/* SPDX-License-Identifier: MIT */
#include "test.h"
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is written is read back by readers that were written for this test alone: of UTF-8
 * after the Unicode Standard's table of well-formed sequences, of JSON's strings after
 * RFC 8259, of CSV after RFC 4180, of base64 after RFC 4648, and of natu's own escapes
 * after its manual.
 */

/* A text that was read back. */
struct text {
	unsigned char bytes[1024];
	size_t length;
};

static void append(struct text *text, unsigned int byte)
{
	if (text->length < sizeof(text->bytes))
		text->bytes[text->length++] = (unsigned char)byte;
}

static void append_code_point(struct text *text, unsigned int point)
{
	if (point < 0x80) {
		append(text, point);
	} else if (point < 0x800) {
		append(text, 0xc0 + point / 64);
		append(text, 0x80 + point % 64);
	} else if (point < 0x10000) {
		append(text, 0xe0 + point / 4096);
		append(text, 0x80 + point / 64 % 64);
		append(text, 0x80 + point % 64);
	} else {
		append(text, 0xf0 + point / 262144);
		append(text, 0x80 + point / 4096 % 64);
		append(text, 0x80 + point / 64 % 64);
		append(text, 0x80 + point % 64);
	}
}

/* The Unicode Standard, table 3-7: the first byte, the range of the second, the length.
 */
static const struct {
	unsigned char first, last, low, high, length;
} well_formed[] = {
	{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static size_t sequence(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof(well_formed) / sizeof(well_formed[0]) && length;
	     i++) {
		size_t need = well_formed[i].length;

		if (bytes[0] < well_formed[i].first || bytes[0] > well_formed[i].last)
			continue;
		if (need > length)
			return 0;
		if (need > 1 &&
		    (bytes[1] < well_formed[i].low || bytes[1] > well_formed[i].high))
			return 0;
		for (size_t at = 2; at < need; at++)
			if (bytes[at] < 0x80 || bytes[at] > 0xbf)
				return 0;
		return need;
	}
	return 0;
}

static bool decodes_as_the_standard_says(const unsigned char *bytes, size_t length)
{
	uint32_t point;

	return natu_utf8_decode(bytes, length, &point) == sequence(bytes, length);
}

TEST(every_code_point)
{
	bool agree = true;

	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		struct text text = { .length = 0 };
		uint32_t decoded = UINT32_MAX;
		bool surrogate = point >= 0xd800 && point <= 0xdfff;
		size_t length;

		append_code_point(&text, point);
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

/* What may not reach a terminal as it is: controls, and what turns the direction of
 * writing (UAX #9). */
static bool is_harmless(const struct natu_buffer *buffer)
{
	static const char *const turns[] = {
		"\xd8\x9c",	"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa",
		"\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9",
		"\xe2\x80\xa8", "\xe2\x80\xa9",
	};
	const unsigned char *bytes = (const unsigned char *)buffer->data;

	for (size_t i = 0; i < buffer->used;) {
		size_t length = sequence(bytes + i, buffer->used - i);

		if (!length || bytes[i] < 0x20 || bytes[i] == 0x7f)
			return false;
		if (bytes[i] == 0xc2 && bytes[i + 1] < 0xa0)
			return false;
		for (size_t turn = 0; turn < sizeof(turns) / sizeof(turns[0]); turn++)
			if (length == strlen(turns[turn]) &&
			    !memcmp(bytes + i, turns[turn], length))
				return false;
		i += length;
	}
	return true;
}

static unsigned int hex_number(const char *digits, size_t count)
{
	char text[8] = "";

	memcpy(text, digits, count);
	return (unsigned int)strtoul(text, NULL, 16);
}

/* A string of RFC 8259 from its first quote; returns what follows its last, or NULL. */
static const char *read_json(const char *at, struct text *text)
{
	static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

	text->length = 0;
	for (at++; *at != '"'; at++) {
		const char *letter;

		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\') {
			append(text, (unsigned char)*at);
			continue;
		}
		at++;
		if (*at == 'u') {
			append_code_point(text, hex_number(at + 1, 4));
			at += 4;
			continue;
		}
		letter = *at ? strchr(letters, *at) : NULL;
		if (!letter || (letter - letters) % 2)
			return NULL;
		append(text, (unsigned char)letter[1]);
	}
	return at + 1;
}

/* natu's own escapes: \\ \; \t \n \r, \xNN is a byte, \uNNNN a code point. */
static bool read_escaped(const unsigned char *bytes, size_t length, struct text *text)
{
	text->length = 0;
	for (size_t i = 0; i < length; i++) {
		const char *at = (const char *)bytes + i;

		if (*at != '\\') {
			append(text, bytes[i]);
			continue;
		}
		switch (at[1]) {
		case '\\':
		case ';':
			append(text, (unsigned char)at[1]);
			break;
		case 't':
			append(text, '\t');
			break;
		case 'n':
			append(text, '\n');
			break;
		case 'r':
			append(text, '\r');
			break;
		case 'x':
			append(text, hex_number(at + 2, 2));
			i += 2;
			break;
		case 'u':
			append_code_point(text, hex_number(at + 2, 4));
			i += 4;
			break;
		default:
			return false;
		}
		i++;
	}
	return true;
}

/* A field of RFC 4180, which ends at a comma; false if it is none. */
static bool read_csv(const char *at, struct text *text)
{
	text->length = 0;
	if (*at != '"') {
		for (; *at != ','; at++) {
			if (!*at || *at == '"' || *at == '\r' || *at == '\n')
				return false;
			append(text, (unsigned char)*at);
		}
		return at[1] == '\0';
	}
	for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
		append(text, (unsigned char)*at);
		at += *at == '"';
	}
	return !strcmp(at, "\",");
}

/* What a JSON reader must get: U+FFFD for each byte that is not of a well-formed
 * sequence. */
static void mend(const struct text *text, struct text *mended)
{
	mended->length = 0;
	for (size_t i = 0; i < text->length;) {
		size_t length = sequence(text->bytes + i, text->length - i);

		if (!length)
			append_code_point(mended, 0xfffd);
		for (size_t at = 0; at < length; at++)
			append(mended, text->bytes[i + at]);
		i += length ? length : 1;
	}
}

static bool same(const struct text *a, const struct text *b)
{
	return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

static bool survives_json(const struct text *text)
{
	struct natu_buffer buffer = { 0 };
	struct text back, mended;
	const char *end;
	bool well;

	natu_buffer_add_foreign(&buffer, NATU_STYLE_JSON, (const char *)text->bytes,
				text->length);
	well = is_harmless(&buffer);
	natu_buffer_add(&buffer, "", 1);
	end = buffer.data[0] == '"' ? read_json(buffer.data, &back) : NULL;
	mend(text, &mended);
	well &= end && !*end && same(&back, &mended);
	natu_buffer_free(&buffer);
	return well;
}

static bool survives_text(const struct text *text, enum natu_style style)
{
	struct natu_buffer buffer = { 0 };
	struct text field, back;
	bool well;

	natu_buffer_add_foreign(&buffer, style, (const char *)text->bytes, text->length);
	well = is_harmless(&buffer);
	natu_buffer_add(&buffer, ",", 2);
	if (style == NATU_STYLE_CSV) {
		well &= read_csv(buffer.data, &field);
	} else {
		field.length = buffer.used - 2;
		memcpy(field.bytes, buffer.data, field.length);
	}
	well &= read_escaped(field.bytes, field.length, &back) && same(&back, text);
	natu_buffer_free(&buffer);
	return well;
}

static bool survives(const struct text *text)
{
	return survives_json(text) && survives_text(text, NATU_STYLE_TEXT) &&
	       survives_text(text, NATU_STYLE_CSV) && survives_text(text, NATU_STYLE_TSV);
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

		append_code_point(&text, point);
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
				append(&text, (unsigned char)*piece);
		}
		if (random() % 8 == 0)
			append(&text, 0);
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

static void read_base64(const char *at, struct text *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, have = 0;

	text->length = 0;
	for (; *at && strchr(digits, *at); at++) {
		bits = (bits << 6 | (unsigned int)(strchr(digits, *at) - digits)) &
		       0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			append(text, bits >> have & 0xff);
		}
	}
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
		CU_ASSERT(same(&text, &back));
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
