/* SPDX-License-Identifier: MIT */
#include "option.h"

#include "cli.h"
#include "terminal.h"

#include <getopt.h>
#include <natu/nearest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* getopt's values for rows without a letter begin here: their index is added. */
enum { NO_LETTER = 256 };

/* Where the sentences of --help begin; on a terminal with no room for them there, on a
 * line of their own. */
enum { HELP_COLUMN = 28, NARROW_COLUMN = 8, ROOM_LEAST = 24 };

static const struct option_row *row_at(const struct option_table *table, size_t index)
{
	const struct option_row *row = &table->rows[index];

	return row->letter || row->name ? row : NULL;
}

/* What getopt_long() wants to know, derived from the table. */
struct getopt_tables {
	char letters[2 * OPTION_ROWS_MAX + 2];
	size_t long_count;
	struct option longs[2 * OPTION_ROWS_MAX + 1];
};

static void add_long(struct getopt_tables *tables, const char *name,
		     const struct option_row *row, size_t index)
{
	if (name)
		tables->longs[tables->long_count++] = (struct option){
			.name = name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = NO_LETTER + (int)index,
		};
}

/* Most command lines have none. */
static bool has_long(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--", 2))
			return true;
	return false;
}

static void fill_getopt_tables(const struct option_table *table, bool longs,
			       struct getopt_tables *tables)
{
	char *letter = tables->letters;

	tables->long_count = 0;
	/* Errors are told by natu itself; ':' makes getopt tell a missing value apart. */
	*letter++ = ':';
	for (size_t i = 0; i < OPTION_ROWS_MAX && row_at(table, i); i++) {
		const struct option_row *row = row_at(table, i);

		if (row->letter) {
			*letter++ = row->letter;
			if (row->argument)
				*letter++ = ':';
		}
		add_long(tables, longs ? row->name : NULL, row, i);
		add_long(tables, longs ? row->synonym : NULL, row, i);
	}
	*letter = '\0';
	tables->longs[tables->long_count] = (struct option){ .name = NULL };
}

static const struct option_row *row_of(const struct option_table *table, int value)
{
	if (value >= NO_LETTER)
		return row_at(table, (size_t)(value - NO_LETTER));
	for (size_t i = 0; row_at(table, i); i++)
		if (row_at(table, i)->letter == value)
			return row_at(table, i);
	return NULL;
}

const char *take_item(const char **list, size_t *length)
{
	static const char blanks[] = " \t";
	const char *item = *list + strspn(*list, blanks),
		   *end = item + strcspn(item, ",");

	*list = *end ? end + 1 : NULL;
	while (end > item && strchr(blanks, end[-1]))
		end--;
	*length = (size_t)(end - item);
	return item;
}

const char *nearest_word(const char *typed, const char *(*word_at)(size_t index))
{
	const char *word = NULL;
	struct natu_nearest nearest;

	natu_nearest_start(&nearest, typed, strlen(typed));
	for (size_t i = 0; word_at(i); i++)
		if (natu_nearest_consider(&nearest, word_at(i)))
			word = word_at(i);
	return word;
}

static const char *nearest_option(const struct option_table *table, const char *typed)
{
	const char *name = NULL;
	struct natu_nearest nearest;

	natu_nearest_start(&nearest, typed, strlen(typed));
	for (size_t i = 0; row_at(table, i); i++)
		if (row_at(table, i)->name && row_at(table, i)->help &&
		    natu_nearest_consider(&nearest, row_at(table, i)->name))
			name = row_at(table, i)->name;
	return name;
}

static int unknown_long(const struct option_table *table, const char *typed)
{
	char name[64];
	const char *nearest;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(typed + 2, "="), typed + 2);
	nearest = nearest_option(table, name);
	if (nearest)
		complain("unknown option --%s; did you mean --%s?", name, nearest);
	else
		complain("unknown option --%s; see %s --help", name, table->command);
	return EXIT_USAGE;
}

