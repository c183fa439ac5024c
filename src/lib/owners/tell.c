/* SPDX-License-Identifier: MIT */
#include "inside.h"

#include <stdio.h>
#include <string.h>

#include "report.h"
#include "rights.h"

/* What the looks could not see. */

static void report_hidden(const struct natu_owners *owners, uint64_t hidden,
			  struct natu_report *report)
{
	const char *help = "run as root or grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
	char text[64];

	if (hidden == 1)
		snprintf(text, sizeof(text), "the owner of 1 socket is");
	else
		snprintf(text, sizeof(text), "owners of %llu sockets are",
			 (unsigned long long)hidden);
	if (owners->look_error.code)
		natu_notice(report, NATU_HIDDEN, "%s hidden: %s", text,
			    owners->look_error.text);
	else if (owners->look.cut)
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden: more than %u descriptors are sockets", text,
			    NATU_FINDINGS_MAX);
	else if (owners->look.denied && natu_may_look_into_processes())
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden: there are processes that nobody may look into",
			    text);
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

void natu_owners_report(const struct natu_owners *owners, uint64_t hidden,
			struct natu_report *report)
{
	report->processes_asked = true;
	report->processes_complete = !hidden && owners->looked;
	report->processes_denied = owners->look.denied;
	report->descriptors = owners->look.sockets;
	if (owners->bpf_error.code)
		natu_notice(report, NATU_FALLBACK, "owners are looked for in /proc: %s",
			    owners->bpf_error.text);
	if (hidden)
		report_hidden(owners, hidden, report);
}
