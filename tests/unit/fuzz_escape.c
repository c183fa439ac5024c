/* SPDX-License-Identifier: MIT */
#include "error.h"
#include "fuzz.h"
#include "readers.h"

#include <string.h>

/* Mended, a byte becomes three. */
enum { SIZE_MOST = sizeof(((struct text *)0)->bytes) / 3 };

static bool error_is_harmless(const struct text *text)
{
	char quoted[SIZE_MOST + 1];
	struct natu_error error;
	struct natu_buffer line = { 0 };
	bool well;

	memcpy(quoted, text->bytes, text->length);
	quoted[text->length] = '\0';
	natu_fail(&error, NATU_EDATA, 7, "reading %s", quoted);
	natu_buffer_add_text(&line, error.text);
	well = is_harmless(&line) && !strncmp(error.text, "reading ", 8);
	natu_buffer_free(&line);
	return well;
}

int fuzz_escape(const uint8_t *data, size_t size)
{
	static struct text text;

	if (size > SIZE_MOST)
		return 0;
	memcpy(text.bytes, data, size);
	text.length = size;
	fuzz_expect(survives(&text), "a text can be read back");
	fuzz_expect(error_is_harmless(&text), "an error is one harmless line");
	return 0;
}
