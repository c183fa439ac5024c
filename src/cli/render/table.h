/* SPDX-License-Identifier: MIT */
#ifndef NATU_TABLE_H
#define NATU_TABLE_H

#include "render.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * netstat's table has a section for each kind of sockets, with a title and columns of its
 * own: THE SECTION TABLE, in table_fields.c.
 */
struct section;

/* The section of a protocol. */
size_t section_of(size_t protocol);
size_t section_count(void);

/* Adds its title and the line above its columns. */
void section_head(size_t section, const struct look *look, struct natu_buffer *text);

/* A new plan for the rows of a protocol, which is not ready yet; NULL without memory. On
 * a terminal the painter pads its cells. */
struct natu_plan *section_plan(size_t protocol, const struct look *look,
			       struct painter *painter);

/* The same for rows of a protocol whose sockets without a remote end look different. */
bool section_has_endpoints(size_t protocol);
struct natu_plan *section_endpoint_plan(size_t protocol, const struct look *look,
					struct painter *painter);

/* The same for a part of the row: from the field of the column `first` (NULL: from the
 * start) to before that of `end` (NULL: to the end, with the newline). */
struct natu_plan *section_part(size_t protocol, const struct look *look,
			       const char *first, const char *end);

/* True if the rows of both protocols are written by the same plan. */
bool section_same_plan(size_t protocol, size_t other);

#endif
