/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "error.h"
#include "interface.h"
#include "owners/rights.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The sockets of all network namespaces, one namespace after the other. The kernel has
 * one table for all of them, so that each takes a walk over the whole of it; a filter
 * that no socket of a namespace can pass saves that walk.
 */

/* The thread's own, with its name. */
static int find_own(struct run *run)
{
	struct natu_run_netns *netns = &run->netns;

	natu_netns_own(run->natu, &netns->own);
	if (!natu_netns_name(run->natu, &netns->own))
		return natu_fail(run->error, NATU_ENOMEM, ENOMEM,
				 "finding the network namespace");
	netns->label = &netns->own;
	return 0;
}

int natu_run_netns_begin(struct run *run)
{
	struct natu *natu = run->natu;

	if (natu->setup.all_netns) {
		natu_netns_list_free(&natu->namespaces);
		return natu_netns_find(natu, &natu->namespaces, run->error);
	}
	run->netns.label = natu->netns;
	if (natu->netns)
		run->netns.is_by_process = natu_netns_access(natu) == NETNS_BY_PROCESS;
	/* What was recorded or copied elsewhere is of a namespace that is not known. */
	if (!(run->facts & FACT_NETNS) || natu->netns || !natu_context_is_here(natu))
		return 0;
	return find_own(run);
}

void natu_run_netns_free(struct run *run)
{
	free(run->netns.own.name);
	if (run->natu->setup.all_netns)
		run->natu->netns = NULL;
}

void natu_run_netns_label(const struct run *run, struct natu_socket *socket)
{
	const struct natu_netns *netns = run->netns.label;

	if (!netns)
		return;
	if (!netns->inode) {
		socket->denied |= FACT_NETNS;
		return;
	}
	socket->netns_inode = netns->inode;
	socket->netns_name = netns->name;
	socket->facts |= FACT_NETNS;
}

bool natu_run_netns_is_gone(struct run *run)
{
	if (run->natu->setup.all_netns && !run->natu->netns->is_own)
		run->netns.is_gone |= natu_netns_access(run->natu) == NETNS_GONE;
	return run->netns.is_gone;
}

/* True if no socket of the namespace can pass the filter, whatever else it is. */
static bool is_left_out(const struct run *run)
{
	struct natu_socket socket = { .asked = FACT_NETNS };

	if (!run->has_filter)
		return false;
	natu_run_netns_label(run, &socket);
	return natu_filter_test(run->query->filter, &socket) == NATU_FALSE;
}

static void count_gone(struct run *run)
{
	const struct natu_netns *netns = run->natu->netns;
	char *first = run->netns.first_gone;
	const size_t size = sizeof(run->netns.first_gone);

	if (run->netns.gone++)
		return;
	if (netns->name)
		snprintf(first, size, "%s", netns->name);
	else
		snprintf(first, size, "net:[%" PRIu64 "]", netns->inode);
}

/* Lists one of them, with the names of its own interfaces. */
static int list_one(struct run *run)
{
	struct natu *natu = run->natu;
	struct natu_interfaces *own = natu->interfaces;
	int result;

	if (natu->netns->is_own)
		return natu_run_list(run);
	natu->interfaces = natu_context_interfaces(natu);
	if (natu->interfaces)
		result = natu_run_list(run);
	else
		result = natu_fail(run->error, NATU_ENOMEM, ENOMEM,
				   "reading a network namespace");
	natu_interfaces_free(natu->interfaces);
	natu->interfaces = own;
	if (run->netns.is_gone)
		count_gone(run);
	run->netns.is_gone = false;
	return result;
}

static int visit(struct run *run)
{
	const struct natu_netns *netns = run->natu->netns;
	enum natu_netns_access access = NETNS_OPEN;

	if (!netns->is_own)
		access = natu_netns_access(run->natu);
	/* Where sock_diag alone is to be asked, there is no other way. */
	if (access == NETNS_BY_PROCESS && run->natu->setup.source == NATU_DIAG)
		access = NETNS_CLOSED;
	if (access == NETNS_GONE)
		count_gone(run);
	else if (access == NETNS_CLOSED)
		run->netns.closed++;
	if (access == NETNS_GONE || access == NETNS_CLOSED)
		return 0;
	run->netns.is_by_process = access == NETNS_BY_PROCESS;
	run->netns.by_process += run->netns.is_by_process;
	run->netns.hidden += !netns->inode;
	return list_one(run);
}

