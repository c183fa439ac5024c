/* SPDX-License-Identifier: MIT */
#include "listen_server.h"

#include "cli.h"
#include "net/tell.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* Between two looks at the other descriptors. */
#define RECEIVE_BURST 64
/* What may wait for its answer: beyond it nothing is read, and the kernel's queue
 * fills. */
#define ANSWERS_MAX (4UL << 20)
/* A UNIX receiver whose queue is full is tried again, and given up after a while. */
#define AGAIN_MS 10
#define TRIES_MAX 500

/* Who sent it, and to which of our addresses: the answer comes from there. */
struct envelope {
	struct endpoint peer;
	_Alignas(struct cmsghdr) char control[64];
	size_t control_length;
};

struct letter {
	struct due due; /* first: --delay */
	struct letter *next;
	struct envelope envelope;
	size_t length;
	char bytes[];
};

/* What waits for a receiver whose queue is full, in the order in which it gets it. */
struct mailbox {
	struct due due; /* first */
	struct letter *first, *last;
	unsigned int tries; /* since it has taken one */
};

static struct server *server_of_delay(struct delay *delay, size_t offset)
{
	return (struct server *)((char *)delay - offset);
}

static void count_sent(struct server *server, const struct envelope *envelope,
		       size_t length)
{
	char to[ENDPOINT_TEXT];

	server->tally.sent += length;
	if (server->options->verbose)
		tell(true, server->socket.descriptor, "sendmsg() = %zu bytes to %s",
		     length, endpoint_print(to, &envelope->peer));
}

static bool is_momentary(int error)
{
	return error == EAGAIN || error == EINTR || error == ENOBUFS;
}

/* False with errno EAGAIN if it cannot be sent now; other failures are counted, and
 * over. */
