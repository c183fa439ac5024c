/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include <stdlib.h>

/* The figures of groups, or the sums of what is shown of sockets. */
static bool choose_figures(struct aggregates *figures, const struct look *look)
{
	struct columns shown;
	bool good;

	if (look->counts)
		return aggregates_copy(figures, &look->figures);
	good = columns_resolve(&look->named, look->sets, &shown);
	if (look_is_detailed(look))
		columns_drop(&shown, DETAIL_SETS, NATU_SET_BRIEF);
	good = good && aggregates_add_sums(figures, &shown);
	columns_free(&shown);
	return good;
}

bool totals_begin(struct totals *totals, const struct look *look)
{
	*totals = (struct totals){ 0 };
	if (!choose_figures(&totals->figures, look))
		return false;
	totals->tallies = calloc(totals->figures.count + 1, sizeof(*totals->tallies));
	return totals->tallies != NULL;
}

void totals_free(struct totals *totals)
{
	aggregates_free(&totals->figures);
	free(totals->tallies);
	*totals = (struct totals){ 0 };
}

void totals_add(struct totals *totals, const struct natu_socket *socket)
{
	totals->sockets++;
	for (size_t i = 0; i < totals->figures.count; i++)
		tally_add(&totals->tallies[i], &totals->figures.list[i], socket);
}

bool totals_end(const struct totals *totals, struct render *render)
{
	struct figure *next = calloc(totals->figures.count + 2, sizeof(*next));

	if (!next)
		return false;
	render->totals = next;
	*next++ = figure_of_count("sockets", totals->sockets);
	if (render->look->counts)
		*next++ = figure_of_count("groups", render->groups);
	for (size_t i = 0; i < totals->figures.count; i++)
		*next++ = figure_of(&totals->tallies[i], &totals->figures.list[i]);
	render->total_count = (size_t)(next - render->totals);
	return true;
}
