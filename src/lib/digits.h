/* SPDX-License-Identifier: MIT */
#ifndef NATU_DIGITS_H
#define NATU_DIGITS_H

#include <stdint.h>
#include <string.h>

/*
 * What a list is made of, small numbers and IPv4 addresses, printed where it is needed:
 * a call for each would cost as much as the printing.
 */

/* "00" to "99". */
extern const char natu_digit_pairs[200];

/* The decimal text of an octet, with a dot behind it. */
struct natu_octet {
	char text[4];
	uint32_t length;
};

extern const struct natu_octet natu_octets[256];

/* The decimal text of a number below 1,000. */
struct natu_small {
	char text[3];
	uint8_t length;
};

extern const struct natu_small natu_smalls[1000];

/* All return the end of what they wrote. Up to three bytes behind it can be written, too,
 * within the first four. */
static inline char *natu_add_pair(char *out, uint32_t number)
{
	memcpy(out, natu_digit_pairs + number * 2, 2);
	return out + 2;
}

/* A number below 1,000. */
static inline char *natu_add_small(char *out, uint32_t number)
{
	memcpy(out, &natu_smalls[number], sizeof(natu_smalls[0]));
	return out + natu_smalls[number].length;
}

/* A number below 100,000. */
static inline char *natu_add_short(char *out, uint32_t number)
{
	if (number < 1000)
		return natu_add_small(out, number);
	return natu_add_pair(natu_add_small(out, number / 100), number % 100);
}

static inline char *natu_add_octet(char *out, uint8_t octet)
{
	memcpy(out, natu_octets[octet].text, sizeof(natu_octets[0].text));
	return out + natu_octets[octet].length;
}

/* By divisions of 32 bits, which are the quick ones. */
static inline char *natu_add_u32(char *out, uint32_t number)
{
	uint32_t high = number / 10000, low = number % 10000;

	if (number < 100000)
		return natu_add_short(out, number);
	if (high < 100000)
		out = natu_add_short(out, high);
	else
		out = natu_add_pair(natu_add_short(out, high / 100), high % 100);
	return natu_add_pair(natu_add_pair(out, low / 100), low % 100);
}

/* Writes one byte more than it says. */
static inline char *natu_add_ipv4(char *out, const uint8_t bytes[4])
{
	out = natu_add_octet(natu_add_octet(out, bytes[0]), bytes[1]);
	return natu_add_octet(natu_add_octet(out, bytes[2]), bytes[3]) - 1;
}

#endif
