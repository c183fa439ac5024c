/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "test.h"
#include "tree.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_MAX 65536

static void run_seed(int (*fuzz)(const uint8_t *, size_t), const char *path)
{
	uint8_t *data = test_allocate(SEED_MAX), *exact;
	FILE *file = fopen(path, "rb");
	size_t size;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	size = fread(data, 1, SEED_MAX, file);
	CU_ASSERT(size < SEED_MAX && !ferror(file));
	fclose(file);
	/* In memory that ends where the seed ends. */
	exact = test_allocate(size + 1);
	memcpy(exact + 1, data, size);
	CU_ASSERT(fuzz(exact + 1, size) == 0);
	free(exact);
	free(data);
}

/* Everything that the fuzzer started from or found. The tests run in the project's root.
 * */
static void run_seeds(int (*fuzz)(const uint8_t *, size_t), const char *pattern)
{
	glob_t seeds;

	CU_ASSERT_FATAL(glob(pattern, 0, NULL, &seeds) == 0);
	for (size_t i = 0; i < seeds.gl_pathc; i++)
		run_seed(fuzz, seeds.gl_pathv[i]);
	CU_ASSERT(seeds.gl_pathc > 0);
	globfree(&seeds);
}

TEST(recordings)
{
	run_seeds(fuzz_replay, "tests/fuzz/seeds/replay/*");
}

TEST(families)
{
	run_seeds(fuzz_families, "tests/fuzz/seeds/families/*");
}

TEST(proc_lines)
{
	run_seeds(fuzz_procline, "tests/fuzz/seeds/procline/*");
}

TEST(measures)
{
	run_seeds(fuzz_measures, "tests/fuzz/seeds/measures/*");
}

TEST(filters)
{
	run_seeds(fuzz_filter, "tests/fuzz/seeds/filter/*");
}

TEST(messages)
{
	run_seeds(fuzz_messages, "tests/fuzz/seeds/messages/*");
}

TEST(texts)
{
	run_seeds(fuzz_escape, "tests/fuzz/seeds/escape/*");
}
