/* SPDX-License-Identifier: MIT */
#include <natu/nearest.h>

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static char folded(char c)
{
	return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

static uint8_t least(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

/* How many letters must be added, left out, changed or swapped with their neighbour. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	uint8_t cost[NATU_NEAREST_MAX + 1][NATU_NEAREST_MAX + 1];

	for (size_t i = 0; i <= a_length; i++)
		cost[i][0] = (uint8_t)i;
	for (size_t j = 0; j <= b_length; j++)
		cost[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= a_length; i++)
		for (size_t j = 1; j <= b_length; j++) {
			char left = folded(a[i - 1]), right = folded(b[j - 1]);
			uint8_t best = (uint8_t)(cost[i - 1][j - 1] + (left != right));

			best = least(best, (uint8_t)(cost[i - 1][j] + 1));
			best = least(best, (uint8_t)(cost[i][j - 1] + 1));
			if (i > 1 && j > 1 && left == folded(b[j - 2]) &&
			    right == folded(a[i - 2]))
				best = least(best, (uint8_t)(cost[i - 2][j - 2] + 1));
			cost[i][j] = best;
		}
	return cost[a_length][b_length];
}

void natu_nearest_start(struct natu_nearest *nearest, const char *typed, size_t length)
{
	nearest->typed = typed;
	nearest->length = length;
	/* A third of the letters may be wrong, and one more where that leaves the word
	 * its face. */
	nearest->distance = length < 5 ? 2 : length / 3 + 2;
	if (length > NATU_NEAREST_MAX)
		nearest->distance = 0;
	nearest->word[0] = '\0';
}

bool natu_nearest_consider(struct natu_nearest *nearest, const char *word)
{
	size_t length = strlen(word), far;

	if (!nearest->distance || length > NATU_NEAREST_MAX)
		return false;
	far = distance(nearest->typed, nearest->length, word, length);
	/* Changing every letter is no likeness. */
	if (far >= nearest->distance || far >= length || far >= nearest->length)
		return false;
	nearest->distance = far;
	memcpy(nearest->word, word, length + 1);
	return true;
}
