/* SPDX-License-Identifier: MIT */
#include "source/sockstat.h"

#include "netns/netns.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Some short lines; a longer file is another one. */
enum { TEXT_MAX = 4096 };

/* The length that was read, and a NUL after it; 0 if there is nothing. */
static size_t read_text(const struct natu *natu, const char *path, char text[TEXT_MAX])
{
	int file = natu_netns_open(natu, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t length = file < 0 ? -1 : read(file, text, TEXT_MAX - 1);

	if (file >= 0)
		close(file);
	text[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

uint64_t natu_sockstat_ipv6(const struct natu *natu, const struct natu_family *family)
{
	static const char in_use[] = ": inuse ";
	/* The file's lines are called as the lists of sockets are. */
	const char *name = family->procfile[1] ? strrchr(family->procfile[1], '/') + 1
					       : NULL;
	char text[TEXT_MAX];
	char *line = text;

	if (!name || !read_text(natu, "net/sockstat6", text))
		return 0;
	while (line) {
		size_t length = strlen(name);

		if (!strncasecmp(line, name, length) &&
		    !strncmp(line + length, in_use, sizeof(in_use) - 1))
			return strtoull(line + length + sizeof(in_use) - 1, NULL, 10);
		line = strchr(line, '\n');
		line += line ? 1 : 0;
	}
	return 0;
}

/* The number behind a name that begins a line. False: there is none. */
static bool find_count(const char *text, const char *name, uint64_t *count)
{
	const size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0 || !isblank(line[length]))
			continue;
		*count = strtoull(line + length, NULL, 10);
		return true;
	}
	return false;
}

uint64_t natu_sockstat_ended(const struct natu *natu)
{
	uint64_t aborted, shut_down;
	char text[TEXT_MAX];

	if (!read_text(natu, "net/sctp/snmp", text) ||
	    !find_count(text, "SctpAborteds", &aborted) ||
	    !find_count(text, "SctpShutdowns", &shut_down))
		return UINT64_MAX;
	return aborted + shut_down;
}
