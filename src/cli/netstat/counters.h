/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_COUNTERS_H
#define NATU_NETSTAT_COUNTERS_H

#include <stddef.h>

/* When a counter is shown, and where. */
enum counter_kind {
	ALWAYS,
	NONZERO,
	INPUT,	/* unless it is zero, below the heading of what came in ... */
	OUTPUT, /* ... or went out */
	HIDDEN,
};

/* One of the kernel's counters, and the sentence for it: the number stands for #.
 * Strings, not pointers, which would have to be relocated at every start. */
struct counter {
	char name[32];
	enum counter_kind kind;
	char sentence[80];
};

/* The protocol that asks for a section of counters; NULL: it is always shown. */
const char *counters_protocol(const char *title, size_t length);

/* NULL: netstat has no sentence for it, and shows it by its name unless it is zero. */
const struct counter *counter_named(const char *title, size_t title_length,
				    const char *name, size_t length);

#endif
