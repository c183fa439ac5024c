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

static unsigned int line_of(const char *text, size_t position)
{
	unsigned int line = 1;

	for (size_t i = 0; i < position; i++)
		line += text[i] == '\n';
	return line;
}

static int parse(struct natu_filter *filter, const char *path, const char *text,
		 size_t length, struct natu_error *error)
{
	struct natu_error mistake;

	if (strlen(text) < length)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "%s holds a NUL byte: it is no filter", path);
	if (!natu_filter_parse_text(filter, text, true, &mistake))
		return 0;
	*error = mistake;
	if (mistake.code == NATU_EUSAGE) {
		size_t used;

		natu_fail(error, NATU_EUSAGE, 0, "%s, line %u", path,
			  line_of(text, mistake.position));
		used = strlen(error->text);
		snprintf(error->text + used, sizeof(error->text) - used, ": %s",
			 mistake.text);
		error->position = mistake.position;
		error->length = mistake.length;
	}
	return -1;
}

int natu_filter_read(struct natu_filter *filter, const char *path,
		     struct natu_error *error)
{
	bool is_stdin = !strcmp(path, "-");
	int file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *text = malloc(FILE_MAX + 1);
	ssize_t length = 0;
	int result;

	if (!text)
		result = natu_fail(error, NATU_ENOMEM, ENOMEM, "reading %s", path);
	else if (file < 0 || (length = read_all(file, text)) < 0)
		result = natu_fail(error, NATU_ESYS, errno, "reading %s", path);
	else
		result = parse(filter, path, text, (size_t)length, error);
	if (!is_stdin && file >= 0)
		close(file);
	free(text);
	return result;
}
