/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_PARSE_H
#define NATU_FILTER_PARSE_H

#include "filter/literal.h"

#include <natu/filter.h>

/* natu_filter_parse(), with comments from # to the end of the line where they are
 * allowed. */
int natu_filter_parse_text(struct natu_filter *filter, const char *text, bool comments,
			   struct natu_error *error);

/* One reading of it, in which host names are looked up or stand for any one address. NULL
 * with *error filled; else it is still to be joined to the filter. */
struct natu_node *natu_filter_read_text(struct natu_reading *reading, const char *text,
					bool comments);

#endif
