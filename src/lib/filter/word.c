/* SPDX-License-Identifier: MIT */
#include "filter/word.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(const char *text, size_t left, size_t digits, uint32_t *number)
{
	*number = 0;
	if (left < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (hex_value(text[i]) < 0)
			return false;
		*number = *number << 4 | (uint32_t)hex_value(text[i]);
	}
	return true;
}

static size_t put_utf8(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

/* One escape, after its backslash: never longer than it was written. They are those that
 * natu prints; any other byte means itself. */
static size_t unescape(const char *text, size_t left, char *out, size_t *written)
{
	static const char letters[] = "nrt", bytes[] = "\n\r\t";
	const char *letter = *text ? strchr(letters, *text) : NULL;
	uint32_t number;

	*written = 1;
	if (letter) {
		*out = bytes[letter - letters];
		return 1;
	}
	if (*text == 'x' && read_hex(text + 1, left - 1, 2, &number)) {
		*out = (char)number;
		return 3;
	}
	if (*text == 'u' && read_hex(text + 1, left - 1, 4, &number)) {
		*written = put_utf8(out, number);
		return 5;
	}
	*out = *text;
	return 1;
}

static const char *const stops[] = {
	[NATU_WORD_NAME] = " \t\n\r\f\v()<>=!&|~,",
	[NATU_WORD_VALUE] = " \t\n\r\f\v(),&|",
	[NATU_WORD_LIST] = ",",
	[NATU_WORD_PATTERN] = " \t\n\r\f\v",
};

/* The length of a bare word. What stands after a backslash ends nothing, nor does the
 * parenthesis that closes one of the pattern's own. */
static size_t bare_length(const char *text, size_t left, enum natu_word_style style)
{
	size_t length = 0, open = 0;

	while (length < left && !strchr(stops[style], text[length])) {
		if (style == NATU_WORD_PATTERN && text[length] == ')' && open-- == 0)
			break;
		open += text[length] == '(';
		length += text[length] == '\\' && length + 1 < left ? 2 : 1;
	}
	return length;
}

static size_t quoted_length(const char *text, size_t left, char quote)
{
	size_t length = 0;

	while (length < left && text[length] != quote)
		length += quote == '"' && text[length] == '\\' && length + 1 < left ? 2
										    : 1;
	return length;
}

enum escapes {
	ESCAPES_NONE,
	ESCAPES_ALL,	 /* each is the byte that it means */
	ESCAPES_OF_GLOB, /* ... but what a glob would take for its own keeps a backslash
			  */
	ESCAPES_OF_PATTERN, /* ... but those of a regular expression stay as they are */
};

/* What an escape means, after its backslash, `length` bytes long. */
static bool keeps_backslash(enum escapes escapes, char meant, size_t length)
{
	if (escapes == ESCAPES_OF_GLOB)
		return meant && strchr("*?[\\", meant);
	/* A known letter means a control character. */
	return escapes == ESCAPES_OF_PATTERN && length == 1 &&
	       !strchr("\\\"\n\r\t", meant);
}

static bool copy(struct natu_reading *reading, const char *text, size_t length,
		 enum escapes escapes, struct natu_item *item)
{
	char *out = natu_filter_alloc(reading->filter, length + 1);
	size_t used = 0;

	if (!out)
		return natu_no_memory(reading->error);
	for (size_t i = 0; i < length; i++) {
		size_t written = 1, taken;

		if (escapes == ESCAPES_NONE || text[i] != '\\' || i + 1 == length) {
			out[used++] = text[i];
			continue;
		}
		taken = unescape(text + i + 1, length - i - 1, out + used, &written);
		if (keeps_backslash(escapes, out[used], taken)) {
			out[used + 1] = out[used];
			out[used++] = '\\';
		}
		used += written;
		i += taken;
	}
	item->text = out;
	item->length = used;
	return true;
}

bool natu_read_word(struct natu_reading *reading, struct natu_cursor *cursor,
		    enum natu_word_style style, struct natu_item *item)
{
	const char *start = cursor->text + cursor->at;
	size_t left = cursor->end - cursor->at, length;
	char quote = left && (*start == '\'' || *start == '"') ? *start : '\0';
	bool is_pattern = style == NATU_WORD_PATTERN;

	*item = (struct natu_item){ .position = cursor->at, .is_quoted = quote != '\0' };
	if (!quote) {
		item->extent = bare_length(start, left, style);
		cursor->at += item->extent;
		return copy(reading, start, item->extent,
			    is_pattern ? ESCAPES_NONE : ESCAPES_OF_GLOB, item);
	}
	length = quoted_length(start + 1, left - 1, quote);
	if (length + 1 >= left)
		return natu_mistake(reading->error, cursor->at, left,
				    "the closing %c is missing", quote);
	item->extent = length + 2;
	cursor->at += item->extent;
	return copy(reading, start + 1, length,
		    quote == '\'' ? ESCAPES_NONE
		    : is_pattern  ? ESCAPES_OF_PATTERN
				  : ESCAPES_ALL,
		    item);
}

struct natu_item *natu_items_new(const char *text, size_t length)
{
	size_t room = 1;

	/* No list is longer than the commas let it be, and most have none. */
	for (size_t i = 0; i < length && room < NATU_ITEMS_MAX; i++)
		room += text[i] == ',';
	return calloc(room, sizeof(struct natu_item));
}
