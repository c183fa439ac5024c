/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_MEMORY_H
#define NATU_TEST_MEMORY_H

#include <stdbool.h>

/* Takes the memory away after so many more allocations of the library, of the program and
 * of the tests (not those of libc for itself). */
void memory_ends_after(long allocations);

/* Gives it back; true if somebody has asked for some in vain. */
bool memory_comes_back(void);

#endif
