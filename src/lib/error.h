/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIB_ERROR_H
#define NATU_LIB_ERROR_H

#include <natu/error.h>

/* Fills the error: the formatted text, and after a colon what `errno_value` means if it
 * is not 0. Foreign bytes in the arguments are escaped, so that an error is always one
 * line. Returns -1, so that a caller can return it. */
int natu_fail(struct natu_error *error, enum natu_code code, int errno_value,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
