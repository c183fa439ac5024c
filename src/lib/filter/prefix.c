/* SPDX-License-Identifier: MIT */
#include "filter/prefix.h"

#include <string.h>
#include <sys/socket.h>

void natu_prefix_set(struct natu_prefix *prefix, int family, const void *address,
		     unsigned int length)
{
	unsigned char mask[16] = { 0 };
	size_t size = family == AF_INET ? 4 : 16;

	*prefix = (struct natu_prefix){ .family = (uint8_t)family,
					.length = (uint8_t)length };
	memset(mask, 0xff, length / 8);
	if (length % 8)
		mask[length / 8] = (unsigned char)(0xff00U >> length % 8);
	if (size == 4) {
		uint32_t bits, masked;

		memcpy(&bits, address, sizeof(bits));
		memcpy(&masked, mask, sizeof(masked));
		prefix->mask[0] = masked;
		prefix->bits[0] = bits & masked;
		return;
	}
	memcpy(prefix->bits, address, size);
	memcpy(prefix->mask, mask, size);
	for (unsigned int i = 0; i < 2; i++)
		prefix->bits[i] &= prefix->mask[i];
}

/* Counted from the last one. */
static bool bit_of(const unsigned char *address, size_t size, unsigned int bit)
{
	return address[size - 1 - bit / 8] >> bit % 8 & 1;
}

/* The last address of those that agree with one in all but so many bits. */
static void last_of(const unsigned char *address, size_t size, unsigned int bits,
		    unsigned char *last)
{
	memcpy(last, address, size);
	for (unsigned int bit = 0; bit < bits; bit++)
		last[size - 1 - bit / 8] |= (unsigned char)(1U << bit % 8);
}

/* False if there is none behind it. */
static bool step(unsigned char *address, size_t size)
{
	for (size_t i = size; i-- > 0;)
		if (++address[i])
			return true;
	return false;
}

size_t natu_prefixes_of_range(int family, const unsigned char *low,
			      const unsigned char *high,
			      struct natu_prefix prefixes[NATU_RANGE_PREFIXES])
{
	size_t size = family == AF_INET ? 4 : 16, count = 0;
	unsigned char first[16], last[16], further[16];

	memcpy(first, low, size);
	do {
		unsigned int bits = 0;

		memcpy(last, first, size);
		for (; bits < size * 8 && !bit_of(first, size, bits); bits++) {
			last_of(first, size, bits + 1, further);
			if (memcmp(further, high, size) > 0)
				break;
			memcpy(last, further, size);
		}
		natu_prefix_set(&prefixes[count++], family, first,
				(unsigned int)size * 8 - bits);
		memcpy(first, last, size);
	} while (step(first, size) && memcmp(first, high, size) <= 0 &&
		 count < NATU_RANGE_PREFIXES);
	return count;
}
