/* SPDX-License-Identifier: MIT */
#include "source/diag.h"

#include "error.h"
#include "hold.h"
#include "source/sockstat.h"
#include "state.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

/* A dump answers at once; a kernel that does not within this many seconds never will. */
#define RECEIVE_TIMEOUT 60

/* A protocol that does not exist, to ask whether the kernel reads the attribute that
 * names one. */
#define NO_PROTOCOL 254

/* The first answer has as many sockets as fit into nearly a page, of whatever size
 * (af_netlink.c: NLMSG_GOODSIZE), and a socket takes some hundred bytes. So an answer of
 * fewer bytes than this is the whole list. Only speed depends on it. */
#define SHORT_ANSWER 2048

static int send_dump(struct natu_diag_reader *reader, const struct natu_request *request,
		     int address_family, struct natu_error *error)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(reader->asked);

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->family->put_request(message, request, address_family);
	if (request->bytecode_length && !reader->without_bytecode)
		mnl_attr_put(message, KERNEL_DIAG_REQ_BYTECODE, request->bytecode_length,
			     request->bytecode);
	return natu_diag_send(reader, message, error);
}

/* Reads a dump to its end and gives the errno that it ends with, or -1 with *error
 * filled. */
static int drain(struct natu_diag_reader *reader, struct natu_error *error)
{
	for (;;) {
		ssize_t left = natu_diag_receive(reader, error);
		const struct nlmsghdr *message =
			(const struct nlmsghdr *)reader->natu->receive;

		if (left < 0)
			return -1;
		for (int n = (int)left; mnl_nlmsg_ok(message, n);
		     message = mnl_nlmsg_next(message, &n))
			if (message->nlmsg_type == NLMSG_DONE ||
			    message->nlmsg_type == NLMSG_ERROR)
				return natu_message_errno(message);
	}
}

/*
 * Linux 5.9 and later read the attribute that lets one walk serve another protocol than
 * TCP. An older kernel ignores it and would answer with TCP's sockets: for a protocol
 * that does not exist that shows. Returns 1 or 0, or -1 with *error filled.
 */
static int honours_protocol(struct natu_diag_reader *reader, struct natu_error *error)
{
	struct natu *natu = reader->natu;
	struct natu_request probe = *reader->base.request;
	struct natu_family nobody = *probe.family;
	int refused;

	if (natu->any_family >= 0)
		return natu->any_family;
	nobody.protocol = NO_PROTOCOL;
	probe.family = &nobody;
	probe.states = STATE_BIT(STATE_LISTEN);
	probe.facts = 0;
	probe.bytecode_length = 0;
	if (send_dump(reader, &probe, AF_UNSPEC, error) < 0)
		return -1;
	refused = drain(reader, error);
	if (refused >= 0)
		natu->any_family = refused == ENOENT;
	return refused < 0 ? -1 : natu->any_family;
}

/* A kernel that does not read the attribute would answer with TCP's sockets. */
static int check_attribute(struct natu_diag_reader *reader, struct natu_error *error)
{
	const struct natu_family *family = reader->base.request->family;
	int honoured = family->protocol > UINT8_MAX ? honours_protocol(reader, error) : 1;

	if (honoured)
		return honoured < 0 ? -1 : 0;
	return natu_fail(error, NATU_ENOSUP, 0,
			 "asking sock_diag for %s sockets: it takes Linux 5.9",
			 family->title);
}

/* One walk serves both families, which then are mixed. 1 or 0, or -1 with *error
 * filled. */
static int walks_once(struct natu_diag_reader *reader, struct natu_error *error)
{
	const struct natu_request *request = reader->base.request;

	if (request->families != (NATU_IPV4 | NATU_IPV6) ||
	    request->family->is_dumped_by_family)
		return 0;
	return request->family->protocol == IPPROTO_TCP ? 1
							: honours_protocol(reader, error);
}

