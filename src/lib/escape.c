/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <string.h>

/*
 * Foreign text: process names, paths, cgroups, host names. What could move a terminal's
 * cursor, turn the direction of writing, end a line or break a format is written as an
 * escape; nothing is lost.
 */

/* One way of writing what must not appear as it is. */
struct escaping {
	bool json;
	char quoted; /* a character besides the controls that needs a backslash, or 0 */
};

static const char hex[16] = "0123456789abcdef";

static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t natu_utf8_decode(const unsigned char *bytes, size_t length, uint32_t *code_point)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t need = length ? sequence_length(bytes[0]) : 0;
	uint32_t value;

	if (!need || need > length)
		return 0;
	value = need == 1 ? bytes[0] : bytes[0] & (0xffU >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < smallest[need] || value > 0x10ffff ||
	    (value >= 0xd800 && value < 0xe000))
		return 0;
	*code_point = value;
	return need;
}

/* Controls (C0, DEL, C1), bidi controls (UAX #9) and the two other line ends of
 * Unicode. */
static bool is_dangerous(uint32_t code_point)
{
	return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ||
	       code_point == 0x61c || code_point == 0x200e || code_point == 0x200f ||
	       (code_point >= 0x2028 && code_point <= 0x202e) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

static void add_escape(struct natu_buffer *buffer, char kind, uint32_t value,
		       unsigned int digits)
{
	char text[6] = { '\\', kind };

	for (unsigned int i = 0; i < digits; i++)
		text[2 + i] = hex[value >> 4 * (digits - 1 - i) & 15];
	natu_buffer_add(buffer, text, 2 + digits);
}

static void add_dangerous(struct natu_buffer *buffer, const struct escaping *how,
			  uint32_t value)
{
	const char *letter = NULL;

	if (!how->json && value && value < 0x20)
		letter = strchr("\tt\nn\rr", (int)value);
	if (letter) {
		char text[2] = { '\\', letter[1] };

		natu_buffer_add(buffer, text, 2);
	} else if (how->json || value >= 0x80) {
		add_escape(buffer, 'u', value, 4);
	} else {
		add_escape(buffer, 'x', value, 2);
	}
}

static void add_escaped(struct natu_buffer *buffer, const struct escaping *how,
			const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; i < length;) {
		uint32_t value;
		size_t size = natu_utf8_decode(bytes + i, length - i, &value);

		if (!size && how->json)
			natu_buffer_add_text(buffer, "\xef\xbf\xbd");
		else if (!size)
			add_escape(buffer, 'x', bytes[i], 2);
		else if (is_dangerous(value))
			add_dangerous(buffer, how, value);
		else if (value == '\\' ||
			 (how->quoted && value == (unsigned char)how->quoted))
			natu_buffer_add(buffer, (char[]){ '\\', (char)value }, 2);
		else
			natu_buffer_add(buffer, text + i, size);
		i += size ? size : 1;
	}
}

/* RFC 4180: quotes around a field that holds a quote, a comma or a blank at its edge. */
void natu_quote_csv(struct natu_buffer *buffer, size_t start)
{
	size_t length = buffer->used - start, quotes = 0, at;
	const char *field;

	if (!length)
		return;
	field = buffer->data + start;
	for (size_t i = 0; i < length; i++)
		quotes += field[i] == '"';
	if (!quotes && !memchr(field, ',', length) && field[0] != ' ' &&
	    field[length - 1] != ' ')
		return;
	if (!natu_buffer_reserve(buffer, quotes + 2))
		return;
	at = buffer->used += quotes + 2;
	buffer->data[--at] = '"';
	for (size_t i = length; i-- > 0;) {
		char byte = buffer->data[start + i];

		buffer->data[--at] = byte;
		if (byte == '"')
			buffer->data[--at] = '"';
	}
	buffer->data[--at] = '"';
}

void natu_buffer_add_foreign(struct natu_buffer *buffer, enum natu_style style,
			     const char *bytes, size_t length)
{
	static const struct escaping json = { true, '"' }, text = { false, 0 };
	size_t start = buffer->used;

	if (style == NATU_STYLE_JSON) {
		natu_buffer_add(buffer, "\"", 1);
		add_escaped(buffer, &json, bytes, length);
		natu_buffer_add(buffer, "\"", 1);
		return;
	}
	add_escaped(buffer, &text, bytes, length);
	if (style == NATU_STYLE_CSV && !buffer->failed)
		natu_quote_csv(buffer, start);
}

void natu_print_item(struct natu_buffer *buffer, const struct natu_value *value)
{
	static const struct escaping item = { false, ';' };

	add_escaped(buffer, &item, value->text.bytes, value->text.length);
}

/* RFC 4648, padded. */
static void add_base64(struct natu_buffer *buffer, const char *text, size_t length)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; i < length; i += 3) {
		size_t have = length - i < 3 ? length - i : 3;
		uint32_t group = (uint32_t)bytes[i] << 16;
		char out[4];

		if (have > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (have > 2)
			group |= bytes[i + 2];
		out[0] = alphabet[group >> 18];
		out[1] = alphabet[group >> 12 & 63];
		out[2] = alphabet[have > 1 ? group >> 6 & 63 : 64];
		out[3] = alphabet[have > 2 ? group & 63 : 64];
		natu_buffer_add(buffer, out, sizeof(out));
	}
}

static bool is_utf8(const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t code_point;
		size_t size = natu_utf8_decode((const unsigned char *)text + i,
					       length - i, &code_point);

		if (!size)
			return false;
		i += size;
	}
	return true;
}

void natu_print_exact_bytes(struct natu_buffer *buffer, const char *name,
			    const struct natu_value *value)
{
	const char *dot = strrchr(name, '.');

	if (is_utf8(value->text.bytes, value->text.length))
		return;
	natu_buffer_add_text(buffer, ",\"");
	natu_buffer_add_text(buffer, dot ? dot + 1 : name);
	natu_buffer_add_text(buffer, "_base64\":\"");
	add_base64(buffer, value->text.bytes, value->text.length);
	natu_buffer_add_text(buffer, "\"");
}

void natu_buffer_add_value(struct natu_buffer *buffer, enum natu_style style,
			   const struct natu_value *value)
{
	char text[NATU_VALUE_MAX];

	if (value->type == NATU_TEXT)
		natu_buffer_add_foreign(buffer, style, value->text.bytes,
					value->text.length);
	else
		natu_buffer_add(buffer, text,
				(size_t)(natu_print_bounded(text, style, value) - text));
}
