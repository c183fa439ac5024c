/* SPDX-License-Identifier: MIT */
#ifndef NATU_REPORT_H
#define NATU_REPORT_H

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/* Adds a notice, once; beyond the room for them it is dropped. */
void natu_notice(struct natu_report *report, enum natu_notice_kind kind,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Says that so many rows lack these facts, by their columns' names, since /proc/net does
 * not have them and sock_diag did not tell: `why` goes on behind its name. */
void natu_notice_lost_columns(struct natu_report *report, const char *title,
			      uint64_t rows, natu_facts facts, const char *why);

/* The same where sock_diag does not have them, and /proc/net would. */
void natu_notice_only_in_proc(struct natu_report *report, const char *title,
			      uint64_t rows, natu_facts facts);

/* Says that this, of one row or of several, is hidden of so many rows, if there are some,
 * here or when it was recorded. */
void natu_notice_hidden(struct natu_report *report, const char *const what[2],
			uint64_t rows, bool recorded);

#endif
