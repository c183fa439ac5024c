/* SPDX-License-Identifier: MIT */
#include "readers.h"

#include <stdlib.h>
#include <string.h>

void text_add(struct text *text, unsigned int byte)
{
	if (text->length < sizeof(text->bytes))
		text->bytes[text->length++] = (unsigned char)byte;
}

void text_add_code_point(struct text *text, unsigned int point)
{
	if (point < 0x80) {
		text_add(text, point);
	} else if (point < 0x800) {
		text_add(text, 0xc0 + point / 64);
		text_add(text, 0x80 + point % 64);
	} else if (point < 0x10000) {
		text_add(text, 0xe0 + point / 4096);
		text_add(text, 0x80 + point / 64 % 64);
		text_add(text, 0x80 + point % 64);
	} else {
		text_add(text, 0xf0 + point / 262144);
		text_add(text, 0x80 + point / 4096 % 64);
		text_add(text, 0x80 + point / 64 % 64);
		text_add(text, 0x80 + point % 64);
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

size_t read_sequence(const unsigned char *bytes, size_t length)
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

void read_base64(const char *at, struct text *text)
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
			text_add(text, bits >> have & 0xff);
		}
	}
}

bool is_harmless(const struct natu_buffer *buffer)
{
	static const char *const turns[] = {
		"\xd8\x9c",	"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa",
		"\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9",
		"\xe2\x80\xa8", "\xe2\x80\xa9",
	};
	const unsigned char *bytes = (const unsigned char *)buffer->data;

	for (size_t i = 0; i < buffer->used;) {
		size_t length = read_sequence(bytes + i, buffer->used - i);

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

const char *read_json(const char *at, struct text *text)
{
	static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

	text->length = 0;
	for (at++; *at != '"'; at++) {
		const char *letter;

		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\') {
			text_add(text, (unsigned char)*at);
			continue;
		}
		at++;
		if (*at == 'u') {
			text_add_code_point(text, hex_number(at + 1, 4));
			at += 4;
			continue;
		}
		letter = *at ? strchr(letters, *at) : NULL;
		if (!letter || (letter - letters) % 2)
			return NULL;
		text_add(text, (unsigned char)letter[1]);
	}
	return at + 1;
}

bool read_escaped(const unsigned char *bytes, size_t length, struct text *text)
{
	text->length = 0;
	for (size_t i = 0; i < length; i++) {
		const char *at = (const char *)bytes + i;

		if (*at != '\\') {
			text_add(text, bytes[i]);
			continue;
		}
		switch (at[1]) {
		case '\\':
		case ';':
			text_add(text, (unsigned char)at[1]);
			break;
		case 't':
			text_add(text, '\t');
			break;
		case 'n':
			text_add(text, '\n');
			break;
		case 'r':
			text_add(text, '\r');
			break;
		case 'x':
			text_add(text, hex_number(at + 2, 2));
			i += 2;
			break;
		case 'u':
			text_add_code_point(text, hex_number(at + 2, 4));
			i += 4;
			break;
		default:
			return false;
		}
		i++;
	}
	return true;
}

bool read_csv(const char *at, struct text *text)
{
	text->length = 0;
	if (*at != '"') {
		for (; *at != ','; at++) {
			if (!*at || *at == '"' || *at == '\r' || *at == '\n')
				return false;
			text_add(text, (unsigned char)*at);
		}
		return at[1] == '\0';
	}
	for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
		text_add(text, (unsigned char)*at);
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
		size_t length = read_sequence(text->bytes + i, text->length - i);

		if (!length)
			text_add_code_point(mended, 0xfffd);
		for (size_t at = 0; at < length; at++)
			text_add(mended, text->bytes[i + at]);
		i += length ? length : 1;
	}
}

bool text_same(const struct text *a, const struct text *b)
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
	well &= end && !*end && text_same(&back, &mended);
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
	well &= read_escaped(field.bytes, field.length, &back) && text_same(&back, text);
	natu_buffer_free(&buffer);
	return well;
}

bool survives(const struct text *text)
{
	return survives_json(text) && survives_text(text, NATU_STYLE_TEXT) &&
	       survives_text(text, NATU_STYLE_CSV) && survives_text(text, NATU_STYLE_TSV);
}
