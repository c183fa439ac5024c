/* SPDX-License-Identifier: MIT */
#include "family/other.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* base or more: it is no digit. */
static unsigned int digit_of(char c, unsigned int base)
{
	unsigned int digit = (unsigned char)c - (unsigned int)'0';
	unsigned int letter = ((unsigned char)c | 0x20U) - 'a';

	if (digit <= 9)
		return digit;
	return letter < 6 ? letter + 10 : base;
}

/* A number between blanks, which are skipped. NULL: there is none. */
static const char *take_number(const char *at, const char *end, unsigned int base,
			       uint64_t *number)
{
	const char *start;

	while (at < end && is_blank(*at))
		at++;
	start = at;
	for (*number = 0; at < end && !is_blank(*at); at++) {
		unsigned int digit = digit_of(*at, base);

		if (digit >= base || *number > (UINT64_MAX - digit) / base)
			return NULL;
		*number = *number * base + digit;
	}
	return at > start ? at : NULL;
}

bool natu_proc_fields(const char *line, size_t length, const uint8_t *bases,
		      uint64_t *fields, size_t count)
{
	const char *at = line, *end = line + length;
	uint64_t pointer;

	at = take_number(at, end, 16, &pointer);
	for (size_t i = 0; at && i < count; i++)
		at = take_number(at, end, bases[i], &fields[i]);
	return at != NULL;
}
