/* SPDX-License-Identifier: MIT */
#include <natu/destroy.h>
#include <natu/natu.h>

#include "context.h"
#include "destroy.h"
#include "error.h"
#include "kernel.h"
#include "state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/*
 * The answers to a batch wait in the socket's queue, which by default has room for about
 * two hundred of them: a batch has far fewer. Closing waits for nothing but locks; a
 * kernel that does not answer within this many seconds never will.
 */
enum { BATCH = 32, MESSAGE_SIZE = 96, ANSWER_SECONDS = 60 };

/* include/uapi/linux/sock_diag.h, Linux 4.5 */
#define KERNEL_SOCK_DESTROY 21

struct batch {
	struct natu *natu;
	uint64_t netns; /* only targets that are in there; 0: all are */
	struct mnl_socket *socket;
	struct natu_target *targets[BATCH];
	size_t count, answered;
	uint32_t sequence; /* of the first message */
	_Alignas(NLMSG_ALIGNTO) char bytes[BATCH * MESSAGE_SIZE];
	size_t used;
};

natu_facts natu_target_facts(void)
{
	return FACT_BASE | FACT_INET | FACT_COOKIE | FACT_INTERFACE | FACT_NETNS;
}

struct natu_target natu_target_of(const struct natu_socket *socket)
{
	struct natu_target target = {
		.protocol = (uint32_t)(socket->family - natu_families),
		.is_internet = socket->facts & FACT_INET,
		.is_bound = socket->state_number == STATE_BOUND,
	};

	if (socket->facts & FACT_COOKIE)
		target.cookie = socket->cookie;
	if (socket->facts & FACT_NETNS)
		target.netns = socket->netns_inode;
	if (!target.is_internet)
		return target;
	target.local = socket->local;
	target.peer = socket->peer;
	target.local_port = socket->local_port;
	target.peer_port = socket->peer_port;
	if (socket->facts & FACT_INTERFACE)
		target.interface = socket->interface;
	return target;
}

static int check(const struct natu *natu, struct natu_error *error)
{
	if (!natu->setup.replay && !natu->setup.proc_root)
		return 0;
	return natu_fail(error, NATU_EUSAGE, 0,
			 "what was recorded or copied elsewhere cannot be closed here");
}

/* --- one batch --- */

/* Adds the message that closes a target. Its ends stand in it as in a dump, for UDP too:
 * only look-ups have those the other way round. */
static void put(struct batch *batch, struct natu_target *target)
{
	const struct natu_family *family = &natu_families[target->protocol];
	struct nlmsghdr *message = mnl_nlmsg_put_header(batch->bytes + batch->used);
	struct inet_diag_req_v2 *body;

	message->nlmsg_type = KERNEL_SOCK_DESTROY;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = batch->sequence + (uint32_t)batch->count;
	body = mnl_nlmsg_put_extra_header(message, sizeof(*body));
	body->sdiag_family = target->local.family;
	body->sdiag_protocol = (uint8_t)family->protocol;
	body->idiag_states = STATES_LISTED;
	/* The number that a RAW socket has in the place of a port is its protocol. */
	if (family->protocol == IPPROTO_RAW)
		body->pad = (uint8_t)target->local_port;
	body->id.idiag_sport = htons(target->local_port);
	body->id.idiag_dport = htons(target->peer_port);
	memcpy(body->id.idiag_src, target->local.bytes, sizeof(body->id.idiag_src));
	memcpy(body->id.idiag_dst, target->peer.bytes, sizeof(body->id.idiag_dst));
	body->id.idiag_if = target->interface;
	body->id.idiag_cookie[0] = (uint32_t)target->cookie;
	body->id.idiag_cookie[1] = (uint32_t)(target->cookie >> 32);
	if (family->protocol > UINT8_MAX)
		mnl_attr_put_u32(message, KERNEL_DIAG_REQ_PROTOCOL, family->protocol);
	batch->targets[batch->count++] = target;
	batch->used += message->nlmsg_len;
}

static void take_fate(struct natu_target *target, int reason)
{
	target->error = reason;
	target->fate = !reason ? NATU_CLOSED : NATU_REFUSED;
}

/* Takes one answer. Those that nobody waits for say nothing. */
static void take(struct batch *batch, const struct nlmsghdr *message)
{
	uint32_t index = message->nlmsg_seq - batch->sequence;
	struct nlmsgerr answer;

	if (message->nlmsg_type != NLMSG_ERROR || index >= batch->count ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(answer) ||
	    batch->targets[index]->fate != NATU_UNTOUCHED)
		return;
	memcpy(&answer, mnl_nlmsg_get_payload(message), sizeof(answer));
	take_fate(batch->targets[index], answer.error < 0 ? -answer.error : 0);
	batch->answered++;
}

static int receive(struct batch *batch, struct natu_error *error)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)batch->natu->receive;
	ssize_t length;
	int left;

	do
		length = mnl_socket_recvfrom(batch->socket, batch->natu->receive,
					     NATU_RECEIVE_SIZE);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return natu_fail(error, NATU_ESYS, length ? errno : EPROTO,
				 "receiving what became of the sockets");
	left = (int)length;
	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		take(batch, message);
	return 0;
}

/* Sends what has gathered, and waits for all answers. Each answer is a message of its
 * own, so that more than these cannot come. */
