/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "error.h"
#include "filter/lower.h"
#include "release.h"
#include "report.h"
#include "source/again.h"
#include "source/completed.h"
#include "source/joined.h"
#include "source/sockstat.h"
#include "state.h"

#include <errno.h>
#include <sys/utsname.h>

void natu_run_failed(struct run *run, const struct natu_error *error)
{
	run->report->sockets_complete = false;
	run->report->failed = true;
	natu_notice(run->report, NATU_LOST_SOCKETS, "%s", error->text);
	if (!run->failed)
		*run->error = *error;
	run->failed = true;
}

struct natu_request natu_run_request(const struct run *run,
				     const struct natu_family *family)
{
	struct natu_request request = {
		.family = family,
		.families = natu_family_is_inet(family) ? run->families : NATU_ONE_FAMILY,
		.states = family->states,
		.facts = run->facts,
		.interfaces = run->natu->interfaces,
		.in_order = run->query->in_order && !family->has_associations,
	};

	if (run->query->selection == NATU_LISTENING)
		request.states &= family->listening_states;
	if (run->query->selection == NATU_CONNECTED)
		request.states &= family->connected_states;
	if (run->has_filter)
		natu_filter_narrow(run->query->filter, &request);
	/* The listeners lend their user to the connections that are still being made, and
	 * say whose those are that nobody has accepted. */
	if (((run->facts & FACT_UID) && (request.states & STATE_BIT(STATE_SYN_RECV))) ||
	    ((run->facts & FACT_OWNER) && request.states))
		request.states |= STATE_BIT(STATE_LISTEN);
	return request;
}

static natu_facts lost_in_proc(const struct run *run, const struct job *job)
{
	return job->request.facts & job->request.family->diag_facts &
	       ~(job->request.family->proc_facts | run->wishes);
}

/* What this query loses by reading a protocol from a source that is not the best. */
static void note_fallback(struct run *run, struct job *job, const struct natu_error *why)
{
	const struct natu_family *family = job->request.family;

	natu_notice(run->report, NATU_FALLBACK, "%s sockets are read from /proc/%s: %s",
		    family->title, family->procfile[0], why->text);
	job->lost = lost_in_proc(run, job);
	job->refused = why->error;
}

/* Opens the best source that there is for a protocol. */
static struct natu_reader *open_source(struct run *run, struct job *job,
				       struct natu_error *error)
{
	struct natu *natu = run->natu;
	const struct natu_source_ops *only = natu->setup.replay ? &natu_replay
					     : natu->setup.source == NATU_DIAG
						     ? &natu_diag
					     : natu->setup.source == NATU_PROC
						     ? &natu_procfs
						     : NULL;
	struct natu_error proc_error;
	struct natu_reader *reader;

	if (only)
		return only->open(natu, &job->request, error);
	if (run->query->from_proc >> (job->request.family - natu_families) & 1) {
		reader = natu_procfs.open(natu, &job->request, error);
		if (reader || error->code == NATU_ENOMEM)
			return reader;
	}
	reader = natu_diag.open(natu, &job->request, error);
	if (reader || error->code == NATU_ENOMEM)
		return reader;
	/* Without sock_diag the file is asked; if that is missing too, the first error
	 * says more. */
	reader = natu_procfs.open(natu, &job->request, &proc_error);
	if (reader)
		note_fallback(run, job, error);
	else if (error->code == NATU_ENOSUP && proc_error.code == NATU_ENOSUP)
		natu_fail(error, NATU_ENOSUP, 0,
			  "%s sockets: this kernel has no list of them: no handler in "
			  "sock_diag, no file in /proc/net; perhaps a module is missing",
			  job->request.family->title);
	return reader;
}

/* Who wants netstat's list gets its gaps, too. */
static bool can_ask_again(const struct run *run, const struct natu_family *family)
{
	return family->has_associations && natu_context_is_here(run->natu) &&
	       !(run->query->from_proc >> (family - natu_families) & 1);
}

