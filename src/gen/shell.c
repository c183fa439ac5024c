/* SPDX-License-Identifier: MIT */
#include "aggregate.h"
#include "filter/field.h"
#include "gen.h"
#include "list.h"

#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

/* --- what the shells have in common --- */

/* Text between two quotes that takes nothing in it for its own; `special` get a
 * backslash. */
static void put_quoted(const char *text, const char *quote_in_quotes, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs(quote_in_quotes, stdout);
			continue;
		}
		if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

/* Each option that is shown, with the command that it belongs to. */
static void each_option(void (*put)(const struct command_rows *,
				    const struct option_row *))
{
	struct command_rows command;

	for (size_t i = 0; command_rows_at(i, &command); i++)
		for (const struct option_row *row = command.rows; (row = shown(row));
		     row++)
			put(&command, row);
}

static bool print_command_names(const char *argument)
{
	for (const struct command *command = commands; command->name; command++)
		printf("%s%s", command == commands ? "" : " ", command->name);
	return !*argument;
}

static bool print_columns(const char *argument)
{
	for (size_t i = 0; natu_column_at(i); i++)
		printf("%s%s", i ? " " : "", natu_column_name(natu_column_at(i)));
	return !*argument;
}

/* What --count-by makes of columns. */
static bool print_figures(const char *argument)
{
	for (size_t i = 0; aggregate_word_at(i); i++)
		printf("%s%s", i ? " " : "", aggregate_word_at(i));
	return !*argument;
}

/* The other words for columns in the filter, as far as those columns are in this
 * version. */
static bool print_aliases(const char *argument)
{
	const char *separator = "";

	for (size_t i = 0; natu_alias_at(i); i++) {
		struct natu_field field;

		if (!natu_field_find(&field, natu_alias_at(i), strlen(natu_alias_at(i))))
			continue;
		printf("%s%s", separator, natu_alias_at(i));
		separator = " ";
	}
	return !*argument;
}

/* natu's own options that take the next word: what has to be skipped to find a
 * command. */
static bool print_valued(const char *argument)
{
	const char *separator = "";

	for (const struct option_row *row = list_options.rows; (row = shown(row));
	     row++) {
		if (!row->argument)
			continue;
		if (row->letter)
			printf("%s-%c|-[!-]*%c", separator, row->letter, row->letter);
		if (row->name)
			printf("%s--%s", row->letter ? "|" : separator, row->name);
		separator = "|";
	}
	return !*argument;
}

/* --- bash --- */

static bool print_bash_options(const char *argument)
{
	struct command_rows command;

	for (size_t i = 0; command_rows_at(i, &command); i++) {
		printf("\t'%s') echo '", command.name);
		for (const struct option_row *row = command.rows; (row = shown(row));
		     row++) {
			if (row->letter)
				printf("-%c ", row->letter);
			if (row->name)
				printf("--%s ", row->name);
		}
		puts("' ;;");
	}
	return !*argument;
}

static void put_bash_value(const struct command_rows *command,
			   const struct option_row *row)
{
	struct choice choice;

	if (!row->argument)
		return;
	choice = choice_of(row);
	fputs("\t", stdout);
	if (row->letter)
		printf("'%s -%c'%s", command->name, row->letter, row->name ? "|" : "");
	if (row->name)
		printf("'%s --%s'", command->name, row->name);
	printf(") _natu_%s _natu_%s", choice.is_list ? "list" : "one", choice.kind);
	if (choice.word_at) {
		putchar(' ');
		print_words(&choice, "");
	}
	puts(" ;;");
}

static bool print_bash_values(const char *argument)
{
	each_option(put_bash_value);
	return !*argument;
}

const struct fill bash_fills[] = {
	{ "OPTIONS", true, print_bash_options },
	{ "VALUES", true, print_bash_values },
	{ "VALUED", false, print_valued },
	{ "COMMANDS", false, print_command_names },
	{ "COLUMNS", false, print_columns },
	{ "FIGURES", false, print_figures },
	{ "ALIASES", false, print_aliases },
	{ .name = NULL },
};

/* --- zsh: arguments of _arguments --- */

static void put_zsh_value(const struct option_row *row)
{
	struct choice choice = choice_of(row);

	putchar(':');
	put_quoted(row->argument, "", ":\\");
	printf(": %s _natu_%s", choice.is_list ? "_natu_list" : "_natu_one", choice.kind);
	if (choice.word_at) {
		putchar(' ');
		print_words(&choice, "");
	}
}

