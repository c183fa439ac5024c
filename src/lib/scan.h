/* SPDX-License-Identifier: MIT */
#ifndef NATU_SCAN_H
#define NATU_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* What is left of a line of /proc that is being read: words, with blanks between them. */
struct natu_scan {
	const char *at, *end;
};

static inline bool natu_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline void natu_skip_blanks(struct natu_scan *scan)
{
	while (scan->at < scan->end && natu_is_blank(*scan->at))
		scan->at++;
}

/* Takes the next word, which is at *word; its length, or 0: there is none. */
static inline size_t natu_next_word(struct natu_scan *scan, const char **word)
{
	natu_skip_blanks(scan);
	*word = scan->at;
	while (scan->at < scan->end && !natu_is_blank(*scan->at))
		scan->at++;
	return (size_t)(scan->at - *word);
}

#endif
