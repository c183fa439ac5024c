/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <string.h>

extern const struct renderer render_table, render_json, render_ndjson, render_csv, render_tsv;

/* THE FORMAT TABLE. */
const struct renderer *const renderers[] = {
	&render_table,
	&render_json,
	&render_ndjson,
	&render_csv,
	&render_tsv,
	NULL,
};

const struct renderer *renderer_named(const char *name)
{
	for (size_t i = 0; renderers[i]; i++)
		if (!strcmp(renderers[i]->name, name))
			return renderers[i];
	return NULL;
}

const char *renderer_name_at(size_t index)
{
	for (size_t i = 0; renderers[i]; i++)
		if (i == index)
			return renderers[i]->name;
	return NULL;
}

int render_resolve_columns(struct render *render, struct natu_error *error)
{
	const struct look *look = render->look;

	if (columns_resolve(&look->named, look->sets, &render->columns))
		return 0;
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

void render_cell(struct natu_plan *plan, const struct natu_column *column, const char *absent)
{
	const struct natu_cell cell = { .column = column, .absent = absent };

	if (!natu_column_is_many(column)) {
		natu_plan_cell(plan, &cell);
		return;
	}
	natu_plan_group(plan, natu_column_facts(column), absent);
	natu_plan_each(plan);
	natu_plan_cell(plan, &cell);
	natu_plan_end_each(plan, ";");
	natu_plan_end_group(plan);
}

void render_free(struct render *render)
{
	natu_plan_free(render->plan);
	natu_plan_free(render->other);
	columns_free(&render->columns);
	window_free(render->window);
}
