/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMNS_H
#define NATU_COLUMNS_H

#include <natu/column.h>
#include <stdbool.h>
#include <stddef.h>

/* The columns of a list, in the order in which they are shown. None stands twice. */
struct columns {
	const struct natu_column **list;
	bool *is_of_group; /* of each: only its group was named */
	size_t count, size;
	bool replaces; /* they replace the default ones, rather than add to them */
};

void columns_free(struct columns *columns);

/* Reads a LIST of --columns: names by commas, `+` before the first adds. The name of a
 * group means those of its columns that the rows can have; with `.*`, all of them. An
 * alias of the filter means its columns. Gives an exit status. */
int columns_parse(struct columns *columns, const char *option, const char *list);

/* All that a list shows: those of the sets in the table's order, then those that were
 * added; or those that replace them. False without memory. */
bool columns_resolve(const struct columns *named, unsigned int sets, struct columns *all);

/* Adds one, if it is not there yet. False without memory. */
bool columns_add(struct columns *columns, const struct natu_column *column);

/* Takes out those that only their group stands for and that rows of these protocols never
 * have, or names that nobody looks up without NATU_SET_NAMES; of a group all of whose
 * columns are such, none. */
void columns_narrow(struct columns *columns, uint32_t protocols, unsigned int sets);

/* Takes out those that are in one of the `sets` and in none of `but`. */
void columns_drop(struct columns *columns, unsigned int sets, unsigned int but);

/* All columns that there are, gathered. False without memory. */
bool columns_all(struct columns *all);

/* Brings the members of a group together, at the place of the first: JSON nests them. */
void columns_gather(struct columns *columns);

/* How many groups a column is in, one within the other: "peer.process.pid" is in two. */
size_t column_depth(const struct natu_column *column);
/* How many they have in common, from the outermost. */
size_t columns_shared_depth(const struct natu_column *a, const struct natu_column *b);
/* Of a name's part that is the name of its group of that depth, from 1; 0: there is
 * none. */
size_t column_group_length(const struct natu_column *column, size_t depth);

/* What JSON calls that group, within the one around it: holders are an array,
 * "processes". */
enum { GROUP_NAME_MAX = 64 };
void column_group_name(const struct natu_column *column, size_t depth,
		       char name[GROUP_NAME_MAX]);
bool column_group_is_many(const struct natu_column *column, size_t depth);
/* A name's part behind its last dot, or all of it. */
const char *column_member_name(const struct natu_column *column);

/* The name of the column that was meant by a name that is none, or NULL. */
const char *columns_nearest(const char *typed);

/* Their names by index, for suggestions and completion. */
const char *column_name_at(size_t index);

#endif
