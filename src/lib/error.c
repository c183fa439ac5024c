/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <natu/plan.h>

/* Errors quote what users and files said; their text must still be one harmless line. */
static void escape_into(char *out, size_t size, const char *text)
{
	struct natu_buffer escaped = { 0 };

	natu_buffer_add_foreign(&escaped, NATU_STYLE_TEXT, text, strlen(text));
	snprintf(out, size, "%.*s", (int)escaped.used, escaped.data ? escaped.data : "");
	natu_buffer_free(&escaped);
}

int natu_fail(struct natu_error *error, enum natu_code code, int errno_value, const char *format,
	      ...)
{
	char text[sizeof(error->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	error->code = code;
	error->error = errno_value;
	error->position = 0;
	error->length = 0;
	escape_into(error->text, sizeof(error->text), text);
	if (errno_value) {
		size_t used = strlen(error->text);

		snprintf(error->text + used, sizeof(error->text) - used, ": %s",
			 strerror(errno_value));
	}
	return -1;
}
