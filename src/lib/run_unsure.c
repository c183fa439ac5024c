/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "fact.h"
#include "filter/tree.h"
#include "report.h"

/*
 * A filter over what a row lacks is neither true nor false of it, and the row is left
 * out. Where the row lacks it by its nature that is the answer; where the kernel tells it
 * to others, or another source would, the answer may lack rows, and that is said.
 */

/* The kernel tells marks only to CAP_NET_ADMIN. Some rows have none in any case, and
 * those of families that are not of the internet never. */
void natu_run_note_mark(struct job *job, struct natu_socket *socket)
{
	if (socket->facts & FACT_MARK)
		job->has_marks = true;
	else if (job->reader->ops != &natu_procfs &&
		 (job->request.family->diag_facts & FACT_MARK))
		socket->denied |= FACT_MARK;
}

void natu_run_note_unsure(struct run *run, struct job *job,
			  const struct natu_socket *socket)
{
	/* Owners and namespaces that are hidden are told elsewhere. */
	natu_facts denied = socket->denied & FACT_MARK;

	if (natu_filter_facts(run->query->filter) & (job->lost | denied))
		job->unsure[socket->which & 1]++;
}

static uint64_t lacking(const struct job *job)
{
	return job->rows + job->unsure[0] + job->unsure[1];
}

void natu_run_unsure_settle(struct run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];
		struct lost *lost = &run->lost[job->request.family - natu_families];

		if (job->lost) {
			lost->rows += lacking(job);
			lost->facts |= job->lost;
			/* Where it was not asked it has not answered. */
			lost->refused = run->netns.is_by_process ? 0 : job->refused;
		} else if (!job->has_marks) {
			run->hidden_marks += job->unmarked + job->unsure[0] +
					     job->unsure[1];
		}
	}
}

void natu_run_unsure_end(struct run *run)
{
	for (size_t i = 0; i < natu_family_count; i++) {
		const struct lost *lost = &run->lost[i];

		if (lost->rows)
			natu_notice_lost_columns(run->report, natu_families[i].title,
						 lost->rows, lost->facts, lost->refused);
	}
	if (run->hidden_marks)
		natu_notice_hidden_marks(run->report, run->hidden_marks,
					 run->natu->recording);
}
