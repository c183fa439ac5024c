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

/* An IPv4 address leaves three words 0; one of IPv6 that does is of no host. */
static bool is_ipv4(const __be32 words[4])
{
	return !words[1] && !words[2] && !words[3];
}

static void take_address(const __be32 words[4], uint8_t family,
			 struct natu_address *address)
{
	address->family = family;
	memcpy(address->bytes, words, sizeof(address->bytes));
}

bool natu_smc_decode(const struct natu_family *family, const void *payload, size_t length,
		     natu_facts facts, struct natu_socket *socket)
{
	struct message message;
	uint8_t inet;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.family != AF_SMC)
		return false;
	natu_family_identify(family, 0, message.state, socket);
	inet = is_ipv4(message.id.idiag_src) && is_ipv4(message.id.idiag_dst) ? AF_INET
									      : AF_INET6;
	take_address(message.id.idiag_src, inet, &socket->local);
	take_address(message.id.idiag_dst, inet, &socket->peer);
	socket->local_port = ntohs(message.id.idiag_sport);
	socket->peer_port = ntohs(message.id.idiag_dport);
	socket->interface = message.id.idiag_if;
	socket->cookie = message.id.idiag_cookie[0] | (uint64_t)message.id.idiag_cookie[1]
							      << 32;
	socket->uid = message.uid;
	socket->inode = message.inode;
	socket->shutdown = message.shutdown;
	socket->of.smc.mode = message.mode;
	socket->memory_length = 0;
	socket->facts = FACT_BASE | FACT_INET | FACT_COOKIE | FACT_UID | FACT_SHUTDOWN |
			FACT_SMC;
	socket->facts |= socket->inode ? FACT_INODE : 0;
	socket->facts |= socket->interface ? FACT_INTERFACE : 0;
	return true;
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
