/* SPDX-License-Identifier: MIT */
#include "gen.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A public header as a manual page. It is a list of blocks, apart by empty lines; a block
 * is comments, each with the declarations that it is about behind it. That is all of C
 * that is understood here.
 */

enum { TEXT_MAX = 8192 };

/* A comment and what follows it. */
struct unit {
	char comment[TEXT_MAX], code[TEXT_MAX];
	bool is_first;
};

static void append(char *text, const char *line)
{
	size_t used = strlen(text);

	if (used + strlen(line) + 1 > TEXT_MAX) {
		fprintf(stderr, "natu-gen: a block of a header is too long: %s", line);
		exit(1);
	}
	memcpy(text + used, line, strlen(line) + 1);
}

/* True if the code is prototypes rather than types. */
static bool is_functions(const struct unit *unit)
{
	return strchr(unit->code, '(') && !strchr(unit->code, '{');
}

/* The next prototype in the code: its type, its name, what is between its parentheses. */
struct prototype {
	char type[128], name[64], arguments[512];
};

static void copy(char *to, size_t size, const char *from, size_t length)
{
	snprintf(to, size, "%.*s", (int)length, from);
}

static bool next_prototype(const char **code, struct prototype *prototype)
{
	const char *open = strchr(*code, '('), *close = open ? strchr(open, ';') : NULL;
	const char *start = *code + strspn(*code, " \t\n"), *name = open;

	if (!close)
		return false;
	while (name > start && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
		name--;
	copy(prototype->name, sizeof(prototype->name), name, (size_t)(open - name));
	while (name > start && name[-1] == ' ')
		name--;
	copy(prototype->type, sizeof(prototype->type), start, (size_t)(name - start));
	copy(prototype->arguments, sizeof(prototype->arguments), open + 1,
	     (size_t)(close - open - 2));
	*code = close + 1;
	return true;
}

static void print_prototype(struct prototype *prototype)
{
	char *rest = prototype->arguments, *argument;

	printf(".Ft %s\n.Fo %s\n", prototype->type, prototype->name);
	while ((argument = strsep(&rest, ","))) {
		argument += strspn(argument, " \t\n");
		fputs(".Fa \"", stdout);
		for (; *argument; argument++)
			if (!isspace((unsigned char)*argument))
				putchar(*argument);
			else if (!isspace((unsigned char)argument[1]))
				putchar(' ');
		puts("\"");
	}
	puts(".Fc");
}

static void synopsis_of(const struct unit *unit)
{
	const char *code = unit->code;
	struct prototype prototype;

	while (is_functions(unit) && next_prototype(&code, &prototype))
		print_prototype(&prototype);
}

/* A comment's paragraphs; lines that begin with a tab are code. */
static void print_comment(const char *comment)
{
	char text[TEXT_MAX] = "";
	bool is_code = false;

	while (*comment) {
		size_t length = strcspn(comment, "\n");
		bool was_code = is_code;

		is_code = *comment == '\t' || (is_code && !length);
		if (is_code != was_code) {
			mdoc_text(text);
			*text = '\0';
			puts(is_code ? ".Bd -literal -offset indent" : ".Ed");
		}
		if (is_code) {
			mdoc_literal(comment + (length > 0), length - (length > 0));
		} else {
			char line[256];

			copy(line, sizeof(line), comment, length + 1);
			append(text, line);
		}
		comment += length + (comment[length] == '\n');
	}
	mdoc_text(text);
	if (is_code)
		puts(".Ed");
}

static void print_functions(const struct unit *unit)
{
	const char *code = unit->code, *separator = ".It Fn";
	struct prototype prototype;

	puts(".Bl -tag -width Ds");
	while (next_prototype(&code, &prototype)) {
		printf("%s %s", separator, prototype.name);
		separator = " , Fn";
	}
	putchar('\n');
	print_comment(unit->comment);
	puts(".El");
}

static void print_code(const char *code)
{
	puts(".Bd -literal");
	while (*code) {
		size_t length = strcspn(code, "\n");

		mdoc_literal(code, length);
		code += length + (code[length] == '\n');
	}
	puts(".Ed");
}

static void describe(const struct unit *unit)
{
	if (is_functions(unit)) {
		print_functions(unit);
		return;
	}
	if (*unit->comment) {
		/* Nothing stands between a heading and its first paragraph. */
		if (!unit->is_first)
			puts(".Pp");
		print_comment(unit->comment);
	}
	if (strchr(unit->code, '{'))
		print_code(unit->code);
}

/* A line of a comment without its signs. True if the comment goes on. */
static bool add_comment_line(struct unit *unit, char *line)
{
	char *end = strstr(line, "*/");

	if (end)
		memcpy(end, "\n", 2);
	line += strspn(line, " ");
	line += strspn(line, "/*");
	if (*line == ' ')
		line++;
	if (line[strspn(line, " \n")] || (*unit->comment && !end))
		append(unit->comment, line);
	return !end;
}

static void finish(struct unit *unit, void (*print)(const struct unit *unit))
{
	if (!*unit->comment && !*unit->code)
		return;
	print(unit);
	*unit->comment = *unit->code = '\0';
	unit->is_first = false;
}

/* Each unit of the header, in order. */
static bool walk(const char *header, void (*print)(const struct unit *unit))
{
	static struct unit unit;
	FILE *file = fopen(header, "r");
	bool in_comment = false, in_braces = false;
	char line[256];

	if (!file)
		return false;
	unit.is_first = true;
	while (fgets(line, sizeof(line), file)) {
		bool is_comment = in_comment || (!in_braces && !strncmp(line, "/*", 2));

		if (*line == '#' || strstr(line, "SPDX-"))
			continue;
		if ((*line == '\n' && !in_braces) ||
		    (is_comment && !in_comment && *unit.code))
			finish(&unit, print);
		if (is_comment) {
			in_comment = add_comment_line(&unit, line);
		} else if (*line != '\n' || in_braces) {
			append(unit.code, line);
			in_braces = (in_braces || strchr(line, '{')) && *line != '}' &&
				    !strstr(line, "};");
		}
	}
	finish(&unit, print);
	fclose(file);
	return true;
}

bool api_synopsis(const char *header)
{
	return walk(header, synopsis_of);
}

bool api_description(const char *header)
{
	return walk(header, describe);
}
