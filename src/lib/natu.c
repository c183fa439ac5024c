/* SPDX-License-Identifier: MIT */
#include <natu/natu.h>

#include "cgroup.h"
#include "error.h"
#include "filter/tree.h"
#include "interface.h"
#include "owners/owners.h"
#include "report.h"
#include "run.h"
#include "source/record.h"
#include "source/replay.h"
#include "state.h"
#include "user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What only listeners know, and what only they do not need. */
static void complete_states(struct run *run, const struct job *job,
			    struct natu_socket *socket)
{
	if (socket->state_number == STATE_LISTEN &&
	    (run->facts & (FACT_UID | FACT_OWNER)) && natu_family_is_inet(socket->family))
		natu_listeners_add(&run->listeners, socket);
	if (socket->state_number != STATE_SYN_RECV)
		return;
	if (!(socket->facts & FACT_UID))
		natu_listeners_lend(&run->listeners, socket);
	if ((run->facts & (FACT_RETRIES | (FACT_UID & ~socket->facts))) &&
	    job->reader->ops == &natu_diag)
		natu_half_open_correct(&run->half_open, run->natu, socket);
}

/* Names, which a source does not know. */
static void complete_names(struct run *run, struct natu_socket *socket)
{
	struct natu *natu = run->natu;

	if (socket->facts & run->facts & FACT_INTERFACE)
		socket->interface_name = natu_interface_name(natu->interfaces,
							     socket->interface);
	if ((run->facts & FACT_USER) && (socket->facts & FACT_UID) && natu->users) {
		socket->user_name = natu_users_name(natu->users, socket->uid);
		socket->facts |= socket->user_name ? FACT_USER : 0;
	}
	if ((run->facts & FACT_CGROUP_PATH) && (socket->facts & FACT_CGROUP) &&
	    natu->cgroups) {
		run->lacks_cgroups |= natu->cgroup_directory < 0;
		socket->cgroup_entry = natu_cgroups_find(natu->cgroups, socket->cgroup);
		socket->facts |= socket->cgroup_entry ? FACT_CGROUP_PATH : 0;
	}
	if ((run->facts & FACT_SERVICES) && run->query->resolver)
		natu_run_name_services(run, socket);
}

/* What is looked at in no row of a list that asks for none of it. */
#define FACTS_COMPLETED                                                           \
	(FACTS_OF_ADMIN | FACT_UID | FACT_OWNER | FACT_RETRIES | FACT_INTERFACE | \
	 FACT_USER | FACT_CGROUP_PATH | FACT_SERVICES | FACT_NETNS)

static void complete_facts(struct run *run, struct job *job, struct natu_socket *socket)
{
	if (run->facts & FACTS_OF_ADMIN)
		natu_run_note_hidden(run, job, socket);
	complete_states(run, job, socket);
	if (run->facts & (FACT_INTERFACE | FACT_USER | FACT_CGROUP_PATH | FACT_SERVICES))
		complete_names(run, socket);
	if (run->facts & FACT_NETNS)
		natu_run_netns_label(run, socket);
}

/* What is not in the message itself. */
static void complete(struct run *run, struct job *job, struct natu_socket *socket)
{
	socket->asked = run->asked;
	socket->denied = 0;
	if (run->facts & FACTS_COMPLETED)
		complete_facts(run, job, socket);
	/* Without its name it is not there. */
	if (!(run->facts & FACT_INTERFACE))
		socket->facts &= ~(natu_facts)FACT_INTERFACE;
}

/* Before its owners and its names are known, only what is certainly false is out. */
static bool passes(struct run *run, struct job *job, const struct natu_socket *socket)
{
	enum natu_truth truth = natu_filter_test(run->query->filter, socket);

	if (truth != NATU_UNKNOWN || run->owners.owners || run->names.resolver)
		return truth != NATU_FALSE;
	natu_run_note_unsure(run, job, socket);
	return false;
}

/* Nothing is left out of most lists, but what a recording has of bound sockets. */
static bool takes_all(const struct run *run, const struct natu_request *request)
{
	return request->families == (NATU_IPV4 | NATU_IPV6) && !run->has_filter &&
	       run->query->selection == NATU_ALL && !(run->facts & FACT_PEER_INODE);
}

