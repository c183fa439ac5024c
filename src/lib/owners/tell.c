/* SPDX-License-Identifier: MIT */
#include "inside.h"

#include <stdio.h>
#include <string.h>

#include "report.h"
#include "rights.h"

/* What the looks could not see. */

static void report_hidden(const struct natu_owners *owners, uint64_t hidden,
			  const char *what, struct natu_report *report)
{
	const char *help = natu_rights_help(owners->setup.proc);
	char text[64];

	if (!hidden)
		return;
	if (hidden == 1)
		snprintf(text, sizeof(text), "the owner of 1 %s is", what);
	else
		snprintf(text, sizeof(text), "owners of %llu %ss are",
			 (unsigned long long)hidden, what);
	if (owners->look_error.code)
		natu_notice(report, NATU_HIDDEN, "%s hidden: %s", text,
			    owners->look_error.text);
	else if (owners->look.cut)
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden: more than %u descriptors are sockets", text,
			    NATU_FINDINGS_MAX);
	else if (owners->look.denied)
		natu_notice(report, NATU_HIDDEN, "%s hidden: %s", text, help);
	else if (owners->unseen)
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden, as /proc is mounted with hidepid: %s", text,
			    help);
	else
		natu_notice(report, NATU_HIDDEN, "%s hidden: reading /proc/PID/fd: %s",
			    text, strerror(owners->look.error));
}

/* Of chosen processes no socket is known that could count as hidden. */
static void report_denied(const struct natu_owners *owners, struct natu_report *report)
{
	uint64_t denied = owners->look.denied;
	char text[96] = "some of the processes asked for";

	report->processes_complete = false;
	/* The parts of a large process count for themselves. */
	if (owners->setup.pid_count == 1)
		snprintf(text, sizeof(text), "process %u", owners->pids[0]);
	else if (denied < owners->setup.pid_count)
		snprintf(text, sizeof(text), "%llu of %zu processes asked for",
			 (unsigned long long)denied, owners->setup.pid_count);
	natu_notice(report, NATU_HIDDEN, "%s may not be looked into: %s", text,
		    natu_rights_help(owners->setup.proc));
}

void natu_owners_count(const struct natu_owners *owners, struct natu_report *report)
{
	report->processes_denied = owners->look.denied;
	report->descriptors = owners->look.sockets;
}

void natu_owners_report(const struct natu_owners *owners,
			const struct natu_hidden *hidden, struct natu_report *report)
{
	bool is_hidden = hidden->sockets || hidden->peers;

	report->processes_asked = true;
	report->processes_complete = !is_hidden && owners->looked;
	natu_owners_count(owners, report);
	if (owners->bpf_error.code)
		natu_notice(report, NATU_FALLBACK, "owners are looked for in /proc: %s",
			    owners->bpf_error.text);
	report_hidden(owners, hidden->sockets, "socket", report);
	report_hidden(owners, hidden->peers, "peer", report);
	if (!is_hidden && owners->setup.pid_count && owners->look.denied)
		report_denied(owners, report);
}
