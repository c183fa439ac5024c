/* SPDX-License-Identifier: MIT */
#include "family/sctp.h"

#include "addresses.h"
#include "family/attribute.h"
#include "kernel.h"
#include "request.h"
#include "state.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include <libmnl/libmnl.h>

/*
 * net/sctp/diag.c: a dump lists the endpoints that listen, and then, for each socket that
 * has associations, the socket itself, so that a listener comes twice, and its
 * associations. These alone have addresses of a remote end. A listener is a row, and so
 * is an association; what is told of another socket is kept for its associations.
 */

/* enum sctp_socket_type: include/net/sctp/structs.h */
void natu_sctp_take_type(uint64_t number, struct natu_socket *socket)
{
	static const struct natu_word one_to_many = { "SEQPACKET", 9 };
	static const struct natu_word one_to_one = { "STREAM", 6 };

	if (number > 2)
		return;
	socket->type = number == 2 ? &one_to_one : &one_to_many;
	socket->facts |= FACT_TYPE;
}

void natu_sctp_take_ends(struct natu_socket *socket)
{
	natu_address_at(socket, false, 0, &socket->local);
	if (!natu_address_at(socket, true, 0, &socket->peer))
		socket->peer = (struct natu_address){ .family = socket->local.family };
}

unsigned int natu_sctp_state_of(uint64_t number)
{
	static const uint8_t states[KERNEL_SCTP_STATES] = {
		[KERNEL_SCTP_CLOSED] = STATE_CLOSE,
		[KERNEL_SCTP_COOKIE_WAIT] = STATE_COOKIE_WAIT,
		[KERNEL_SCTP_COOKIE_ECHOED] = STATE_COOKIE_ECHOED,
		[KERNEL_SCTP_ESTABLISHED] = STATE_ESTABLISHED,
		[KERNEL_SCTP_SHUTDOWN_PENDING] = STATE_SHUTDOWN_PENDING,
		[KERNEL_SCTP_SHUTDOWN_SENT] = STATE_SHUTDOWN_SENT,
		[KERNEL_SCTP_SHUTDOWN_RECEIVED] = STATE_SHUTDOWN_RECEIVED,
		[KERNEL_SCTP_SHUTDOWN_ACK_SENT] = STATE_SHUTDOWN_ACK_SENT,
	};

	return number < KERNEL_SCTP_STATES ? states[number] : 0;
}

void natu_sctp_identify(const struct natu_family *family, unsigned int which,
			unsigned int state, struct natu_socket *socket)
{
	natu_family_identify(family, which, state, socket);
	/* netstat has one word for both. */
	socket->proto = &family->proto[0];
}

static void take_message(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	socket->facts = FACT_BASE | FACT_INET | FACT_UID;
	socket->local_port = ntohs(message->id.idiag_sport);
	socket->peer_port = ntohs(message->id.idiag_dport);
	natu_take_address(&socket->local, message->idiag_family, message->id.idiag_src);
	natu_take_address(&socket->peer, message->idiag_family, message->id.idiag_dst);
	socket->uid = message->idiag_uid;
	natu_take_identity(socket, message->idiag_inode, message->id.idiag_cookie);
}

/* --- the socket itself --- */

static void use_socket(struct natu_socket *socket)
{
	const struct natu_sctp_socket *own = &socket->sctp_socket;
	struct kernel_sctp_options options;

	socket->interface = own->interface;
	socket->facts |= own->interface ? FACT_INTERFACE : 0;
	if (own->options_length < sizeof(options))
		return;
	memcpy(&options, own->options, sizeof(options));
	natu_sctp_take_type(options.type, socket);
}

/* Its sctp_info has nothing but its options, at the end. */
static void keep_socket(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	struct natu_sctp_socket *own = &socket->sctp_socket;

	_Static_assert(sizeof(own->options) == sizeof(struct kernel_sctp_options),
		       "room for all options");
	*own = (struct natu_sctp_socket){ .cookie = socket->cookie,
					  .interface = message->id.idiag_if,
					  .state = message->idiag_state };
	if ((socket->facts & FACT_SCTP) &&
	    socket->tcp_info_length >= sizeof(struct kernel_sctp_info)) {
		memcpy(own->options,
		       socket->tcp_info + offsetof(struct kernel_sctp_info, socket),
		       sizeof(own->options));
		own->options_length = sizeof(own->options);
	}
	socket->facts &= ~(natu_facts)FACT_SCTP;
	socket->tcp_info_length = 0;
}

