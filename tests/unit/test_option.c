/* SPDX-License-Identifier: MIT */
#include "option.h"

#include "cli.h"
#include "list.h"
#include "test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an option table and a command line give: the setters write down that they were
 * called. */

static char called[256]; /* "t u port=80 " */
static char said[2048];	 /* on stderr */
static int first_argument;

static int note(void *target, const struct option_row *row, const char *value)
{
	size_t used = strlen(called);

	CU_ASSERT_PTR_EQUAL(target, called);
	snprintf(called + used, sizeof(called) - used, "%s%s%s ", row->word,
		 value ? "=" : "", value ? value : "");
	return row->value ? EXIT_TROUBLE : EXIT_OK;
}

static const struct option_row rows[] = {
	{ 't', "tcp", .help = "a", .set = note, .word = "t" },
	{ 'u', "udp", .help = "a", .set = note, .word = "u", .synonym = "datagrams" },
	{ 'l', "listening", .help = "a", .set = note, .word = "l" },
	{ 'f', "file", "FILE", .help = "a", .set = note, .word = "f" },
	{ 0, "port", "LIST", .help = "a", .set = note, .word = "port" },
	{ 0, "portable", .help = "a", .set = note, .word = "portable" },
	{ 0, "quick", .help = "a", .set = note, .word = "quick", .value = 1 },
	{ 'x', .set = note, .word = "x" },
	{ 'y', .argument = "Y", .set = note, .word = "y" },
	{ 'r', "route", .set = option_elsewhere, .word = "ip route" },
	{ 0, "routing", .set = option_elsewhere, .word = "ip route" },
	{ .name = NULL },
};

static const struct option_table table = { .command = "natu test", .rows = rows };

/* Runs what complains, and keeps what it said. */
static int parse_table(const struct option_table *which, const char *line)
{
	char words[256], *argv[32] = { words };
	int argc = 1, saved = dup(STDERR_FILENO), status;
	FILE *file = tmpfile();
	size_t length;

	CU_ASSERT_FATAL(saved >= 0 && file);
	snprintf(words, sizeof(words), "natu %s", line);
	for (char *at = words; (at = strchr(at, ' '));) {
		*at++ = '\0';
		argv[argc++] = at;
	}
	called[0] = '\0';
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	status = options_parse(which, argc, argv, called, &first_argument);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	length = fread(said, 1, sizeof(said) - 1, file);
	said[length] = '\0';
	fclose(file);
	return status;
}

static int parse(const char *line)
{
	return parse_table(&table, line);
}

static bool gives(const char *line, const char *expected, int first)
{
	bool same = parse(line) == EXIT_OK && !strcmp(called, expected) && !said[0] &&
		    first_argument == first;

	if (!same)
		printf("%s: gives \"%s\" and %d, says \"%s\"\n", line, called,
		       first_argument, said);
	return same;
}

TEST(forms)
{
	CU_ASSERT(gives("-t", "t ", 2));
	CU_ASSERT(gives("-tul", "t u l ", 2));
	CU_ASSERT(gives("-t -u --listening", "t u l ", 4));
	CU_ASSERT(gives("-f name", "f=name ", 3));
	CU_ASSERT(gives("-fname", "f=name ", 2));
	CU_ASSERT(gives("-tfname", "t f=name ", 2));
	CU_ASSERT(gives("--file name", "f=name ", 3));
	CU_ASSERT(gives("--file=name", "f=name ", 2));
	CU_ASSERT(gives("--file=", "f= ", 2));
	CU_ASSERT(gives("--file=a=b", "f=a=b ", 2));
	CU_ASSERT(gives("--datagrams", "u ", 2));
	CU_ASSERT(gives("-x", "x ", 2));
	CU_ASSERT(gives("--port --tcp", "port=--tcp ", 3));
}

/* As GNU's: the beginning of a name will do if it is the beginning of one only. */
TEST(abbreviations)
{
	CU_ASSERT(gives("--tc --li", "t l ", 3));
	CU_ASSERT(gives("--port 80", "port=80 ", 3));
	CU_ASSERT(gives("--portab", "portable ", 2));
	CU_ASSERT_EQUAL(parse("--por 80"), EXIT_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "--por"));
}

TEST(arguments)
{
	CU_ASSERT(gives("a b", "", 1));
	CU_ASSERT(gives("a -t b", "t ", 2));
	CU_ASSERT(gives("-t -- -u", "t ", 3));
	CU_ASSERT(gives("- -t", "t ", 2));
	CU_ASSERT(gives("--", "", 2));
}

/* A setter that fails ends it, with its own status. */
TEST(failing_setter)
{
	CU_ASSERT_EQUAL(parse("-t --quick -u"), EXIT_TROUBLE);
	CU_ASSERT_STRING_EQUAL(called, "t quick ");
}

static bool refuses(const char *line, const char *complaint)
{
	char expected[256];
	bool same;

	snprintf(expected, sizeof(expected), "natu: %s\n", complaint);
	same = parse(line) == EXIT_USAGE && !strcmp(said, expected);
	if (!same)
		printf("%s: says \"%s\"\n", line, said);
	return same;
}

