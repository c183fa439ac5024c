/* SPDX-License-Identifier: MIT */
#include "connect_run.h"

#include "cli.h"
#include "net/obstacle.h"
#include "net/tcp.h"
#include "net/tell.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void say(const struct link *link, const char *what)
{
	tell(link->run->options->verbose, link->watch.descriptor, "%s", what);
}

static void drop(struct link *link, const char *why)
{
	struct run *run = link->run;

	tell(run->options->verbose, link->watch.descriptor, "close(): %s", why);
	if (link->state == LINK_CONNECTING)
		run->connecting--;
	if (link->state == LINK_HOLDING)
		run->holding--;
	if (link->next)
		link->next->previous = link->previous;
	if (link->previous)
		link->previous->next = link->next;
	else
		run->links = link->next;
	run->open--;
	loop_retire(&run->loop, &link->watch);
}

static void fail(struct link *link, const char *doing, int error)
{
	run_failed(link->run, doing, &link->run->to, error);
	drop(link, strerror(error));
}

static void listen_for(struct link *link, uint32_t events)
{
	if (!loop_watch(&link->run->loop, &link->watch, events))
		fail(link, "watching", errno);
}

/* To be called before this side is ended. */
static void note_who_is_first(struct link *link)
{
	if (link->ended || !link->run->options->verbose ||
	    !endpoint_is_tcp(&link->run->to))
		return;
	link->server_first = tcp_peer_has_ended(link->watch.descriptor);
}

/* For those who look on. The side that sends the first FIN keeps the 4-tuple for a
 * minute; unread bytes make it a RST. */
static const char *how_it_ends(struct link *link)
{
	int unread = 0;

	if (!endpoint_is_tcp(&link->run->to))
		return "done";
	ioctl(link->watch.descriptor, FIONREAD, &unread);
	if (unread)
		return "done; what was not read makes it a RST, which leaves no TIME_WAIT";
	note_who_is_first(link);
	return link->server_first
		       ? "done; the server's FIN was the first: TIME_WAIT is on its side"
		       : "done; the first FIN is from here: TIME_WAIT is on this side";
}

/* For --verify: what came back instead, of the first one. */
static void tell_of_difference(const struct link *link)
{
	struct run *run = link->run;
	unsigned long long right = link->right, total = run->payload.total;
	char to[ENDPOINT_TEXT];

	if (!run->options->verify || run->explained)
		return;
	run->explained = true;
	endpoint_print(to, &run->to);
	if (right < link->received && right == total)
		complain("%s sent back more than the %llu bytes that it got", to, total);
	else if (right < link->received)
		complain("%s sent back something else after %llu of %llu bytes", to,
			 right, total);
	else
		complain("%s sent back only %llu of %llu bytes", to, right, total);
}

/* All of it has been sent, and all that was to come has come. */
static void finish(struct link *link)
{
	struct run *run = link->run;

	if (link->right == link->received && link->received == run->payload.total)
		run->exact++;
	else
		tell_of_difference(link);
	if (run->options->hold) {
		link->state = LINK_HOLDING;
		run->holding++;
		listen_for(link, 0);
	} else {
		run->done++;
		drop(link, how_it_ends(link));
	}
}

/* After something has been sent or received: is it over, and if not, what is it waiting
 * for? */
static void go_on(struct link *link)
{
	const struct connect_options *options = link->run->options;
	uint64_t total = link->run->payload.total;
	bool until_end = options->half_close && !options->hold;

	if (link->sent < total)
		listen_for(link, link->server_ended ? EPOLLOUT : TO_READ | EPOLLOUT);
	else if (link->server_ended || (link->received >= total && !until_end))
		finish(link);
	else
		listen_for(link, TO_READ);
}

static void end_sending(struct link *link)
{
	if (!link->run->options->half_close)
		return;
	say(link, "shutdown(SHUT_WR): all is sent");
	note_who_is_first(link);
	link->ended = true;
	shutdown(link->watch.descriptor, SHUT_WR);
}

/* False if the link has failed. */
static bool send_some(struct link *link)
{
	struct run *run = link->run;
	size_t length;
	const char *bytes = payload_at(&run->payload, link->sent, &length);
	ssize_t count;

	if (!length)
		return true;
	count = send(link->watch.descriptor, bytes, length, MSG_NOSIGNAL);
	if (count < 0 && errno != EAGAIN && errno != EINTR) {
		fail(link, "sending to", errno);
		return false;
	}
	if (count <= 0)
		return true;
	tell(run->options->verbose, link->watch.descriptor, "send() = %zd of %zu bytes",
	     count, length);
	link->sent += (uint64_t)count;
	run->sent += (uint64_t)count;
	if (link->sent == run->payload.total)
		end_sending(link);
	return true;
}

