/* SPDX-License-Identifier: MIT */
#include "filter/field.h"
#include "filter/literal.h"
#include "filter/operator.h"
#include "gen.h"
#include "list.h"
#include "render.h"
#include "state.h"

#include <ctype.h>
#include <natu/natu.h>
#include <stdio.h>
#include <string.h>

/* --- text --- */

/* Signs that roff would take for its own, or print as other ones than stand in the
 * source. */
static void put_escaped(char c, bool keep_dash)
{
	static const struct {
		char sign;
		const char *name;
	} names[] = {
		{ '\\', "\\e" },  { '`', "\\(ga" }, { '\'', "\\(aq" },
		{ '~', "\\(ti" }, { '^', "\\(ha" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].sign != c)
			continue;
		fputs(names[i].name, stdout);
		return;
	}
	if (c == '-' && keep_dash)
		fputs("\\-", stdout);
	else
		putchar(c);
}

static void put_word(const char *word, size_t length)
{
	/* An option, whose dashes are meant to be typed. */
	bool keep_dash = word[strspn(word, "(`")] == '-';

	if (*word == '.' || *word == '\'')
		fputs("\\&", stdout);
	for (size_t i = 0; i < length; i++)
		put_escaped(word[i], keep_dash);
}

static bool ends_sentence(const char *word, size_t length)
{
	while (length && strchr(")\"'`", word[length - 1]))
		length--;
	return length > 1 && strchr(".!?", word[length - 1]) && word[length - 2] != '.';
}

/* "natu_open()," as a function's name. False if the word is anything else. */
static bool put_function(const char *word, size_t length)
{
	size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyz_"), at = name + 2;

	if (!name || strncmp(word + name, "()", 2) ||
	    at + strspn(word + at, ".,;:") != length)
		return false;
	printf(".Fn %.*s", (int)name, word);
	for (; at < length; at++)
		printf(" %c", word[at]);
	putchar('\n');
	return true;
}

void mdoc_text(const char *text)
{
	enum { WIDTH = 76 };
	size_t column = 0;

	while (*(text += strspn(text, " \t\n"))) {
		size_t length = strcspn(text, " \t\n");

		if (column && strstr(text, "()") && strstr(text, "()") < text + length) {
			putchar('\n');
			column = 0;
		}
		if (!column && put_function(text, length)) {
			text += length;
			continue;
		}
		if (column && column + length >= WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column)
			putchar(' ');
		put_word(text, length);
		column += length + 1;
		if (ends_sentence(text, length)) {
			putchar('\n');
			column = 0;
		}
		text += length;
	}
	if (column)
		putchar('\n');
}

