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

/* The kernel tells marks only to CAP_NET_ADMIN. Some rows have none in any case. */
void natu_run_note_mark(struct job *job, struct natu_socket *socket)
{
	if (socket->facts & FACT_MARK)
		job->has_marks = true;
	else if (job->reader->ops != &natu_procfs)
		socket->denied |= FACT_MARK;
}

void natu_run_note_unsure(struct run *run, struct job *job,
			  const struct natu_socket *socket)
{
	if (natu_filter_facts(run->query->filter) & (job->lost | socket->denied))
		job->unsure[socket->which & 1]++;
}

static uint64_t lacking(const struct job *job)
{
	return job->rows + job->unsure[0] + job->unsure[1];
}

void natu_run_unsure_end(struct run *run)
{
	uint64_t hidden = 0;

	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];

		if (job->lost && lacking(job))
			natu_notice_lost_columns(run->report, job->request.family->title,
						 lacking(job), job->lost, job->refused);
		else if (!job->has_marks)
			hidden += job->unmarked + job->unsure[0] + job->unsure[1];
	}
	if (hidden)
		natu_notice_hidden_marks(run->report, hidden, run->natu->recording);
}
