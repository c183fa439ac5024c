/* SPDX-License-Identifier: MIT */
#include "source.h"

#include "context.h"
#include "error.h"
#include "hold.h"
#include "kernel.h"
#include "source/messages.h"
#include "source/record.h"
#include "source/sockstat.h"
#include "state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>

/* A request: a header, struct inet_diag_req_v2, the bytecode and a little more. */
#define REQUEST_SIZE (NATU_BYTECODE_MAX + 256)

/* A dump answers at once; a kernel that does not within this many seconds never will. */
#define RECEIVE_TIMEOUT 60

/* A protocol that does not exist, to ask whether the kernel reads the attribute that names one. */
#define NO_PROTOCOL 254

struct diag_reader {
	struct natu_reader base;
	struct natu *natu;
	struct mnl_socket *socket;
	/* The address families of the dumps still to come; AF_UNSPEC is both in one walk. */
	int dumps[2];
	unsigned int next_dump, dump_count;
	bool without_bytecode;		/* this kernel refused it */
	bool is_look_up, is_received;	/* one connection was asked for and found, and taken */
	struct natu_messages messages;
	/* The last request, until it is recorded: that waits for its first reply, since the dumps of
	 * several protocols are asked for before the first of them is read. */
	_Alignas(NLMSG_ALIGNTO) char asked[REQUEST_SIZE];
	bool is_recorded;
};

static void record_reply(struct diag_reader *reader, const void *bytes, size_t length)
{
	const struct nlmsghdr *asked = (const struct nlmsghdr *)reader->asked;

	if (!reader->is_recorded)
		natu_record(reader->natu, asked, asked->nlmsg_len);
	reader->is_recorded = true;
	natu_record(reader->natu, bytes, length);
}

/* The older form of the request: the only one that walks the table once for both families. */
static void put_any_family(struct nlmsghdr *message, const struct natu_request *request)
{
	struct inet_diag_req *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = TCPDIAG_GETSOCK;
	body->idiag_family = AF_INET;
	body->idiag_ext = natu_inet_extensions(request->facts);
	body->idiag_states = request->states;
	body->id.idiag_sport = htons(request->local_port);
	body->id.idiag_dport = htons(request->peer_port);
}

static void put_one_family(struct nlmsghdr *message, const struct natu_request *request, int family)
{
	struct inet_diag_req_v2 *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)family;
	body->sdiag_protocol = (uint8_t)request->family->protocol;
	body->idiag_ext = natu_inet_extensions(request->facts);
	body->idiag_states = request->states;
	body->id.idiag_sport = htons(request->local_port);
	body->id.idiag_dport = htons(request->peer_port);
}

static int send_message(struct diag_reader *reader, const struct nlmsghdr *message,
			struct natu_error *error)
{
	reader->is_recorded = false;
	if (mnl_socket_sendto(reader->socket, message, message->nlmsg_len) < 0)
		return natu_fail(error, NATU_ESYS, errno, "asking for %s sockets",
				 reader->base.request->family->title);
	return 0;
}

static int send_dump(struct diag_reader *reader, const struct natu_request *request, int family,
		     uint32_t protocol, struct natu_error *error)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(reader->asked);

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (family == AF_UNSPEC)
		put_any_family(message, request);
	else
		put_one_family(message, request, family);
	if (family == AF_UNSPEC && protocol != IPPROTO_TCP)
		mnl_attr_put_u32(message, KERNEL_DIAG_REQ_PROTOCOL, protocol);
	if (request->bytecode_length && !reader->without_bytecode)
		mnl_attr_put(message, KERNEL_DIAG_REQ_BYTECODE, request->bytecode_length,
			     request->bytecode);
	return send_message(reader, message, error);
}

static ssize_t receive(struct diag_reader *reader, struct natu_error *error)
{
	unsigned char *buffer = reader->natu->receive;
	ssize_t length;

	do
		length = mnl_socket_recvfrom(reader->socket, buffer, NATU_RECEIVE_SIZE);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return natu_fail(error, NATU_ESYS, length ? errno : EPROTO,
				 "receiving %s sockets",
				 reader->base.request->family->title);
	record_reply(reader, buffer, (size_t)length);
	return length;
}

/* Reads a dump to its end and gives the errno that it ends with, or -1 with *error filled. */
static int drain(struct diag_reader *reader, struct natu_error *error)
{
	for (;;) {
		ssize_t left = receive(reader, error);
		const struct nlmsghdr *message = (const struct nlmsghdr *)reader->natu->receive;

		if (left < 0)
			return -1;
		for (int n = (int)left; mnl_nlmsg_ok(message, n); message = mnl_nlmsg_next(message, &n))
			if (message->nlmsg_type == NLMSG_DONE ||
			    message->nlmsg_type == NLMSG_ERROR)
				return natu_message_errno(message);
	}
}

