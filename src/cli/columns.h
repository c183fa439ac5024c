/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMNS_H
#define NATU_COLUMNS_H

#include <natu/column.h>
#include <stdbool.h>
#include <stddef.h>

/* The columns of a list, in the order in which they are shown. None stands twice. */
struct columns {
	const struct natu_column **list;
	size_t count, size;
	bool replaces; /* they replace the default ones, rather than add to them */
};

void columns_free(struct columns *columns);

/* Reads a LIST of --columns: names by commas, `+` before the first adds. The name of a
 * group, with or without `.*`, means all of it. Gives an exit status. */
int columns_parse(struct columns *columns, const char *option, const char *list);

/* All that a list shows: those of the sets in the table's order, then those that were
 * added; or those that replace them. False without memory. */
bool columns_resolve(const struct columns *named, unsigned int sets, struct columns *all);

/* Adds one, if it is not there yet. False without memory. */
bool columns_add(struct columns *columns, const struct natu_column *column);

/* Takes out those that are in one of the `sets` and in none of `but`. */
void columns_drop(struct columns *columns, unsigned int sets, unsigned int but);

/* All columns that there are, gathered. False without memory. */
bool columns_all(struct columns *all);

/* Brings the members of a group together, at the place of the first: JSON nests them. */
void columns_gather(struct columns *columns);

/* Of a name's part before its dot; 0 for a column that is in no group. */
size_t column_group_length(const struct natu_column *column);
bool column_same_group(const struct natu_column *a, const struct natu_column *b);

/* What JSON calls a column's group: holders are an array, "processes". */
enum { GROUP_NAME_MAX = 64 };
void column_group_name(const struct natu_column *column, char name[GROUP_NAME_MAX]);
/* A name's part behind its dot, or all of it. */
const char *column_member_name(const struct natu_column *column);

/* Their names by index, for suggestions and completion. */
const char *column_name_at(size_t index);

#endif
