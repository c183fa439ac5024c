/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_FIELD_H
#define NATU_FILTER_FIELD_H

#include "column.h"

#include <natu/nearest.h>
#include <stdbool.h>
#include <stddef.h>

enum { NATU_FIELD_COLUMNS = 3 };

/* What a word before a comparison means: a column, or several of which one must match. */
struct natu_field {
	const struct natu_column *columns[NATU_FIELD_COLUMNS];
	size_t count;
	const char *name; /* the word itself, as the tables have it */
};

/* False if there is no such column or alias. */
bool natu_field_find(struct natu_field *field, const char *word, size_t length);

/* The column that an alias stands for and that is not in this version; NULL for every
 * other word. */
const char *natu_field_missing(const char *word, size_t length);

/* The name of the column that has this heading in tables, or NULL. */
const char *natu_field_titled(const char *word);

/* The name of a column that can have this word as its value, or NULL. */
const char *natu_field_with_value(const char *word);

/* The names of all columns and aliases, as candidates for what was meant. */
void natu_field_consider(struct natu_nearest *nearest);

/* The aliases in the order of their table, for the manual and completion; NULL beyond the
 * end. */
const char *natu_alias_at(size_t index);

/* What the values of a field look like, and so how they are read. */
enum natu_field_kind {
	NATU_FIELD_STATE,
	NATU_FIELD_PORT,
	NATU_FIELD_HOST,
	NATU_FIELD_DEVICE,
	NATU_FIELD_NUMBER,
	NATU_FIELD_TEXT,
};

enum natu_field_kind natu_field_kind(const struct natu_column *column);

/* The port column of the end whose address column this is. */
const struct natu_column *natu_port_beside(const struct natu_column *address);

/* The column of the device. */
const struct natu_column *natu_device_column(void);

#endif