static bool send_answer(struct server *server, const struct envelope *envelope,
			const char *bytes, size_t length)
{
	struct iovec part = { .iov_base = (char *)(uintptr_t)bytes, .iov_len = length };
	struct msghdr message = {
		.msg_name = (void *)(uintptr_t)&envelope->peer.address,
		.msg_namelen = envelope->peer.length,
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	ssize_t sent;

	if (envelope->control_length) {
		message.msg_control = (void *)(uintptr_t)envelope->control;
		message.msg_controllen = envelope->control_length;
	}
	sent = sendmsg(server->socket.descriptor, &message, MSG_NOSIGNAL);
	/* No answer can come from an address of broadcast or multicast. */
	if (sent < 0 && !is_momentary(errno) && message.msg_controllen) {
		message.msg_controllen = 0;
		sent = sendmsg(server->socket.descriptor, &message, MSG_NOSIGNAL);
	}
	if (sent >= 0) {
		count_sent(server, envelope, length);
		return true;
	}
	if (is_momentary(errno)) {
		errno = EAGAIN;
		return false;
	}
	server->tally.failed++;
	tell(server->options->verbose, server->socket.descriptor, "sendmsg(): %s",
	     strerror(errno));
	return true;
}

static bool has_enough(const struct server *server)
{
	return server->options->max && server->tally.messages >= server->options->max;
}

static void drop_letter(struct server *server, struct letter *letter)
{
	server->answers_size -= sizeof(*letter) + letter->length;
	free(letter);
	if (has_enough(server) && !server->answers_size)
		server_end(server, "--max");
	else if (!has_enough(server) && server->answers_size < ANSWERS_MAX / 2)
		loop_watch(&server->loop, &server->socket, EPOLLIN);
}

static struct mailbox *mailbox_of(struct server *server, const struct endpoint *peer)
{
	struct due *queue = &server->again.queue;

	for (struct due *due = queue->next; due != queue; due = due->next) {
		struct mailbox *mailbox = (struct mailbox *)due;
		const struct endpoint *other = &mailbox->first->envelope.peer;

		if (other->length == peer->length &&
		    !memcmp(&other->address, &peer->address, peer->length))
			return mailbox;
	}
	return NULL;
}

/* What has come before it may wait already: it waits behind that. */
static void post(struct server *server, struct letter *letter)
{
	struct mailbox *mailbox = mailbox_of(server, &letter->envelope.peer);

	if (mailbox) {
		mailbox->last->next = letter;
		mailbox->last = letter;
		return;
	}
	if (send_answer(server, &letter->envelope, letter->bytes, letter->length)) {
		drop_letter(server, letter);
		return;
	}
	mailbox = calloc(1, sizeof(*mailbox));
	if (!mailbox) {
		server->tally.unanswered++;
		drop_letter(server, letter);
		return;
	}
	mailbox->first = mailbox->last = letter;
	delay_add(&server->again, &mailbox->due);
}

static void delay_over(struct delay *delay, struct due *due)
{
	post(server_of_delay(delay, offsetof(struct server, delay)),
	     (struct letter *)due);
}

static void drop_first(struct server *server, struct mailbox *mailbox)
{
	struct letter *letter = mailbox->first;

	mailbox->first = letter->next;
	drop_letter(server, letter);
}

static void give_up(struct server *server, struct mailbox *mailbox)
{
	tell(server->options->verbose, server->socket.descriptor,
	     "a receiver does not read: its answers are given up");
	while (mailbox->first) {
		server->tally.unanswered++;
		drop_first(server, mailbox);
	}
}

static void try_again(struct delay *delay, struct due *due)
{
	struct server *server = server_of_delay(delay, offsetof(struct server, again));
	struct mailbox *mailbox = (struct mailbox *)due;

	mailbox->tries++;
	while (mailbox->first &&
	       send_answer(server, &mailbox->first->envelope, mailbox->first->bytes,
			   mailbox->first->length)) {
		drop_first(server, mailbox);
		mailbox->tries = 0;
	}
	if (mailbox->tries > TRIES_MAX)
		give_up(server, mailbox);
	if (mailbox->first)
		delay_add(&server->again, &mailbox->due);
	else
		free(mailbox);
}

static void write_letter(struct server *server, const struct envelope *envelope,
			 size_t length)
{
	struct letter *letter = malloc(sizeof(*letter) + length);

	if (!letter) {
		server->tally.unanswered++;
		return;
	}
	*letter = (struct letter){ .envelope = *envelope, .length = length };
	memcpy(letter->bytes, server->buffer, length);
	server->answers_size += sizeof(*letter) + length;
	if (server->answers_size > ANSWERS_MAX)
		loop_watch(&server->loop, &server->socket, 0);
	if (server->options->delay_ms)
		delay_add(&server->delay, &letter->due);
	else
		post(server, letter);
}

static void answer(struct server *server, const struct envelope *envelope, size_t length)
{
	if (envelope->peer.length <= sizeof(sa_family_t)) {
		tell(server->options->verbose, server->socket.descriptor,
		     "the sender has no name: it cannot be answered");
		server->tally.unanswered++;
	} else if (server->options->delay_ms || mailbox_of(server, &envelope->peer) ||
		   !send_answer(server, envelope, server->buffer, length)) {
		write_letter(server, envelope, length);
	}
}

/* An answer leaves by the address to which the question came, whatever the routes
 * prefer. */
static void keep_address(struct envelope *envelope, struct msghdr *message)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in_pktinfo v4;
	struct in6_pktinfo v6;

	envelope->control_length = 0;
	if (!control)
		return;
	if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
		memcpy(&v4, CMSG_DATA(control), sizeof(v4));
		v4.ipi_ifindex = 0;
		memcpy(CMSG_DATA(control), &v4, sizeof(v4));
		envelope->control_length = CMSG_SPACE(sizeof(v4));
	} else if (control->cmsg_level == IPPROTO_IPV6 &&
		   control->cmsg_type == IPV6_PKTINFO) {
		memcpy(&v6, CMSG_DATA(control), sizeof(v6));
		if (!IN6_IS_ADDR_LINKLOCAL(&v6.ipi6_addr))
			v6.ipi6_ifindex = 0;
		memcpy(CMSG_DATA(control), &v6, sizeof(v6));
		envelope->control_length = CMSG_SPACE(sizeof(v6));
	}
}

