/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "error.h"
#include "fact.h"
#include "interface.h"
#include "owners/owners.h"
#include "report.h"
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * A socket does not say who holds it. So the first rows wait, one look finds the holders
 * of all that wait, and then they are delivered. When there are too many to wait, one
 * look finds the holders of every socket there is, and the rows go on as they come; only
 * what came into being after that look has to wait for the next.
 */

/* What is mounted at /proc need not be one: every one has an entry of ours. A copy can
 * have whatever it has. */
static int place_of_processes(const struct natu *natu)
{
	bool serves = natu->setup.proc_root ||
		      faccessat(natu->proc, "self", F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	return serves ? natu->proc : -1;
}

int natu_run_owners_begin(struct run *run)
{
	struct natu *natu = run->natu;
	struct natu_owners_setup setup = {
		.users = natu->users,
		.lookup = natu->setup.lookup,
		.explain = run->facts & FACT_OWNER,
		.pids = run->query->pids,
		/* Whoever holds a peer is another process. */
		.pid_count = run->facts & FACT_PEER_PROCESS ? 0 : run->query->pid_count,
	};

	if (!(run->facts & FACTS_OF_OWNERS))
		return 0;
	run->report->processes_asked = true;
	if (natu->recording) {
		natu_notice(run->report, NATU_LOST_COLUMNS,
			    "a recording does not say who holds a socket");
		return 0;
	}
	setup.proc = place_of_processes(natu);
	run->owners.owners = natu_owners_new(&setup, run->error);
	return run->owners.owners ? 0 : -1;
}

/* Delivers run->socket, whose owners are known as far as they can be. */
static int deliver(struct run *run, struct job *job)
{
	const struct natu_filter *filter = run->query->filter;
	struct natu_socket *socket = &run->socket;
	enum natu_truth truth;

	socket->asked = run->facts;
	truth = filter ? natu_filter_test(filter, socket) : NATU_TRUE;
	/* What is hidden may be what the filter asks for. */
	if (truth != NATU_FALSE) {
		run->owners.hidden.sockets += !!(socket->denied & FACT_PROCESS);
		run->owners.hidden.peers += !!(socket->denied & FACT_PEER_PROCESS);
	}
	if (truth == NATU_UNKNOWN)
		natu_run_note_unsure(run, job, socket);
	return truth == NATU_TRUE ? natu_run_deliver(run, job) : 0;
}

/* The listeners that have to answer for a connection that is not its own yet. */
static size_t listeners_of(const struct run *run, const struct natu_socket *socket,
			   uint64_t listeners[NATU_LISTENERS_MAX])
{
	if (socket->facts & FACT_INET)
		return natu_listeners_inodes(&run->listeners, socket, listeners);
	listeners[0] = socket->of.local.listener;
	return listeners[0] != 0;
}

/* False: it came into being after the last look. */
static bool attach(struct run *run)
{
	struct natu_socket *socket = &run->socket;
	uint64_t listeners[NATU_LISTENERS_MAX];
	size_t count = 0;

	if ((run->facts & FACT_PEER_PROCESS) &&
	    !natu_owners_attach_peer(run->owners.owners, socket))
		return false;
	if (!(run->facts & (FACT_PROCESS | FACT_OWNER)))
		return true;
	if (natu_owners_asks_listener(socket))
		count = listeners_of(run, socket, listeners);
	return natu_owners_attach(run->owners.owners, socket, listeners, count);
}

/* Gives all that wait their owners. */
static int release(struct run *run)
{
	struct natu_run_owners *owners = &run->owners;
	size_t job;
	int result = 0;

	while (!result && natu_waiting_next(&owners->waiting, &run->socket, &job)) {
		if (run->socket.facts & run->facts & FACT_INTERFACE)
			run->socket.interface_name = natu_interface_name(
				run->natu->interfaces, run->socket.interface);
		attach(run);
		result = deliver(run, &run->jobs[job]);
	}
	natu_waiting_drop(&owners->waiting);
	return result;
}

/* A look that fails hides the owners; the report tells, and the sockets are listed. */
static void look(struct run *run, bool every)
{
	struct natu_error error;

	natu_owners_look(run->owners.owners, every, &error);
	natu_owners_count(run->owners.owners, run->report);
	run->owners.is_every |= every;
	run->owners.looked = true;
}

static int note(struct run *run, const struct natu_socket *socket)
{
	struct natu_owners *owners = run->owners.owners;
	struct natu_socket listener = { .facts = FACT_INODE };
	bool done = true;

	if (run->facts & FACT_PEER_PROCESS)
		done = natu_owners_note_peer(owners, socket);
	if (done && (run->facts & (FACT_PROCESS | FACT_OWNER)))
		done = natu_owners_note(owners, socket);
	if (done && (run->facts & (FACT_PROCESS | FACT_OWNER)) &&
	    !(socket->facts & FACT_INET) && natu_owners_asks_listener(socket)) {
		listener.inode = socket->of.local.listener;
		done = natu_owners_note(owners, &listener);
	}
	if (done)
		return 0;
	return natu_fail(run->error, NATU_ENOMEM, ENOMEM, "finding owners");
}

int natu_run_owners_row(struct run *run, struct job *job)
{
	struct natu_run_owners *owners = &run->owners;
	size_t number = (size_t)(job - run->jobs);
	struct natu_socket now;

	if (owners->is_every && attach(run))
		return deliver(run, job);
	if (note(run, &run->socket) < 0)
		return -1;
	if (natu_waiting_add(&owners->waiting, &run->socket, number))
		return 0;
	/* Too many wait: the holders of all are found at once. */
	now = run->socket;
	look(run, true);
	if (release(run) < 0)
		return -1;
	run->socket = now;
	attach(run);
	return deliver(run, job);
}

/* A listener that is not listed itself may have to answer for its connections. */
static int note_listeners(struct run *run)
{
	for (size_t i = 0; i < run->listeners.count; i++) {
		struct natu_socket listener = { .facts = FACT_BASE | FACT_INET };

		listener.inode = natu_listeners_inode_at(&run->listeners, i);
		listener.facts |= listener.inode ? FACT_INODE : 0;
		if (note(run, &listener) < 0)
			return -1;
	}
	return 0;
}

void natu_run_owners_look_for_all(struct run *run)
{
	if (run->owners.owners)
		look(run, true);
}

int natu_run_owners_settle(struct run *run)
{
	struct natu_run_owners *owners = &run->owners;

	if (!owners->waiting.first)
		return 0;
	if (!owners->is_every && note_listeners(run) < 0)
		return -1;
	look(run, false);
	return release(run);
}

void natu_run_owners_end(struct run *run)
{
	struct natu_run_owners *owners = &run->owners;

	if (!owners->owners)
		return;
	/* No socket, no owner: nothing is hidden. */
	run->report->processes_complete = true;
	if (owners->looked)
		natu_owners_report(owners->owners, &owners->hidden, run->report);
	else if (run->query->look_anyway)
		look(run, false);
}

void natu_run_owners_free(struct run *run)
{
	natu_owners_free(run->owners.owners);
	natu_waiting_drop(&run->owners.waiting);
}