static void plan_dumps(struct natu_diag_reader *reader, bool once)
{
	const struct natu_request *request = reader->base.request;

	reader->next_dump = reader->dump_count = 0;
	reader->base.in_order = !once;
	if (once)
		reader->dumps[reader->dump_count++] = AF_UNSPEC;
	for (unsigned int i = 0; !once && i < 2; i++)
		if (request->families >> i & 1)
			reader->dumps[reader->dump_count++] =
				request->family->address_families[i];
}

static int start_next_dump(struct natu_diag_reader *reader, struct natu_error *error)
{
	int address_family = reader->dumps[reader->next_dump++];

	return send_dump(reader, reader->base.request, address_family, error);
}

/*
 * Looks at the first answer to a dump. A handler that is missing can answer with an
 * ERROR, or with a DONE that carries -ENOENT: that is not an empty list.
 */
static int first_answer(struct natu_diag_reader *reader, struct natu_error *error)
{
	const struct nlmsghdr *message = natu_diag_peek(reader, error);
	int refused;

	if (!message)
		return -1;
	if (message->nlmsg_type != NLMSG_DONE && message->nlmsg_type != NLMSG_ERROR)
		return 0;
	refused = natu_message_errno(message);
	if (!refused)
		return 0;
	if (natu_diag_receive(reader, error) < 0)
		return -1;
	if (refused == ENOENT)
		return natu_fail(
			error, NATU_ENOSUP, 0,
			"sock_diag of this kernel has no handler for %s sockets; "
			"perhaps a module is missing",
			reader->base.request->family->title);
	return natu_fail(error, NATU_ESYS, refused, "asking sock_diag for %s sockets",
			 reader->base.request->family->title);
}

/* Sends the first dump; once more without bytecode to a kernel that refuses that. */
static int start_dumps(struct natu_diag_reader *reader, struct natu_error *error)
{
	if (start_next_dump(reader, error) < 0)
		return -1;
	if (!first_answer(reader, error))
		return 0;
	if (!reader->base.request->bytecode_length ||
	    (error->error != EINVAL && error->error != EPERM))
		return -1;
	reader->without_bytecode = true;
	reader->next_dump = 0;
	if (start_next_dump(reader, error) < 0)
		return -1;
	return first_answer(reader, error);
}

static int open_socket(struct natu_diag_reader *reader, struct natu_error *error)
{
	const struct timeval timeout = { .tv_sec = RECEIVE_TIMEOUT };
	struct natu_visit visit;

	/* It stays in the namespace in which it is opened. */
	if (natu_netns_enter(reader->natu, &visit, error) < 0)
		return -1;
	reader->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	natu_netns_leave(&visit);
	if (!reader->socket)
		return natu_fail(error, NATU_ESYS, errno, "opening a sock_diag socket");
	if (setsockopt(mnl_socket_get_fd(reader->socket), SOL_SOCKET, SO_RCVTIMEO,
		       &timeout, sizeof(timeout)) < 0)
		return natu_fail(error, NATU_ESYS, errno,
				 "setting up a sock_diag socket");
	return 0;
}

/* Where an order is wanted, IPv6 has to wait for the end of IPv4: does it fit? */
static bool ipv6_can_wait(const struct natu_diag_reader *reader)
{
	const struct natu_request *request = reader->base.request;

	if (!request->in_order || reader->first_length < SHORT_ANSWER)
		return true;
	return natu_hold_fits(natu_sockstat_ipv6(reader->natu, request->family),
			      request->facts);
}

/*
 * The kernel's first two answers are small ones, unless the socket has received something
 * before: then they take what the buffer takes. So a second dump ends its answers at
 * other rows than the first.
 */
static int warm_up(struct natu_diag_reader *reader, struct natu_error *error)
{
	struct natu_request nothing = *reader->base.request;

	if (!nothing.has_protocol)
		return 0;
	nothing.protocol = NO_PROTOCOL;
	if (send_dump(reader, &nothing, nothing.family->address_families[0], error) < 0)
		return -1;
	return drain(reader, error) < 0 ? -1 : 0;
}

