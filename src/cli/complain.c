/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <natu/plan.h>

/* Of a longer line the middle is left out: it quotes something huge, and says why at its
 * end. */
enum { LONGEST = 1000 };

/* Adds a text, escaped; what is escaped already stays as it is. */
static void add_harmless(struct natu_buffer *line, const char *text, size_t length)
{
	while (length) {
		const char *backslash = memchr(text, '\\', length);
		size_t plain = backslash ? (size_t)(backslash - text) : length;
		size_t used = plain + (backslash != NULL);

		natu_buffer_add_foreign(line, NATU_STYLE_TEXT, text, plain);
		natu_buffer_add_text(line, backslash ? "\\" : "");
		text += used;
		length -= used;
	}
}

static void add_shortened(struct natu_buffer *line, const char *text)
{
	size_t length = strlen(text), half = LONGEST / 2;

	if (length <= LONGEST) {
		add_harmless(line, text, length);
		return;
	}
	add_harmless(line, text, half);
	natu_buffer_add_text(line, "...");
	add_harmless(line, text + length - half, half);
}

void complain(const char *format, ...)
{
	/* No byte takes more than four when it is escaped: this never grows, so that
	 * there is a line even without memory. */
	char room[4 * LONGEST + 64], short_text[LONGEST + 1], *text = NULL;
	struct natu_buffer line = { .data = room, .size = sizeof(room) };
	va_list arguments, again;
	bool colored = color_wanted(STDERR_FILENO);

	va_start(arguments, format);
	va_copy(again, arguments);
	if (vasprintf(&text, format, arguments) < 0) {
		text = NULL;
		vsnprintf(short_text, sizeof(short_text), format, again);
	}
	va_end(again);
	va_end(arguments);
	natu_buffer_add_text(&line, colored ? "\033[1;31mnatu:\033[0m " : "natu: ");
	add_shortened(&line, text ? text : short_text);
	natu_buffer_add_text(&line, "\n");
	/* One write: lines of several programs do not mix. */
	fwrite(line.data, 1, line.used, stderr);
	free(text);
}
