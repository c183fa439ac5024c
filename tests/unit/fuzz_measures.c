/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What /proc/net/snmp and its like hold, read a second time by the C library. */

enum { LINES_MAX = 1000 };

/* The number that a word is, as natu takes it; false: it is none. */
static bool word_number(const char *word, uint64_t *number)
{
	char *end;

	if (!word || *word < '0' || *word > '9')
		return false;
	errno = 0;
	*number = strtoull(word, &end, 10);
	return !*end && !errno && *number <= INT64_MAX;
}

/* The word of that place in a line, or NULL. The line is taken apart. */
static const char *word_at(char *line, unsigned int place)
{
	char *rest = NULL, *word = NULL;

	for (unsigned int i = 0; i <= place; i++) {
		word = strtok_r(i ? NULL : line, " \t", &rest);
		if (!word)
			return NULL;
	}
	return word;
}

static char *copy_of(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		abort();
	return copy;
}

/* Where a word first stands in a line, not before `from`; -1: nowhere. */
static int place_of(const char *line, const char *wanted, unsigned int from)
{
	int place = -1;

	for (unsigned int i = from; place < 0; i++) {
		char *copy = copy_of(line);
		const char *word = word_at(copy, i);

		if (word && !strcmp(word, wanted))
			place = (int)i;
		free(copy);
		if (!word)
			break;
	}
	return place;
}

static bool number_at(const char *line, unsigned int place, uint64_t *number)
{
	char *copy = copy_of(line);
	bool found = word_number(word_at(copy, place), number);

	free(copy);
	return found;
}

static bool pair_by_libc(char *lines[], size_t count, const struct natu_measure *measure,
			 uint64_t *number)
{
	for (size_t i = 0; i < count; i++) {
		int place;

		if (measure->line && place_of(lines[i], measure->line, 0) != 0)
			continue;
		place = place_of(lines[i], measure->field, measure->line ? 1 : 0);
		if (place >= 0)
			return number_at(lines[i], (unsigned int)place + 1, number);
	}
	return false;
}

static bool table_by_libc(char *lines[], size_t count, const struct natu_measure *measure,
			  uint64_t *number)
{
	for (size_t i = 0; i + 1 < count; i += 2) {
		int place;
		char *copy;
		bool is_short;

		if (place_of(lines[i], measure->line, 0) != 0 ||
		    place_of(lines[i + 1], measure->line, 0) != 0)
			continue;
		place = place_of(lines[i], measure->field, 1);
		copy = copy_of(lines[i + 1]);
		is_short = place < 0 || !word_at(copy, (unsigned int)place);
		free(copy);
		if (!is_short)
			return number_at(lines[i + 1], (unsigned int)place, number);
	}
	return false;
}

static bool by_libc(char *text, const struct natu_measure *measure, uint64_t *number)
{
	char *lines[LINES_MAX], *rest = text, *line;
	size_t count = 0;

	while (count < LINES_MAX && (line = strsep(&rest, "\n")) != NULL)
		lines[count++] = line;
	/* What follows the last newline is no line if it is empty. */
	if (count && !*lines[count - 1])
		count--;
	switch (natu_measure_files[measure->file].layout) {
	case MEASURE_PAIRS:
		return pair_by_libc(lines, count, measure, number);
	case MEASURE_TABLE:
		return table_by_libc(lines, count, measure, number);
	default:
		return count && number_at(lines[0], measure->number, number);
	}
}

static void check_ports(const char *text, size_t size)
{
	static uint8_t reserved[UINT16_MAX / 8 + 1];
	uint16_t first, last;

	natu_measure_read_range(text, size, &first, &last);
	fuzz_expect(first <= last && !first == !last, "a range has two ends");
	natu_measure_read_ports(text, size, reserved);
}

int fuzz_measures(const uint8_t *data, size_t size)
{
	const struct natu_measure *measure;
	const char *text = (const char *)data + 1;
	uint64_t number = 0, wanted = 0;
	bool found;
	char *copy;

	if (size < 1)
		return 0;
	measure = natu_measure_at(data[0] % natu_measure_count());
	check_ports(text, size - 1);
	found = natu_measure_search(text, size - 1, measure, &number);
	/* The C library's texts end at their first NUL. */
	if (memchr(text, '\0', size - 1) || size > LINES_MAX)
		return 0;
	copy = strndup(text, size - 1);
	if (!copy)
		abort();
	fuzz_expect(by_libc(copy, measure, &wanted) == found,
		    "a number is found, or not");
	fuzz_expect(!found || number == wanted, "the number is as libc reads it");
	free(copy);
	return 0;
}