static struct natu_reader *open_again(struct run *run, struct job *job,
				      struct natu_error *error)
{
	uint64_t ended = natu_sockstat_ended(run->natu);
	struct natu_reader *reader = open_source(run, job, error);

	return reader ? natu_again_new(run->natu, reader, ended, error) : NULL;
}

static struct natu_reader *open_reader(struct run *run, struct job *job,
				       struct natu_error *error)
{
	struct natu_reader *reader;

	if (can_ask_again(run, job->request.family))
		return open_again(run, job, error);
	reader = open_source(run, job, error);
	if (reader && job->request.family->is_joined)
		return natu_joined_new(run->natu, reader, error);
	/* What is recorded is what a listing of it will have. */
	if (reader && job->request.family->is_incomplete && reader->ops == &natu_diag &&
	    run->natu->setup.source == NATU_AUTO && !run->natu->setup.record)
		return natu_completed_new(run->natu, reader, error);
	return reader;
}

struct natu_reader *natu_run_reader(struct run *run, struct job *job,
				    struct natu_error *error)
{
	struct natu_reader *reader = open_reader(run, job, error);

	job->source = reader ? natu_reader_source(reader) : NULL;
	return reader;
}

/* What /proc never lists, and was asked for by name. */
static void check_states(struct run *run, const struct job *job)
{
	const struct natu_family *family = job->request.family;
	struct natu_error error;

	if (job->source != &natu_procfs || !(job->request.states & family->extra_states))
		return;
	natu_fail(&error, NATU_ENOSUP, 0,
		  "%s sockets that are only bound are not in /proc/%s", family->title,
		  family->procfile[0]);
	natu_run_failed(run, &error);
}

/* Linux lists those that are only bound since 6.8. That there are none looks the same,
 * unless there was one. */
void natu_run_check_bound(struct run *run, const struct job *job)
{
	struct natu_error error;
	struct utsname system;

	if (!job->reader || job->reader->ops != &natu_diag || job->has_bound ||
	    !(job->request.states & STATE_BIT(STATE_BOUND)) || uname(&system) < 0 ||
	    !natu_release_is_before(system.release, 6, 8))
		return;
	natu_fail(
		&error, NATU_ENOSUP, 0,
		"%s sockets that are only bound: Linux lists them since 6.8, and this is "
		"%s",
		job->request.family->title, system.release);
	natu_run_failed(run, &error);
}

/* What sock_diag does not tell, and a file would. */
static void note_only_in_proc(const struct run *run, struct job *job)
{
	const struct natu_family *family = job->request.family;

	if (!family->has_associations || job->source == &natu_procfs)
		return;
	job->lost = job->request.facts & family->proc_facts &
		    ~(family->diag_facts | run->wishes);
	job->is_in_proc = job->lost;
}

/* What every list shows and /proc/net never has is no news to who chose it. */
static void note_only_proc(const struct run *run, struct job *job)
{
	natu_facts usual = 0;

	if (run->natu->setup.source != NATU_PROC)
		return;
	for (size_t i = 0; natu_column_at(i); i++)
		if (natu_column_sets(natu_column_at(i)) & NATU_SET_DEFAULT)
			usual |= natu_column_facts(natu_column_at(i));
	if (run->has_filter)
		usual &= ~natu_filter_facts(run->query->filter);
	job->lost = lost_in_proc(run, job) & ~usual;
}

void natu_run_open(struct run *run, const struct natu_family *family)
{
	struct job *job = &run->jobs[run->job_count++];
	struct natu_error error;

	*job = (struct job){ .request = natu_run_request(run, family) };
	job->reader = natu_run_reader(run, job, &error);
	if (!job->reader) {
		if (!natu_run_netns_is_gone(run))
			natu_run_failed(run, &error);
		return;
	}
	run->natu->source_of[family - natu_families] = job->source->name;
	check_states(run, job);
	note_only_in_proc(run, job);
	note_only_proc(run, job);
}
