/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <CUnit/Basic.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `unit [-l] [WORD...]`: runs the tests whose "suite/name" holds one of the words, or
 * matches it as a pattern; all without a word. -l lists them. Prints one line per test
 * for tests/run. */

#define SKIPS_MAX 256

extern const struct test *const __start_natu_tests[] __attribute__((weak));
extern const struct test *const __stop_natu_tests[] __attribute__((weak));

struct skip {
	char suite[64], name[128], reason[192];
};

static const char *current_suite = "", *current_test = "";
static struct skip skips[SKIPS_MAX];
static size_t skip_count;

void test_skip(const char *reason)
{
	struct skip *skip = &skips[skip_count];

	if (skip_count == SKIPS_MAX) {
		CU_FAIL_FATAL("too many skips");
		return;
	}
	skip_count++;
	snprintf(skip->suite, sizeof(skip->suite), "%s", current_suite);
	snprintf(skip->name, sizeof(skip->name), "%s", current_test);
	snprintf(skip->reason, sizeof(skip->reason), "%s", reason);
}

/* "state" for tests/unit/test_state.c */
static void suite_of(const struct test *test, char *name, size_t size)
{
	const char *base = strrchr(test->file, '/');

	base = base ? base + 1 : test->file;
	if (strncmp(base, "test_", 5) == 0)
		base += 5;
	snprintf(name, size, "%.*s", (int)strcspn(base, "."), base);
}

static bool is_wanted(const char *suite, const char *name, char **words)
{
	char full[256];

	if (!*words)
		return true;
	snprintf(full, sizeof(full), "%s/%s", suite, name);
	for (; *words; words++)
		if (strstr(full, *words) || fnmatch(*words, full, 0) == 0)
			return true;
	return false;
}

/* Adds the test to the registry, in a suite per file. False: CUnit refused it. */
static bool add(const struct test *test, const char *suite_name)
{
	CU_pSuite suite = CU_get_suite(suite_name);

	if (!suite)
		suite = CU_add_suite(suite_name, NULL, NULL);
	return suite && CU_add_test(suite, test->name, test->run);
}

static const struct skip *skip_of(const char *suite, const char *name)
{
	for (size_t i = 0; i < skip_count; i++)
		if (strcmp(skips[i].suite, suite) == 0 &&
		    strcmp(skips[i].name, name) == 0)
			return &skips[i];
	return NULL;
}

static void on_start(const CU_pTest test, const CU_pSuite suite)
{
	current_suite = suite->pName;
	current_test = test->pName;
}

static void on_complete(const CU_pTest test, const CU_pSuite suite,
			const CU_pFailureRecord failure)
{
	const struct skip *skip = skip_of(suite->pName, test->pName);

	for (const struct CU_FailureRecord *f = failure; f; f = f->pNext)
		printf("%s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
	if (failure)
		printf("not ok %s/%s\n", suite->pName, test->pName);
	else if (skip)
		printf("skip %s/%s: %s\n", suite->pName, test->pName, skip->reason);
	else
		printf("ok %s/%s\n", suite->pName, test->pName);
	fflush(stdout);
}

/* By file and line: compilers disagree about the order in which they emit a section. */
static int compare(const void *left, const void *right)
{
	const struct test *a = *(const struct test *const *)left;
	const struct test *b = *(const struct test *const *)right;
	int files = strcmp(a->file, b->file);

	return files ? files : (a->line > b->line) - (a->line < b->line);
}

/* Fills the registry with what is wanted. Returns how many tests that are, or -1. */
static int fill(const struct test **tests, char **words, bool list)
{
	int count = 0;

	for (; *tests; tests++) {
		const struct test *test = *tests;
		char suite[64];

		suite_of(test, suite, sizeof(suite));
		if (!is_wanted(suite, test->name, words))
			continue;
		count++;
		if (list) {
			printf("%s/%s\n", suite, test->name);
		} else if (!add(test, suite)) {
			fprintf(stderr, "%s:%d: %s: %s\n", test->file, test->line,
				test->name, CU_get_error_msg());
			return -1;
		}
	}
	return count;
}

/* All tests in order, ended by NULL; NULL without memory. */
static const struct test **sorted_tests(void)
{
	size_t count = (size_t)(__stop_natu_tests - __start_natu_tests);
	const struct test **tests = calloc(count + 1, sizeof(*tests));

	if (tests && count > 0) {
		memcpy(tests, __start_natu_tests, count * sizeof(*tests));
		qsort(tests, count, sizeof(*tests), compare);
	}
	return tests;
}

/* Runs the registry. Returns how many assertions failed. */
static unsigned int run(void)
{
	unsigned int failures;

	CU_set_test_start_handler(on_start);
	CU_set_test_complete_handler(on_complete);
	CU_set_error_action(CUEA_IGNORE);
	CU_run_all_tests();
	failures = CU_get_number_of_failure_records();
	CU_print_run_results(stdout);
	putchar('\n');
	return failures;
}

int main(int argc, char **argv)
{
	bool list = argc > 1 && strcmp(argv[1], "-l") == 0;
	const struct test **tests = sorted_tests();
	int count, status = EXIT_FAILURE;

	if (!tests || CU_initialize_registry() != CUE_SUCCESS)
		goto out;
	count = fill(tests, argv + 1 + list, list);
	if (count == 0)
		fputs("unit: no such test\n", stderr);
	else if (count > 0 && (list || run() == 0))
		status = EXIT_SUCCESS;
	CU_cleanup_registry();
out:
	free(tests);
	return status;
}
