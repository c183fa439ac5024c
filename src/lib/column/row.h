/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMN_ROW_H
#define NATU_COLUMN_ROW_H

#include "column.h"

#include <stddef.h>

/* What the rows of the column table are written with. */

/* The type and the place of a member: a wrong one does not compile. */
/* clang-format off */
#define TYPE_OF(member) \
	_Generic(((struct natu_socket *)0)->member, uint8_t: NATU_UINT, \
		 uint16_t: NATU_UINT, uint32_t: NATU_UINT, uint64_t: NATU_UINT, \
		 const char *: NATU_TEXT, const struct natu_word *: NATU_WORD, \
		 struct natu_address: NATU_ADDRESS)
/* clang-format on */
#define MEMBER(kind, member)                                               \
	.type = (kind), .size = sizeof(((struct natu_socket *)0)->member), \
	.offset = offsetof(struct natu_socket, member)
#define FIELD(member) MEMBER(TYPE_OF(member), member)
#define IDENTITY(member) MEMBER(NATU_HEX, member)
#define BIT(member, bit) MEMBER(NATU_BOOL, member), .bits = (bit)
#define GET(kind, function) .type = (kind), .get = (function)
#define SUMS .sums = true
#define NONE(value) .absence = NATU_##value##_IS_NONE

/* A set, whose columns in a table for people this is one of. */
#define BRIEF(set) (NATU_SET_##set | NATU_SET_BRIEF)

/* A part of the table: all rows of an array. */
#define NATU_COLUMN_PART(name, array)                                        \
	const struct natu_column_part name = {                               \
		.rows = (array), .count = sizeof(array) / sizeof((array)[0]) \
	}

#endif
