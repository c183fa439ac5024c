/* SPDX-License-Identifier: MIT */
#include "net/tell.h"

#include "cli.h"
#include "net/signals.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void tell(bool aloud, int descriptor, const char *format, ...)
{
	char line[2048];
	va_list arguments;

	if (!aloud || !signals_wait_to_write(STDERR_FILENO))
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fprintf(stderr, "[%d] %s\n", descriptor, line);
}

static const char *family_word(const struct endpoint *endpoint)
{
	switch (endpoint_family(endpoint)) {
	case AF_INET:
		return "AF_INET";
	case AF_INET6:
		return "AF_INET6";
	default:
		return "AF_UNIX";
	}
}

static const char *type_word(const struct endpoint *endpoint)
{
	switch (endpoint->type) {
	case SOCK_STREAM:
		return "SOCK_STREAM";
	case SOCK_DGRAM:
		return "SOCK_DGRAM";
	default:
		return "SOCK_SEQPACKET";
	}
}

void tell_socket(bool aloud, int descriptor, const struct endpoint *endpoint)
{
	tell(aloud, descriptor, "socket(%s, %s)", family_word(endpoint),
	     type_word(endpoint));
}

static bool write_all(int descriptor, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(descriptor, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		length -= (size_t)written;
	}
	return true;
}

bool announce(int ready_descriptor, const char *line)
{
	if (!signals_wait_to_write(STDOUT_FILENO))
		return true;
	/* main() tells of what could not be written there. */
	if (printf("%s\n", line) < 0 || fflush(stdout) != 0)
		return false;
	if (!ready_descriptor)
		return true;
	if (!write_all(ready_descriptor, line, strlen(line)) ||
	    !write_all(ready_descriptor, "\n", 1)) {
		complain("--ready-fd %d: %s", ready_descriptor, strerror(errno));
		return false;
	}
	if (ready_descriptor > STDERR_FILENO)
		close(ready_descriptor);
	return true;
}