/* What is only bound is wanted when it was asked for by name. */
static bool is_bound_unasked(struct job *job, const struct natu_socket *socket)
{
	if (socket->state_number != STATE_BOUND)
		return false;
	job->has_bound = true;
	return !(job->request.states & STATE_BIT(STATE_BOUND));
}

/* What the filter can tell by now is told before a peer is looked up. */
static bool is_wanted(struct run *run, struct job *job, struct natu_socket *socket)
{
	const struct natu_request *request = &job->request;

	if (!(request->families >> socket->which & 1) || is_bound_unasked(job, socket) ||
	    !natu_family_selects(run->query->selection, socket))
		return false;
	if (run->facts & FACT_PEER_INODE) {
		if (run->has_filter &&
		    natu_filter_test(run->query->filter, socket) == NATU_FALSE)
			return false;
		natu_run_peer(run, socket);
	}
	return !run->has_filter || passes(run, job, socket);
}

static inline int give(struct run *run, struct job *job)
{
	int result = run->sink->row(run->sink->context, &run->socket);

	if (result < 0)
		return natu_fail(run->error, NATU_ESYS, -result, "writing the list");
	run->report->rows++;
	job->rows++;
	if (run->socket.denied & run->query->facts & FACTS_OF_ADMIN)
		natu_run_count_hidden(run, job);
	return 0;
}

int natu_run_deliver(struct run *run, struct job *job)
{
	return give(run, job);
}

static inline int deliver(struct run *run, struct job *job)
{
	if (run->names.resolver)
		return natu_run_names_row(run, job);
	return run->owners.owners ? natu_run_owners_row(run, job) : give(run, job);
}

static void note_losses(struct run *run, const struct job *job)
{
	const struct natu_reader *reader = job->reader;
	const char *title = job->request.family->title;

	run->report->sockets_complete &= !reader->malformed && !reader->has_moved;
	if (reader->malformed)
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "%llu malformed entries of %s sockets were skipped",
			    (unsigned long long)reader->malformed, title);
	if (reader->has_moved)
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "%s sockets came and went while the kernel listed them: "
			    "others may be missing",
			    title);
}

/* One walk over a reader. With hold, IPv6 waits for the last of IPv4. */
static int drain(struct run *run, struct job *job, bool hold)
{
	struct natu_socket *socket = &run->socket;
	bool all = takes_all(run, &job->request);
	struct natu_error error;
	int more;

	while ((more = job->reader->ops->next(job->reader, socket, &error)) > 0) {
		complete(run, job, socket);
		if ((!all || socket->state_number == STATE_BOUND) &&
		    !is_wanted(run, job, socket))
			continue;
		if (hold && socket->which && socket->message)
			natu_hold_add(&run->hold, socket, run->facts);
		else if (deliver(run, job) < 0)
			return -1;
	}
	job->is_read = true;
	if (more < 0)
		natu_run_failed(run, &error);
	note_losses(run, job);
	return 0;
}

/* IPv6 alone, once more. What a recording has of it is there already. */
static int walk_again(struct run *run, struct job *job)
{
	int record = run->natu->record, result = 0;
	struct natu_error error;

	run->natu->record = -1;
	natu_run_unsure_again(job);
	job->reader->ops->close(job->reader);
	job->request.families = NATU_IPV6;
	job->reader = natu_run_reader(run, job, &error);
	if (job->reader)
		result = drain(run, job, false);
	else
		natu_run_failed(run, &error);
	run->natu->record = record;
	return result;
}

/* The IPv6 sockets, after all of IPv4: what was held, or, when that was too much, a
 * second walk. */
