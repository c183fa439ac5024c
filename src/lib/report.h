/* SPDX-License-Identifier: MIT */
#ifndef NATU_REPORT_H
#define NATU_REPORT_H

#include <natu/natu.h>
#include <stdint.h>

/* Adds a notice; beyond the room for them it is dropped. */
void natu_notice(struct natu_report *report, enum natu_notice_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says that a source that served as a fallback does not have these facts, by their columns' names. */
void natu_notice_lost_columns(struct natu_report *report, const char *title, const char *source,
			      uint32_t facts);

#endif
