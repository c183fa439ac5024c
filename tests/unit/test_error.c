/* SPDX-License-Identifier: MIT */
#include "error.h"

#include "test.h"

#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

TEST(all_members_are_filled)
{
	struct natu_error error;

	memset(&error, 0xa5, sizeof(error));
	CU_ASSERT_EQUAL(natu_fail(&error, NATU_EDATA, 0, "line %d of %s", 7, "net/tcp"),
			-1);
	CU_ASSERT(error.code == NATU_EDATA && error.error == 0);
	CU_ASSERT(error.position == 0 && error.length == 0);
	CU_ASSERT_STRING_EQUAL(error.text, "line 7 of net/tcp");
}

TEST(reason)
{
	struct natu_error error;

	natu_fail(&error, NATU_ESYS, EACCES, "reading %s", "tcp sockets");
	CU_ASSERT(error.code == NATU_ESYS && error.error == EACCES);
	CU_ASSERT_STRING_EQUAL(error.text, "reading tcp sockets: Permission denied");
}

/* What users and files said is quoted in a way that leaves one harmless line. */
TEST(foreign_bytes)
{
	struct natu_error error;

	natu_fail(&error, NATU_ESYS, ENOENT, "opening %s",
		  "a\nb\x1b[31m\xff\xe2\x80\xae");
	CU_ASSERT_STRING_EQUAL(error.text, "opening a\\nb\\x1b[31m\\xff\\u202e: "
					   "No such file or directory");
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && !strcmp(text + length - strlen(end), end);
}

/* However long the rest: what was done and why it failed is said, whole characters
 * only. */
TEST(long_texts_keep_their_ends)
{
	static const char *const letters[] = { "x", "\x1b", "\xc3\xa4",
					       "\xf0\x9f\x90\xa7" };
	char path[4000];
	bool well = setlocale(LC_CTYPE, "C.UTF-8") != NULL;

	for (size_t count = 60; count < 900; count++) {
		struct natu_error error;
		wchar_t wide[sizeof(error.text)];

		path[0] = '\0';
		for (size_t i = 0; i < count; i++)
			strcat(path, letters[count % 4]);
		natu_fail(&error, NATU_ESYS, ENOENT, "opening %s", path);
		well &= !strncmp(error.text, "opening ", 8) &&
			ends_with(error.text, ": No such file or directory");
		natu_fail(&error, NATU_EDATA, 0, "recording %s: cut off at byte 7", path);
		well &= !strncmp(error.text, "recording ", 10) &&
			ends_with(error.text, ": cut off at byte 7");
		well &= mbstowcs(wide, error.text, sizeof(error.text)) != (size_t)-1;
		well &= strlen(error.text) < sizeof(error.text);
	}
	setlocale(LC_CTYPE, "C");
	CU_ASSERT(well);
}
