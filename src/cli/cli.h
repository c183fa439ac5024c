/* SPDX-License-Identifier: MIT */
#ifndef NATU_CLI_H
#define NATU_CLI_H

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

#endif
