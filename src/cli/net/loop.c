/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include "cli.h"
#include "net/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define BATCH 256

/* It is not read: see signals.h. */
static void end_by_signal(struct watch *watch, uint32_t events)
{
	struct loop *loop = (void *)((char *)watch - offsetof(struct loop, signals));

	(void)events;
	loop->signal = signals_pending();
	loop->ended = true;
}

bool loop_open(struct loop *loop)
{
	*loop = (struct loop){ .epoll = -1, .signals = { .descriptor = -1 } };
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		goto fail;
	loop->signals.ready = end_by_signal;
	loop->signals.descriptor = signals_hold();
	if (loop->signals.descriptor < 0 || !loop_watch(loop, &loop->signals, EPOLLIN))
		goto fail;
	return true;
fail:
	complain("preparing to wait for events: %s", strerror(errno));
	loop_close(loop);
	return false;
}

static void bury(struct loop *loop)
{
	while (loop->retired) {
		struct watch *watch = loop->retired;

		loop->retired = watch->retired;
		free(watch);
	}
}

void loop_close(struct loop *loop)
{
	bury(loop);
	if (loop->signals.descriptor >= 0)
		close(loop->signals.descriptor);
	if (loop->epoll >= 0)
		close(loop->epoll);
	loop->signals.descriptor = loop->epoll = -1;
}

const char *loop_signal_word(const struct loop *loop)
{
	switch (loop->signal) {
	case SIGINT:
		return "SIGINT";
	case SIGHUP:
		return "SIGHUP";
	default:
		return "SIGTERM";
	}
}

bool loop_run(struct loop *loop)
{
	struct epoll_event events[BATCH];

	while (!loop->ended) {
		int count = epoll_wait(loop->epoll, events, BATCH, -1);

		if (count < 0 && errno != EINTR) {
			complain("waiting for events: %s", strerror(errno));
			return false;
		}
		for (int i = 0; i < count && !loop->ended; i++) {
			struct watch *watch = events[i].data.ptr;

			if (watch->descriptor >= 0)
				watch->ready(watch, events[i].events);
		}
		bury(loop);
	}
	return true;
}

bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };
	int operation = watch->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (watch->added && watch->events == events)
		return true;
	if (epoll_ctl(loop->epoll, operation, watch->descriptor, &event) != 0)
		return false;
	watch->added = true;
	watch->events = events;
	return true;
}

void loop_forget(struct loop *loop, struct watch *watch)
{
	if (watch->added)
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->descriptor, NULL);
	watch->added = false;
}

void loop_retire(struct loop *loop, struct watch *watch)
{
	close(watch->descriptor);
	watch->descriptor = -1;
	watch->retired = loop->retired;
	loop->retired = watch;
}

bool is_empty_message(const struct endpoint *endpoint, int descriptor, uint32_t events)
{
	int waiting = 0;

	if (endpoint->type != SOCK_SEQPACKET)
		return false;
	if (!(events & (EPOLLHUP | EPOLLRDHUP)))
		return true;
	/* After the end there is nothing that could still be read. */
	return ioctl(descriptor, FIONREAD, &waiting) == 0 && waiting > 0;
}

uint64_t raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 &&
	    getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	return limit.rlim_cur;
}
