/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <natu/plan.h>

/* Of a longer line the middle is left out: it quotes something huge, and says why at its
 * end. */
enum { LINE_MAX_LENGTH = 1000 };

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
	size_t length = strlen(text), half = LINE_MAX_LENGTH / 2;

	if (length <= LINE_MAX_LENGTH) {
		add_harmless(line, text, length);
		return;
	}
	add_harmless(line, text, half);
	natu_buffer_add_text(line, "...");
	add_harmless(line, text + length - half, half);
}

void complain(const char *format, ...)
{
	struct natu_buffer line = { 0 };
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	natu_buffer_add_text(&line, "natu: ");
	add_shortened(&line, text ? text : format);
	natu_buffer_add_text(&line, "\n");
	/* One write: lines of several programs do not mix. */
	if (line.failed)
		fputs("natu: out of memory\n", stderr);
	else
		fwrite(line.data, 1, line.used, stderr);
	natu_buffer_free(&line);
	free(text);
}
