/* SPDX-License-Identifier: MIT */
#include "aggregate.h"

#include "cli.h"
#include "column.h"
#include "socket.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

/* What becomes of one aggregate of recv_q over these queues; a socket without one has
 * -1. */
static struct figure of_queues(const char *word, const int64_t *queues, size_t count)
{
	struct aggregates aggregates = { 0 };
	struct tally tally = { 0 };
	struct figure figure = { 0 };

	CU_ASSERT_EQUAL_FATAL(
		aggregates_parse(&aggregates, "count-by", word, strlen(word)), EXIT_OK);
	CU_ASSERT_EQUAL_FATAL(aggregates.count, 1);
	CU_ASSERT_STRING_EQUAL(aggregates.list[0].name, word);
	for (size_t i = 0; i < count; i++) {
		struct natu_socket socket = { .asked = FACT_QUEUES };

		socket.facts = queues[i] < 0 ? 0 : FACT_QUEUES;
		socket.recv_q = (uint32_t)queues[i];
		tally_add(&tally, &aggregates.list[0], &socket);
	}
	figure = figure_of(&tally, &aggregates.list[0]);
	aggregates_free(&aggregates);
	return figure;
}

TEST(figures_of_a_column)
{
	static const int64_t queues[] = { 7, -1, 0, 5, UINT32_MAX, -1 };
	enum { COUNT = sizeof(queues) / sizeof(queues[0]) };
	struct figure figure = of_queues("sum.recv_q", queues, COUNT);

	/* More than a queue's own member could hold. */
	CU_ASSERT(figure.is_here && figure.value.type == NATU_UINT);
	CU_ASSERT_EQUAL(figure.value.number, (uint64_t)UINT32_MAX + 12);
	figure = of_queues("mean.recv_q", queues, COUNT);
	CU_ASSERT(figure.is_here && figure.value.type == NATU_REAL);
	CU_ASSERT_EQUAL(figure.value.real, ((double)UINT32_MAX + 12) / 4);
	figure = of_queues("min.recv_q", queues, COUNT);
	CU_ASSERT(figure.is_here && figure.value.number == 0);
	figure = of_queues("max.recv_q", queues, COUNT);
	CU_ASSERT(figure.is_here && figure.value.number == UINT32_MAX);
}

TEST(figures_of_nothing_are_absent)
{
	static const int64_t queues[] = { -1, -1 };

	CU_ASSERT_FALSE(of_queues("sum.recv_q", queues, 0).is_here);
	CU_ASSERT_FALSE(of_queues("sum.recv_q", queues, 2).is_here);
	CU_ASSERT_FALSE(of_queues("mean.recv_q", queues, 2).is_here);
	CU_ASSERT_FALSE(of_queues("min.recv_q", queues, 2).is_here);
	CU_ASSERT_FALSE(of_queues("max.recv_q", queues, 2).is_here);
}

TEST(a_sum_that_does_not_fit_stays_at_the_largest)
{
	struct aggregates aggregates = { 0 };
	struct natu_socket socket = { .facts = FACT_INODE | FACT_TCPINFO };
	struct tally tally = { 0 };
	uint64_t sent = UINT64_MAX / 2 + 1;
	unsigned char info[512] = { 0 };
	const struct natu_column *column = natu_column_find("tcp.bytes_sent");
	const char *word = "sum.tcp.bytes_sent";

	CU_ASSERT_PTR_NOT_NULL_FATAL(column);
	CU_ASSERT_EQUAL_FATAL(
		aggregates_parse(&aggregates, "count-by", word, strlen(word)), EXIT_OK);
	memcpy(info + column->offset, &sent, sizeof(sent));
	socket.tcp_info = info;
	socket.tcp_info_length = sizeof(info);
	tally_add(&tally, &aggregates.list[0], &socket);
	CU_ASSERT_EQUAL(tally.value.number, sent);
	tally_add(&tally, &aggregates.list[0], &socket);
	CU_ASSERT_EQUAL(tally.value.number, UINT64_MAX);
	aggregates_free(&aggregates);
}

TEST(names_of_aggregates_are_no_columns)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		const char *name = natu_column_name(natu_column_at(i));

		CU_ASSERT_FALSE(is_aggregate(name, strlen(name)));
	}
	CU_ASSERT(is_aggregate("sum.recv_q", 10));
	CU_ASSERT_FALSE(is_aggregate("sum", 3));
	CU_ASSERT_FALSE(is_aggregate("summary.recv_q", 14));
}

TEST(only_amounts_sum)
{
	static const char *const amounts[] = { "recv_q", "tcp.bytes_sent",
					       "memory.receive", "listener.queue" };
	static const char *const others[] = { "local.port", "uid",	  "inode",
					      "state",	    "tcp.rtt_us", "tcp.mss",
					      "process.pid" };

	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
		CU_ASSERT(natu_column_sums(natu_column_find(amounts[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CU_ASSERT_FALSE(natu_column_sums(natu_column_find(others[i])));
	/* What sums is a number, and a socket has one of it. */
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		enum natu_type type = natu_column_type(column);

		if (natu_column_sums(column))
			CU_ASSERT((type == NATU_UINT || type == NATU_INT ||
				   type == NATU_REAL) &&
				  !natu_column_is_many(column));
	}
}
