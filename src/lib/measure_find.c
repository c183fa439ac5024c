/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include "scan.h"

#include <string.h>

static struct natu_scan text_of(const char *bytes, size_t length)
{
	return (struct natu_scan){ bytes, length ? bytes + length : bytes };
}

/* Takes a line; false at the end. */
static bool take_line(struct natu_scan *text, struct natu_scan *line)
{
	const char *newline;

	if (text->at == text->end)
		return false;
	newline = memchr(text->at, '\n', (size_t)(text->end - text->at));
	*line = (struct natu_scan){ text->at, newline ? newline : text->end };
	text->at = newline ? newline + 1 : text->end;
	return true;
}

/* Takes a word, as blanks separate them; false at the end. */
static bool take_word(struct natu_scan *line, struct natu_scan *word)
{
	size_t length = natu_next_word(line, &word->at);

	word->end = word->at + length;
	return length > 0;
}

static bool is_word(const struct natu_scan *text, const char *word)
{
	size_t length = (size_t)(text->end - text->at);

	return length == strlen(word) && !memcmp(text->at, word, length);
}

/* Takes a number from the beginning; false for none, and for one beyond 2^63, which is a
 * sum of counters that is below zero for a moment. */
static bool take_number(struct natu_scan *text, uint64_t *number)
{
	const char *start = text->at;

	for (*number = 0; text->at < text->end; text->at++) {
		unsigned int digit = (unsigned char)*text->at - (unsigned int)'0';

		if (digit > 9)
			break;
		if (*number > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return text->at > start;
}

static bool word_is_number(struct natu_scan word, uint64_t *number)
{
	return take_number(&word, number) && word.at == word.end;
}

static bool find_pair(struct natu_scan text, const struct natu_measure *measure,
		      uint64_t *number)
{
	struct natu_scan line, word;

	while (take_line(&text, &line)) {
		if (measure->line &&
		    !(take_word(&line, &word) && is_word(&word, measure->line)))
			continue;
		while (take_word(&line, &word))
			if (is_word(&word, measure->field))
				return take_word(&line, &word) &&
				       word_is_number(word, number);
	}
	return false;
}

/* The names are in one line and the numbers in the next, which begin with the same
 * word. */
static bool find_in_table(struct natu_scan text, const struct natu_measure *measure,
			  uint64_t *number)
{
	struct natu_scan names, numbers, name, value;

	while (take_line(&text, &names) && take_line(&text, &numbers)) {
		if (!take_word(&names, &name) || !take_word(&numbers, &value) ||
		    !is_word(&name, measure->line) || !is_word(&value, measure->line))
			continue;
		while (take_word(&names, &name) && take_word(&numbers, &value))
			if (is_word(&name, measure->field))
				return word_is_number(value, number);
	}
	return false;
}

static bool find_in_list(struct natu_scan text, const struct natu_measure *measure,
			 uint64_t *number)
{
	struct natu_scan line, word;

	if (!take_line(&text, &line))
		return false;
	for (unsigned int i = 0; take_word(&line, &word); i++)
		if (i == measure->number)
			return word_is_number(word, number);
	return false;
}

bool natu_measure_search(const char *text, size_t length,
			 const struct natu_measure *measure, uint64_t *number)
{
	switch (natu_measure_files[measure->file].layout) {
	case MEASURE_PAIRS:
		return find_pair(text_of(text, length), measure, number);
	case MEASURE_TABLE:
		return find_in_table(text_of(text, length), measure, number);
	case MEASURE_LIST:
		return find_in_list(text_of(text, length), measure, number);
	}
	return false;
}

static void mark_ports(uint8_t *reserved, uint64_t first, uint64_t last)
{
	for (uint64_t port = first; port <= last && port <= UINT16_MAX; port++)
		reserved[port / 8] |= (uint8_t)(1U << port % 8);
}

void natu_measure_read_ports(const char *bytes, size_t length,
			     uint8_t reserved[UINT16_MAX / 8 + 1])
{
	struct natu_scan text = text_of(bytes, length);
	uint64_t first, last;

	memset(reserved, 0, UINT16_MAX / 8 + 1);
	while (take_number(&text, &first)) {
		last = first;
		if (text.at < text.end && *text.at == '-') {
			text.at++;
			if (!take_number(&text, &last))
				return;
		}
		mark_ports(reserved, first, last);
		if (text.at == text.end || *text.at++ != ',')
			return;
	}
}

void natu_measure_read_range(const char *bytes, size_t length, uint16_t *first,
			     uint16_t *last)
{
	struct natu_scan text = text_of(bytes, length), line, word;
	uint64_t numbers[2];

	*first = *last = 0;
	if (!take_line(&text, &line))
		return;
	for (unsigned int i = 0; i < 2; i++)
		if (!take_word(&line, &word) || !word_is_number(word, &numbers[i]))
			return;
	if (!numbers[0] || numbers[0] > numbers[1] || numbers[1] > UINT16_MAX)
		return;
	*first = (uint16_t)numbers[0];
	*last = (uint16_t)numbers[1];
}
