/* SPDX-License-Identifier: MIT */
#ifndef NATU_CLI_H
#define NATU_CLI_H

#include <stddef.h>

/* What all parts of natu(1) share: how it ends, and how it speaks. */

enum {
	EXIT_OK = 0,
	EXIT_TROUBLE = 1, /* what was asked for could not be read or written */
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3, /* --strict, and something is missing */
	EXIT_NO_MATCH = 4,   /* -q, and nothing matches */
};

/* One line on stderr, "natu: ...". What is in the arguments comes out escaped, and what
 * libnatu has escaped already stays as it is. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Two lines on stderr: a text, or as much of a long one as surrounds the place, and marks
 * below so many of its bytes. The place is in the text, or right behind it. */
void point_at(const char *text, size_t length, size_t position, size_t extent);

#endif
