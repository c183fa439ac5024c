/* SPDX-License-Identifier: MIT */
#include "filter/explain.h"

#include "filter/tree.h"

#include "run.h"

void natu_explain(struct natu *natu, const struct natu_query *query,
		  struct natu_buffer *buffer)
{
	struct run run;

	natu_run_start(&run, natu, query);
	natu_run_ephemeral(&run);
	natu_buffer_add_text(buffer, "filter\n");
	if (natu_filter_is_empty(query->filter)) {
		natu_buffer_add_text(buffer, "  is empty         every socket passes");
	} else {
		natu_buffer_add_text(buffer, "  is understood as ");
		natu_filter_explain(query->filter, buffer);
	}
	natu_buffer_add_text(buffer, "\n");
	for (size_t i = 0; i < natu_family_count; i++)
		if (run.protocols & (1U << i)) {
			struct natu_request request = natu_run_request(&run,
								       &natu_families[i]);

			natu_request_explain(query->filter, &request, buffer);
		}
}
