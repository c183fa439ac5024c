/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void natu_notice(struct natu_report *report, enum natu_notice_kind kind, const char *format, ...)
{
	struct natu_notice *notice;
	va_list arguments;

	if (report->count == sizeof(report->notices) / sizeof(report->notices[0]))
		return;
	notice = &report->notices[report->count++];
	notice->kind = kind;
	va_start(arguments, format);
	vsnprintf(notice->text, sizeof(notice->text), format, arguments);
	va_end(arguments);
}

void natu_notice_lost_columns(struct natu_report *report, const char *title, const char *source,
			      uint32_t facts)
{
	enum { NAMED = 6 };
	char names[200] = "";
	size_t used = 0, found = 0;

	for (size_t i = 0; i < natu_column_count(); i++) {
		const struct natu_column *column = natu_column_at(i);

		if (!(natu_column_facts(column) & facts) || found++ >= NAMED)
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 found > 1 ? ", " : "", natu_column_name(column));
		if (used >= sizeof(names))
			break;
	}
	if (found > NAMED)
		natu_notice(report, NATU_LOST_COLUMNS,
			    "%s sockets are read from %s, which lacks %s and %zu more columns",
			    title, source, names, found - NAMED);
	else
		natu_notice(report, NATU_LOST_COLUMNS,
			    "%s sockets are read from %s, which lacks %s", title, source, names);
}
