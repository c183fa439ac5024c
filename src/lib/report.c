/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Two protocols can fail for the same reason: it is told once. */
static bool is_told(const struct natu_report *report, const struct natu_notice *notice)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->notices[i].kind == notice->kind &&
		    !strcmp(report->notices[i].text, notice->text))
			return true;
	return false;
}

void natu_notice(struct natu_report *report, enum natu_notice_kind kind,
		 const char *format, ...)
{
	struct natu_notice notice = { .kind = kind };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(notice.text, sizeof(notice.text), format, arguments);
	va_end(arguments);
	if (report->count < sizeof(report->notices) / sizeof(report->notices[0]) &&
	    !is_told(report, &notice))
		report->notices[report->count++] = notice;
}

/* The names of the first columns of these facts. */
static void name_columns(char *names, size_t size, natu_facts facts)
{
	enum { NAMED = 6 };
	size_t used = 0, found = 0;

	for (size_t i = 0; i < natu_column_count(); i++) {
		const struct natu_column *column = natu_column_at(i);

		if (!(natu_column_facts(column) & facts))
			continue;
		if (found++ < NAMED && used < size)
			used += (size_t)snprintf(names + used, size - used, "%s%s",
						 found > 1 ? ", " : "",
						 natu_column_name(column));
	}
	if (found > NAMED && used < size)
		snprintf(names + used, size - used, ", ...");
}

void natu_notice_lost_columns(struct natu_report *report, const char *title,
			      uint64_t rows, natu_facts facts, const char *why)
{
	char names[200] = "";

	name_columns(names, sizeof(names), facts);
	natu_notice(
		report, NATU_LOST_COLUMNS,
		"%llu %s socket%s without %s: /proc/net has no such column, and sock_diag "
		"%s",
		(unsigned long long)rows, title, rows == 1 ? "" : "s", names, why);
}

void natu_notice_only_in_proc(struct natu_report *report, const char *title,
			      uint64_t rows, natu_facts facts)
{
	char names[200] = "";

	name_columns(names, sizeof(names), facts);
	natu_notice(report, NATU_LOST_COLUMNS,
		    "%llu %s socket%s without %s: only /proc/net tells (--source proc)",
		    (unsigned long long)rows, title, rows == 1 ? "" : "s", names);
}

void natu_notice_hidden(struct natu_report *report, const char *const what[2],
			uint64_t rows, bool recorded)
{
	const char *why = recorded ? "who recorded it had no CAP_NET_ADMIN"
				   : "run as root or grant CAP_NET_ADMIN";

	if (rows == 1)
		natu_notice(report, NATU_HIDDEN, "%s of 1 socket is hidden: %s", what[0],
			    why);
	else if (rows)
		natu_notice(report, NATU_HIDDEN, "%s of %llu sockets are hidden: %s",
			    what[1], (unsigned long long)rows, why);
}
