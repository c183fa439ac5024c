/* SPDX-License-Identifier: MIT */
#include "filter/explain.h"

#include "run.h"

void natu_explain(struct natu *natu, const struct natu_query *query,
		  struct natu_buffer *buffer)
{
	struct run run = natu_run_new(natu, query);

	natu_buffer_add_text(buffer, "filter\n  is understood as ");
	natu_filter_explain(query->filter, buffer);
	natu_buffer_add_text(buffer, "\n");
	for (size_t i = 0; i < natu_family_count; i++)
		if (run.protocols & (1U << i)) {
			struct natu_request request = natu_run_request(&run,
								       &natu_families[i]);

			natu_request_explain(query->filter, &request, buffer);
		}
}
