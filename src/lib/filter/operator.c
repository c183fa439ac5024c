/* SPDX-License-Identifier: MIT */
#include "filter/operator.h"

#include <string.h>

enum { SPELLINGS_MAX = 4 };

/* THE OPERATOR TABLE. */
static const struct {
	const char *spellings[SPELLINGS_MAX];
	const char *help;
} operators[NATU_OP_COUNT] = {
	[NATU_OP_EQUAL] = { { "=", "==", "eq" }, "One of the values." },
	[NATU_OP_UNEQUAL] = { { "!=", "<>", "ne", "neq" }, "None of the values." },
	[NATU_OP_LESS] = { { "<", "lt" }, "Less than the value." },
	[NATU_OP_AT_MOST] = { { "<=", "le", "leq" }, "The value, or less." },
	[NATU_OP_GREATER] = { { ">", "gt" }, "More than the value." },
	[NATU_OP_AT_LEAST] = { { ">=", "ge", "geq" }, "The value, or more." },
	[NATU_OP_MATCHES] = { { "~", "=~" }, "The regular expression matches." },
	[NATU_OP_DIFFERS] = { { "!~" }, "The regular expression does not match." },
};

const char *natu_operator_spelling(enum natu_operator operator, size_t index)
{
	return index < SPELLINGS_MAX ? operators[operator].spellings[index] : NULL;
}

const char *natu_operator_help(enum natu_operator operator)
{
	return operators[operator].help;
}

size_t natu_operator_of_signs(const char *text, enum natu_operator *operator)
{
	size_t longest = 0;

	for (unsigned int i = 0; i < NATU_OP_COUNT; i++)
		for (size_t s = 0; s < SPELLINGS_MAX && operators[i].spellings[s]; s++) {
			const char *spelling = operators[i].spellings[s];
			size_t length = strlen(spelling);

			if (!strchr(NATU_OPERATOR_SIGNS, *spelling) ||
			    length <= longest || strncmp(text, spelling, length) != 0)
				continue;
			longest = length;
			*operator=(enum natu_operator) i;
		}
	return longest;
}

const char *natu_operator_turned(const char *signs, size_t length)
{
	for (unsigned int i = 0; length == 2 && i < NATU_OP_COUNT; i++)
		for (size_t s = 0; s < SPELLINGS_MAX && operators[i].spellings[s]; s++) {
			const char *spelling = operators[i].spellings[s];

			if (spelling[0] == signs[1] && spelling[1] == signs[0] &&
			    !spelling[2])
				return spelling;
		}
	return NULL;
}
