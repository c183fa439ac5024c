/* SPDX-License-Identifier: MIT */
#ifndef NATU_RENDER_H
#define NATU_RENDER_H

#include "aggregate.h"
#include "columns.h"
#include "output.h"
#include "census.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/* The sets of columns that netstat has no place for. */
#define DETAIL_SETS                                                         \
	(NATU_SET_INFO | NATU_SET_MEMORY | NATU_SET_QOS | NATU_SET_CGROUP | \
	 NATU_SET_OPTIONS | NATU_SET_SCTP_INFO)

/* What the list shall look like. */
struct look {
	const struct renderer *format;
	unsigned int sets;	   /* enum natu_set */
	struct columns named;	   /* by --columns, or those that are counted by */
	bool counts;		   /* rows are groups, each with its count ... */
	struct aggregates figures; /* ... and with these */
	bool total;		   /* the list ends with totals */
	bool summary;		   /* of the rows, in place of them */
	enum natu_selection selection;
	uint32_t protocols; /* those that there may be rows of */
	uint32_t families;  /* NATU_IPV4, NATU_IPV6; 0: both */
	bool is_sorted;	    /* rows do not come in the order of protocols */
	bool header;
	bool is_terminal; /* widths are those of a terminal ... */
	bool is_colored;  /* ... and rows have colours */
};

/* Whether a table has more than netstat's columns, and none that are named. */
bool look_is_detailed(const struct look *look);

/* A list that is being written. */
struct render {
	const struct look *look;
	const struct renderer *format;
	struct output *output;
	struct columns columns; /* all that is to be shown */
	natu_facts facts;	/* that rows need besides those of the plan */
	struct window *window;	/* rows that wait for the widths of their columns */
	struct natu_plan *plan; /* of a row */
	/* What alone writes the rows as they come, or NULL: compose() does more. */
	const struct natu_plan *only;
	struct table *table;	    /* netstat's, whose rows are of several kinds */
	struct natu_buffer scratch; /* a row's text */
	/* Of a format that counts rows instead of writing them. The measures are the
	 * listing's. */
	struct census census;
	const struct natu_measures *measures;
	uint32_t sources;	   /* the protocols that there is a source for */
	size_t most;		   /* of what is told one by one */
	struct painter *painter;   /* NULL: rows are written as they are */
	struct natu_buffer marked; /* a row for it */
	uint64_t rows;
	uint64_t groups;       /* also those that are not shown */
	struct figure *totals; /* to be written at the end; NULL: none */
	size_t total_count;
	bool begun;
};

/* What stands between rows or behind them, kept so that a row has it in one copy. */
struct separator {
	char text[3];
	uint8_t length;
};

#define SEPARATOR(string)                    \
	{                                    \
		(string), sizeof(string) - 1 \
	}

/* What the number of sockets in a group is called. */
#define COUNT_NAME "count"

/* One output format. */
struct renderer {
	const char *name; /* --format NAME */
	const char *help;
	bool in_order; /* needs netstat's order */
	/* serves in its place when columns are named, or NULL */
	const struct renderer *chosen;
	/* ... when an option asks for more than netstat has (DETAIL_SETS), or NULL */
	const struct renderer *detailed;
	/* serves in its place for the summary, or NULL */
	const struct renderer *summary;
	/* What it counts by; 0: it writes rows. Rows that are counted go into
	 * render->census, and only begin() and end() are called. */
	natu_facts (*counts)(void);
	/* serves in its place when the rows are sorted, or NULL */
	const struct renderer *sorted;
	/* Compiles the plans and says nothing yet. 0, or -1 with *error filled. NULL:
	 * there are none. */
	int (*prepare)(struct render *render, struct natu_error *error);
	void (*begin)(struct render *render, const struct natu *natu);
	/* Adds a row's text, which is emitted at once or, when rows are sorted, later. */
	void (*compose)(struct render *render, const struct natu_socket *socket,
			struct natu_buffer *text);
	/* Adds figures as the last fields of a row's text; NULL: its rows cannot be
	 * groups. */
	void (*append)(struct render *render, struct natu_buffer *text,
		       const struct figure *figures, size_t count);
	/* Whether end() writes render->totals. */
	bool has_totals;
	/* Writes a row's text out; NULL: as it is, with what stands between two rows and
	 * after each. */
	void (*emit)(struct render *render, const char *text, size_t length);
	struct separator between, after;
	/* What --columns help says in this format; NULL: as for people. */
	void (*describe)(struct natu_buffer *text);
	/* Ends what was begun. `error` is why the list is not complete, or NULL. */
	void (*end)(struct render *render, const struct natu_report *report,
		    const struct natu_error *error);
};

/* Chooses what the rows are made of. 0, or -1 with *error filled. */
int render_prepare(struct render *render, struct natu_error *error);

/* Fills render->painter, if the list is for a terminal. 0, or -1 with *error filled. */
int render_prepare_painter(struct render *render, struct natu_error *error);

/* Writes a row: at once, or from what compose() gave. */
void render_row(struct render *render, const struct natu_socket *socket);
void render_text(struct render *render, const char *text, size_t length);

/* Takes the end of a row off again. */
void render_reopen(struct natu_buffer *text, const char *end);
/* Adds the value of a figure, or `absent`. */
void render_figure(struct natu_buffer *text, enum natu_style style,
		   const struct figure *figure, const char *absent);
/* Ends a table for people with the totals, if there are some: a line in words. */
void render_totals(struct render *render);

/* render/window.c: the rows that wait, and their release; NULL is accepted. */
void window_free(struct window *window);

/* render/table.c: NULL is accepted. */
void table_free(struct table *table);
natu_facts table_facts(const struct table *table);

/* All facts that the rows need. */
natu_facts render_facts(const struct render *render);

/* Fills render->columns. 0, or -1 with *error filled. */
int render_resolve_columns(struct render *render, struct natu_error *error);
/* Adds a column's cell to a plan of text: of all holders, joined by semicolons, where
 * there can be several. */
void render_cell(struct natu_plan *plan, const struct natu_column *column,
		 const char *absent);
/* The same, with the colours that it has on a terminal: for rows that go through
 * render_painted_row(). */
void render_painted_cell(struct render *render, const struct natu_column *column,
			 const char *absent);
/* Adds a row to the text, painted if the list is for a terminal. */
void render_painted_row(struct render *render, const struct natu_plan *plan,
			const struct natu_socket *socket, struct natu_buffer *text);
/* Releases what prepare() and the rows took. */
void render_free(struct render *render);

/* render/json.c: what stands around a list or a summary. */
void render_json_begin(struct natu_buffer *text, const struct natu *natu);
void render_json_end(struct natu_buffer *text, const struct natu_report *report,
		     const struct natu_error *error);

/* The formats; the first is the default. Ends with NULL. */
extern const struct renderer *const renderers[];
const struct renderer *renderer_named(const char *name);
const char *renderer_name_at(size_t index);

#endif