TEST(mistakes)
{
	CU_ASSERT(refuses("-q", "unknown option -q; see natu test --help"));
	CU_ASSERT(refuses("-tq", "unknown option -q; see natu test --help"));
	CU_ASSERT(refuses("--port 1 -?", "unknown option -?; see natu test --help"));
	CU_ASSERT(refuses("-:", "unknown option -:; see natu test --help"));
	CU_ASSERT(refuses("--tpc", "unknown option --tpc; did you mean --tcp?"));
	CU_ASSERT(refuses("--tpc=7", "unknown option --tpc; did you mean --tcp?"));
	CU_ASSERT(refuses("a --listenign",
			  "unknown option --listenign; did you mean --listening?"));
	CU_ASSERT(refuses("--wholly-different",
			  "unknown option --wholly-different; see natu test --help"));
	CU_ASSERT(refuses("--tcp=yes", "--tcp takes no value"));
	CU_ASSERT(refuses("--port", "--port needs a value: LIST"));
	CU_ASSERT(refuses("-tf", "--file needs a value: FILE"));
	CU_ASSERT(refuses("-y", "-y needs a value: Y"));
}

TEST(other_tools)
{
	CU_ASSERT(refuses("-tr", "-r is not about sockets: use ip route"));
	CU_ASSERT(refuses("--routing", "--routing is not about sockets: use ip route"));
}

/* One line, however it was typed: nothing of it reaches the terminal as it is. */
TEST(complaints_are_one_harmless_line)
{
	CU_ASSERT(refuses("--a\nb", "unknown option --a\\nb; see natu test --help"));
	CU_ASSERT(refuses("--\x1b[31m",
			  "unknown option --\\x1b[31m; see natu test --help"));
	CU_ASSERT(refuses("--\xc2\x9b\xff",
			  "unknown option --\\u009b\\xff; see natu test --help"));
	CU_ASSERT(refuses("--\xe2\x80\xae!",
			  "unknown option --\\u202e!; see natu test --help"));
	CU_ASSERT(refuses("-\x7f", "unknown option -\\x7f; see natu test --help"));
	CU_ASSERT(refuses("-\xc3\xa4", "unknown option -\\xc3; see natu test --help"));
	/* What is escaped already is not escaped again. */
	CU_ASSERT(refuses("--a\\nb\\", "unknown option --a\\nb\\; see natu test --help"));
}

static int first_of(const char *line)
{
	char words[256], *argv[32] = { words };
	int argc = 1;

	snprintf(words, sizeof(words), "natu %s", line);
	for (char *at = words; (at = strchr(at, ' '));) {
		*at++ = '\0';
		argv[argc++] = at;
	}
	return options_first_argument(&table, argc, argv);
}

/* Where a command may stand: not as a value, not where the filter begins. */
TEST(first_argument)
{
	CU_ASSERT_EQUAL(first_of("listen"), 1);
	CU_ASSERT_EQUAL(first_of("-t listen -u"), 2);
	CU_ASSERT_EQUAL(first_of("-f listen connect"), 3);
	CU_ASSERT_EQUAL(first_of("--file=x listen"), 2);
	CU_ASSERT_EQUAL(first_of("-t"), 0);
	CU_ASSERT_EQUAL(first_of("-- listen"), 0);
	CU_ASSERT_EQUAL(first_of("-t -- listen"), 0);
	CU_ASSERT_EQUAL(first_of("--unknown listen"), 2);
	CU_ASSERT_EQUAL(options_first_argument(&table, 0, (char *[]){ NULL }), 0);
}

static const char *word_at(size_t index)
{
	static const char *const words[] = { "established", "listen", "close",
					     "close_wait" };

	return index < 4 ? words[index] : NULL;
}

TEST(nearest_words)
{
	char longest[200];

	CU_ASSERT_STRING_EQUAL(nearest_word("lisen", word_at), "listen");
	CU_ASSERT_STRING_EQUAL(nearest_word("close", word_at), "close");
	CU_ASSERT_STRING_EQUAL(nearest_word("closewait", word_at), "close_wait");
	CU_ASSERT_STRING_EQUAL(nearest_word("etsablished", word_at), "established");
	CU_ASSERT_PTR_NULL(nearest_word("http", word_at));
	CU_ASSERT_PTR_NULL(nearest_word("", word_at));
	memset(longest, 'l', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CU_ASSERT_PTR_NULL(nearest_word(longest, word_at));
}

static bool same_name(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* The table of natu itself. */
TEST(own_table)
{
	size_t count = 0;

	for (const struct option_row *row = list_options.rows; row->letter || row->name;
	     row++) {
		count++;
		CU_ASSERT(row->set != NULL);
		if (row->help) {
			size_t length = strlen(row->help);

			CU_ASSERT(length > 2 && length <= 80 &&
				  row->help[length - 1] != '.');
			CU_ASSERT(row->name != NULL);
		}
		for (const struct option_row *other = list_options.rows; other < row;
		     other++) {
			CU_ASSERT(!row->letter || row->letter != other->letter);
			CU_ASSERT(!same_name(row->name, other->name));
			CU_ASSERT(!same_name(row->name, other->synonym));
			CU_ASSERT(!same_name(row->synonym, other->name));
			CU_ASSERT(!same_name(row->synonym, other->synonym));
		}
	}
	/* As many as the parser has room for. */
	CU_ASSERT(count < 160);
}

static const struct option_row *row_with(char letter)
{
	for (const struct option_row *row = list_options.rows; row->letter || row->name;
	     row++)
		if (row->letter == letter)
			return row;
	return NULL;
}

/* CLI.md, section 1: each of these letters does something, or says why not. */
TEST(letters_of_the_contract)
{
	static const char letters[] = "tuUwSx46A0MalnWTvpeocimHKNFsjqhVrgZC2f";

	for (const char *letter = letters; *letter; letter++)
		CU_ASSERT_PTR_NOT_NULL(row_with(*letter));
	for (const char *letter = "rgZC2f"; *letter; letter++)
		CU_ASSERT(row_with(*letter)->set == option_elsewhere &&
			  !row_with(*letter)->help);
}
