/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "command.h"
#include "list.h"
#include "netstat/netstat.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A descriptor that was closed from outside must not become a socket that the list is
 * then written to. What is opened in its place can be neither read nor written, as it
 * was. */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/", O_PATH);
}

/* Few command lines have the word for one: the others need not be parsed for it. */
static bool may_name_command(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (command_named(argv[i]))
			return true;
	return false;
}

/* The command, moved to the front of the arguments: options may stand before it. Or
 * NULL. */
static const struct command *take_command(int argc, char **argv)
{
	int at = may_name_command(argc, argv)
			 ? options_first_argument(&list_options, argc, argv)
			 : 0;
	const struct command *command = at ? command_named(argv[at]) : NULL;

	for (; command && at > 1; at--) {
		char *before = argv[at - 1];

		argv[at - 1] = argv[at];
		argv[at] = before;
	}
	return command;
}

static bool is_netstat(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, "netstat");
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc > 0 && is_netstat(argv[0]))
		return netstat_run(argc, argv);
	command = take_command(argc, argv);
	return command ? command->run(argc - 1, argv + 1) : list_run(argc, argv);
}

int main(int argc, char **argv)
{
	int status;

	fill_standard_descriptors();
	status = run(argc, argv);
	/* Help and the like went through stdio: a full disk shows here. */
	if (fflush(stdout) == EOF || ferror(stdout)) {
		/* The reader has gone: as for a list, also where SIGPIPE was ignored. */
		if (errno == EPIPE) {
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
		complain("writing: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	return status;
}
