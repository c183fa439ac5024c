/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "family.h"
#include "report.h"
#include "source/peer.h"

#include <string.h>
#include <sys/socket.h>

/* The sockets that come from /proc are told to lack their peers already. */
static bool are_expected(const struct run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];

		if (job->reader && job->reader->ops == &natu_diag &&
		    natu_family_is_inet(job->request.family) &&
		    (job->request.family->diag_facts & ~run->wishes & FACT_PEER_INODE))
			return true;
	}
	return false;
}

/* What was recorded or copied elsewhere has its peers there. */
void natu_run_peers_begin(struct run *run)
{
	struct natu *natu = run->natu;
	struct natu_error error;
	uint32_t looked_up = 0;

	for (size_t i = 0; i < natu_family_count; i++)
		if (natu_family_is_inet(&natu_families[i]) &&
		    (natu_families[i].diag_facts & FACT_PEER_INODE))
			looked_up |= 1U << i;
	if (!(run->facts & FACT_PEER_INODE) || !(run->protocols & looked_up) ||
	    !natu_context_is_here(natu) || natu->setup.source == NATU_PROC)
		return;
	run->peers = natu_peers_new(natu, &error);
	if (!run->peers && are_expected(run))
		natu_notice(run->report, NATU_LOST_COLUMNS,
			    "peers are not looked for: %s", error.text);
}

void natu_run_peers_end(struct run *run)
{
	int error = run->peers ? natu_peers_error(run->peers) : 0;

	if (error)
		natu_notice(run->report, NATU_LOST_COLUMNS,
			    "not all peers were looked for: %s", strerror(error));
	natu_peers_free(run->peers);
	run->peers = NULL;
}

void natu_run_peer(struct run *run, struct natu_socket *socket)
{
	if (socket->family->address_families[0] == AF_UNIX)
		return;
	socket->has_peer = false;
	if (run->peers)
		natu_peers_find(run->peers, socket);
}
