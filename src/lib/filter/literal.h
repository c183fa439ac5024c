/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_LITERAL_H
#define NATU_FILTER_LITERAL_H

#include "filter/tree.h"

#include <natu/error.h>
#include <natu/nearest.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One value as it was written: what it says without its quotes and escapes, and its
 * place. */
struct natu_item {
	const char *text; /* ends with a NUL */
	size_t length;
	size_t position, extent; /* in the text that is parsed */
	bool is_quoted;		 /* and so has no special characters */
};

/* What all that reads a filter shares. */
struct natu_reading {
	struct natu_filter *filter;
	struct natu_error *error;
	bool may_resolve; /* false: host names are only looked at, not looked up */
};

/* Fills the error with a place. Returns false. */
bool natu_mistake(struct natu_error *error, size_t position, size_t extent,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* ... with all of an item for its place. */
bool natu_mistake_in(struct natu_error *error, const struct natu_item *item,
		     const char *format, ...) __attribute__((format(printf, 3, 4)));
bool natu_no_memory(struct natu_error *error);

/* "; did you mean WORD?", or "" when none is near. */
struct natu_hint {
	char text[NATU_NEAREST_MAX + 24];
};
struct natu_hint natu_hint(const struct natu_nearest *nearest);

/* Numbers around what was written, which need not be a value that a column can have: the
 * least key that is not below it and the greatest that is not above it. */
struct natu_bounds {
	uint64_t above, below;
};

/* Each reads an item of its kind, or fills the error and returns false. */
bool natu_read_number(struct natu_reading *reading, const struct natu_item *item,
		      const struct natu_column *column, struct natu_bounds *bounds);
/* The greatest key of a column's type. */
uint64_t natu_number_limit(const struct natu_column *column);
/* True if the word is a unit, which belongs right behind a number: "K", "ms". */
bool natu_is_unit(const char *word);
/* The units in the order of their table, and of what they are: "sizes"; NULL beyond the
 * last. */
const char *natu_unit_at(size_t index, const char **of);
/* Cuts a range in two at its hyphen; false if it has none. */
bool natu_split_range(const struct natu_item *item, struct natu_item *low,
		      struct natu_item *high);

bool natu_read_state(struct natu_reading *reading, const struct natu_item *item,
		     uint32_t *states);

enum { NATU_PORTS_MAX = 4 }; /* one service can have several: by protocol */

struct natu_ports {
	struct natu_range ranges[NATU_PORTS_MAX];
	size_t count;
	bool any; /* `*` */
};

/* True if it is the name of a service. */
bool natu_is_service(const char *word);
bool natu_read_ports(struct natu_reading *reading, const struct natu_item *item,
		     struct natu_ports *ports);

enum { NATU_HOST_MAX = 256 }; /* one name, or range, can have many addresses */

struct natu_host {
	struct natu_prefix prefixes[NATU_HOST_MAX];
	size_t count; /* 0: any address */
	struct natu_ports ports;
	bool has_ports;
	struct natu_item zone; /* without text: none */
	int family;	       /* of the socket: AF_INET, AF_INET6; AF_UNSPEC: either */
};

bool natu_read_host(struct natu_reading *reading, const struct natu_item *item,
		    struct natu_host *host);

#endif
