/* SPDX-License-Identifier: MIT */
#ifndef NATU_CLI_H
#define NATU_CLI_H

/* What all parts of natu(1) share: how it ends, and how it speaks. */

enum {
	EXIT_OK = 0,
	EXIT_TROUBLE = 1,	/* what was asked for could not be read or written */
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3,	/* --strict, and something is missing */
	EXIT_NO_MATCH = 4,	/* -q, and nothing matches */
};

/* One line on stderr, "natu: ...". Foreign bytes in the arguments are the caller's to escape;
 * control characters are replaced. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
