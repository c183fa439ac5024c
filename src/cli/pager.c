/* SPDX-License-Identifier: MIT */
#include "pager.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* NULL: none. NATU_PAGER wants one by being set; PAGER is everybody's, and is only asked
 * which. */
static const char *command_of(enum pager_when when)
{
	const char *own = getenv("NATU_PAGER"), *general = getenv("PAGER");
	const char *command = own ? own : general && *general ? general : "less";

	if (when == PAGER_REFUSED || (when != PAGER_WANTED && !own))
		return NULL;
	return *command && strcmp(command, "cat") != 0 ? command : NULL;
}

/* In the new process: never returns. */
static void become_pager(const char *command, const int ends[2])
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	/* Quit if all fits, keep colours, and leave the text on the terminal. */
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool start(struct pager *pager, const char *command)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pager->process = fork();
	if (pager->process == 0)
		become_pager(command, ends);
	if (pager->process > 0) {
		pager->has_messages = isatty(STDERR_FILENO);
		if (pager->has_messages)
			dup2(ends[1], STDERR_FILENO);
		dup2(ends[1], STDOUT_FILENO);
	}
	close(ends[0]);
	close(ends[1]);
	return pager->process > 0;
}

bool pager_begin(struct pager *pager, enum pager_when when)
{
	const char *command = isatty(STDOUT_FILENO) ? command_of(when) : NULL;

	*pager = (struct pager){ 0 };
	if (!command)
		return true;
	if (!start(pager, command)) {
		complain("starting the pager %s: %s", command, strerror(errno));
		*pager = (struct pager){ 0 };
		return false;
	}
	/* An interrupt is the pager's: it is what the terminal belongs to now. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	return true;
}

void pager_end(struct pager *pager)
{
	int nowhere;

	if (!pager->process)
		return;
	fflush(stdout);
	/* Its input ends when nobody can write to it any more. */
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(nowhere, STDOUT_FILENO);
	if (pager->has_messages)
		dup2(nowhere, STDERR_FILENO);
	close(nowhere);
	while (waitpid(pager->process, NULL, 0) < 0 && errno == EINTR)
		;
	pager->process = 0;
}
