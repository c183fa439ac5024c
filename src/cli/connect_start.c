/* SPDX-License-Identifier: MIT */
#include "connect_run.h"

#include "cli.h"
#include "net/obstacle.h"
#include "net/tell.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More at once would overflow a listener's queue, and a lost SYN costs a second. */
#define CONNECTING_MAX 128
/* Between two looks at the other descriptors. */
#define START_BURST 64
#define RETRY_MS 20
/* What is late by no more than that, as timers are, is made up for. */
#define MAKE_UP_NS (10 * NS_PER_MS)
#define NS_PER_S 1000000000ULL

enum outcome { STARTED, LATER, REFUSED };

void run_failed(struct run *run, const char *doing, const struct endpoint *to, int error)
{
	run->failed++;
	if (run->explained)
		return;
	if (doing)
		explain_failure(doing, to, error);
	else
		explain_connect(to, error);
	run->explained = true;
}

static bool source_failed(struct run *run, const struct endpoint *source, int error)
{
	run->failed++;
	if (!run->explained)
		explain_bind(source, error);
	/* 127.0.0.0/8 is here as a whole; IPv6 has nothing like it. */
	if (!run->explained && run->sources.count > 1 && error == EADDRNOTAVAIL &&
	    endpoint_family(source) == AF_INET6)
		complain(
			"a whole prefix is had by 'ip -6 route add local PREFIX dev lo' and "
			"net.ipv6.ip_nonlocal_bind=1");
	run->explained = true;
	return false;
}

/* A name that the kernel chooses: without one, nobody can answer. */
static bool bind_local(struct run *run, int descriptor)
{
	const struct endpoint source = {
		.address.any.sa_family = AF_UNIX,
		.length = sizeof(sa_family_t),
	};

	if (!endpoint_is_datagram(&run->to) ||
	    bind(descriptor, &source.address.any, source.length) == 0)
		return true;
	run_failed(run, "making a name to be answered by", &run->to, errno);
	return false;
}

/* The port is chosen by connect(), which can take one that other destinations use. */
static bool bind_source(struct run *run, int descriptor)
{
	struct endpoint source;
	char name[ENDPOINT_TEXT];
	const int one = 1;
	int error;

	if (endpoint_family(&run->to) == AF_UNIX)
		return bind_local(run, descriptor);
	if (!run->sources.count)
		return true;
	sources_at(&run->sources, run->started, &source);
	setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	error = bind(descriptor, &source.address.any, source.length) ? errno : 0;
	tell(run->options->verbose, descriptor, "bind(%s): %s",
	     endpoint_print(name, &source),
	     error ? strerror(error) : "the source; its port comes later");
	return !error || source_failed(run, &source, error);
}

static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* Nobody but this process can make it have one, and what it holds it keeps. */
static bool is_hopeless(const struct run *run, int error)
{
	return error == EMFILE && run->open == run->holding;
}

static enum outcome wait_for_descriptors(struct run *run, int error)
{
	if (!run->said_so)
		complain(
			"making a socket: %s: with %llu open, the next ones wait until one is free",
			strerror(error), (unsigned long long)run->open);
	run->said_so = true;
	return LATER;
}

static enum outcome wait_for_queue(struct run *run, int descriptor)
{
	if (!run->queue_full)
		tell(run->options->verbose, descriptor,
		     "connect(): %s: the listener's queue is full, and so it is tried again "
		     "until it is not",
		     strerror(EAGAIN));
	run->queue_full = true;
	return LATER;
}

static bool add_link(struct run *run, int descriptor, bool connected)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return false;
	link->run = run;
	link->watch.descriptor = descriptor;
	link->next = run->links;
	if (link->next)
		link->next->previous = link;
	run->links = link;
	run->open++;
	run->connecting++;
	link_begin(link, connected);
	return true;
}

/* For those who look on. */
static const char *outcome_word(const struct run *run, int error)
{
	if (error == EINPROGRESS)
		return "a SYN is sent";
	if (error)
		return strerror(error);
	return endpoint_is_datagram(&run->to) ? "remembered; nothing is sent yet"
					      : "done";
}

static enum outcome connect_socket(struct run *run, int descriptor)
{
	char name[ENDPOINT_TEXT];
	int result, error;

	if (!bind_source(run, descriptor))
		return REFUSED;
	result = connect(descriptor, &run->to.address.any, run->to.length);
	error = errno;
	/* A UNIX listener whose queue is full: there is nothing to wait for but time. */
	if (result != 0 && error == EAGAIN && endpoint_family(&run->to) == AF_UNIX)
		return wait_for_queue(run, descriptor);
	run->queue_full = false;
	tell(run->options->verbose, descriptor, "connect(%s): %s",
	     endpoint_print(name, &run->to), outcome_word(run, result ? error : 0));
	if (result != 0 && error != EINPROGRESS) {
		run_failed(run, NULL, &run->to, error);
		return REFUSED;
	}
	if (add_link(run, descriptor, result == 0))
		return STARTED;
	return wait_for_descriptors(run, ENOMEM);
}

/* After a stall the others do not come all at once. */
static void plan_next_start(struct run *run)
{
	uint64_t earliest = now_ns() - MAKE_UP_NS;

	if (!run->options->rate)
		return;
	if (run->next_start < earliest)
		run->next_start = earliest;
	run->next_start += NS_PER_S / run->options->rate;
}

static enum outcome start_one(struct run *run)
{
	int type = run->to.type | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int descriptor = socket(endpoint_family(&run->to), type, 0);
	enum outcome outcome;

	if (descriptor < 0 && is_shortage(errno) && !is_hopeless(run, errno))
		return wait_for_descriptors(run, errno);
	if (descriptor < 0) {
		run_failed(run, "making a socket for", &run->to, errno);
		run->started++;
		return REFUSED;
	}
	tell_socket(run->options->verbose && !run->queue_full, descriptor, &run->to);
	outcome = connect_socket(run, descriptor);
	if (outcome != STARTED)
		close(descriptor);
	if (outcome != LATER) {
		run->started++;
		plan_next_start(run);
	}
	return outcome;
}

/* Nanoseconds until --rate allows the next one. */
static uint64_t wait_for_rate(const struct run *run)
{
	uint64_t now = now_ns();

	return run->next_start > now ? run->next_start - now : 0;
}

static bool is_full(const struct run *run)
{
	return run->connecting >= CONNECTING_MAX || run->open >= run->open_limit;
}

void run_start_links(struct run *run)
{
	for (int i = 0; i < START_BURST; i++) {
		uint64_t wait = wait_for_rate(run);

		/* When it is full, a link that has come further calls again. */
		if (run->started >= run->options->count || is_full(run) ||
		    run->loop.ended)
			return;
		if (wait) {
			timer_start(&run->tick, wait);
			return;
		}
		if (start_one(run) == LATER) {
			timer_start(&run->tick, RETRY_MS * NS_PER_MS);
			return;
		}
	}
	timer_start(&run->tick, 1);
}

void run_check(struct run *run)
{
	uint64_t over = run->done + run->failed + run->lost;

	if (over >= run->options->count)
		run->loop.ended = true;
	/* Who waits for all of them would wait for ever. */
	if (run->failed && run->options->hold && run->started == run->options->count &&
	    !run->connecting)
		run->loop.ended = true;
}

void run_tick(struct timer *timer)
{
	struct run *run = (struct run *)((char *)timer - offsetof(struct run, tick));

	run_start_links(run);
	run_check(run);
}
