/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_NEAREST_H
#define NATU_FILTER_NEAREST_H

#include <stddef.h>

/* Longer words than this are not compared. */
#define NATU_NEAREST_MAX 40

/* The known word that is nearest to what was typed. */
struct natu_nearest {
	const char *typed;
	size_t length;
	size_t distance;		 /* only words nearer than this are taken */
	char word[NATU_NEAREST_MAX + 1]; /* "" as long as none is near */
};

void natu_nearest_start(struct natu_nearest *nearest, const char *typed, size_t length);
void natu_nearest_consider(struct natu_nearest *nearest, const char *word);

#endif
