/* SPDX-License-Identifier: MIT */
#ifndef NATU_SCHEMA_H
#define NATU_SCHEMA_H

#include <natu/plan.h>

/* Adds the JSON Schema (draft 2020-12) of every document that natu writes: made from the
 * column table. */
void schema_write(struct natu_buffer *text);

#endif
