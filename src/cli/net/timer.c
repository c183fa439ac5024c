/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include "cli.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void ring(struct watch *watch, uint32_t events)
{
	struct timer *timer = (struct timer *)watch;
	uint64_t times;

	(void)events;
	if (read(watch->descriptor, &times, sizeof(times)) == sizeof(times))
		timer->expired(timer);
}

bool timer_open(struct loop *loop, struct timer *timer,
		void (*expired)(struct timer *timer))
{
	*timer = (struct timer){ .watch.ready = ring, .expired = expired };
	timer->watch.descriptor = timerfd_create(CLOCK_MONOTONIC,
						 TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer->watch.descriptor >= 0 && loop_watch(loop, &timer->watch, EPOLLIN))
		return true;
	complain("making a timer: %s", strerror(errno));
	timer_close(timer);
	return false;
}

void timer_start(struct timer *timer, uint64_t nanoseconds)
{
	uint64_t wait = nanoseconds ? nanoseconds : 1; /* 0 would stop it */
	struct itimerspec when = {
		.it_value = { (time_t)(wait / NS_PER_S), (long)(wait % NS_PER_S) },
	};

	timerfd_settime(timer->watch.descriptor, 0, &when, NULL);
}

void timer_close(struct timer *timer)
{
	if (timer->watch.descriptor >= 0)
		close(timer->watch.descriptor);
	timer->watch.descriptor = -1;
}

static void start_for_first(struct delay *delay)
{
	const struct due *first = delay->queue.next;
	uint64_t now = now_ns();

	if (first != &delay->queue)
		timer_start(&delay->timer, first->at > now ? first->at - now : 1);
}

static void hand_out(struct timer *timer)
{
	struct delay *delay = (struct delay *)timer;
	uint64_t now = now_ns();

	while (delay->queue.next != &delay->queue && delay->queue.next->at <= now)
		delay->expired(delay, delay_take(delay));
	start_for_first(delay);
}

bool delay_open(struct loop *loop, struct delay *delay, uint64_t ms,
		void (*expired)(struct delay *delay, struct due *due))
{
	delay->ms = ms;
	delay->expired = expired;
	delay->queue.next = delay->queue.previous = &delay->queue;
	return timer_open(loop, &delay->timer, hand_out);
}

void delay_add(struct delay *delay, struct due *due)
{
	bool was_empty = delay->queue.next == &delay->queue;

	due->at = now_ns() + delay->ms * NS_PER_MS;
	due->previous = delay->queue.previous;
	due->next = &delay->queue;
	due->previous->next = due;
	due->next->previous = due;
	if (was_empty)
		start_for_first(delay);
}

void delay_cancel(struct due *due)
{
	if (!due->next)
		return;
	due->previous->next = due->next;
	due->next->previous = due->previous;
	due->next = due->previous = NULL;
}

struct due *delay_take(struct delay *delay)
{
	struct due *first = delay->queue.next;

	if (first == &delay->queue)
		return NULL;
	delay_cancel(first);
	return first;
}
