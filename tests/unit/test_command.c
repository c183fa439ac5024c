/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "filter/field.h"
#include "list.h"
#include "option.h"
#include "test.h"

#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

/* True if the filter language understands this. */
static bool parses(const char *text)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_error error = { 0 };
	bool good = filter && natu_filter_parse(filter, text, &error) == 0;

	natu_filter_free(filter);
	return good;
}

/* True if some expression begins with the word. */
static bool begins_an_expression(const char *word)
{
	static const char *const rests[] = {
		"",	" = 1",		" 1",  " dport = 1", " ( dport = 1 )",
		" /x/", " established", " :1",
	};

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		char text[80];

		snprintf(text, sizeof(text), "%s%s", word, rests[i]);
		if (parses(text))
			return true;
	}
	return false;
}

/* Otherwise the two could not be told apart. */
TEST(names_of_commands_are_no_words_of_the_filter)
{
	struct natu_field field;

	CU_ASSERT_TRUE(begins_an_expression("dport"));
	CU_ASSERT_TRUE(begins_an_expression("state"));
	for (const struct command *command = commands; command->name; command++) {
		CU_ASSERT_FALSE(begins_an_expression(command->name));
		CU_ASSERT_FALSE(
			natu_field_find(&field, command->name, strlen(command->name)));
	}
}

TEST(names_of_commands_are_found_and_unique)
{
	for (const struct command *command = commands; command->name; command++)
		CU_ASSERT_PTR_EQUAL(command_named(command->name), command);
	CU_ASSERT_PTR_NULL(command_named("list"));
	CU_ASSERT_PTR_NULL(command_named(""));
}

static bool has_name(const struct option_row *row, const char *name)
{
	return (row->name && !strcmp(row->name, name)) ||
	       (row->synonym && !strcmp(row->synonym, name));
}

static size_t count_named(const struct option_row *rows, const char *name)
{
	size_t count = 0;

	for (; rows->letter || rows->name; rows++)
		count += has_name(rows, name);
	return count;
}

static size_t count_letter(const struct option_row *rows, char letter)
{
	size_t count = 0;

	for (; rows->letter || rows->name; rows++)
		count += rows->letter == letter;
	return count;
}

/* What every table of options has to keep to, so that --help, the manual and the
 * completions, which are made of it, are right. */
static void check_options(const struct option_row *rows)
{
	for (const struct option_row *row = rows; row->letter || row->name; row++) {
		CU_ASSERT_PTR_NOT_NULL(row->set);
		CU_ASSERT_EQUAL(row->letter ? count_letter(rows, row->letter) : 1, 1);
		CU_ASSERT_EQUAL(row->name ? count_named(rows, row->name) : 1, 1);
		CU_ASSERT_EQUAL(row->synonym ? count_named(rows, row->synonym) : 1, 1);
		if (!row->help)
			continue;
		CU_ASSERT_TRUE(strlen(row->help) > 3);
		CU_ASSERT_NOT_EQUAL(row->help[strlen(row->help) - 1], '.');
		CU_ASSERT_PTR_NULL(strchr(row->help, '\n'));
		CU_ASSERT_TRUE(!row->complete || row->argument);
	}
}

TEST(tables_of_options_are_well_formed)
{
	check_options(list_options.rows);
	for (const struct command *command = commands; command->name; command++) {
		struct option_row rows[OPTION_ROWS_MAX];

		command_options(command, rows);
		check_options(rows);
		CU_ASSERT_NOT_EQUAL(command->summary[strlen(command->summary) - 1], '.');
		CU_ASSERT_EQUAL(command->examples[strlen(command->examples) - 1], '\n');
	}
}

/* A command that chooses sockets takes natu's own options for that, but where it has one
 * of that name itself. */
TEST(shared_options)
{
	struct option_row rows[OPTION_ROWS_MAX];

	command_options(command_named("kill"), rows);
	CU_ASSERT_EQUAL(count_named(rows, "dport"), 1);
	CU_ASSERT_EQUAL(count_letter(rows, 't'), 1);
	CU_ASSERT_EQUAL(count_letter(rows, 'a'), 0);
	CU_ASSERT_EQUAL(count_named(rows, "replay"), 0);
	command_options(command_named("listen"), rows);
	CU_ASSERT_EQUAL(count_named(rows, "dport"), 0);
}