static ssize_t receive(struct server *server, struct envelope *envelope)
{
	struct iovec part = { .iov_base = server->buffer,
			      .iov_len = server->buffer_size };
	struct msghdr message = {
		.msg_name = &envelope->peer.address,
		.msg_namelen = sizeof(envelope->peer.address),
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	ssize_t count;

	/* By a UNIX socket come descriptors (SCM_RIGHTS): without room the kernel closes
	 * them. */
	if (endpoint_family(&server->local) != AF_UNIX) {
		message.msg_control = envelope->control;
		message.msg_controllen = sizeof(envelope->control);
	}
	count = recvmsg(server->socket.descriptor, &message, 0);
	if (count < 0)
		return count;
	envelope->peer.length = message.msg_namelen;
	keep_address(envelope, &message);
	if (message.msg_flags & MSG_TRUNC)
		server->tally.failed++;
	return count;
}

static void take_one(struct server *server, const struct envelope *envelope,
		     size_t length)
{
	char from[ENDPOINT_TEXT];

	server->tally.messages++;
	server->tally.received += length;
	if (server->options->verbose)
		tell(true, server->socket.descriptor, "recvmsg() = %zu bytes from %s",
		     length, endpoint_print(from, &envelope->peer));
	if (server->options->manner != MANNER_DISCARD)
		answer(server, envelope, length);
}

static void receive_some(struct watch *watch, uint32_t events)
{
	struct server *server = (void *)((char *)watch - offsetof(struct server, socket));
	struct envelope envelope = { 0 };

	(void)events;
	for (int i = 0; i < RECEIVE_BURST && !has_enough(server); i++) {
		ssize_t count;

		if (server->answers_size > ANSWERS_MAX)
			return;
		/* One that is too large for any room is cut, and counted as failed. */
		if (endpoint_family(&server->local) == AF_UNIX &&
		    !server_room_for_next(server, watch->descriptor) && errno == EAGAIN)
			return;
		count = receive(server, &envelope);
		if (count < 0 && errno == EAGAIN)
			return;
		/* Otherwise the error is about an answer sent before: there is nobody any
		 * more. */
		if (count < 0)
			server->tally.failed++;
		else
			take_one(server, &envelope, (size_t)count);
	}
	if (has_enough(server))
		loop_forget(&server->loop, &server->socket);
	if (has_enough(server) && !server->answers_size)
		server_end(server, "--max");
}

static void ask_for_addresses(struct server *server)
{
	const int one = 1;
	int descriptor = server->socket.descriptor;

	if (!endpoint_is_wildcard(&server->local))
		return;
	if (endpoint_family(&server->local) == AF_INET6)
		setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	else
		setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
}

bool datagrams_open(struct server *server)
{
	server->socket.ready = receive_some;
	ask_for_addresses(server);
	if (!delay_open(&server->loop, &server->delay, server->options->delay_ms,
			delay_over) ||
	    !delay_open(&server->loop, &server->again, AGAIN_MS, try_again))
		return false;
	if (server->options->manner == MANNER_HOLD)
		return true;
	if (loop_watch(&server->loop, &server->socket, EPOLLIN))
		return true;
	complain("watching the socket: %s", strerror(errno));
	return false;
}

static void drop_mailbox(struct mailbox *mailbox)
{
	while (mailbox->first) {
		struct letter *letter = mailbox->first;

		mailbox->first = letter->next;
		free(letter);
	}
	free(mailbox);
}

/* Those for which the queue had no room, as this kernel counts them. */
static void count_dropped(struct server *server)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(memory);

	if (server->socket.descriptor >= 0 &&
	    getsockopt(server->socket.descriptor, SOL_SOCKET, SO_MEMINFO, memory,
		       &length) == 0)
		server->tally.dropped = memory[SK_MEMINFO_DROPS];
}

void datagrams_close(struct server *server)
{
	struct due *due;

	count_dropped(server);
	while (server->delay.queue.next && (due = delay_take(&server->delay)))
		free(due);
	while (server->again.queue.next && (due = delay_take(&server->again)))
		drop_mailbox((struct mailbox *)due);
	timer_close(&server->delay.timer);
	timer_close(&server->again.timer);
}
