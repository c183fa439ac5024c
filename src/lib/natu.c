/* SPDX-License-Identifier: MIT */
#include <natu/natu.h>

#include "attempts.h"
#include "context.h"
#include "error.h"
#include "filter/lower.h"
#include "hold.h"
#include "interface.h"
#include "listeners.h"
#include "report.h"
#include "source/replay.h"
#include "state.h"

#include <errno.h>

/* One protocol of a listing. */
struct job {
	struct natu_request request;
	struct natu_reader *reader;	/* NULL: it could not be opened */
	uint64_t rows;			/* given to the sink */
	uint32_t lost;			/* facts that a fallback does not have */
	int refused;			/* the errno that made it fall back */
};

/* One listing. */
struct run {
	struct natu *natu;
	const struct natu_query *query;
	const struct natu_sink *sink;
	struct natu_report *report;
	struct natu_error *error;	/* of the first protocol that failed */
	bool failed;
	uint32_t facts, families;
	size_t job_count;
	struct job jobs[NATU_PROTOCOLS_MAX];
	struct natu_hold hold;
	struct natu_listeners listeners;
	struct natu_attempts attempts;
	struct natu_socket socket;
};

/* A protocol's failure is told at the end; the others are listed all the same. */
static void remember_failure(struct run *run, const struct natu_error *error)
{
	run->report->sockets_complete = false;
	natu_notice(run->report, NATU_LOST_SOCKETS, "%s", error->text);
	if (!run->failed)
		*run->error = *error;
	run->failed = true;
}

static struct natu_request request_for(const struct run *run, const struct natu_family *family)
{
	struct natu_request request = {
		.family = family,
		.families = run->families,
		.states = STATES_LISTED,
		.facts = run->facts,
	};

	if (run->query->selection == NATU_LISTENING)
		request.states &= family->listening_states;
	if (run->query->selection == NATU_CONNECTED)
		request.states &= ~family->listening_states;
	if (run->query->filter)
		natu_filter_narrow(run->query->filter, &request);
	/* The listeners lend their user to the connections that are still being made. */
	if ((run->facts & FACT_UID) && (request.states & STATE_BIT(STATE_SYN_RECV)))
		request.states |= STATE_BIT(STATE_LISTEN) & STATES_LISTED;
	return request;
}

/* What this query loses by reading a protocol from a source that is not the best. */
static void note_fallback(struct run *run, struct job *job, const struct natu_error *why)
{
	const struct natu_family *family = job->request.family;

	natu_notice(run->report, NATU_FALLBACK, "%s sockets are read from /proc/%s: %s",
		    family->title, family->procfile[0], why->text);
	job->lost = job->request.facts & family->diag_facts & ~natu_procfs.provides(family);
	job->refused = why->error;
}

/* Opens the best source that there is for a protocol. */
static struct natu_reader *open_reader(struct run *run, struct job *job, struct natu_error *error)
{
	struct natu *natu = run->natu;
	const struct natu_source_ops *only = natu->setup.replay ? &natu_replay
					     : natu->setup.source == NATU_DIAG ? &natu_diag
					     : natu->setup.source == NATU_PROC ? &natu_procfs
									       : NULL;
	struct natu_error proc_error;
	struct natu_reader *reader;

	if (only)
		return only->open(natu, &job->request, error);
	reader = natu_diag.open(natu, &job->request, error);
	if (reader || error->code == NATU_ENOMEM)
		return reader;
	/* Without sock_diag the file is asked; if that is missing too, the first error says more. */
	reader = natu_procfs.open(natu, &job->request, &proc_error);
	if (reader)
		note_fallback(run, job, error);
	return reader;
}

/* What /proc never lists, and was asked for by name. */
static void check_states(struct run *run, const struct job *job)
{
	const struct natu_family *family = job->request.family;
	struct natu_error error;

	if (job->reader->ops != &natu_procfs || !(job->request.states & family->extra_states))
		return;
	natu_fail(&error, NATU_ENOSUP, 0, "%s sockets that are only bound are not in /proc/%s",
		  family->title, family->procfile[0]);
	remember_failure(run, &error);
}