static int deliver_held(struct run *run, struct job *job)
{
	int result = 0;

	while (!result && !run->hold.overflow &&
	       natu_hold_next(&run->hold, run->facts, &run->socket)) {
		complete(run, job, &run->socket);
		if (run->facts & FACT_PEER_INODE)
			natu_run_peer(run, &run->socket);
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

/* With a remote port in the request the kernel leaves its listeners out: they are asked
 * for first. */
static void learn_listeners(struct run *run, const struct job *job)
{
	struct natu_request request = job->request;
	struct natu_reader *reader;
	struct natu_error error;

	if (!(request.states & STATE_BIT(STATE_LISTEN)) ||
	    !leaves_listeners_out(&request) || !(run->facts & (FACT_UID | FACT_OWNER)) ||
	    job->source != &natu_diag)
		return;
	request.states = STATE_BIT(STATE_LISTEN);
	request.peer_port = 0;
	request.bytecode_length = 0;
	request.has_tuple = false;
	reader = natu_diag.open(run->natu, &request, &error);
	if (!reader)
		return;
	while (reader->ops->next(reader, &run->socket, &error) > 0)
		if (run->socket.state_number == STATE_LISTEN)
			natu_listeners_add(&run->listeners, &run->socket);
	reader->ops->close(reader);
}

static int list_job(struct run *run, struct job *job)
{
	bool hold;
	int result;

	if (!job->reader)
		return 0;
	hold = job->request.in_order && !job->reader->in_order &&
	       job->request.families == (NATU_IPV4 | NATU_IPV6);
	learn_listeners(run, job);
	result = drain(run, job, hold);
	if (!result && hold)
		result = deliver_held(run, job);
	return result;
}

uint32_t natu_query_protocols(const struct natu *natu, const struct natu_query *query)
{
	uint32_t defaults = 0, internet = 0;

	for (size_t i = 0; i < natu_family_count; i++) {
		defaults |= natu_families[i].is_default ? 1U << i : 0;
		internet |= natu_family_is_inet(&natu_families[i]) ? 1U << i : 0;
	}
	if (!query->protocols)
		return natu && natu->recording ? natu_replay_protocols(natu->recording)
					       : defaults;
	/* Who says IPv4 or IPv6 means the internet, too. */
	if (query->families && !(query->protocols & internet))
		return query->protocols | defaults;
	return query->protocols;
}

static int begin(struct run *run)
{
	int result = 0;

	if (!run->begun && run->sink->begin)
		result = run->sink->begin(run->sink->context, run->natu);
	run->begun = true;
	if (result < 0)
		return natu_fail(run->error, NATU_ESYS, -result, "writing the list");
	return 0;
}

static int list_jobs(struct run *run)
{
	if (begin(run) < 0)
		return -1;
	/* Until they are looked for, owners are unknown rather than absent. */
	run->asked = run->facts;
	if (run->owners.owners)
		run->asked &= ~(natu_facts)FACTS_OF_OWNERS;
	if (run->names.resolver)
		run->asked &= ~(natu_facts)FACT_HOSTS;
	for (size_t i = 0; i < run->job_count; i++) {
		if (list_job(run, &run->jobs[i]) < 0)
			return -1;
		natu_run_check_bound(run, &run->jobs[i]);
	}
	if (natu_run_names_settle(run) < 0 || natu_run_owners_settle(run) < 0)
		return -1;
	natu_run_unsure_settle(run);
	return 0;
}

/* A recording has every dump to its end, also when the sink has had enough. */
static int end_recording(struct run *run)
{
	struct natu *natu = run->natu;
	struct natu_error error;

	for (size_t i = 0; natu->record >= 0 && i < run->job_count; i++) {
		struct job *job = &run->jobs[i];

		while (job->reader && !job->is_read)
			job->is_read = job->reader->ops->next(job->reader, &run->socket,
							      &error) <= 0;
	}
	natu_record_end(natu);
	if (!natu->record_error)
		return 0;
	return natu_fail(run->error, NATU_ESYS, natu->record_error, "writing %s",
			 natu->setup.record);
}

/* Ends what is of one namespace. */
static void end_jobs(struct run *run)
{
	for (size_t i = 0; i < run->job_count; i++)
		if (run->jobs[i].reader)
			run->jobs[i].reader->ops->close(run->jobs[i].reader);
	free(run->jobs);
	run->jobs = NULL;
	run->job_count = 0;
	natu_hold_drop(&run->hold);
	natu_listeners_free(&run->listeners);
	natu_half_open_free(&run->half_open);
	natu_run_peers_end(run);
}

int natu_run_list(struct run *run)
{
	/* An empty recording has no protocol. */
	size_t count = run->protocols ? (size_t)__builtin_popcount(run->protocols) : 1;
	int result;

	run->jobs = calloc(count, sizeof(*run->jobs));
	if (!run->jobs)
		return natu_fail(run->error, NATU_ENOMEM, ENOMEM, "reading sockets");
	natu_run_ephemeral(run);
	for (size_t i = 0; i < natu_family_count; i++)
		if (run->protocols & (1U << i))
			natu_run_open(run, &natu_families[i]);
	natu_run_peers_begin(run);
	result = list_jobs(run);
	if (end_recording(run) < 0)
		result = -1;
	end_jobs(run);
	return result;
}

/* What is left to say when all is listed. */
static int finish(struct run *run)
{
	if (begin(run) < 0)
		return -1;
	natu_run_owners_end(run);
	natu_run_unsure_end(run);
	return run->failed ? -1 : 0;
}

/* Facts that are found out by means of others. */
static natu_facts with_needs(natu_facts facts)
{
	if (facts & (FACT_PROCESS | FACT_OWNER))
		facts |= FACT_INODE;
	if (facts & FACT_USER)
		facts |= FACT_UID;
	if (facts & FACT_CGROUP_PATH)
		facts |= FACT_CGROUP;
	if (facts & FACT_PEER_PROCESS)
		facts |= FACT_PEER_INODE;
	return facts;
}

static int check_query(const struct natu_query *query, struct natu_error *error)
{
	uint32_t protocols = 0;

	for (size_t i = 0; i < natu_family_count; i++)
		protocols |= 1U << i;
	if (query->protocols & ~protocols)
		return natu_fail(error, NATU_EUSAGE, 0, "a protocol that is not known");
	if (query->families & ~(uint32_t)(NATU_IPV4 | NATU_IPV6))
		return natu_fail(error, NATU_EUSAGE, 0,
				 "an address family that is not known");
	return 0;
}

void natu_run_start(struct run *run, struct natu *natu, const struct natu_query *query)
{
	*run = (struct run){ 0 };
	run->natu = natu;
	run->query = query;
	run->protocols = natu_query_protocols(natu, query);
	run->facts = query->facts | FACT_BASE | FACT_INET;
	run->families = query->families ? query->families : NATU_IPV4 | NATU_IPV6;
	run->has_filter = query->filter && !natu_filter_is_empty(query->filter);
	if (query->filter)
		run->facts |= natu_filter_facts(query->filter);
	run->facts = with_needs(run->facts);
	run->hides_ulps = (run->facts & FACTS_OF_ULP) && natu_run_hides_ulps(run);
	run->names.resolver = run->facts & FACT_HOSTS ? query->resolver : NULL;
	run->wishes = query->wishes & ~run->facts;
	run->facts |= query->wishes;
}

int natu_list(struct natu *natu, const struct natu_query *query,
	      const struct natu_sink *sink, struct natu_report *report,
	      struct natu_error *error)
{
	struct run run;
	int result;

	natu_run_start(&run, natu, query);
	run.sink = sink;
	run.report = report;
	run.error = error;
	if (check_query(query, error) < 0)
		return -1;
	report->sockets_complete = true;
	memset(natu->source_of, 0, sizeof(natu->source_of));
	natu_interfaces_refresh(natu->interfaces);
	natu_cgroups_refresh(natu->cgroups);
	if (natu_context_names(natu, run.facts, error) < 0 ||
	    natu_run_netns_begin(&run) < 0 || natu_run_owners_begin(&run) < 0)
		result = -1;
	else
		result = natu->setup.all_netns ? natu_run_every_netns(&run)
					       : natu_run_list(&run);
	if (!result)
		result = finish(&run);
	else
		/* The rows that were given may lack their owners all the same. */
		natu_run_owners_end(&run);
	natu_run_names_free(&run);
	natu_run_owners_free(&run);
	natu_run_netns_free(&run);
	return result;
}

const char *natu_source_of(const struct natu *natu, size_t protocol)
{
	return protocol < natu_family_count ? natu->source_of[protocol] : NULL;
}
