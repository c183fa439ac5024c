/* SPDX-License-Identifier: MIT */
#ifndef NATU_RENDER_H
#define NATU_RENDER_H

#include "columns.h"
#include "output.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/* What the list shall look like. */
struct look {
	const struct renderer *format;
	unsigned int sets;		/* enum natu_set */
	struct columns named;		/* by --columns */
	enum natu_selection selection;
	uint32_t protocols;		/* those that there may be rows of */
	bool header;
};

/* A list that is being written. */
struct render {
	const struct look *look;
	const struct renderer *format;
	struct output *output;
	struct columns columns;		/* all that is to be shown */
	struct window *window;		/* rows that wait for the widths of their columns */
	struct natu_plan *plan;		/* of a row */
	struct natu_plan *other;	/* of rows of another kind, if the format has two ... */
	const struct natu_column *proto;	/* ... by this */
	uint32_t facts;			/* needed besides the plan's */
	uint64_t rows;
	bool begun;
};

/* One output format. */
struct renderer {
	const char *name;	/* --format NAME */
	const char *help;
	bool in_order;		/* needs netstat's order */
	const struct renderer *chosen;	/* serves in its place when columns are named, or NULL */
	/* Compiles the plans and says nothing yet. 0, or -1 with *error filled. */
	int (*prepare)(struct render *render, struct natu_error *error);
	void (*begin)(struct render *render, const struct natu *natu);
	void (*row)(struct render *render, const struct natu_socket *socket);
	/* Ends what was begun. `error` is why the list is not complete, or NULL. */
	void (*end)(struct render *render, const struct natu_report *report,
		    const struct natu_error *error);
};

/* render/columns.c: the rows that wait, and their release; NULL is accepted. */
void window_free(struct window *window);

/* Fills render->columns. 0, or -1 with *error filled. */
int render_resolve_columns(struct render *render, struct natu_error *error);
/* Adds a column's cell to a plan of text: of all holders, joined by semicolons, where there can be
 * several. */
void render_cell(struct natu_plan *plan, const struct natu_column *column, const char *absent);
/* Releases what prepare() and the rows took. */
void render_free(struct render *render);

/* The formats; the first is the default. Ends with NULL. */
extern const struct renderer *const renderers[];
const struct renderer *renderer_named(const char *name);
const char *renderer_name_at(size_t index);

#endif