static void open_job(struct run *run, const struct natu_family *family)
{
	struct job *job = &run->jobs[run->job_count++];
	struct natu_error error;

	job->request = request_for(run, family);
	job->reader = open_reader(run, job, &error);
	if (!job->reader) {
		remember_failure(run, &error);
		return;
	}
	run->natu->source_of[family - natu_families] = job->reader->ops->name;
	check_states(run, job);
}

/* What is not in the message itself. */
static void complete(struct run *run, const struct job *job, struct natu_socket *socket)
{
	socket->asked = run->facts;
	if (socket->state_number == STATE_SYN_RECV && (run->facts & FACT_RETRIES) &&
	    job->reader->ops == &natu_diag)
		natu_attempts_correct(&run->attempts, run->natu, socket);
	if (socket->state_number == STATE_LISTEN && (run->facts & FACT_UID))
		natu_listeners_add(&run->listeners, socket);
	if (socket->state_number == STATE_SYN_RECV && !(socket->facts & FACT_UID))
		natu_listeners_lend(&run->listeners, socket);
	if (socket->facts & run->facts & FACT_INTERFACE)
		socket->interface_name =
			natu_interface_name(run->natu->interfaces, socket->interface);
	/* Without its name it is not there. */
	if (!(run->facts & FACT_INTERFACE))
		socket->facts &= ~(uint32_t)FACT_INTERFACE;
}

static bool is_wanted(const struct run *run, const struct natu_request *request,
		      const struct natu_socket *socket)
{
	uint32_t family = socket->local.family == AF_INET ? NATU_IPV4 : NATU_IPV6;

	return (family & request->families) &&
	       (socket->state_number != STATE_BOUND ||
		(request->states & STATE_BIT(STATE_BOUND))) &&
	       natu_family_selects(run->query->selection, socket) &&
	       (!run->query->filter ||
		natu_filter_test(run->query->filter, socket) == NATU_TRUE);
}

static int deliver(struct run *run, struct job *job)
{
	int result = run->sink->row(run->sink->context, &run->socket);

	if (result < 0)
		return natu_fail(run->error, NATU_ESYS, -result, "writing the list");
	run->report->rows++;
	job->rows++;
	return 0;
}

/* One walk over a reader. With hold, IPv6 waits for the last of IPv4. */
static int drain(struct run *run, struct job *job, bool hold)
{
	struct natu_socket *socket = &run->socket;
	struct natu_error error;
	int more;

	while ((more = job->reader->ops->next(job->reader, socket, &error)) > 0) {
		complete(run, job, socket);
		if (!is_wanted(run, &job->request, socket))
			continue;
		if (hold && socket->local.family == AF_INET6 && socket->message)
			natu_hold_add(&run->hold, socket, run->facts);
		else if (deliver(run, job) < 0)
			return -1;
	}
	if (more < 0)
		remember_failure(run, &error);
	if (job->reader->malformed) {
		run->report->sockets_complete = false;
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "%llu malformed entries of %s sockets were skipped",
			    (unsigned long long)job->reader->malformed,
			    job->request.family->title);
	}
	return 0;
}

/* IPv6 alone, once more. What a recording has of it is there already. */
static int walk_again(struct run *run, struct job *job)
{
	int record = run->natu->record, result = 0;
	struct natu_error error;

	run->natu->record = -1;
	job->reader->ops->close(job->reader);
	job->request.families = NATU_IPV6;
	job->reader = open_reader(run, job, &error);
	if (job->reader)
		result = drain(run, job, false);
	else
		remember_failure(run, &error);
	run->natu->record = record;
	return result;
}

/* The IPv6 sockets, after all of IPv4: what was held, or, when that was too much, a second walk. */
static int deliver_held(struct run *run, struct job *job)
{
	int result = 0;

	while (!result && !run->hold.overflow &&
	       natu_hold_next(&run->hold, run->facts, &run->socket)) {
		complete(run, job, &run->socket);
		result = deliver(run, job);
	}
	natu_hold_drop(&run->hold);
	if (!run->hold.overflow)
		return result;
	run->hold.overflow = false;
	return walk_again(run, job);
}

/* A remote port has none of them answer, and bytecode may be about a remote end too. */
static bool leaves_listeners_out(const struct natu_request *request)
{
	return request->peer_port || request->bytecode_length || request->has_tuple;
}