static int finish(struct batch *batch, struct natu_error *error)
{
	int result = 0;

	if (batch->count &&
	    mnl_socket_sendto(batch->socket, batch->bytes, batch->used) < 0)
		result = natu_fail(error, NATU_ESYS, errno, "closing sockets");
	for (size_t i = 0; !result && i < batch->count; i++)
		result = receive(batch, error);
	if (!result && batch->answered < batch->count)
		result = natu_fail(error, NATU_EDATA, 0,
				   "closing sockets: %zu answers are missing",
				   batch->count - batch->answered);
	batch->sequence += (uint32_t)batch->count;
	batch->used = batch->count = batch->answered = 0;
	return result;
}

/* --- all targets --- */

/* In the namespace that the targets are in: there it stays. */
static int open_socket(struct batch *batch, struct natu_error *error)
{
	const struct timeval timeout = { .tv_sec = ANSWER_SECONDS };

	batch->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!batch->socket)
		return natu_fail(error, NATU_ESYS, errno, "opening a sock_diag socket");
	setsockopt(mnl_socket_get_fd(batch->socket), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	return 0;
}

static bool is_here(const struct batch *batch, const struct natu_target *target)
{
	return !batch->netns || target->netns == batch->netns;
}

/* What no message can name is refused without asking. */
static bool can_be_named(struct natu_target *target)
{
	if (!target->is_internet)
		take_fate(target, EOPNOTSUPP);
	else if (!target->cookie)
		take_fate(target, EBADF);
	return target->fate == NATU_UNTOUCHED;
}

static int send_all(struct batch *batch, struct natu_target *targets, size_t count,
		    struct natu_error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (targets[i].fate != NATU_UNTOUCHED || !is_here(batch, &targets[i]) ||
		    !can_be_named(&targets[i]))
			continue;
		put(batch, &targets[i]);
		if (batch->count == BATCH && finish(batch, error) < 0)
			return -1;
	}
	return finish(batch, error);
}

static size_t count_fate(const struct natu_target *targets, size_t count,
			 enum natu_fate fate)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += targets[i].fate == fate;
	return found;
}

/*
 * Of sockets that share an address (SO_REUSEPORT) a look-up finds one, and the next only
 * when that is closed: those that were not found are tried again as long as that closes
 * some. Every round but the last closes one, so there are no more rounds than targets.
 */
static int close_in_rounds(struct batch *batch, struct natu_target *targets, size_t count,
			   struct natu_error *error)
{
	size_t closed, before;
	bool again;

	do {
		before = count_fate(targets, count, NATU_CLOSED);
		if (send_all(batch, targets, count, error) < 0)
			return -1;
		closed = count_fate(targets, count, NATU_CLOSED) - before;
		again = false;
		for (size_t i = 0; closed && i < count; i++)
			if (is_here(batch, &targets[i]) &&
			    natu_target_is_not_found(&targets[i])) {
				targets[i].fate = NATU_UNTOUCHED;
				again = true;
			}
	} while (again);
	return 0;
}

/* --- one namespace, or several --- */

/* Closes the targets in the namespace that natu->netns is. What is in one that may not be
 * entered is refused; one that is gone has taken its sockets along. */
static int close_here(struct natu *natu, uint64_t netns, struct natu_target *targets,
		      size_t count, struct natu_error *error)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	struct natu_error entering;
	struct natu_visit visit;
	int result;

	if (!batch)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "closing sockets");
	batch->natu = natu;
	batch->netns = netns;
	if (natu_netns_enter(natu, &visit, &entering) < 0) {
		for (size_t i = 0; i < count; i++)
			if (targets[i].fate == NATU_UNTOUCHED &&
			    is_here(batch, &targets[i]))
				take_fate(&targets[i], entering.error);
		free(batch);
		return 0;
	}
	result = open_socket(batch, error);
	natu_netns_leave(&visit);
	if (!result)
		result = close_in_rounds(batch, targets, count, error);
	if (batch->socket)
		mnl_socket_close(batch->socket);
	free(batch);
	return result;
}

static bool has_target_in(uint64_t netns, const struct natu_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (targets[i].fate == NATU_UNTOUCHED && targets[i].netns == netns)
			return true;
	return false;
}

static int close_everywhere(struct natu *natu, struct natu_target *targets, size_t count,
			    struct natu_error *error)
{
	const struct natu_netns_list *list = &natu->namespaces;
	int result = 0;

	for (size_t i = 0; !result && i < list->count; i++) {
		uint64_t netns = list->rows[i].inode;

		natu->netns = &list->rows[i];
		if (netns && has_target_in(netns, targets, count))
			result = close_here(natu, netns, targets, count, error);
	}
	natu->netns = NULL;
	/* What is left is of a namespace that could not be told, let alone entered. */
	for (size_t i = 0; !result && i < count; i++)
		if (targets[i].fate == NATU_UNTOUCHED && can_be_named(&targets[i]))
			take_fate(&targets[i], EPERM);
	return result;
}

int natu_destroy(struct natu *natu, struct natu_target *targets, size_t count,
		 struct natu_error *error)
{
	int result;

	if (check(natu, error) < 0)
		return -1;
	if (natu->setup.all_netns)
		result = close_everywhere(natu, targets, count, error);
	else
		result = close_here(natu, 0, targets, count, error);
	return result ? result : natu_targets_tell_apart(natu, targets, count, error);
}
