/* SPDX-License-Identifier: MIT */
#ifndef NATU_SCHEMA_PARTS_H
#define NATU_SCHEMA_PARTS_H

#include "json.h"

#include <stdbool.h>

/* What schemas are put together from. */

/* "type": this, or null. */
void schema_type(struct json *json, const char *type, bool nullable);
/* A member that is described elsewhere: "#/$defs/socket". */
void schema_refer(struct json *json, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Which members there must be; the words end with NULL. */
void schema_require(struct json *json, const char *const words[]);
/* A member of a plain type. */
void schema_define(struct json *json, const char *key, const char *type, bool nullable,
		   const char *description);
/* A count: a number that is never below 0. */
void schema_count(struct json *json, const char *key, bool nullable,
		  const char *description);
/* An array whose items are described under that name. */
void schema_array(struct json *json, const char *key, const char *items,
		  const char *description);

/* schema_summary.c: the definition of the summary. */
void schema_define_summary(struct json *json);

#endif
