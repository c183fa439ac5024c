/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int check(const struct natu_setup *setup, const char *list, const char *text,
		 struct natu_error *error)
{
	struct natu *natu = natu_open(setup, error);
	struct natu_filter *filter = natu_filter_new();
	int result = -1;

	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	if ((!list || !natu_filter_add(filter, "interface", list, error)) &&
	    !natu_filter_parse(filter, text, error))
		result = natu_filter_check(filter, natu, error);
	natu_filter_free(filter);
	natu_close(natu);
	return result;
}

/* Every machine has lo. */
TEST(interfaces_that_are_there)
{
	static const char *const texts[] = {
		"",	    "dev lo",	  "dev != lo,1,999", "src ::1%lo",
		"dev if9",  "dev 'gone'", "dev g?ne*",	     "src '::1%gone'",
		"dev ~ ^x", "sport = 22", "not has dev",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct natu_error error = { 0 };

		CU_ASSERT_EQUAL(check(&(struct natu_setup){ 0 }, NULL, texts[i], &error),
				0);
	}
}

TEST(interfaces_that_are_not)
{
	static const struct {
		const char *text;
		unsigned int position, length;
		const char *says;
	} cases[] = {
		{ "dev = nowhere", 6, 7, "there is no interface nowhere" },
		{ "dev = lu", 6, 2, "did you mean lo?" },
		{ "dev != lo,nowhere", 10, 7, "there is no interface nowhere" },
		{ "src fe80::1%nowhere", 12, 7, "there is no interface nowhere" },
		{ "src [fe80::1%lu]:22", 13, 2, "did you mean lo?" },
		{ "sport = 1 or not dev lo and dev nowhere", 32, 7, "nowhere" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct natu_error error = { 0 };

		CU_ASSERT_EQUAL(
			check(&(struct natu_setup){ 0 }, NULL, cases[i].text, &error),
			-1);
		CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
		CU_ASSERT_EQUAL(error.position, cases[i].position);
		CU_ASSERT_EQUAL(error.length, cases[i].length);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
	}
}

/* A list is not the text in which the caller could show a place. */
TEST(a_list_has_no_place)
{
	struct natu_error error = { 0 };

	CU_ASSERT_EQUAL(check(&(struct natu_setup){ 0 }, "nowhere", "dev lo", &error),
			-1);
	CU_ASSERT_EQUAL(error.length, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nowhere"));
}

/* Users have names; a number is what uid is compared with. */
TEST(users)
{
	static const struct {
		const char *text;
		unsigned int position, length;
		const char *says; /* NULL: it is well */
	} cases[] = {
		{ "user = root", 0, 0, NULL },
		{ "user = 'no such'", 0, 0, NULL },
		{ "user = no-such*", 0, 0, NULL },
		{ "user ~ no-such", 0, 0, NULL },
		{ "has user", 0, 0, NULL },
		{ "user = no-such", 7, 7, "there is no user no-such" },
		{ "not user = root,no-such", 16, 7, "there is no user no-such" },
		{ "user = 123456789", 7, 9, "is uid = 123456789 meant?" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct natu_error error = { 0 };
		int result = check(&(struct natu_setup){ 0 }, NULL, cases[i].text,
				   &error);

		CU_ASSERT_EQUAL(result, cases[i].says ? -1 : 0);
		CU_ASSERT_EQUAL(error.position, cases[i].position);
		CU_ASSERT_EQUAL(error.length, cases[i].length);
		CU_ASSERT(!cases[i].says || strstr(error.text, cases[i].says));
	}
}

/* A copy of /proc and other namespaces have interfaces that are not seen from here. */
TEST(where_it_cannot_be_told)
{
	const struct natu_setup copy = { .proc_root = "/proc" },
				all = { .all_netns = true };
	struct natu_error error = { 0 };

	CU_ASSERT_EQUAL(check(&copy, NULL, "dev nowhere", &error), 0);
	CU_ASSERT_EQUAL(check(&all, NULL, "dev nowhere", &error), 0);
}
