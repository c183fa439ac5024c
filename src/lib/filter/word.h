/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_WORD_H
#define NATU_FILTER_WORD_H

#include "filter/literal.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads the value at text + position, up to `end` or to a byte among `stops`: a bare word, 'as it is', or
 * "with escapes", which are those that natu prints foreign text with. *item gets it and its place;
 * *position moves behind it. False with the error filled.
 */
bool natu_read_word(struct natu_reading *reading, const char *text, size_t end, const char *stops,
		    size_t *position, struct natu_item *item);

#endif
