/* SPDX-License-Identifier: MIT */
#include "net/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>

/* SIGPIPE: nobody reads the output any more, but what was made is removed first. */
static const int numbers[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP };

#define COUNT (sizeof(numbers) / sizeof(numbers[0]))

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* It runs only while signals_wait_to_write() waits. When it is over they are blocked
 * again, and so this one is pending. */
static void keep_pending(int number)
{
	raise(number);
}

int signals_hold(void)
{
	const struct sigaction action = { .sa_handler = keep_pending };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT; i++) {
		/* A blocked signal would wait even where it is ignored. */
		if (numbers[i] == SIGHUP && is_ignored(SIGHUP))
			continue;
		sigaddset(&set, numbers[i]);
	}
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	for (size_t i = 0; i < COUNT; i++)
		if (numbers[i] != SIGPIPE && sigismember(&set, numbers[i]) &&
		    sigaction(numbers[i], &action, NULL) != 0)
			return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int signals_pending(void)
{
	sigset_t pending;

	if (sigpending(&pending) != 0)
		return 0;
	for (size_t i = 0; i < COUNT; i++)
		if (sigismember(&pending, numbers[i]))
			return numbers[i];
	return 0;
}

bool signals_wait_to_write(int descriptor)
{
	struct pollfd end = { .fd = descriptor, .events = POLLOUT };
	sigset_t mask;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	for (size_t i = 0; i < COUNT; i++)
		if (numbers[i] != SIGPIPE)
			sigdelset(&mask, numbers[i]);
	while (!signals_pending())
		if (ppoll(&end, 1, NULL, &mask) >= 0 || errno != EINTR)
			return true;
	return poll(&end, 1, 0) != 0;
}

void signals_release(void)
{
	const struct timespec at_once = { 0 };
	sigset_t set, ended_by;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT; i++)
		sigaddset(&set, numbers[i]);
	ended_by = set;
	sigdelset(&ended_by, SIGPIPE);
	while (sigtimedwait(&ended_by, NULL, &at_once) > 0)
		;
	for (size_t i = 0; i < COUNT; i++)
		if (!is_ignored(numbers[i]))
			signal(numbers[i], SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
