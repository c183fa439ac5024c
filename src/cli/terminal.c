/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

const char *color_word_at(size_t index)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};

	return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

/* As the streams themselves, this is the process's: messages come from everywhere. */
static enum color_when chosen = COLOR_AUTO;

void color_choose(enum color_when when)
{
	chosen = when;
}

size_t terminal_width(int descriptor)
{
	struct winsize size;

	if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

size_t text_line(const char *text, size_t room)
{
	size_t all = strlen(text), length = room;

	if (!room || all <= room)
		return all;
	while (length && text[length] != ' ')
		length--;
	/* A word that is too long for any line. */
	return length ? length : strcspn(text, " ");
}

/* A variable that is empty is not set: no-color.org, bixense.com/clicolors. */
static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

static bool is_set_and_not_0(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

bool color_wanted(int descriptor)
{
	const char *terminal = getenv("TERM"), *color = getenv("CLICOLOR");

	if (chosen != COLOR_AUTO)
		return chosen == COLOR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set_and_not_0("CLICOLOR_FORCE"))
		return true;
	if (!terminal || !*terminal || !strcmp(terminal, "dumb"))
		return false;
	return !(color && !strcmp(color, "0")) && isatty(descriptor);
}

void text_width_begin(void)
{
	setlocale(LC_CTYPE, "");
}

/* The code point at `text`, which is valid UTF-8; *length becomes how many bytes it
 * takes. */
static wchar_t decode(const unsigned char *text, size_t *length)
{
	uint32_t value = text[0];

	*length = value < 0x80 ? 1 : value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
	if (*length > 1)
		value &= 0x7fU >> *length;
	for (size_t i = 1; i < *length; i++)
		value = value << 6 | (text[i] & 0x3f);
	return (wchar_t)value;
}

/* Of an escape sequence that ends with `m`. */
static size_t color_length(const unsigned char *at, const unsigned char *end)
{
	const unsigned char *last = memchr(at, 'm', (size_t)(end - at));

	return (size_t)((last ? last + 1 : end) - at);
}

/* How many bytes at the beginning are a column each: ASCII, but for ESC. */
static size_t plain_length(const char *text, size_t length)
{
	static const uint64_t ones = UINT64_MAX / 0xff;
	size_t plain = 0;

	for (uint64_t eight, zeros; length - plain >= sizeof(eight); plain += 8) {
		memcpy(&eight, text + plain, sizeof(eight));
		zeros = eight ^ ones * '\033';
		if ((eight | ((zeros - ones) & ~zeros)) & ones * 0x80)
			break;
	}
	while (plain < length && (unsigned char)text[plain] < 0x80 &&
	       text[plain] != '\033')
		plain++;
	return plain;
}

size_t text_width(const char *text, size_t length)
{
	size_t width = plain_length(text, length), size;
	const unsigned char *at = (const unsigned char *)text + width;
	const unsigned char *end = (const unsigned char *)text + length;

	for (; at < end; at += size) {
		int columns;

		if (*at == '\033') {
			size = color_length(at, end);
			continue;
		}
		if (*at < 0x80) {
			size = 1;
			width++;
			continue;
		}
		/* Cut off: only what is not valid is. */
		if (end - at < 4 && (size_t)(end - at) < (size_t)(*at < 0xe0   ? 2
								  : *at < 0xf0 ? 3
									       : 4))
			return width + 1;
		columns = wcwidth(decode(at, &size));
		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}
