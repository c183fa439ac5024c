/* SPDX-License-Identifier: MIT */
#include "owners/answer.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

/* Who answers for a connection that nobody holds. Processes are only pointed to. */

static char bodies[4];

static struct natu_holder holder(uint32_t pid, uint32_t fd)
{
	return (struct natu_holder){
		.pid = pid,
		.fd = fd,
		.process = (struct natu_process *)&bodies[pid % sizeof(bodies)],
	};
}

static struct natu_process *process(uint32_t pid)
{
	return holder(pid, 0).process;
}

static void add(struct natu_answer *answer, uint32_t first, uint32_t second)
{
	const struct natu_holder holders[] = { holder(first, 3), holder(first, 4),
					       holder(second, 3) };

	CU_ASSERT_TRUE(natu_answer_add(answer, holders, second ? 3 : first ? 2 : 0));
}

TEST(one_process_answers)
{
	struct natu_answer answer = { 0 };

	natu_answer_begin(&answer);
	CU_ASSERT_PTR_NULL(natu_answer_owner(&answer));
	CU_ASSERT_PTR_NULL(natu_answer_candidates(&answer));
	add(&answer, 9, 0);
	add(&answer, 9, 0);
	CU_ASSERT_PTR_EQUAL(natu_answer_owner(&answer), process(9));
	CU_ASSERT_PTR_NULL(natu_answer_candidates(&answer));
	natu_answer_free(&answer);
}

/* A listener that processes share: the first is named, and all of them may accept. */
TEST(a_shared_listener)
{
	struct natu_answer answer = { 0 };

	natu_answer_begin(&answer);
	add(&answer, 5, 7);
	CU_ASSERT_PTR_EQUAL(natu_answer_owner(&answer), process(5));
	CU_ASSERT_STRING_EQUAL(natu_answer_candidates(&answer), "5,7");
	natu_answer_free(&answer);
}

/* Several listeners at one port: only who holds all of them is sure. */
TEST(several_listeners)
{
	struct natu_answer answer = { 0 };

	natu_answer_begin(&answer);
	add(&answer, 8, 0);
	add(&answer, 6, 0);
	CU_ASSERT_PTR_NULL(natu_answer_owner(&answer));
	CU_ASSERT_STRING_EQUAL(natu_answer_candidates(&answer), "6,8");
	natu_answer_begin(&answer);
	add(&answer, 3, 6);
	add(&answer, 6, 9);
	CU_ASSERT_PTR_EQUAL(natu_answer_owner(&answer), process(6));
	CU_ASSERT_STRING_EQUAL(natu_answer_candidates(&answer), "3,6,9");
	natu_answer_free(&answer);
}

TEST(a_hidden_listener)
{
	struct natu_answer answer = { 0 };

	natu_answer_begin(&answer);
	add(&answer, 0, 0);
	CU_ASSERT_PTR_NULL(natu_answer_owner(&answer));
	CU_ASSERT_STRING_EQUAL(natu_answer_candidates(&answer), "hidden");
	add(&answer, 2, 0);
	CU_ASSERT_PTR_NULL(natu_answer_owner(&answer));
	CU_ASSERT_STRING_EQUAL(natu_answer_candidates(&answer), "2,hidden");
	natu_answer_free(&answer);
}

/* More than can be told at all end with dots; whatever the lengths, nothing is cut within
 * the dots. */
TEST(many_processes)
{
	struct natu_answer answer = { 0 };
	size_t length = 0;

	for (uint32_t most = 80; most < 400; most++) {
		const char *text;

		natu_answer_begin(&answer);
		for (uint32_t pid = 1; pid <= most; pid++)
			add(&answer, pid * 37 % 1009, 0);
		text = natu_answer_candidates(&answer);
		CU_ASSERT_TRUE(strlen(text) < NATU_ANSWER_MAX);
		CU_ASSERT_TRUE(strlen(text) >= length);
		length = strlen(text);
	}
	CU_ASSERT_STRING_EQUAL(answer.text + length - 4, ",...");
	natu_answer_free(&answer);
}
