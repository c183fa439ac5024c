/* SPDX-License-Identifier: MIT */
#include "source/sockstat.h"

#include "netns/netns.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Five short lines; a longer file is another one. */
enum { TEXT_MAX = 1024 };

/* The length that was read, and a NUL after it; 0 if there is nothing. */
static size_t read_text(const struct natu *natu, char text[TEXT_MAX])
{
	int file = natu_netns_open(natu, "net/sockstat6",
				   O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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

	if (!name || !read_text(natu, text))
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
