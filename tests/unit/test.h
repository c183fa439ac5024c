/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_H
#define NATU_TEST_H

#include <CUnit/CUnit.h>

/*
 * TEST(name) { ... } is all that a test needs: it is found by the runner, in the suite
 * that is called after its file (test_state.c: "state"). Inside, CUnit's CU_ASSERT_*
 * count and go on, and CU_ASSERT_*_FATAL end the test.
 */
struct test {
	const char *name;
	const char *file;
	int line;
	void (*run)(void);
};

/* A pointer in a section of its own: the linker gives its two ends to the runner. */
#define TEST(title)                                                                 \
	static void test_##title(void);                                             \
	static const struct test test_##title##_row = {                             \
		#title,                                                             \
		__FILE__,                                                           \
		__LINE__,                                                           \
		test_##title,                                                       \
	};                                                                          \
	static const struct test *const test_##title##_entry                        \
		__attribute__((used, section("natu_tests"))) = &test_##title##_row; \
	static void test_##title(void)

/* Skips the rest of the test that says it: `return test_skip("no IPv6 here");` */
void test_skip(const char *reason);

#endif
