/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_PARSE_H
#define NATU_FILTER_PARSE_H

#include <natu/filter.h>

/* natu_filter_parse(), with comments from # to the end of the line where they are
 * allowed. */
int natu_filter_parse_text(struct natu_filter *filter, const char *text, bool comments,
			   struct natu_error *error);

#endif
