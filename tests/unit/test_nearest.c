/* SPDX-License-Identifier: MIT */
#include <natu/nearest.h>

#include "test.h"

#include <string.h>

static const char *const known[] = { "established", "close_wait", "time_wait",
				     "close",	    "listen",	  "tos" };

static const char *meant_by(const char *typed, size_t length)
{
	static struct natu_nearest nearest;

	natu_nearest_start(&nearest, typed, length);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		bool taken = natu_nearest_consider(&nearest, known[i]);

		CU_ASSERT(taken == !strcmp(nearest.word, known[i]));
	}
	return nearest.word;
}

TEST(one_letter_of_each_kind)
{
	static const struct {
		const char *typed, *word;
	} rows[] = {
		{ "lisen", "listen" },		/* missing */
		{ "listten", "listen" },	/* too many */
		{ "lisden", "listen" },		/* wrong */
		{ "lisetn", "listen" },		/* swapped */
		{ "CLOSE-WAIT", "close_wait" }, /* the same word */
		{ "clsoe", "close" },		{ "xyz", "" }, { "", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(meant_by(rows[i].typed, strlen(rows[i].typed)),
				       rows[i].word);
}

/* How many of its letters may be wrong. */
TEST(what_is_too_far)
{
	static const struct {
		const char *typed, *word;
	} rows[] = {
		{ "ts", "tos" },
		{ "foo", "" },
		{ "tso", "tos" },
		{ "tis", "tos" },
		{ "tie", "" },
		{ "clse", "close" },
		{ "clxx", "" },
		{ "clxxe", "close" },
		{ "cxxxe", "" },
		{ "listxx", "listen" },
		{ "lisxxx", "listen" },
		{ "lixxxx", "" },
		{ "estabxxxxed", "established" },
		{ "estxxxxxxed", "" },
		{ "time_waiting", "time_wait" },
		{ "time_wait_a_little", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(meant_by(rows[i].typed, strlen(rows[i].typed)),
				       rows[i].word);
}

TEST(no_end_and_no_bound)
{
	char longest[NATU_NEAREST_MAX + 2];

	/* Only the bytes that were typed count. */
	CU_ASSERT_STRING_EQUAL(meant_by("closest", 5), "close");
	memset(longest, 'e', sizeof(longest));
	CU_ASSERT_STRING_EQUAL(meant_by(longest, sizeof(longest)), "");
	CU_ASSERT_STRING_EQUAL(meant_by(longest, NATU_NEAREST_MAX), "");
}
