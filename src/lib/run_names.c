/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "fact.h"
#include "filter/tree.h"
#include "interface.h"

#include <string.h>

/*
 * Names of addresses take their time. So rows wait, all that they need is looked up at
 * once, and then they go on. When there are too many to wait, they are looked up in
 * several turns.
 */

/* Without a remote end there is nothing to be named. */
static bool has_name(const struct natu_socket *socket, const struct natu_address *address)
{
	return (socket->facts & FACT_INET) && !natu_address_is_any(address);
}

static void want(const struct run *run, const struct natu_address *address)
{
	if (has_name(&run->socket, address))
		run->names.resolver->want(run->names.resolver->context, address);
}

static const char *host_of(const struct run *run, const struct natu_address *address)
{
	const struct natu_resolver *resolver = run->names.resolver;

	return has_name(&run->socket, address)
		       ? resolver->host(resolver->context, address)
		       : NULL;
}

/* Gives run->socket its names, and passes it on unless the filter was about them. */
static int pass_on(struct run *run, struct job *job)
{
	struct natu_socket *socket = &run->socket;
	enum natu_truth truth = NATU_TRUE;

	socket->asked |= FACT_HOSTS;
	if (socket->facts & FACT_INET) {
		socket->local_host = host_of(run, &socket->local);
		socket->peer_host = host_of(run, &socket->peer);
		socket->facts |= FACT_HOSTS;
	}
	if (run->has_filter)
		truth = natu_filter_test(run->query->filter, socket);
	if (run->owners.owners && truth != NATU_FALSE)
		return natu_run_owners_row(run, job);
	if (truth == NATU_UNKNOWN)
		natu_run_note_unsure(run, job, socket);
	return truth == NATU_TRUE ? natu_run_deliver(run, job) : 0;
}

static int release(struct run *run)
{
	struct natu_run_names *names = &run->names;
	size_t job;
	int result = 0;

	names->resolver->wait(names->resolver->context);
	while (!result && natu_waiting_next(&names->waiting, &run->socket, &job)) {
		if (run->socket.facts & run->facts & FACT_INTERFACE)
			run->socket.interface_name = natu_interface_name(
				run->natu->interfaces, run->socket.interface);
		result = pass_on(run, &run->jobs[job]);
	}
	natu_waiting_drop(&names->waiting);
	return result;
}

int natu_run_names_row(struct run *run, struct job *job)
{
	struct natu_socket now;

	want(run, &run->socket.local);
	want(run, &run->socket.peer);
	if (natu_waiting_add(&run->names.waiting, &run->socket,
			     (size_t)(job - run->jobs)))
		return 0;
	now = run->socket;
	if (release(run) < 0)
		return -1;
	run->socket = now;
	return pass_on(run, job);
}

int natu_run_names_settle(struct run *run)
{
	return run->names.waiting.first ? release(run) : 0;
}

void natu_run_names_free(struct run *run)
{
	natu_waiting_drop(&run->names.waiting);
}

void natu_run_name_services(const struct run *run, struct natu_socket *socket)
{
	const struct natu_resolver *resolver = run->query->resolver;
	const char *protocol = socket->family->name;

	if (!(socket->facts & FACT_INET))
		return;
	socket->local_service = socket->local_port
					? resolver->service(resolver->context, protocol,
							    socket->local_port)
					: NULL;
	socket->peer_service = socket->peer_port
				       ? resolver->service(resolver->context, protocol,
							   socket->peer_port)
				       : NULL;
	socket->facts |= FACT_SERVICES;
}
