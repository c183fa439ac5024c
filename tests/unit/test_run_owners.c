/* SPDX-License-Identifier: MIT */
#include "holders.h"
#include "test.h"

#include <errno.h>
#include <natu/filter.h>
#include <natu/natu.h>
#include <unistd.h>

/* What a listing tells of the processes that it looked into. */

static void hold(void *context)
{
	(void)context;
	listening_socket();
}

struct seen {
	const struct natu_report *report;
	uint64_t rows, descriptors; /* as the first row finds them */
	uint32_t pid;		    /* the only process to be looked into; 0: all */
	bool one_is_enough;	    /* the first row ends the list */
};

static int see(void *context, const struct natu_socket *socket)
{
	struct seen *seen = context;

	(void)socket;
	if (!seen->rows++)
		seen->descriptors = seen->report->descriptors;
	return seen->one_is_enough ? -ECANCELED : 0;
}

/* No socket passes, not even those of which it is unknown whether they have an inode. */
#define NOBODY "inode = 1 and has inode"

/* Lists the TCP sockets, of which a filter lets no one pass unless it is empty. */
static struct natu_report list(const char *filter, bool look_anyway, struct seen *seen)
{
	struct natu_error error = { 0 };
	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, &error);
	struct natu_filter *parsed = natu_filter_new();
	struct natu_report report = { 0 };
	struct natu_query query = {
		.protocols = natu_protocol_named("tcp"),
		.facts = natu_column_facts(natu_column_find("program")),
		.filter = parsed,
		.pids = &seen->pid,
		.pid_count = seen->pid ? 1 : 0,
		.look_anyway = look_anyway,
	};
	const struct natu_sink sink = { .row = see, .context = seen };

	seen->report = &report;
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	CU_ASSERT_PTR_NOT_NULL_FATAL(parsed);
	CU_ASSERT_EQUAL(natu_filter_parse(parsed, filter, &error), 0);
	CU_ASSERT_EQUAL(natu_list(natu, &query, &sink, &report, &error),
			seen->one_is_enough ? -1 : 0);
	natu_filter_free(parsed);
	natu_close(natu);
	return report;
}

TEST(processes_are_looked_into_without_sockets_if_that_is_asked)
{
	pid_t holder = start_process(hold, NULL);
	struct seen seen = { 0 };

	CU_ASSERT_FATAL(holder > 0);
	CU_ASSERT_EQUAL(list(NOBODY, false, &seen).descriptors, 0);
	CU_ASSERT_EQUAL(seen.rows, 0);
	CU_ASSERT_TRUE(list(NOBODY, true, &seen).descriptors >= 1);
	CU_ASSERT_EQUAL(seen.rows, 0);
	end_process(holder);
}

TEST(what_was_seen_of_processes_is_known_with_the_first_row)
{
	pid_t holder = start_process(hold, NULL);
	struct natu_report report;
	struct seen seen = { 0 };

	CU_ASSERT_FATAL(holder > 0);
	report = list("", false, &seen);
	CU_ASSERT_TRUE(seen.rows >= 1);
	CU_ASSERT_TRUE(seen.descriptors >= 1);
	CU_ASSERT_EQUAL(seen.descriptors, report.descriptors);
	end_process(holder);
}

TEST(a_list_that_is_cut_short_tells_of_its_owners_too)
{
	pid_t holder = start_process(hold, NULL);
	struct seen seen = { .pid = (uint32_t)holder, .one_is_enough = true };
	struct natu_report report;

	CU_ASSERT_FATAL(holder > 0);
	report = list("", false, &seen);
	CU_ASSERT_EQUAL(seen.rows, 1);
	CU_ASSERT_TRUE(report.processes_asked);
	CU_ASSERT_TRUE(report.processes_complete);
	end_process(holder);
}

TEST(sockets_of_the_process_that_looks_do_not_count)
{
	int own = listening_socket();
	struct seen seen = { .pid = (uint32_t)getpid() };

	CU_ASSERT_TRUE(own >= 0);
	CU_ASSERT_EQUAL(list("", true, &seen).descriptors, 0);
	CU_ASSERT_TRUE(seen.rows >= 1);
	close(own);
}