/* With a remote port in the request the kernel leaves its listeners out: they are asked for first. */
static void learn_listeners(struct run *run, const struct job *job)
{
	struct natu_request request = job->request;
	struct natu_reader *reader;
	struct natu_error error;

	if (!(run->facts & FACT_UID) || !leaves_listeners_out(&request) ||
	    !(request.states & STATE_BIT(STATE_SYN_RECV)) || job->reader->ops != &natu_diag)
		return;
	request.states = STATE_BIT(STATE_LISTEN);
	request.peer_port = 0;
	request.bytecode_length = 0;
	request.has_tuple = false;
	reader = natu_diag.open(run->natu, &request, &error);
	if (!reader)
		return;
	while (reader->ops->next(reader, &run->socket, &error) > 0)
		natu_listeners_add(&run->listeners, &run->socket);
	reader->ops->close(reader);
}

static int list_job(struct run *run, struct job *job)
{
	bool hold = run->query->in_order && job->request.families == (NATU_IPV4 | NATU_IPV6);
	int result;

	if (!job->reader)
		return 0;
	learn_listeners(run, job);
	result = drain(run, job, hold);
	if (!result && hold)
		result = deliver_held(run, job);
	if (job->lost && job->rows)
		natu_notice_lost_columns(run->report, job->request.family->title, job->rows,
					 job->lost, job->refused);
	return result;
}

static uint32_t default_protocols(const struct natu *natu)
{
	uint32_t protocols = 0;

	if (natu->recording)
		return natu_replay_protocols(natu->recording);
	for (size_t i = 0; i < natu_family_count; i++)
		if (natu_families[i].is_default)
			protocols |= 1U << i;
	return protocols;
}

static int list_jobs(struct run *run)
{
	if (run->sink->begin) {
		int result = run->sink->begin(run->sink->context, run->natu);

		if (result < 0)
			return natu_fail(run->error, NATU_ESYS, -result, "writing the list");
	}
	for (size_t i = 0; i < run->job_count; i++)
		if (list_job(run, &run->jobs[i]) < 0)
			return -1;
	if (run->natu->record_error)
		return natu_fail(run->error, NATU_ESYS, run->natu->record_error, "writing %s",
				 run->natu->setup.record);
	return run->failed ? -1 : 0;
}

static void end_run(struct run *run)
{
	for (size_t i = 0; i < run->job_count; i++)
		if (run->jobs[i].reader)
			run->jobs[i].reader->ops->close(run->jobs[i].reader);
	natu_hold_drop(&run->hold);
	natu_listeners_free(&run->listeners);
	natu_attempts_free(&run->attempts);
}

static int check_query(const struct natu_query *query, struct natu_error *error)
{
	uint32_t protocols = 0;

	for (size_t i = 0; i < natu_family_count; i++)
		protocols |= 1U << i;
	if (query->protocols & ~protocols)
		return natu_fail(error, NATU_EUSAGE, 0, "a protocol that is not known");
	if (query->families & ~(uint32_t)(NATU_IPV4 | NATU_IPV6))
		return natu_fail(error, NATU_EUSAGE, 0, "an address family that is not known");
	return 0;
}

int natu_list(struct natu *natu, const struct natu_query *query, const struct natu_sink *sink,
	      struct natu_report *report, struct natu_error *error)
{
	uint32_t protocols = query->protocols ? query->protocols : default_protocols(natu);
	struct run run = {
		.natu = natu,
		.query = query,
		.sink = sink,
		.report = report,
		.error = error,
		.facts = query->facts | FACT_BASE | FACT_INET,
		.families = query->families ? query->families : NATU_IPV4 | NATU_IPV6,
	};
	int result;

	if (check_query(query, error) < 0)
		return -1;
	report->sockets_complete = true;
	natu_interfaces_refresh(natu->interfaces);
	if (query->filter)
		run.facts |= natu_filter_facts(query->filter);
	for (size_t i = 0; i < natu_family_count; i++) {
		natu->source_of[i] = NULL;
		if (protocols & (1U << i))
			open_job(&run, &natu_families[i]);
	}
	result = list_jobs(&run);
	end_run(&run);
	return result;
}

const char *natu_source_of(const struct natu *natu, size_t protocol)
{
	return protocol < natu_family_count ? natu->source_of[protocol] : NULL;
}