static void take_listener(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	socket->accept_queue = message->idiag_rqueue;
	socket->backlog = message->idiag_wqueue;
	socket->facts |= FACT_LISTENER | FACT_BACKLOG;
	socket->facts |= socket->facts & FACT_DROPS ? FACT_LISTENER_DROPS : 0;
	use_socket(socket);
}

/* --- an association --- */

/* The timer's number is one of SCTP's own, and the only one that is ever told. */
static void take_timer(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	bool runs = message->idiag_timer == KERNEL_SCTP_T3_RTX;

	socket->timer = runs ? TIMER_ON : TIMER_OFF;
	socket->expires_ms = runs ? message->idiag_expires : 0;
	socket->retransmits = message->idiag_retrans;
	socket->probes = 0;
	socket->facts |= FACT_TIMER | (runs ? FACT_RETRIES : 0);
}

static void take_info(struct natu_socket *socket)
{
	struct kernel_sctp_info info;

	if (!(socket->facts & FACT_SCTP) || socket->tcp_info_length < sizeof(info))
		return;
	memcpy(&info, socket->tcp_info, sizeof(info));
	socket->of.sctp.streams_in = info.instrms;
	socket->of.sctp.streams_out = info.outstrms;
	socket->of.sctp.heartbeat = info.p_hbinterval;
	socket->facts |= FACT_SCTP_STREAMS;
}

static void take_association(const struct inet_diag_msg *message,
			     struct natu_socket *socket)
{
	socket->recv_q = message->idiag_rqueue;
	socket->send_q = message->idiag_wqueue;
	socket->facts |= FACT_QUEUES;
	take_timer(message, socket);
	take_info(socket);
	/* Its interface is that of the route: what it is bound to the socket knows. */
	if (!socket->cookie || socket->sctp_socket.cookie != socket->cookie)
		socket->sctp_socket = (struct natu_sctp_socket){ 0 };
	use_socket(socket);
}

bool natu_sctp_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	const struct inet_diag_msg *message = payload;

	(void)facts;
	if (length < sizeof(*message) ||
	    (message->idiag_family != AF_INET && message->idiag_family != AF_INET6))
		return false;
	socket->family = family;
	socket->state_number = message->idiag_state;
	socket->addresses[0] = socket->addresses[1] = (struct natu_address_list){ 0 };
	take_message(message, socket);
	if (!natu_inet_take_attributes((const unsigned char *)payload +
					       MNL_ALIGN(sizeof(*message)),
				       length - sizeof(*message), socket) ||
	    !natu_addresses_count(socket, false) || !natu_addresses_count(socket, true))
		return false;
	/* What attributes mean, they mean for the protocols that have it. */
	socket->facts &= family->diag_facts;
	natu_sctp_take_ends(socket);
	/* A list that is empty is there. */
	if (socket->addresses[1].bytes) {
		natu_sctp_identify(family, message->idiag_family == AF_INET6,
				   natu_sctp_state_of(message->idiag_state), socket);
		take_association(message, socket);
		return true;
	}
	natu_sctp_identify(family, message->idiag_family == AF_INET6,
			   message->idiag_state, socket);
	keep_socket(message, socket);
	if (message->idiag_state == STATE_LISTEN)
		take_listener(message, socket);
	else
		socket->facts = 0;
	return true;
}

/* Listeners are asked for by their state, and by any other all associations. */
void natu_sctp_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	struct natu_request asked = *request;

	asked.states = request->states & STATE_BIT(STATE_LISTEN);
	if (request->states & ~STATE_BIT(STATE_LISTEN))
		asked.states |= STATE_BIT(STATE_ESTABLISHED);
	/* Only its options tell what a socket is. */
	if (request->facts & FACT_TYPE)
		asked.facts |= FACT_ADDRESSES;
	natu_inet_put_request(message, &asked, address_family);
}
