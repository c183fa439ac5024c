/* SPDX-License-Identifier: MIT */
#include "source/over.h"

#include "error.h"

#include <errno.h>
#include <stdlib.h>

int natu_over_no_memory(const struct natu_reader *reader, struct natu_error *error)
{
	return natu_fail(error, NATU_ENOMEM, ENOMEM, "reading %s sockets",
			 reader->request->family->title);
}

struct natu_reader *natu_over_new(const struct natu_source_ops *ops, size_t size,
				  struct natu_reader *behind, struct natu_error *error)
{
	struct natu_reader *reader = calloc(1, size);

	if (!reader) {
		natu_over_no_memory(behind, error);
		behind->ops->close(behind);
		return NULL;
	}
	*reader = (struct natu_reader){
		.ops = ops,
		.request = behind->request,
		.behind = behind,
		.in_order = behind->in_order,
	};
	return reader;
}

void natu_over_free(struct natu_reader *reader)
{
	if (reader->behind)
		reader->behind->ops->close(reader->behind);
	free(reader);
}
