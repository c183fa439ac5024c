/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "scan.h"

/* base or more: it is no digit. */
static unsigned int digit_of(char c, unsigned int base)
{
	unsigned int digit = (unsigned char)c - (unsigned int)'0';
	unsigned int letter = ((unsigned char)c | 0x20U) - 'a';

	if (digit <= 9)
		return digit;
	return letter < 6 ? letter + 10 : base;
}

/* False: the next word is not a number. */
static bool take_number(struct natu_scan *words, unsigned int base, uint64_t *number)
{
	const char *word;
	size_t length = natu_next_word(words, &word);

	*number = 0;
	for (size_t i = 0; i < length; i++) {
		unsigned int digit = digit_of(word[i], base);

		if (digit >= base || *number > (UINT64_MAX - digit) / base)
			return false;
		*number = *number * base + digit;
	}
	return length > 0;
}

bool natu_proc_fields(const char *line, size_t length, const uint8_t *bases,
		      uint64_t *fields, size_t count)
{
	struct natu_scan words = { line, line + length };
	uint64_t pointer;
	bool taken = take_number(&words, 16, &pointer);

	for (size_t i = 0; taken && i < count; i++)
		taken = take_number(&words, bases[i], &fields[i]);
	return taken;
}