/*
 * Linux 5.9 and later read the attribute that lets one walk serve another protocol than TCP. An older
 * kernel ignores it and would answer with TCP's sockets: for a protocol that does not exist
 * that shows. Returns 1 or 0, or -1 with *error filled.
 */
static int honours_protocol(struct diag_reader *reader, struct natu_error *error)
{
	struct natu *natu = reader->natu;
	struct natu_request probe = *reader->base.request;
	int refused;

	if (natu->any_family >= 0)
		return natu->any_family;
	probe.states = STATE_BIT(STATE_LISTEN);
	probe.facts = 0;
	probe.bytecode_length = 0;
	if (send_dump(reader, &probe, AF_UNSPEC, NO_PROTOCOL, error) < 0)
		return -1;
	refused = drain(reader, error);
	if (refused >= 0)
		natu->any_family = refused == ENOENT;
	return refused < 0 ? -1 : natu->any_family;
}

/* One walk mixes IPv4 and IPv6. That is worth it while IPv6 can wait for the end of IPv4. */
static int wants_one_walk(struct diag_reader *reader, struct natu_error *error)
{
	const struct natu_request *request = reader->base.request;
	uint64_t ipv6;

	if (request->in_order) {
		ipv6 = natu_sockstat_ipv6(reader->natu->proc, request->family);
		if (!natu_hold_fits(ipv6, request->facts))
			return false;
	}
	return request->family->protocol == IPPROTO_TCP ? 1 : honours_protocol(reader, error);
}

static int plan_dumps(struct diag_reader *reader, struct natu_error *error)
{
	const struct natu_request *request = reader->base.request;
	bool both = (request->families & NATU_IPV4) && (request->families & NATU_IPV6);
	int one_walk = both ? wants_one_walk(reader, error) : false;

	if (one_walk < 0)
		return -1;
	if (one_walk)
		reader->dumps[reader->dump_count++] = AF_UNSPEC;
	else if (request->families & NATU_IPV4)
		reader->dumps[reader->dump_count++] = AF_INET;
	if (!one_walk && (request->families & NATU_IPV6))
		reader->dumps[reader->dump_count++] = AF_INET6;
	reader->base.in_order = !one_walk;
	return 0;
}

static int start_next_dump(struct diag_reader *reader, struct natu_error *error)
{
	int family = reader->dumps[reader->next_dump++];

	return send_dump(reader, reader->base.request, family,
			 reader->base.request->family->protocol, error);
}

/* The first message of the next answer, which stays in the queue; NULL with *error filled. */
static const struct nlmsghdr *peek(struct diag_reader *reader, struct natu_error *error)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)reader->natu->receive;
	const char *title = reader->base.request->family->title;
	ssize_t length;

	do
		length = recv(mnl_socket_get_fd(reader->socket), reader->natu->receive,
			      NATU_RECEIVE_SIZE, MSG_PEEK);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		natu_fail(error, NATU_ESYS, errno, "receiving %s sockets", title);
	else if (!mnl_nlmsg_ok(message, (int)length))
		natu_fail(error, NATU_EDATA, EPROTO, "receiving %s sockets", title);
	else
		return message;
	return NULL;
}

/*
 * Looks at the first answer to a dump. A handler that is missing can answer with an ERROR, or with a
 * DONE that carries -ENOENT: that is not an empty list.
 */
static int first_answer(struct diag_reader *reader, struct natu_error *error)
{
	const struct nlmsghdr *message = peek(reader, error);
	int refused;

	if (!message)
		return -1;
	if (message->nlmsg_type != NLMSG_DONE && message->nlmsg_type != NLMSG_ERROR)
		return 0;
	refused = natu_message_errno(message);
	if (!refused)
		return 0;
	if (receive(reader, error) < 0)
		return -1;
	return natu_fail(error, refused == ENOENT ? NATU_ENOSUP : NATU_ESYS, refused,
			 "asking sock_diag for %s sockets", reader->base.request->family->title);
}

/* Sends the first dump; once more without bytecode to a kernel that refuses that. */
static int start_dumps(struct diag_reader *reader, struct natu_error *error)
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

