/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "fact.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

TEST(notices)
{
	struct natu_report report = { 0 };

	natu_notice(&report, NATU_HIDDEN, "%s of %d", "owners", 12);
	CU_ASSERT_EQUAL(report.count, 1);
	CU_ASSERT_EQUAL(report.notices[0].kind, NATU_HIDDEN);
	CU_ASSERT_STRING_EQUAL(report.notices[0].text, "owners of 12");
}

/* TCP and UDP fail for the same reason: that is one line on stderr. */
TEST(the_same_is_told_once)
{
	struct natu_report report = { 0 };

	for (unsigned int i = 0; i < 3; i++) {
		natu_notice(&report, NATU_LOST_SOCKETS, "no descriptors");
		natu_notice(&report, NATU_HIDDEN, "no descriptors");
		natu_notice(&report, NATU_HIDDEN, "no descriptors %u", i / 2);
	}
	CU_ASSERT_EQUAL(report.count, 4);
}

/* Beyond the room for them they are dropped, and what follows the array is not
 * touched. */
TEST(too_many)
{
	struct natu_report *report = calloc(1, sizeof(*report));
	const size_t room = sizeof(report->notices) / sizeof(report->notices[0]);
	char text[1000];

	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < room + 5; i++)
		natu_notice(report, NATU_LOST_SOCKETS, "%zu%s", i, text);
	CU_ASSERT_EQUAL(report->count, room);
	CU_ASSERT(strlen(report->notices[room - 1].text) ==
		  sizeof(report->notices[0].text) - 1);
	free(report);
}

static const char *lost(struct natu_report *report, uint64_t rows, natu_facts facts)
{
	memset(report, 0, sizeof(*report));
	natu_notice_lost_columns(report, "RAW", rows, facts,
				 "answered: No such file or directory");
	CU_ASSERT_EQUAL_FATAL(report->count, 1);
	CU_ASSERT_EQUAL(report->notices[0].kind, NATU_LOST_COLUMNS);
	return report->notices[0].text;
}

/* How many rows, what they lack, and why. */
TEST(lost_columns)
{
	struct natu_report report;

	CU_ASSERT_STRING_EQUAL(
		lost(&report, 1, FACT_COOKIE),
		"1 RAW socket without cookie: /proc/net has no such column, and "
		"sock_diag answered: No such file or directory");
	CU_ASSERT(!strncmp(lost(&report, 12, FACT_COOKIE | FACT_INTERFACE),
			   "12 RAW sockets without interface, cookie: ", 42));
	/* A line stays a line: six are named. */
	CU_ASSERT_PTR_NOT_NULL(strstr(lost(&report, 2, FACT_TCPINFO), "tcp.rtt_us, "));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(lost(&report, 2, FACT_TCPINFO), ", ...: /proc/net"));
	CU_ASSERT(strlen(lost(&report, UINT64_MAX, UINT32_MAX)) <
		  sizeof(report.notices[0].text) - 1);
}