void mdoc_literal(const char *line, size_t length)
{
	size_t column = 0;

	if (length && (*line == '.' || *line == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < length; i++) {
		if (line[i] != '\t') {
			put_escaped(line[i], true);
			column++;
			continue;
		}
		do
			putchar(' ');
		while (++column % 8);
	}
	putchar('\n');
}

/* A table's text as a sentence: it begins with a capital, and it ends with a full
 * stop. */
static void put_sentence(const char *text)
{
	char sentence[512];
	size_t length = strlen(text);
	bool has_end = length && strchr(".!?", text[length - 1]);

	snprintf(sentence, sizeof(sentence), "%s%s", text, has_end ? "" : ".");
	sentence[0] = (char)toupper((unsigned char)sentence[0]);
	mdoc_text(sentence);
}

/* --- options --- */

static void put_long(const char *name)
{
	fputs("Fl Fl ", stdout);
	for (; *name; name++)
		put_escaped(*name, true);
}

static void put_option(const char *command, const struct option_row *row)
{
	char name[64];
	const char *about;

	fputs(".It ", stdout);
	if (row->letter)
		printf("Fl %c%s", row->letter, row->name ? " , " : "");
	if (row->name)
		put_long(row->name);
	if (row->synonym) {
		fputs(" , ", stdout);
		put_long(row->synonym);
	}
	if (row->argument)
		printf(" Ar %s", row->argument);
	putchar('\n');
	put_sentence(row->help);
	snprintf(name, sizeof(name), "%s%s%.1s%s", command, *command ? " " : "",
		 row->name ? "" : &row->letter, row->name ? row->name : "");
	about = more_about(name);
	if (about)
		fputs(about, stdout);
}

/* The options under their headings, which `heading` begins. */
static void put_options(const char *command, const struct option_row *rows,
			const char *heading)
{
	const char *section = NULL;
	bool is_open = false;

	for (const struct option_row *row = rows; row->letter || row->name; row++) {
		section = row->section ? row->section : section;
		if (!row->help)
			continue;
		if (section || !is_open) {
			if (is_open)
				puts(".El");
			if (section)
				printf("%s %s\n", heading, section);
			puts(".Bl -tag -width Ds");
			is_open = true;
			section = NULL;
		}
		put_option(command, row);
	}
	if (is_open)
		puts(".El");
}

static bool print_options(const char *argument)
{
	if (*argument)
		return false;
	put_options("", list_options.rows, ".Ss");
	return true;
}

/* --- commands --- */

/* "[OPTION...] [ADDRESS:]PORT" */
static void put_synopsis(const struct command *command)
{
	const char *at = command->synopsis;

	printf(".Nm natu\n.Cm %s\n", command->name);
	while (*(at += strspn(at, " "))) {
		size_t length = strcspn(at, " ");

		if (*at == '[' && at[length - 1] == ']')
			printf(".Op Ar %.*s\n", (int)length - 2, at + 1);
		else
			printf(".Ar %.*s\n", (int)length, at);
		at += length;
	}
}

static bool print_synopses(const char *argument)
{
	for (const struct command *command = commands; command->name; command++)
		put_synopsis(command);
	return !*argument;
}

/* Lines that begin with two blanks, shown as they are. */
static void put_examples(const char *lines)
{
	puts(".Bd -literal");
	while (*lines) {
		size_t length = strcspn(lines, "\n"), margin = strspn(lines, " ");

		margin = margin > 2 ? 2 : margin;
		mdoc_literal(lines + margin, length - margin);
		lines += length + (lines[length] == '\n');
	}
	puts(".Ed");
}

/* The options that a command shares with natu itself: by their names, which stand
 * elsewhere. */
static void put_shared_options(const struct command *command)
{
	struct option_row rows[OPTION_ROWS_MAX];
	const struct option_row *row = rows;

	command_options(command, rows);
	for (size_t i = 0; command->options[i].letter || command->options[i].name; i++)
		row++;
	puts(".Pp\nIt takes these options of natu itself, too:");
	while ((row = shown(row))) {
		const struct option_row *next = shown(row + 1);

		fputs(row->letter ? ".Fl " : ".", stdout);
		if (row->letter)
			putchar(row->letter);
		else
			put_long(row->name);
		puts(next ? " ," : " .");
		row = next ? next : row + 1;
	}
}

static bool print_commands(const char *argument)
{
	for (const struct command *command = commands; command->name; command++) {
		const char *about;
		char name[64];

		/* An option can have the name of a command. */
		snprintf(name, sizeof(name), "natu %s", command->name);
		about = more_about(name);
		printf(".Ss natu %s %s\n", command->name, command->synopsis);
		put_sentence(command->summary);
		if (about)
			fputs(about, stdout);
		put_examples(command->examples);
		put_options(command->name, command->options, ".Pp\n.Em");
		if (command->chooses)
			put_shared_options(command);
	}
	return !*argument;
}

/* --- what else the tables have --- */

static bool print_columns(const char *argument)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		const char *unit = natu_column_unit_name(column);

		printf(".It Cm %s Pq %s%s%s%s\n", natu_column_name(column),
		       natu_column_type_name(column), *unit ? ", " : "", unit,
		       natu_column_sets(column) & NATU_SET_DEFAULT ? ", default" : "");
		put_sentence(natu_column_help(column));
	}
	puts(".El");
	return !*argument;
}

/* Several states together. */
static void put_group(const char *name, uint32_t mask)
{
	char members[512];
	size_t used = 0;

	printf(".It Cm %s\n", name);
	for (unsigned int i = 0; i < STATE_NUMBERS; i++)
		/* A second number of a state that is named already has no help. */
		if (mask & STATE_BIT(i) && natu_state_help(i))
			used += (size_t)snprintf(members + used, sizeof(members) - used,
						 "%s%s", used ? ", " : "",
						 natu_state_word(i)->text);
	put_sentence(members);
}