/* What it has not been sent yet can still be sent, but gets no answer. False if that is a
 * failure. */
static bool server_ended(struct link *link)
{
	struct run *run = link->run;

	say(link, "recv() = 0: the server has ended its side");
	link->server_ended = true;
	if (link->sent == run->payload.total || run->options->half_close)
		return true;
	run->failed++;
	if (!run->explained)
		complain("the server has ended after %llu of %llu bytes were sent",
			 (unsigned long long)link->sent,
			 (unsigned long long)run->payload.total);
	run->explained = true;
	drop(link, "the server has ended before all was sent");
	return false;
}

/* How much of what has come back is what was sent. */
static size_t agreement(const struct link *link, size_t length)
{
	const struct payload *payload = &link->run->payload;
	const char *bytes = link->run->buffer;

	if (payload_is(payload, link->received, bytes, length))
		return length;
	return payload_agreement(payload, link->received, bytes, length);
}

static bool receive_some(struct link *link, uint32_t events)
{
	struct run *run = link->run;
	ssize_t count = recv(link->watch.descriptor, run->buffer, PIECE_MAX, 0);

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (count < 0) {
		fail(link, "receiving from", errno);
		return false;
	}
	if (count == 0 && !endpoint_is_datagram(&run->to) &&
	    !is_empty_message(&run->to, link->watch.descriptor, events))
		return server_ended(link);
	tell(run->options->verbose, link->watch.descriptor, "recv() = %zd bytes", count);
	if (link->right == link->received)
		link->right += agreement(link, (size_t)count);
	link->received += (uint64_t)count;
	run->received += (uint64_t)count;
	return true;
}

static void talk(struct link *link, uint32_t events)
{
	if ((events & EPOLLOUT) && !send_some(link))
		return;
	if ((events & ~(uint32_t)EPOLLOUT) && !link->server_ended &&
	    !receive_some(link, events))
		return;
	go_on(link);
}

static void announce_all(struct run *run)
{
	char line[ENDPOINT_TEXT + 64], name[ENDPOINT_TEXT];

	if (run->connected < run->options->count || run->announced)
		return;
	snprintf(line, sizeof(line), "connected %s %s: %llu", endpoint_protocol(&run->to),
		 endpoint_print(name, &run->to), (unsigned long long)run->connected);
	run->announced = true;
	if (!announce(run->options->ready_descriptor, line))
		run->failed++;
}

/* Nobody listens. A reset leaves no TIME_WAIT on the port that somebody else wants. */
static void fail_with_itself(struct link *link)
{
	struct run *run = link->run;
	char to[ENDPOINT_TEXT];

	run->failed++;
	if (!run->explained || run->options->verbose)
		complain(
			"connecting to %s: nobody listens there: the kernel lent that very port to "
			"the connection, which has met itself",
			endpoint_print(to, &run->to));
	run->explained = true;
	tcp_reset_on_close(link->watch.descriptor);
	drop(link, "a connection with itself, by a RST");
}

static void connected(struct link *link)
{
	struct run *run = link->run;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	struct endpoint end;

	if (endpoint_is_tcp(&run->to) && tcp_has_met_itself(link->watch.descriptor)) {
		fail_with_itself(link);
		return;
	}
	link->state = LINK_TALKING;
	run->connecting--;
	run->connected++;
	if (run->options->verbose) {
		endpoint_of_socket(&end, link->watch.descriptor);
		tell(true, link->watch.descriptor, "connected: %s -> %s",
		     endpoint_print(from, &end), endpoint_print(to, &run->to));
	}
	announce_all(run);
	if (!run->payload.total)
		end_sending(link);
	else if (!send_some(link))
		return;
	go_on(link);
}

static void end_connecting(struct link *link)
{
	int error = 0;
	socklen_t length = sizeof(error);

	getsockopt(link->watch.descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error)
		fail(link, NULL, error);
	else
		connected(link);
}

/* Nothing is expected any more, but the connection is over. */
static void lost(struct link *link)
{
	link->run->lost++;
	drop(link, "the server has closed it");
}

static void link_ready(struct watch *watch, uint32_t events)
{
	struct link *link = (struct link *)watch;
	struct run *run = link->run;

	switch (link->state) {
	case LINK_CONNECTING:
		end_connecting(link);
		break;
	case LINK_TALKING:
		talk(link, events);
		break;
	default:
		lost(link);
	}
	run_start_links(run);
	run_check(run);
}

void link_begin(struct link *link, bool is_connected)
{
	link->watch.ready = link_ready;
	if (is_connected)
		connected(link);
	else
		listen_for(link, EPOLLOUT);
}

void link_close_all(struct run *run)
{
	while (run->links)
		drop(run->links, "the end");
}
