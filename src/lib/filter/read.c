/* SPDX-License-Identifier: MIT */
#include "filter/parse.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One byte more than a filter can have, and the NUL behind it. */
#define FILE_MAX (1024 * 1024 + 1)

/* Reads all of a file, up to FILE_MAX bytes. Returns how many, or -1 with errno. */
static ssize_t read_all(int file, char *text)
{
	size_t used = 0;

	while (used < FILE_MAX) {
		ssize_t count = read(file, text + used, FILE_MAX - used);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		used += (size_t)count;
	}
	text[used] = '\0';
	return (ssize_t)used;
}

/* "NAME, line LINE, column COLUMN: " before what is wrong there. */
static void add_place(struct natu_error *error, const struct natu_error *mistake,
		      const char *name, const char *text)
{
	unsigned int line = 1, column = 1;
	size_t used;

	for (size_t i = 0; i < mistake->position; i++) {
		line += text[i] == '\n';
		column = text[i] == '\n' ? 1 : column + 1;
	}
	natu_fail(error, NATU_EUSAGE, 0, "%s, line %u, column %u", name, line, column);
	used = strlen(error->text);
	snprintf(error->text + used, sizeof(error->text) - used, ": %s", mistake->text);
	error->position = mistake->position;
	error->length = mistake->length;
}

static int parse(struct natu_filter *filter, const char *name, const char *text,
		 size_t length, struct natu_error *error)
{
	struct natu_error mistake;

	if (strlen(text) < length)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "%s holds a NUL byte: it is no filter", name);
	if (!natu_filter_parse_text(filter, text, true, &mistake)) {
		natu_filter_forget_places(filter);
		return 0;
	}
	*error = mistake;
	if (mistake.code == NATU_EUSAGE)
		add_place(error, &mistake, name, text);
	return -1;
}

int natu_filter_read(struct natu_filter *filter, const char *path,
		     struct natu_error *error)
{
	bool is_stdin = !strcmp(path, "-");
	const char *name = is_stdin ? "standard input" : path;
	int file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *text = malloc(FILE_MAX + 1);
	ssize_t length = 0;
	int result;

	if (!text)
		result = natu_fail(error, NATU_ENOMEM, ENOMEM, "reading %s", name);
	else if (file < 0 || (length = read_all(file, text)) < 0)
		result = natu_fail(error, NATU_ESYS, errno, "reading %s", name);
	else
		result = parse(filter, name, text, (size_t)length, error);
	if (!is_stdin && file >= 0)
		close(file);
	free(text);
	return result;
}