static int send_look_up(struct diag_reader *reader, struct natu_error *error)
{
	const struct natu_tuple *tuple = &reader->base.request->tuple;
	struct nlmsghdr *message = mnl_nlmsg_put_header(reader->asked);
	struct inet_diag_req_v2 *body;

	message->nlmsg_flags = NLM_F_REQUEST;
	put_one_family(message, reader->base.request, tuple->local.family);
	body = mnl_nlmsg_get_payload(message);
	body->id.idiag_sport = htons(tuple->local_port);
	body->id.idiag_dport = htons(tuple->peer_port);
	memcpy(body->id.idiag_src, tuple->local.bytes, sizeof(body->id.idiag_src));
	memcpy(body->id.idiag_dst, tuple->peer.bytes, sizeof(body->id.idiag_dst));
	body->id.idiag_cookie[0] = body->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return send_message(reader, message, error);
}

/* The kernel gives a listener where there is no connection: only the very tuple counts. */
static bool is_asked_for(const struct natu_request *request, const struct nlmsghdr *message)
{
	const struct natu_tuple *tuple = &request->tuple;
	struct natu_value ends[4] = { 0 };
	struct natu_socket socket;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    !request->family->decode(request->family, mnl_nlmsg_get_payload(message),
				     mnl_nlmsg_get_payload_len(message), 0, &socket))
		return false;
	for (unsigned int i = 0; i < 4; i++)
		ends[i].type = NATU_ADDRESS;
	ends[0].address = tuple->local;
	ends[1].address = socket.local;
	ends[2].address = tuple->peer;
	ends[3].address = socket.peer;
	return socket.local_port == tuple->local_port && socket.peer_port == tuple->peer_port &&
	       !natu_value_compare(&ends[0], &ends[1]) && !natu_value_compare(&ends[2], &ends[3]);
}

/*
 * One connection is found without a walk. Anything but it means a dump: a socket that is bound to a device
 * is not found like this. A recording gets the dump in any case, since that ends with DONE.
 */
static bool look_up(struct diag_reader *reader)
{
	const struct natu_request *request = reader->base.request;
	const struct nlmsghdr *message;
	struct natu_error error;

	if (!request->has_tuple || reader->natu->record >= 0 ||
	    send_look_up(reader, &error) < 0)
		return false;
	message = peek(reader, &error);
	if (!message)
		return false;
	reader->is_look_up = is_asked_for(request, message);
	if (!reader->is_look_up)
		receive(reader, &error);
	return reader->is_look_up;
}

static int open_socket(struct diag_reader *reader, struct natu_error *error)
{
	const struct timeval timeout = { .tv_sec = RECEIVE_TIMEOUT };

	reader->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!reader->socket)
		return natu_fail(error, NATU_ESYS, errno, "opening a sock_diag socket");
	if (setsockopt(mnl_socket_get_fd(reader->socket), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		       sizeof(timeout)) < 0)
		return natu_fail(error, NATU_ESYS, errno, "setting up a sock_diag socket");
	return 0;
}

static void diag_close(struct natu_reader *base)
{
	struct diag_reader *reader = (struct diag_reader *)base;

	if (reader->socket)
		mnl_socket_close(reader->socket);
	free(reader);
}

static struct natu_reader *diag_open(struct natu *natu, const struct natu_request *request,
				     struct natu_error *error)
{
	struct diag_reader *reader = malloc(sizeof(*reader));

	if (!reader) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "opening a sock_diag socket");
		return NULL;
	}
	reader->base = (struct natu_reader){ .ops = &natu_diag, .request = request };
	reader->natu = natu;
	reader->socket = NULL;
	reader->next_dump = reader->dump_count = 0;
	reader->without_bytecode = reader->is_look_up = reader->is_received = false;
	natu_messages_start(&reader->messages, request);
	if (open_socket(reader, error) < 0 ||
	    (!look_up(reader) &&
	     (plan_dumps(reader, error) < 0 || start_dumps(reader, error) < 0))) {
		diag_close(&reader->base);
		return NULL;
	}
	return &reader->base;
}

/* Receives the next chunk of the dump. */
static int refill(struct diag_reader *reader, struct natu_error *error)
{
	ssize_t length = receive(reader, error);

	if (length < 0)
		return -1;
	natu_messages_feed(&reader->messages, reader->natu->receive, (size_t)length);
	return 0;
}

static int diag_next(struct natu_reader *base, struct natu_socket *socket, struct natu_error *error)
{
	struct diag_reader *reader = (struct diag_reader *)base;

	for (;;) {
		enum natu_messages_end end = natu_messages_next(&reader->messages, socket, error);

		if (end == NATU_MESSAGES_ROW)
			return 1;
		base->malformed = reader->messages.malformed;
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
		if (refill(reader, error) < 0)
			return -1;
	}
}

static uint32_t diag_provides(const struct natu_family *family)
{
	return family->diag_facts;
}

const struct natu_source_ops natu_diag = {
	.name = "diag",
	.provides = diag_provides,
	.open = diag_open,
	.next = diag_next,
	.close = diag_close,
};
