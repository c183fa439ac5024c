/* SPDX-License-Identifier: MIT */
#ifndef NATU_TELL_H
#define NATU_TELL_H

#include "net/endpoint.h"

#include <stdbool.h>

/* -v: one step on stderr, "[7] ..." with the descriptor that it is about; silent unless
 * aloud. */
void tell(bool aloud, int descriptor, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The first step: which socket has been made. */
void tell_socket(bool aloud, int descriptor, const struct endpoint *endpoint);

/* The first line of output, also to the descriptor of --ready-fd (0: there is none),
 * which is closed then if it is not a standard one. False when one could not be written.
 */
bool announce(int ready_descriptor, const char *line);

#endif
