/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_OPERATOR_H
#define NATU_FILTER_OPERATOR_H

#include <stdbool.h>
#include <stddef.h>

enum natu_operator {
	NATU_OP_EQUAL,
	NATU_OP_UNEQUAL,
	NATU_OP_LESS,
	NATU_OP_AT_MOST,
	NATU_OP_GREATER,
	NATU_OP_AT_LEAST,
	NATU_OP_MATCHES, /* a regular expression */
	NATU_OP_DIFFERS, /* ... that does not match */
	NATU_OP_COUNT,
};

static inline bool natu_is_ordering(enum natu_operator operator)
{
	return operator>= NATU_OP_LESS && operator<= NATU_OP_AT_LEAST;
}

/* The signs of which operators are made that are no words. */
#define NATU_OPERATOR_SIGNS "=<>!~"

/* The ways to write an operator, index from 0; NULL beyond the last. */
const char *natu_operator_spelling(enum natu_operator operator, size_t index);
/* What it is true of: a sentence. */
const char *natu_operator_help(enum natu_operator operator);

/* The operator of signs at the beginning of a text, the longest that there is; its
 * length, or 0. */
size_t natu_operator_of_signs(const char *text, enum natu_operator *operator);

/* The operator that two signs would be the other way round; NULL if none. */
const char *natu_operator_turned(const char *signs, size_t length);

#endif