/* "1 network namespace", "2 network namespaces" */
static const char *count_of(size_t count, char text[64])
{
	snprintf(text, 64, "%zu network namespace%s", count, count == 1 ? "" : "s");
	return text;
}

static void note_gone(const struct run *run)
{
	const struct natu_run_netns *netns = &run->netns;
	char others[80] = "";

	if (!netns->gone)
		return;
	if (netns->gone > 1)
		snprintf(others, sizeof(others), " and %zu more", netns->gone - 1);
	run->report->sockets_complete = false;
	natu_notice(run->report, NATU_LOST_SOCKETS,
		    "network namespace %s%s went away before it was read",
		    netns->first_gone, others);
}

/* What may not be entered: read in another way, or not at all. */
static void note_closed(const struct run *run)
{
	const struct natu_run_netns *netns = &run->netns;
	const char *help = "run as root or grant CAP_SYS_ADMIN and CAP_SYS_PTRACE";
	size_t unmounted = run->natu->namespaces.unmounted;
	char text[64];

	if (netns->by_process)
		natu_notice(run->report, NATU_HIDDEN,
			    "%s may not be entered and %s read by /proc/PID/net%s: %s",
			    count_of(netns->by_process, text),
			    netns->by_process == 1 ? "is" : "are",
			    netns->hidden ? ", which does not tell a name" : "", help);
	if (netns->closed || unmounted)
		run->report->sockets_complete = false;
	if (netns->closed)
		natu_notice(run->report, NATU_LOST_SOCKETS, "%s may not be entered%s: %s",
			    count_of(netns->closed, text),
			    run->natu->setup.source == NATU_DIAG
				    ? ""
				    : ", and no process is seen to be there",
			    help);
	if (unmounted)
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "%s of ip netns cannot be read: in " NETNS_DIRECTORY
			    " nothing is mounted for it",
			    count_of(unmounted, text));
}

static void note_unseen(const struct run *run)
{
	const struct natu_netns_list *list = &run->natu->namespaces;
	size_t unseen = list->unseen;
	uint64_t closed = list->closed;
	bool hides = list->hides_processes;
	bool blind = list->has_no_proc;

	if (unseen || closed || hides || blind || list->error || list->is_cut ||
	    list->is_full)
		run->report->sockets_complete = false;
	if (list->is_full)
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "there are more than %zu network namespaces, and the others "
			    "were not looked at",
			    list->count);
	if (blind)
		natu_notice(run->report, NATU_HIDDEN,
			    "there may be more network namespaces: there is no /proc to "
			    "find them in");
	if (hides)
		natu_notice(run->report, NATU_HIDDEN,
			    "there may be more network namespaces: /proc is mounted with "
			    "hidepid and hides processes: run as root");
	if (closed)
		natu_notice(run->report, NATU_HIDDEN,
			    "there may be more network namespaces, which only "
			    "descriptors of %" PRIu64 " other process%s keep: %s",
			    closed, closed == 1 ? "" : "es",
			    natu_rights_help(run->natu->proc));
	if (list->error || list->is_cut)
		natu_notice(
			run->report, NATU_HIDDEN,
			"there may be more network namespaces, which only descriptors "
			"keep: %s",
			list->error ? strerror(list->error)
				    : "there are too many to look at all of them");
	if (unseen)
		natu_notice(run->report, NATU_LOST_SOCKETS,
			    "the network namespaces of %zu process%s cannot be seen",
			    unseen, unseen == 1 ? "" : "es");
}

int natu_run_every_netns(struct run *run)
{
	const struct natu_netns_list *list = &run->natu->namespaces;
	int result = 0;

	if (!list->rows)
		return 0;
	/* One look for all of them: inodes are those of the whole system. */
	if (list->count > 1)
		natu_run_owners_look_for_all(run);
	for (size_t i = 0; !result && i < list->count; i++) {
		run->natu->netns = run->netns.label = &list->rows[i];
		if (!is_left_out(run))
			result = visit(run);
	}
	note_gone(run);
	note_closed(run);
	note_unseen(run);
	return result;
}
