/* SPDX-License-Identifier: MIT */
#include "family/attribute.h"

#include "family.h"
#include "kernel.h"
#include "state.h"

#include <arpa/inet.h>
#include <string.h>

#include <libmnl/libmnl.h>

const struct natu_word natu_ip_names[2] = { { "ipv4", 4 }, { "ipv6", 4 } };

/* Only a full socket has an owner and an inode: not what waits in TIME_WAIT, nor a
 * connection that is still being made, whose user is its listener's. Gives the facts that
 * the socket has by it, as the others do. */
static natu_facts take_owner(const struct inet_diag_msg *message,
			     struct natu_socket *socket)
{
	const uint32_t without = STATE_BIT(STATE_TIME_WAIT) | STATE_BIT(STATE_SYN_RECV) |
				 STATE_BIT(STATE_NEW_SYN_RECV);
	unsigned int state = message->idiag_state;

	if (state < STATE_NUMBERS && (without >> state & 1))
		return 0;
	/* The timer tells a FIN_WAIT2 that is a TIME_WAIT socket inside. */
	if (state == STATE_FIN_WAIT2 && message->idiag_timer == TIMER_TIME_WAIT)
		return 0;
	socket->uid = message->idiag_uid;
	socket->inode = message->idiag_inode;
	return message->idiag_inode ? FACT_UID | FACT_INODE : FACT_UID;
}

static natu_facts take_queues(const struct inet_diag_msg *message,
			      struct natu_socket *socket)
{
	if (message->idiag_state == STATE_LISTEN &&
	    (socket->family->diag_facts & FACT_LISTENER)) {
		socket->accept_queue = message->idiag_rqueue;
		socket->backlog = message->idiag_wqueue;
		return FACT_LISTENER | FACT_BACKLOG;
	}
	socket->recv_q = message->idiag_rqueue;
	socket->send_q = message->idiag_wqueue;
	return FACT_QUEUES;
}

static natu_facts take_timer(const struct inet_diag_msg *message,
			     struct natu_socket *socket)
{
	socket->timer = message->idiag_timer;
	socket->expires_ms = message->idiag_expires;
	if (message->idiag_state != STATE_SYN_RECV)
		return FACT_TIMER;
	socket->retransmits = message->idiag_retrans;
	socket->probes = 0;
	return FACT_TIMER | FACT_RETRIES;
}

/* A TCP socket that is only bound comes as CLOSE, from a table of its own: no other TCP
 * socket is closed and has no remote end. */
static unsigned int state_of(const struct natu_family *family,
			     const struct inet_diag_msg *message)
{
	bool is_bound = family->extra_states & STATE_BIT(STATE_BOUND) &&
			message->idiag_state == STATE_CLOSE && !message->id.idiag_dport;

	return is_bound ? STATE_BOUND : message->idiag_state;
}

/* Which of the listeners a connection belongs to takes more than their addresses. */
static bool needs_attributes(const struct natu_socket *socket, natu_facts facts)
{
	return (facts & FACTS_OF_ATTRIBUTES) ||
	       ((facts & FACT_OWNER) && (socket->facts & FACT_LISTENER));
}

bool natu_inet_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	const struct inet_diag_msg *message = payload;
	natu_facts here = FACT_BASE | FACT_INET | FACT_COOKIE;

	if (length < sizeof(*message) ||
	    (message->idiag_family != AF_INET && message->idiag_family != AF_INET6))
		return false;

	natu_family_identify(family, message->idiag_family == AF_INET6,
			     state_of(family, message), socket);
	socket->local_port = ntohs(message->id.idiag_sport);
	/* What a program gave connect() for a port means nothing to RAW: neither netstat
	 * nor /proc show it. */
	socket->peer_port = family->protocol == IPPROTO_RAW
				    ? 0
				    : ntohs(message->id.idiag_dport);
	natu_take_address(&socket->local, message->idiag_family, message->id.idiag_src);
	natu_take_address(&socket->peer, message->idiag_family, message->id.idiag_dst);
	socket->cookie = natu_cookie(message->id.idiag_cookie);
	socket->interface = message->id.idiag_if;
	here |= socket->interface ? FACT_INTERFACE : 0;
	here |= take_queues(message, socket);
	here |= take_owner(message, socket);
	if (family->diag_facts & FACT_TIMER)
		here |= take_timer(message, socket);
	socket->facts = here;
	if (!needs_attributes(socket, facts))
		return true;
	if (!natu_inet_take_attributes((const unsigned char *)payload +
					       MNL_ALIGN(sizeof(*message)),
				       length - sizeof(*message), socket))
		return false;
	/* What attributes mean, they mean for the protocols that have it. */
	socket->facts &= family->diag_facts;
	return true;
}

size_t natu_inet_needed(size_t length, natu_facts facts)
{
	return facts & FACTS_OF_ATTRIBUTES ? length : sizeof(struct inet_diag_msg);
}
