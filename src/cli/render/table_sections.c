/* SPDX-License-Identifier: MIT */
#include "table_fields.h"

#include "paint.h"

#include <string.h>

size_t section_count(void)
{
	return sections_count;
}

size_t section_of(size_t protocol)
{
	const char *family = natu_protocol_family(protocol);

	for (size_t i = 0; i < section_count(); i++)
		if (!strcmp(sections[i].family, family))
			return i;
	return 0;
}

/* NULL: its rows are as all of its section. */
static const struct section_exception *exception_of(size_t protocol)
{
	for (size_t i = 0; i < section_exceptions_count; i++)
		if (!strcmp(section_exceptions[i].protocol, natu_protocol_name(protocol)))
			return &section_exceptions[i];
	return NULL;
}

static const struct field *fields_of(size_t protocol)
{
	const struct section_exception *exception = exception_of(protocol);

	return exception ? exception->fields : sections[section_of(protocol)].fields;
}

bool section_same_plan(size_t protocol, size_t other)
{
	return fields_of(protocol) == fields_of(other);
}

static const struct field *endpoint_of(size_t protocol)
{
	const struct section_exception *exception = exception_of(protocol);

	return exception ? exception->endpoint : NULL;
}

static bool is_shown(unsigned int sets, const struct look *look)
{
	return !sets || (sets & look->sets);
}

void section_head(size_t section, const struct look *look, struct natu_buffer *text)
{
	static const char *const which[] = {
		[NATU_ALL] = "servers and established",
		[NATU_LISTENING] = "only servers",
		[NATU_CONNECTED] = "w/o servers",
	};

	natu_buffer_add_text(text, "Active ");
	natu_buffer_add_text(text, sections[section].title);
	natu_buffer_add_text(text, " (");
	natu_buffer_add_text(text, which[look->selection]);
	natu_buffer_add_text(text, ")\n");
	for (const struct heading *part = sections[section].heading; part->text; part++)
		if (is_shown(part->sets, look))
			natu_buffer_add_text(text, part->text);
	natu_buffer_add_text(text, "\n");
}

static const struct natu_column *column_named(const char *name)
{
	return *name ? natu_column_find(name) : NULL;
}

/* Cells are padded by the plan itself, or on a terminal by the painter. */
static void open_field(struct natu_plan *plan, const struct field *field,
		       const struct natu_cell *cell, struct painter *painter)
{
	if (painter)
		painter_open(plan,
			     painter_cell(painter, cell->column, cell->otherwise, false),
			     field->width, field->align);
	else if (field->width)
		natu_plan_span(plan, field->width, field->align);
}

static void close_field(struct natu_plan *plan, const struct field *field,
			const struct painter *painter)
{
	if (painter)
		painter_close(plan);
	else if (field->width)
		natu_plan_end_span(plan);
}

/* Names stand in the place of addresses and ports, if they are asked for. */
static void use_name(struct natu_cell *cell, const char *name, const struct look *look)
{
	if (!*name || !(look->sets & NATU_SET_NAMES))
		return;
	cell->otherwise = cell->column;
	cell->column = column_named(name);
}

static void add_mark(struct natu_plan *plan, const struct field *field)
{
	if (field->mark == BEGIN_KNOWN)
		natu_plan_group(plan, natu_column_facts(column_named(field->column)), "");
	else if (field->mark == END_KNOWN)
		natu_plan_end_group(plan);
	else if (field->mark == BEGIN_FURTHER)
		natu_plan_further(plan, column_named(FURTHER_LOCAL),
				  column_named(FURTHER_PEER));
	else if (field->mark == END_FURTHER)
		natu_plan_end_further(plan);
}

static void add_field(struct natu_plan *plan, const struct field *field,
		      const struct look *look, struct painter *painter)
{
	struct natu_cell cell = {
		.column = column_named(field->column),
		.otherwise = column_named(field->otherwise),
		.absent = field->absent,
		.notation = field->notation,
	};
	struct natu_cell port = { .column = column_named(field->port), .absent = "*" };

	use_name(&cell, field->host, look);
	use_name(&port, field->service, look);
	natu_plan_literal(plan, field->before);
	add_mark(plan, field);
	if (!cell.column || field->mark)
		return;
	open_field(plan, field, &cell, painter);
	natu_plan_cell(plan, &cell);
	if (port.column) {
		natu_plan_literal(plan, ":");
		natu_plan_cell(plan, &port);
	}
	close_field(plan, field, painter);
}

static bool is_field(const struct field *field, const char *column)
{
	return column && !strcmp(field->column, column);
}

/* Up to the field of the column `end`, or to the end of the row. */
static struct natu_plan *plan_of(const struct field *field, const char *end,
				 const struct look *look, struct painter *painter)
{
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

	if (!plan)
		return NULL;
	for (; !field->is_end && !is_field(field, end); field++)
		if (is_shown(field->sets, look))
			add_field(plan, field, look, painter);
	if (!end)
		natu_plan_literal(plan, "\n");
	return plan;
}

struct natu_plan *section_plan(size_t protocol, const struct look *look,
			       struct painter *painter)
{
	return plan_of(fields_of(protocol), NULL, look, painter);
}

bool section_has_endpoints(size_t protocol)
{
	return endpoint_of(protocol) != NULL;
}

struct natu_plan *section_endpoint_plan(size_t protocol, const struct look *look,
					struct painter *painter)
{
	return plan_of(endpoint_of(protocol), NULL, look, painter);
}

struct natu_plan *section_part(size_t protocol, const struct look *look,
			       const char *first, const char *end)
{
	const struct field *field = fields_of(protocol);

	while (first && !field->is_end && !is_field(field, first))
		field++;
	return plan_of(field, end, look, NULL);
}
