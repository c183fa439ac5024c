/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char said[8192];

/* Keeps what goes to stderr. */
static void complain_of(const char *value)
{
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	size_t length;

	CU_ASSERT_FATAL(saved >= 0 && file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	complain("--port %s: the reason", value);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	length = fread(said, 1, sizeof(said) - 1, file);
	said[length] = '\0';
	fclose(file);
}

TEST(one_line)
{
	complain_of("70000");
	CU_ASSERT_STRING_EQUAL(said, "natu: --port 70000: the reason\n");
	complain_of("");
	CU_ASSERT_STRING_EQUAL(said, "natu: --port : the reason\n");
	complain_of("%s%n\n\r\t\x1b[2J\xc2\x85\xe2\x80\xa8\xff");
	CU_ASSERT_STRING_EQUAL(said,
			       "natu: --port %s%n\\n\\r\\t\\x1b[2J\\u0085\\u2028\\xff: "
			       "the reason\n");
}

/* The library escapes what it quotes: once is enough. */
TEST(what_is_escaped_stays)
{
	complain_of("a\\x1b\\\\b\\");
	CU_ASSERT_STRING_EQUAL(said, "natu: --port a\\x1b\\\\b\\: the reason\n");
}

/* However long a value: what it is a value of and what is wrong with it is said. */
TEST(long_values)
{
	static const char *const end = ": the reason\n";
	char *value = malloc(200001);

	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	for (size_t length = 900; length <= 200000; length = length * 9 / 8) {
		memset(value, 'x', length);
		value[length] = '\0';
		complain_of(value);
		CU_ASSERT(!strncmp(said, "natu: --port xxx", 16) && strlen(said) < 1100);
		CU_ASSERT_STRING_EQUAL(said + strlen(said) - strlen(end), end);
	}
	free(value);
}
