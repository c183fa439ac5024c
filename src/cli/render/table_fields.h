/* SPDX-License-Identifier: MIT */
#ifndef NATU_TABLE_FIELDS_H
#define NATU_TABLE_FIELDS_H

#include "table.h"

/* What a field begins or ends instead of showing something. */
enum mark {
	NO_MARK,
	BEGIN_KNOWN, /* fields that are left out where the column's facts are not there */
	END_KNOWN,
	BEGIN_FURTHER, /* fields that are repeated for every further address */
	END_FURTHER,
};

/* One field of a row: the text before it, and what stands in it. Its strings lie in it,
 * as pointers to them would have to be relocated at every start. */
struct field {
	char before[24];
	enum mark mark;
	unsigned int width;
	enum natu_align align;
	char column[24]; /* "": none */
	char otherwise[24];
	char absent[8];
	/* Behind a colon in the same field: a port. */
	char port[24];
	/* With names: what stands in their place where there is one. */
	char host[16], service[16];
	enum natu_notation notation;
	unsigned int sets; /* only with one of these; 0: always */
	bool is_end;
};

/* The lists that a row goes through, line by line. */
#define FURTHER_LOCAL "sctp.local_addresses"
#define FURTHER_PEER "sctp.peer_addresses"

/* The line above the columns, in parts that belong to a set as the columns do. */
struct heading {
	const char *text;
	unsigned int sets;
};

struct section {
	const char *family; /* natu_protocol_family() */
	const char *title;
	const struct heading *heading;
	const struct field *fields;
};

/* A protocol whose rows differ from the others of its section. */
struct section_exception {
	const char *protocol;
	const struct field *fields;
	const struct field *endpoint; /* without a remote end; NULL: the same */
};

/* table_fields.c */
extern const struct section sections[];
extern const size_t sections_count;
extern const struct section_exception section_exceptions[];
extern const size_t section_exceptions_count;

#endif
