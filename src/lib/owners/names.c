/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What comes after the last slash. */
static struct natu_piece base_of(const char *path, size_t length)
{
	const char *slash = length ? memrchr(path, '/', length) : NULL;
	const char *base = slash ? slash + 1 : path;

	return (struct natu_piece){ base, length - (size_t)(base - path) };
}

struct natu_piece natu_name_of_executable(const char *path, size_t length)
{
	static const char deleted[] = " (deleted)";
	size_t tail = strlen(deleted);

	if (length > tail && !memcmp(path + length - tail, deleted, tail))
		length -= tail;
	return base_of(path, length);
}

/* An argument of a command line, and the place after it. */
static struct natu_piece argument_at(const char *command, size_t length, size_t *at)
{
	struct natu_piece argument = { command + *at,
				       strnlen(command + *at, length - *at) };

	*at += argument.length;
	if (*at < length)
		++*at;
	return argument;
}

size_t natu_name_of_program(uint32_t pid, const char *command, size_t length,
			    char program[NATU_PROGRAM_WIDTH])
{
	enum { NETSTAT_READS = 511 };
	char text[NATU_PROGRAM_WIDTH + 1];
	size_t used, at = 0;
	struct natu_piece name;

	name = argument_at(command, length < NETSTAT_READS ? length : NETSTAT_READS, &at);
	if (name.length && name.bytes[0] == '/')
		name = base_of(name.bytes, name.length);
	snprintf(text, sizeof(text), "%u/%.*s", pid, (int)name.length, name.bytes);
	used = strlen(text);
	memcpy(program, text, used);
	return used;
}

static bool is_interpreter(const char *name, size_t length)
{
	/* Version numbers follow some of them: python3.11, perl5.36. */
	static const char *const interpreters[] = { "ash",    "bash", "dash", "ksh",
						    "lua",    "node", "perl", "php",
						    "python", "ruby", "sh",   "tclsh",
						    "wish",   "zsh" };

	while (length && strchr("0123456789.-", name[length - 1]))
		length--;
	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (strlen(interpreters[i]) == length &&
		    !memcmp(interpreters[i], name, length))
			return true;
	return false;
}

struct natu_piece natu_name_of_script(const char *name, size_t name_length,
				      const char *command, size_t length)
{
	const struct natu_piece none = { NULL, 0 };
	size_t at = 0;

	if (!is_interpreter(name, name_length))
		return none;
	argument_at(command, length, &at);
	while (at < length) {
		struct natu_piece argument = argument_at(command, length, &at);

		if (!argument.length || argument.bytes[0] != '-')
			return base_of(argument.bytes, argument.length);
		/* -c and -e bring the program itself, -m a module's name. */
		if (argument.length == 2 && strchr("ce", argument.bytes[1]))
			return none;
		if (argument.length == 2 && argument.bytes[1] == 'm')
			return at < length ? argument_at(command, length, &at) : none;
	}
	return none;
}
