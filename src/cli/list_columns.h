/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIST_COLUMNS_H
#define NATU_LIST_COLUMNS_H

#include <natu/plan.h>

/* What --columns help says: the columns as rows. Each adds it to a text: for people, as
 * a document or as lines of JSON, as fields with a separator. */
void columns_describe(struct natu_buffer *text);
void columns_describe_json(struct natu_buffer *text);
void columns_describe_ndjson(struct natu_buffer *text);
void columns_describe_fields(struct natu_buffer *text, enum natu_style style,
			     const char *separator, const char *line_end);

#endif
