/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>

/*
 * include/uapi/linux/smc_diag.h, without the headers of RDMA that it wants. The addresses
 * are those of the TCP socket behind it, of which the message does not tell the family.
 */
struct message {
	uint8_t family, state, mode, shutdown;
	struct inet_diag_sockid id;
	uint32_t uid;
	_Alignas(8) uint64_t inode;
};

struct request {
	uint8_t family, pad[2], ext;
	struct inet_diag_sockid id;
};

enum {
	ACTIVE = 1,
	INIT = 2,
	CLOSED = 7,
	LISTENING = 10,
	PEER_CLOSE_WAIT_1 = 20,
	PEER_CLOSE_WAIT_2 = 21,
	APP_CLOSE_WAIT_1 = 22,
	APP_CLOSE_WAIT_2 = 23,
	APP_FIN_CLOSE_WAIT = 24,
	PEER_FIN_CLOSE_WAIT = 25,
	STATES
};

enum { MODE_SMC_R, SHUTDOWN = 3, FALLBACK = 5 };

/* net/smc/smc.h has states of its own; these are TCP's for the same. */
static unsigned int state_of(unsigned int number)
{
	static const uint8_t states[STATES] = {
		[ACTIVE] = STATE_ESTABLISHED,
		[INIT] = STATE_CLOSE,
		[CLOSED] = STATE_CLOSE,
		[LISTENING] = STATE_LISTEN,
		[PEER_CLOSE_WAIT_1] = STATE_FIN_WAIT1,
		[PEER_CLOSE_WAIT_2] = STATE_FIN_WAIT2,
		[APP_CLOSE_WAIT_1] = STATE_CLOSE_WAIT,
		[APP_CLOSE_WAIT_2] = STATE_CLOSE_WAIT,
		[APP_FIN_CLOSE_WAIT] = STATE_CLOSE_WAIT,
		[PEER_FIN_CLOSE_WAIT] = STATE_LAST_ACK,
	};

	/* What is left are those that were broken off. */
	return number < STATES && states[number] ? states[number] : STATE_CLOSING;
}

/* Of a socket that is neither connected nor was, the kernel says SMC-R. */
static bool knows_mode(const struct message *message)
{
	return message->mode != MODE_SMC_R ||
	       (message->state != INIT && message->state != LISTENING);
}

/* An IPv4 address leaves three words 0; one of IPv6 that does is of no host. */
static bool is_ipv4(const __be32 words[4])
{
	return !words[1] && !words[2] && !words[3];
}

/* A socket that was made with IPPROTO_SMC (Linux 6.11) says of which family it is. */
static uint8_t family_of(const struct message *message)
{
	if (message->family != AF_SMC)
		return message->family;
	return is_ipv4(message->id.idiag_src) && is_ipv4(message->id.idiag_dst)
		       ? AF_INET
		       : AF_INET6;
}

static void take_message(const struct message *message, struct natu_socket *socket)
{
	const uint8_t inet = family_of(message);

	socket->facts = FACT_BASE | FACT_INET | FACT_SMC;
	natu_take_identity(socket, message->inode, message->id.idiag_cookie);
	natu_take_address(&socket->local, inet, message->id.idiag_src);
	natu_take_address(&socket->peer, inet, message->id.idiag_dst);
	socket->local_port = ntohs(message->id.idiag_sport);
	socket->peer_port = ntohs(message->id.idiag_dport);
	socket->interface = message->id.idiag_if;
	socket->uid = message->uid;
	socket->of.smc = (struct natu_smc_facts){
		.mode = knows_mode(message) ? message->mode : UINT8_MAX,
		.state = message->state,
	};
	/* What nobody has accepted has neither an inode nor an owner. */
	socket->facts |= socket->inode ? FACT_UID : 0;
	socket->facts |= socket->interface ? FACT_INTERFACE : 0;
}

/* The message itself has a place for the two bits, which the kernel leaves empty. */
static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	uint32_t fallback[2];

	switch (mnl_attr_get_type(attribute)) {
	case SHUTDOWN:
		if (!natu_attribute_value(attribute, &socket->shutdown,
					  sizeof(socket->shutdown)))
			return false;
		socket->facts |= FACT_SHUTDOWN;
		return true;
	case FALLBACK:
		if (!natu_attribute_value(attribute, fallback, sizeof(fallback)))
			return false;
		socket->of.smc.fallback_reason = fallback[0];
		socket->of.smc.peer_diagnosis = fallback[1];
		return true;
	default:
		return true;
	}
}

bool natu_smc_decode(const struct natu_family *family, const void *payload, size_t length,
		     natu_facts facts, struct natu_socket *socket)
{
	struct message message;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.family != AF_SMC && message.family != AF_INET &&
	    message.family != AF_INET6)
		return false;
	natu_family_identify(family, 0, state_of(message.state), socket);
	socket->memory_length = 0;
	take_message(&message, socket);
	return natu_attributes(payload, length, sizeof(message), take_attribute, socket);
}

void natu_smc_put_request(struct nlmsghdr *message, const struct natu_request *request,
			  int address_family)
{
	struct request *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	(void)request;
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->family = (uint8_t)address_family;
}

bool natu_smc_has_remote_end(const struct natu_socket *socket)
{
	return socket->peer_port != 0;
}
