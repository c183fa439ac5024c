/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "terminal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <natu/plan.h>

/* What is shown of a long text, at most and at least; and the columns beside it, for the
 * indent and the dots where it goes on. */
enum { SHOWN_MOST = 76, SHOWN_LEAST = 24, BESIDE = 8 };

/* On a terminal the marks would not stand below a line that is broken there. */
static size_t columns_shown(void)
{
	size_t width = terminal_width(STDERR_FILENO);

	if (!width || width >= SHOWN_MOST + BESIDE)
		return SHOWN_MOST;
	return width > SHOWN_LEAST + BESIDE ? width - BESIDE : SHOWN_LEAST;
}

/* One character as it is shown: itself where that is harmless, in one column. */
struct shown {
	size_t bytes; /* of the text */
	bool is_harmless;
};

static struct shown shown_at(const char *text, size_t left)
{
	static const size_t lengths[] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4
	};
	struct shown shown = { lengths[(unsigned char)text[0] >> 4], true };
	char room[64] = "";
	struct natu_buffer escaped = { .data = room, .size = sizeof(room) };

	if (text[0] == '\\')
		return shown;
	if (shown.bytes > left)
		shown.bytes = 1;
	natu_buffer_add_foreign(&escaped, NATU_STYLE_TEXT, text, shown.bytes);
	shown.is_harmless = escaped.used == shown.bytes &&
			    !memcmp(room, text, shown.bytes);
	if (!shown.is_harmless)
		shown.bytes = 1;
	return shown;
}

/* The columns that so many bytes of a text take. */
static size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; columns++)
		i += shown_at(text + i, length - i).bytes;
	return columns;
}

static void show(const char *text, size_t length, size_t first, size_t end)
{
	size_t column = 0;

	for (size_t i = 0; i < length && column < end; column++) {
		struct shown shown = shown_at(text + i, length - i);

		if (column >= first && shown.is_harmless)
			fwrite(text + i, 1, shown.bytes, stderr);
		else if (column >= first)
			fputc(isspace((unsigned char)text[i]) ? ' ' : '?', stderr);
		i += shown.bytes;
	}
}

void point_at(const char *text, size_t length, size_t position, size_t extent)
{
	size_t before = columns_of(text, position), all = columns_of(text, length);
	size_t shown = columns_shown(), lead = shown / 2 + 2;
	size_t first = all > shown && before > lead ? before - lead : 0;
	size_t end = first + shown;
	size_t marks = columns_of(
		text + position, position + extent < length ? extent : length - position);

	/* What is missing at the end has its place behind it. */
	marks = marks ? marks : 1;
	if (marks > end - before)
		marks = end - before;
	fputs(first ? "  ..." : "  ", stderr);
	show(text, length, first, end);
	fputs(all > end ? "...\n" : "\n", stderr);
	fprintf(stderr, "%*s", (int)(before - first) + (first ? 5 : 2), "");
	while (marks--)
		fputc('^', stderr);
	fputc('\n', stderr);
}
