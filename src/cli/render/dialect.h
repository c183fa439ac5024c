/* SPDX-License-Identifier: MIT */
#ifndef NATU_RENDER_DIALECT_H
#define NATU_RENDER_DIALECT_H

#include <natu/plan.h>

/* How fields stand in a line: csv.c. */
struct dialect {
	enum natu_style style;
	const char *separator, *line_end;
	/* What is absent, on a line of its own: many take an empty one for no row. */
	const char *lone_absent;
};

extern const struct dialect dialect_csv, dialect_tsv;

#endif