static void put_state(unsigned int number)
{
	printf(".It Cm %s", natu_state_word(number)->text);
	for (size_t i = 0; natu_state_alias_at(number, i); i++)
		printf(" , Cm %s", natu_state_alias_at(number, i));
	putchar('\n');
	put_sentence(natu_state_help(number));
}

static bool print_states(const char *argument)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; natu_state_word_at(i); i++) {
		const char *word = natu_state_word_at(i);
		uint32_t mask = natu_state_mask(word, strlen(word));

		if (mask & (mask - 1))
			put_group(word, mask);
		else
			put_state((unsigned int)__builtin_ctz(mask));
	}
	puts(".El");
	return !*argument;
}

/* The words of filters for columns, as far as those are in this version. */
static bool print_aliases(const char *argument)
{
	puts(".Bl -tag -width fwmark -compact");
	for (size_t i = 0; natu_alias_at(i); i++) {
		const char *alias = natu_alias_at(i);
		struct natu_field field;

		if (!natu_field_find(&field, alias, strlen(alias)))
			continue;
		printf(".It Cm %s\n", alias);
		for (size_t c = 0; c < field.count; c++)
			printf("%s.Cm %s\n", c ? "or\n" : "",
			       natu_column_name(field.columns[c]));
	}
	puts(".El");
	return !*argument;
}

/* The operators of filters, in all their spellings. */
static bool print_operators(const char *argument)
{
	puts(".Bl -tag -width \"!=, <>, ne, neq\" -compact");
	for (unsigned int i = 0; i < NATU_OP_COUNT; i++) {
		const char *spelling;

		fputs(".It", stdout);
		for (size_t s = 0; (spelling = natu_operator_spelling(i, s)); s++)
			printf("%s Cm \\&%s", s ? " ," : "", spelling);
		printf("\n%s\n", natu_operator_help(i));
	}
	puts(".El");
	return !*argument;
}

/* The units behind numbers, by what they are units of. */
static bool print_units(const char *argument)
{
	const char *unit, *of, *last = NULL;

	puts(".Bl -tag -width Ds");
	for (size_t i = 0; (unit = natu_unit_at(i, &of)); i++) {
		if (of != last)
			printf("%s.It of %s\n.Cm", last ? "\n" : "", of);
		printf("%s \\&%s", of == last ? " ," : "", unit);
		last = of;
	}
	puts("\n.El");
	return !*argument;
}

static bool print_formats(const char *argument)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; renderers[i]; i++) {
		const char *about;
		char name[64];

		printf(".It Cm %s\n", renderers[i]->name);
		put_sentence(renderers[i]->help);
		snprintf(name, sizeof(name), "format %s", renderers[i]->name);
		about = more_about(name);
		if (about)
			fputs(about, stdout);
	}
	puts(".El");
	return !*argument;
}

static bool print_owners(const char *argument)
{
	const char *word, *evidence;

	puts(".Bl -tag -width Ds");
	for (size_t i = 0; (word = natu_owner_kind_at(i, &evidence)); i++) {
		printf(".It Cm %s\n", word);
		put_sentence(evidence);
	}
	puts(".El");
	return !*argument;
}

static bool print_protocols(const char *argument)
{
	for (size_t i = 0; natu_protocol_name(i); i++)
		printf("%s%s", i ? ", " : "", natu_protocol_name(i));
	return !*argument;
}

static bool print_version(const char *argument)
{
	fputs(natu_version(), stdout);
	return !*argument;
}

const struct fill mdoc_fills[] = {
	{ "OPTIONS", true, print_options },
	{ "SYNOPSES", true, print_synopses },
	{ "COMMANDS", true, print_commands },
	{ "COLUMNS", true, print_columns },
	{ "STATES", true, print_states },
	{ "ALIASES", true, print_aliases },
	{ "OPERATORS", true, print_operators },
	{ "UNITS", true, print_units },
	{ "FORMATS", true, print_formats },
	{ "PROTOCOLS", false, print_protocols },
	{ "VERSION", false, print_version },
	{ "FUNCTIONS", true, api_synopsis },
	{ "API", true, api_description },
	{ "OWNERS", true, print_owners },
	{ .name = NULL },
};