static int start(struct natu_diag_reader *reader, struct natu_error *error)
{
	int once = walks_once(reader, error);

	if (once < 0 || check_attribute(reader, error) < 0 || warm_up(reader, error) < 0)
		return -1;
	plan_dumps(reader, once);
	if (start_dumps(reader, error) < 0)
		return -1;
	if (!once || ipv6_can_wait(reader))
		return 0;
	/* A socket has one dump at a time: the rest of this one is left with it. */
	mnl_socket_close(reader->socket);
	reader->socket = NULL;
	plan_dumps(reader, false);
	return open_socket(reader, error) < 0 ? -1 : start_dumps(reader, error);
}

static void diag_close(struct natu_reader *base)
{
	struct natu_diag_reader *reader = (struct natu_diag_reader *)base;

	if (reader->socket)
		mnl_socket_close(reader->socket);
	free(reader);
}

static struct natu_reader *diag_open(struct natu *natu,
				     const struct natu_request *request,
				     struct natu_error *error)
{
	struct natu_diag_reader *reader;

	if (!request->family->put_request) {
		natu_fail(error, NATU_ENOSUP, 0, "sock_diag has no %s sockets",
			  request->family->title);
		return NULL;
	}
	reader = malloc(sizeof(*reader));
	if (!reader) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "opening a sock_diag socket");
		return NULL;
	}
	reader->base = (struct natu_reader){ .ops = &natu_diag, .request = request };
	reader->natu = natu;
	reader->socket = NULL;
	reader->without_bytecode = reader->is_look_up = reader->is_received = false;
	natu_messages_start(&reader->messages, request);
	if (open_socket(reader, error) < 0 ||
	    (!natu_diag_look_up(reader) && start(reader, error) < 0)) {
		diag_close(&reader->base);
		return NULL;
	}
	return &reader->base;
}

/* Receives the next chunk of the dump. */
static int refill(struct natu_diag_reader *reader, struct natu_error *error)
{
	ssize_t length = natu_diag_receive(reader, error);

	if (length < 0)
		return -1;
	natu_messages_feed(&reader->messages, reader->natu->receive, (size_t)length);
	return 0;
}

/* Goes on after the end of what was received. 1, or what diag_next() returns. */
static int receive_on(struct natu_diag_reader *reader, enum natu_messages_end end,
		      struct natu_error *error)
{
	reader->base.malformed = reader->messages.malformed;
	reader->base.has_moved |= reader->messages.has_moved;
	if (end == NATU_MESSAGES_FAILED)
		return -1;
	if (end == NATU_MESSAGES_DONE) {
		if (reader->next_dump == reader->dump_count)
			return 0;
		if (start_next_dump(reader, error) < 0)
			return -1;
	}
	if (reader->is_look_up && reader->is_received)
		return 0;
	reader->is_received = true;
	return refill(reader, error) < 0 ? -1 : 1;
}

__attribute__((noinline)) static int find_row(struct natu_diag_reader *reader,
					      enum natu_messages_end end,
					      struct natu_socket *socket,
					      struct natu_error *error)
{
	int more = 1;

	while (end != NATU_MESSAGES_ROW && more > 0) {
		more = receive_on(reader, end, error);
		if (more > 0)
			end = natu_messages_next(&reader->messages, socket, error);
	}
	return more;
}

/* Most rows are at hand: the rest is out of their way. */
static int diag_next(struct natu_reader *base, struct natu_socket *socket,
		     struct natu_error *error)
{
	struct natu_diag_reader *reader = (struct natu_diag_reader *)base;
	enum natu_messages_end end = natu_messages_next(&reader->messages, socket, error);

	return end == NATU_MESSAGES_ROW ? 1 : find_row(reader, end, socket, error);
}

const struct natu_source_ops natu_diag = {
	.name = "diag",
	.open = diag_open,
	.next = diag_next,
	.close = diag_close,
};
