/* SPDX-License-Identifier: MIT */
#include "sink.h"

void sink_free(struct sink *sink)
{
	if (sink)
		sink->ops->free(sink);
}

int sink_row(struct sink *sink, struct render *render, const struct natu_socket *socket)
{
	return sink->ops->row(sink, render, socket);
}

int sink_end(struct sink *sink, struct render *render)
{
	return sink->ops->end(sink, render);
}