static void put_zsh_option(const struct option_row *row)
{
	const char *equals = row->argument ? "=" : "";

	fputs("\t\t", stdout);
	if (row->letter && row->name)
		printf("'(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name, row->letter,
		       row->argument ? "+" : "", row->name, equals);
	else if (row->letter)
		printf("'-%c%s", row->letter, row->argument ? "+" : "");
	else
		printf("'--%s%s", row->name, equals);
	putchar('[');
	put_quoted(row->help, "'\\''", "[]\\");
	putchar(']');
	if (row->argument)
		put_zsh_value(row);
	puts("'");
}

static bool print_zsh_options(const char *argument)
{
	struct command_rows command;

	for (size_t i = 0; command_rows_at(i, &command); i++) {
		printf("\t'%s') specs=(\n", command.name);
		for (const struct option_row *row = command.rows; (row = shown(row));
		     row++)
			put_zsh_option(row);
		puts("\t) ;;");
	}
	return !*argument;
}

static bool print_zsh_commands(const char *argument)
{
	for (const struct command *command = commands; command->name; command++) {
		printf("\t\t'%s:", command->name);
		put_quoted(command->summary, "'\\''", ":\\");
		puts("'");
	}
	return !*argument;
}

const struct fill zsh_fills[] = {
	{ "OPTIONS", true, print_zsh_options },	  { "VALUED", false, print_valued },
	{ "COMMANDS", true, print_zsh_commands }, { "NAMES", false, print_command_names },
	{ "COLUMNS", false, print_columns },	  { "FIGURES", false, print_figures },
	{ "ALIASES", false, print_aliases },	  { .name = NULL },
};

/* --- fish: one `complete` for each option --- */

static void put_fish_text(const char *text)
{
	fputs(" -d '", stdout);
	put_quoted(text, "\\'", "\\");
	puts("'");
}

static void put_fish_value(const struct option_row *row)
{
	struct choice choice = choice_of(row);

	if (!strcmp(choice.kind, "files")) {
		fputs(" -r -F", stdout);
		return;
	}
	printf(" -x -a '(__natu_%s __natu_%s", choice.is_list ? "list" : "one",
	       choice.kind);
	if (choice.word_at) {
		putchar(' ');
		print_words(&choice, "");
	}
	fputs(")'", stdout);
}

static void put_fish_option(const struct command_rows *command,
			    const struct option_row *row)
{
	printf("complete -c natu -n '__natu_in natu%s%s'", *command->name ? "-" : "",
	       command->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (row->name)
		printf(" -l %s", row->name);
	if (row->argument)
		put_fish_value(row);
	put_fish_text(row->help);
}

static bool print_fish_options(const char *argument)
{
	each_option(put_fish_option);
	return !*argument;
}

static bool print_fish_commands(const char *argument)
{
	for (const struct command *command = commands; command->name; command++) {
		printf("complete -c natu -n __natu_at_first -a %s", command->name);
		put_fish_text(command->summary);
	}
	return !*argument;
}

/* As print_valued(), but a regular expression. */
static bool print_fish_valued(const char *argument)
{
	const char *separator = "";

	for (const struct option_row *row = list_options.rows; (row = shown(row));
	     row++) {
		if (!row->argument)
			continue;
		if (row->letter)
			printf("%s-[^-]*%c", separator, row->letter);
		if (row->name)
			printf("%s--%s", row->letter ? "|" : separator, row->name);
		separator = "|";
	}
	return !*argument;
}

/* Each word that means columns, and a sentence about it. */
static bool print_fish_columns(const char *argument)
{
	struct natu_field field;

	for (size_t i = 0; natu_column_at(i); i++) {
		printf("%s%s '", i ? " " : "", natu_column_name(natu_column_at(i)));
		put_quoted(natu_column_help(natu_column_at(i)), "\\'", "\\");
		putchar('\'');
	}
	for (size_t i = 0; natu_alias_at(i); i++) {
		if (!natu_field_find(&field, natu_alias_at(i), strlen(natu_alias_at(i))))
			continue;
		printf(" %s '", natu_alias_at(i));
		for (size_t c = 0; c < field.count; c++)
			printf("%s%s", c ? ", " : "", natu_column_name(field.columns[c]));
		putchar('\'');
	}
	return !*argument;
}

const struct fill fish_fills[] = {
	{ "OPTIONS", true, print_fish_options },
	{ "VALUED", false, print_fish_valued },
	{ "COMMANDS", true, print_fish_commands },
	{ "NAMES", false, print_command_names },
	{ "COLUMNS", false, print_fish_columns },
	{ "FIGURES", false, print_figures },
	{ .name = NULL },
};
