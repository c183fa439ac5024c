/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <string.h>

extern const struct renderer render_table, render_json, render_ndjson;

/* THE FORMAT TABLE. */
const struct renderer *const renderers[] = {
	&render_table,
	&render_json,
	&render_ndjson,
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
