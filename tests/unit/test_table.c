/* SPDX-License-Identifier: MIT */
#include "owners/table.h"

#include <stdlib.h>

#include "test.h"

/* A simple generator, so that a failure can be repeated. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*state >> 33);
}

TEST(an_empty_set_has_nothing)
{
	struct natu_inodes set = { 0 };

	CU_ASSERT_FALSE(natu_inodes_has(&set, 1));
	CU_ASSERT_FALSE(natu_inodes_has(&set, UINT32_MAX));
	natu_inodes_free(&set);
}

TEST(a_set_has_what_was_added_and_no_more)
{
	enum { RANGE = 20000 };
	struct natu_inodes set = { 0 };
	unsigned char *member = calloc(RANGE + 1, 1);
	uint64_t random = 1;
	size_t count = 0, wrong = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(member);
	for (int i = 0; i < 12000; i++) {
		uint32_t inode = next_random(&random) % RANGE + 1;

		count += !member[inode];
		member[inode] = 1;
		CU_ASSERT_TRUE_FATAL(natu_inodes_add(&set, inode));
	}
	for (uint32_t inode = 1; inode <= RANGE; inode++)
		wrong += natu_inodes_has(&set, inode) != member[inode];
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(set.used, count);
	natu_inodes_free(&set);
	free(member);
}

/* The descriptors and processes of an inode, added up: enough to notice one that is
 * missing. */
static uint64_t sum_of(const struct natu_findings *findings, uint32_t inode,
		       size_t *count)
{
	const struct natu_finding *row;
	uint64_t sum = 0;

	for (row = natu_findings_first(findings, inode); row;
	     row = natu_findings_next(findings, row)) {
		CU_ASSERT_EQUAL(row->inode, inode);
		sum += (uint64_t)row->pid * 1000 + row->fd;
		++*count;
	}
	return sum;
}

TEST(every_finding_of_an_inode_is_found)
{
	enum { INODES = 500, ROWS = 20000 };
	struct natu_findings findings = { 0 }, more = { 0 };
	uint64_t random = 2, sums[INODES + 1] = { 0 };
	size_t counts[INODES + 1] = { 0 };

	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t inode = next_random(&random) % INODES + 1, fd = i % 1000;

		sums[inode] += (uint64_t)i * 1000 + fd;
		counts[inode]++;
		CU_ASSERT_TRUE_FATAL(
			natu_findings_add(i % 3 ? &findings : &more, inode, i, fd));
	}
	CU_ASSERT_TRUE_FATAL(natu_findings_take(&findings, &more));
	CU_ASSERT_EQUAL(more.count, 0);
	CU_ASSERT_TRUE_FATAL(natu_findings_index(&findings));
	for (uint32_t inode = 1; inode <= INODES; inode++) {
		size_t count = 0;

		CU_ASSERT_EQUAL(sum_of(&findings, inode, &count), sums[inode]);
		CU_ASSERT_EQUAL(count, counts[inode]);
	}
	CU_ASSERT_PTR_NULL(natu_findings_first(&findings, INODES + 1));
	natu_findings_free(&findings);
}

TEST(findings_can_be_indexed_again)
{
	struct natu_findings findings = { 0 };
	size_t count = 0;

	CU_ASSERT_PTR_NULL(natu_findings_first(&findings, 7));
	CU_ASSERT_TRUE_FATAL(natu_findings_add(&findings, 7, 1, 3));
	CU_ASSERT_TRUE_FATAL(natu_findings_index(&findings));
	CU_ASSERT_TRUE_FATAL(natu_findings_add(&findings, 7, 2, 4));
	CU_ASSERT_TRUE_FATAL(natu_findings_index(&findings));
	CU_ASSERT_EQUAL(sum_of(&findings, 7, &count), 3007);
	CU_ASSERT_EQUAL(count, 2);
	natu_findings_free(&findings);
}

/* A look that finds nothing leaves an index, and the next one may find a lot. */
TEST(much_after_an_empty_index)
{
	struct natu_findings findings = { 0 }, more = { 0 };

	CU_ASSERT_TRUE_FATAL(natu_findings_index(&findings));
	for (uint32_t i = 0; i < 100; i++)
		CU_ASSERT_TRUE_FATAL(natu_findings_add(&more, 7, i, 3));
	CU_ASSERT_TRUE_FATAL(natu_findings_take(&findings, &more));
	CU_ASSERT_EQUAL(findings.count, 100);
	CU_ASSERT_TRUE_FATAL(natu_findings_index(&findings));
	CU_ASSERT_PTR_NOT_NULL(natu_findings_first(&findings, 7));
	natu_findings_free(&findings);
}