/* After '?': getopt tells letters in optopt, and long names only by where it stands. */
static int unknown_option(const struct option_table *table, char **argv)
{
	const char *typed = argv[optind - 1];
	const struct option_row *row = optopt ? row_of(table, optopt) : NULL;

	if (row && row->name && !row->argument) {
		complain("--%s takes no value", row->name);
		return EXIT_USAGE;
	}
	if (!optopt && !strncmp(typed, "--", 2))
		return unknown_long(table, typed);
	complain("unknown option -%c; see %s --help", optopt, table->command);
	return EXIT_USAGE;
}

static int missing_value(const struct option_table *table)
{
	const struct option_row *row = row_of(table, optopt);

	if (row && row->name)
		complain("--%s needs a value: %s", row->name, row->argument);
	else
		complain("-%c needs a value%s%s", optopt, row ? ": " : "",
			 row ? row->argument : "");
	return EXIT_USAGE;
}

int options_parse(const struct option_table *table, int argc, char **argv, void *target,
		  int *first)
{
	struct getopt_tables tables;
	int value;

	fill_getopt_tables(table, has_long(argc, argv), &tables);
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) !=
	       -1) {
		const struct option_row *row = row_of(table, value);
		int status;

		if (value == '?')
			return unknown_option(table, argv);
		if (value == ':')
			return missing_value(table);
		status = row->set(target, row, optarg);
		if (status != EXIT_OK)
			return status;
	}
	*first = optind;
	return EXIT_OK;
}

int options_first_argument(const struct option_table *table, int argc, char **argv)
{
	struct getopt_tables tables;
	char letters[sizeof(tables.letters) + 1] = "+";

	fill_getopt_tables(table, has_long(argc, argv), &tables);
	memcpy(letters + 1, tables.letters, sizeof(tables.letters));
	optind = 0;
	opterr = 0;
	while (getopt_long(argc, argv, letters, tables.longs, NULL) != -1)
		;
	return optind < argc && strcmp(argv[optind - 1], "--") != 0 ? optind : 0;
}

int option_elsewhere(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)value;
	if (row->letter)
		complain("-%c is not about sockets: use %s", row->letter, row->word);
	else
		complain("--%s is not about sockets: use %s", row->name, row->word);
	return EXIT_USAGE;
}

void print_folded(const char *text, int column)
{
	size_t width = terminal_width(STDOUT_FILENO), length;
	size_t room = width > (size_t)column ? width - (size_t)column : 0;

	while (length = text_line(text, room), text[length]) {
		printf("%.*s\n%*s", (int)length, text, column, "");
		text += length + 1;
	}
	puts(text);
}

/* "  -t, --tcp", "      --state LIST" */
static void print_row(const struct option_row *row, int column)
{
	char left[80];
	int used = row->letter ? snprintf(left, sizeof(left), "  -%c", row->letter)
			       : snprintf(left, sizeof(left), "    ");

	if (row->name)
		used += snprintf(left + used, sizeof(left) - (size_t)used, "%s--%s",
				 row->letter ? ", " : "  ", row->name);
	if (row->argument)
		snprintf(left + used, sizeof(left) - (size_t)used, " %s", row->argument);
	if (column == NARROW_COLUMN || strlen(left) > HELP_COLUMN - 2)
		printf("%s\n%*s", left, column, "");
	else
		printf("%-*s", column, left);
	print_folded(row->help, column);
}

void options_print(const struct option_table *table)
{
	size_t width = terminal_width(STDOUT_FILENO);
	int column = width && width < HELP_COLUMN + ROOM_LEAST ? NARROW_COLUMN
							       : HELP_COLUMN;

	for (size_t i = 0; row_at(table, i); i++) {
		const struct option_row *row = row_at(table, i);

		if (row->section) {
			putchar('\n');
			print_folded(row->section, 0);
		}
		if (row->help)
			print_row(row, column);
	}
}
