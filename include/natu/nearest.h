/* SPDX-License-Identifier: MIT */
#ifndef NATU_NEAREST_H
#define NATU_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What was meant by a word that is not known: of the known ones the nearest, by the
 * letters that are wrong, missing, too many or swapped. Case does not count, nor whether
 * it is `-` or `_`.
 */

/* Longer words than this are not compared. */
#define NATU_NEAREST_MAX 40

/* Since 0.1. */
struct natu_nearest {
	const char *typed; /* the caller's */
	size_t length;
	size_t distance;		 /* only words nearer than this are taken */
	char word[NATU_NEAREST_MAX + 1]; /* "" as long as none is near */
};

/* Begins with the bytes that were typed, which need no NUL and must stay. Since 0.1. */
void natu_nearest_start(struct natu_nearest *nearest, const char *typed, size_t length);
/* Takes a known word if it is nearer than those before; true if it did. Since 0.1. */
bool natu_nearest_consider(struct natu_nearest *nearest, const char *word);

#endif
