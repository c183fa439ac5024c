/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <natu/plan.h>

/* What an error can quote: a path, and some words about it. */
enum { TEXT_MAX = PATH_MAX + 256 };

/* UTF-8: this byte continues a character. */
static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Copies a text; of one that is too long its middle is left out, since what was done
 * stands at its beginning and why it failed at its end. Returns the length of the copy.
 */
static size_t fit(char *out, size_t size, const char *text, size_t length)
{
	static const char gap[] = "...";
	size_t head = length, tail = 0;

	if (length >= size) {
		head = (size - sizeof(gap)) / 2;
		tail = size - sizeof(gap) - head;
		while (head && continues(text[head]))
			head--;
		while (tail && continues(text[length - tail]))
			tail--;
	}
	snprintf(out, size, "%.*s%s%.*s", (int)head, text, head < length ? gap : "",
		 (int)tail, text + length - tail);
	return strlen(out);
}

int natu_fail(struct natu_error *error, enum natu_code code, int errno_value,
	      const char *format, ...)
{
	const char *reason = errno_value ? strerror(errno_value) : "";
	char text[TEXT_MAX], part[sizeof(error->text)];
	/* No byte takes more than four when it is escaped: this never grows, so that
	 * there is a text even without memory. */
	char room[4 * sizeof(part)];
	struct natu_buffer escaped = { .data = room, .size = sizeof(room) };
	size_t reason_length = errno_value ? strlen(reason) + 2 : 0;
	va_list arguments;
	size_t used;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	error->code = code;
	error->error = errno_value;
	error->position = 0;
	error->length = 0;
	/* Errors quote what users and files said; their text must still be one harmless
	 * line. */
	used = fit(part, sizeof(part), text, strlen(text));
	natu_buffer_add_foreign(&escaped, NATU_STYLE_TEXT, part, used);
	used = fit(error->text, sizeof(error->text) - reason_length, escaped.data,
		   escaped.used);
	if (errno_value)
		snprintf(error->text + used, sizeof(error->text) - used, ": %s", reason);
	return -1;
}
