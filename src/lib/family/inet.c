/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "kernel.h"
#include "state.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include <libmnl/libmnl.h>

const struct natu_word natu_ip_names[2] = { { "ipv4", 4 }, { "ipv6", 4 } };

/* What only an attribute carries: without one of these, attributes are not looked at. */
#define ATTRIBUTE_FACTS                                                                 \
	(FACT_RETRIES | FACT_TCPINFO | FACT_MEMORY | FACT_DROPS | FACT_LISTENER_DROPS | \
	 FACT_MARK | FACT_CGROUP)

static void take_tcp_info(const struct nlattr *attribute, struct natu_socket *socket)
{
	/* A listener's tcp_info holds its backlog, not its rtt. */
	if (socket->state_number == STATE_LISTEN)
		return;
	socket->tcp_info = mnl_attr_get_payload(attribute);
	socket->tcp_info_length = mnl_attr_get_payload_len(attribute);
	socket->facts |= FACT_TCPINFO;
	/* The two counters of /proc/net/tcp that the message itself lacks. */
	if (socket->tcp_info_length > offsetof(struct kernel_tcp_info, probes)) {
		socket->retransmits =
			socket->tcp_info[offsetof(struct kernel_tcp_info, retransmits)];
		socket->probes =
			socket->tcp_info[offsetof(struct kernel_tcp_info, probes)];
		socket->facts |= FACT_RETRIES;
	}
}

static void take_memory(const struct nlattr *attribute, struct natu_socket *socket)
{
	socket->memory = mnl_attr_get_payload(attribute);
	socket->memory_length = mnl_attr_get_payload_len(attribute);
	socket->facts |= FACT_MEMORY;
	if (socket->memory_length < (KERNEL_SK_DROPS + 1) * sizeof(socket->drops))
		return;
	memcpy(&socket->drops, socket->memory + KERNEL_SK_DROPS * sizeof(socket->drops),
	       sizeof(socket->drops));
	socket->facts |= FACT_DROPS;
	if (socket->facts & FACT_LISTENER)
		socket->facts |= FACT_LISTENER_DROPS;
}

static bool take_number(const struct nlattr *attribute, void *number, size_t size)
{
	if (mnl_attr_get_payload_len(attribute) < size)
		return false;
	memcpy(number, mnl_attr_get_payload(attribute), size);
	return true;
}

static void take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case KERNEL_DIAG_INFO:
		take_tcp_info(attribute, socket);
		break;
	case KERNEL_DIAG_SKMEMINFO:
		take_memory(attribute, socket);
		break;
	case KERNEL_DIAG_MARK:
		if (take_number(attribute, &socket->mark, sizeof(socket->mark)))
			socket->facts |= FACT_MARK;
		break;
	case KERNEL_DIAG_CGROUP_ID:
		if (take_number(attribute, &socket->cgroup, sizeof(socket->cgroup)))
			socket->facts |= FACT_CGROUP;
		break;
	}
}

/* False if an attribute claims more bytes than there are. */
static bool take_attributes(const unsigned char *bytes, size_t length,
			    struct natu_socket *socket)
{
	const struct nlattr *attribute = (const struct nlattr *)bytes;
	int left = (int)length;

	while (mnl_attr_ok(attribute, left)) {
		take_attribute(attribute, socket);
		left -= (int)MNL_ALIGN(attribute->nla_len);
		attribute = mnl_attr_next(attribute);
	}
	return left <= 0;
}

static void take_address(const __be32 words[4], int family, struct natu_address *address)
{
	address->family = (uint8_t)family;
	memcpy(address->bytes, words, sizeof(address->bytes));
}

/* Only a full socket has an owner and an inode: not what waits in TIME_WAIT, nor a
 * connection that is still being made, whose user is its listener's. */
static void take_owner(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	if (message->idiag_state == STATE_TIME_WAIT ||
	    message->idiag_state == STATE_SYN_RECV ||
	    message->idiag_state == STATE_NEW_SYN_RECV)
		return;
	/* The timer tells a FIN_WAIT2 that is a TIME_WAIT socket inside. */
	if (message->idiag_state == STATE_FIN_WAIT2 &&
	    message->idiag_timer == TIMER_TIME_WAIT)
		return;
	socket->uid = message->idiag_uid;
	socket->inode = message->idiag_inode;
	socket->facts |= message->idiag_inode ? FACT_UID | FACT_INODE : FACT_UID;
}

static void take_queues(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	if ((socket->family->diag_facts & FACT_LISTENER) &&
	    message->idiag_state == STATE_LISTEN) {
		socket->accept_queue = message->idiag_rqueue;
		socket->backlog = message->idiag_wqueue;
		socket->facts |= FACT_LISTENER | FACT_BACKLOG;
		return;
	}
	socket->recv_q = message->idiag_rqueue;
	socket->send_q = message->idiag_wqueue;
	socket->facts |= FACT_QUEUES;
}

static void take_timer(const struct inet_diag_msg *message, struct natu_socket *socket)
{
	socket->timer = message->idiag_timer;
	socket->expires_ms = message->idiag_expires;
	socket->facts |= FACT_TIMER;
	if (socket->state_number == STATE_SYN_RECV) {
		socket->retransmits = message->idiag_retrans;
		socket->probes = 0;
		socket->facts |= FACT_RETRIES;
	}
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

bool natu_inet_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	const struct inet_diag_msg *message = payload;

	if (length < sizeof(*message) ||
	    (message->idiag_family != AF_INET && message->idiag_family != AF_INET6))
		return false;

	natu_family_identify(family, message->idiag_family == AF_INET6,
			     state_of(family, message), socket);
	socket->facts = FACT_BASE | FACT_INET | FACT_COOKIE;
	socket->local_port = ntohs(message->id.idiag_sport);
	socket->peer_port = ntohs(message->id.idiag_dport);
	take_address(message->id.idiag_src, message->idiag_family, &socket->local);
	take_address(message->id.idiag_dst, message->idiag_family, &socket->peer);
	socket->cookie = message->id.idiag_cookie[0] |
			 (uint64_t)message->id.idiag_cookie[1] << 32;
	socket->interface = message->id.idiag_if;
	if (socket->interface)
		socket->facts |= FACT_INTERFACE;
	take_queues(message, socket);
	take_owner(message, socket);
	if (family->diag_facts & FACT_TIMER)
		take_timer(message, socket);
	if (facts & ATTRIBUTE_FACTS)
		return take_attributes((const unsigned char *)payload +
					       MNL_ALIGN(sizeof(*message)),
				       length - sizeof(*message), socket);
	return true;
}

size_t natu_inet_needed(size_t length, natu_facts facts)
{
	return facts & ATTRIBUTE_FACTS ? length : sizeof(struct inet_diag_msg);
}

/* An attribute that is always sent needs no bit. */
uint8_t natu_inet_extensions(natu_facts facts)
{
	static const struct {
		natu_facts facts;
		uint8_t attribute;
	} needs[] = {
		{ FACT_TCPINFO | FACT_RETRIES, KERNEL_DIAG_INFO },
		{ FACT_CONGESTION, KERNEL_DIAG_CONG },
		{ FACT_MEMORY | FACT_DROPS | FACT_LISTENER_DROPS, KERNEL_DIAG_SKMEMINFO },
	};
	uint8_t extensions = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (facts & needs[i].facts)
			extensions |= (uint8_t)KERNEL_DIAG_EXT(needs[i].attribute);
	return extensions;
}
