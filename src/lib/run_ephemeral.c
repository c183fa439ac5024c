/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "filter/ephemeral.h"
#include "measure.h"

#include <fcntl.h>
#include <unistd.h>

static struct natu_range range_of(const struct natu *natu)
{
	char text[64];
	uint16_t first = 0, last = 0;
	int file = natu_netns_open(natu, "sys/net/ipv4/ip_local_port_range",
				   O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t length = file < 0 ? -1 : read(file, text, sizeof(text));

	if (file >= 0)
		close(file);
	if (length > 0)
		natu_measure_read_range(text, (size_t)length, &first, &last);
	return first ? (struct natu_range){ first, last } : NATU_EPHEMERAL_DEFAULT;
}

void natu_run_ephemeral(struct run *run)
{
	struct natu_range *range = run->has_filter ? run->query->filter->ephemeral : NULL;

	/* A recording does not tell, and this machine's says nothing of another's. */
	if (range)
		*range = run->natu->recording ? NATU_EPHEMERAL_DEFAULT
					      : range_of(run->natu);
}
