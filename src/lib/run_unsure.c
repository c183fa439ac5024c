/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "cgroup.h"
#include "fact.h"
#include "filter/tree.h"
#include "release.h"
#include "report.h"
#include "state.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/*
 * A filter over what a row lacks is neither true nor false of it, and the row is left
 * out. Where the row lacks it by its nature that is the answer; where the kernel tells it
 * to others, or another source would, the answer may lack rows, and that is said.
 */

/* What the kernel tells only to CAP_NET_ADMIN, and what it is called, of one socket and
 * of several. */
static const struct {
	natu_facts facts;
	natu_facts proof; /* what only who may see it is told */
	const char *what[2];
} kinds[NATU_HIDDEN_KINDS] = {
	[NATU_HIDDEN_MARKS] = { FACT_MARK, FACT_MARK, { "the mark", "marks" } },
	[NATU_HIDDEN_ULPS] = { FACTS_OF_ULP,
			       FACT_MARK | FACT_ULP,
			       { "the ULP", "ULPs" } },
};

/* Linux 6.15 and later tell all but keys and sequence numbers to everybody. Of what was
 * recorded the kernel is not known. */
bool natu_run_hides_ulps(const struct run *run)
{
	struct utsname system;

	return natu_context_is_here(run->natu) && uname(&system) == 0 &&
	       natu_release_is_before(system.release, 6, 15);
}

/* What has a struct sock of its own. */
static bool is_full(const struct natu_socket *socket)
{
	return socket->state_number != STATE_TIME_WAIT &&
	       socket->state_number != STATE_SYN_RECV &&
	       socket->state_number != STATE_NEW_SYN_RECV;
}

void natu_run_note_hidden(struct run *run, struct job *job, struct natu_socket *socket)
{
	/* Some rows have none in any case, and those of families that are not of the
	 * internet never. */
	natu_facts denied = FACT_MARK;

	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++)
		job->hidden[i].told |= (socket->facts & kinds[i].proof) != 0;
	if (job->source == &natu_procfs)
		return;
	if (run->hides_ulps && !(socket->facts & (FACT_MARK | FACT_ULP)) &&
	    is_full(socket))
		denied |= FACTS_OF_ULP;
	socket->denied |= denied & socket->family->diag_facts & run->facts &
			  ~socket->facts;
}

void natu_run_count_hidden(const struct run *run, struct job *job)
{
	natu_facts denied = run->socket.denied & run->query->facts;

	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++)
		job->hidden[i].rows += (denied & kinds[i].facts) != 0;
}

void natu_run_note_unsure(struct run *run, struct job *job,
			  const struct natu_socket *socket)
{
	natu_facts facts = natu_filter_facts(run->query->filter);

	/* Owners and namespaces that are hidden are told elsewhere. */
	if (facts & job->lost)
		job->unsure[socket->which & 1]++;
	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++)
		if (facts & socket->denied & kinds[i].facts)
			job->hidden[i].unsure[socket->which & 1]++;
}

void natu_run_unsure_again(struct job *job)
{
	job->unsure[1] = 0;
	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++)
		job->hidden[i].unsure[1] = 0;
}

/* Where a fallback lost more than that, it is told as lost. */
static void settle_hidden(struct run *run, const struct job *job)
{
	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++) {
		const struct hidden *hidden = &job->hidden[i];

		if (!hidden->told)
			run->hidden[i] += hidden->rows + hidden->unsure[0] +
					  hidden->unsure[1];
	}
}

void natu_run_unsure_settle(struct run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];
		struct lost *lost = &run->lost[job->request.family - natu_families];

		if (!job->lost) {
			settle_hidden(run, job);
			continue;
		}
		lost->rows += job->rows + job->unsure[0] + job->unsure[1];
		lost->facts |= job->lost;
		lost->is_in_proc = job->is_in_proc;
		/* Where it was not asked it has not answered. */
		lost->refused = run->netns.is_by_process ? 0 : job->refused;
	}
}

static void note_cgroups(const struct run *run)
{
	if (run->lacks_cgroups)
		natu_notice(run->report, NATU_LOST_COLUMNS,
			    "the cgroups of sockets have no paths: version 2 of their "
			    "hierarchy is not mounted here");
	natu_cgroups_note(run->natu->cgroups, run->report);
}

/* Why sock_diag did not tell what was lost. */
static void note_lost(struct run *run, size_t family)
{
	const struct lost *lost = &run->lost[family];
	char why[96] = "cannot be asked there";

	if (run->natu->setup.source == NATU_PROC)
		snprintf(why, sizeof(why), "was not to be asked");
	else if (lost->refused)
		snprintf(why, sizeof(why), "answered: %s", strerror(lost->refused));
	natu_notice_lost_columns(run->report, natu_families[family].title, lost->rows,
				 lost->facts, why);
}

void natu_run_unsure_end(struct run *run)
{
	for (size_t i = 0; i < natu_family_count; i++) {
		const struct lost *lost = &run->lost[i];

		if (lost->rows && lost->is_in_proc)
			natu_notice_only_in_proc(run->report, natu_families[i].title,
						 lost->rows, lost->facts);
		else if (lost->rows)
			note_lost(run, i);
	}
	if (!(run->wishes & FACT_CGROUP_PATH))
		note_cgroups(run);
	for (size_t i = 0; i < NATU_HIDDEN_KINDS; i++)
		natu_notice_hidden(run->report, kinds[i].what, run->hidden[i],
				   run->natu->recording);
}
