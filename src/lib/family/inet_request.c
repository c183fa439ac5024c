/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "kernel.h"
#include "request.h"

#include <arpa/inet.h>

#include <libmnl/libmnl.h>

/* In the older form, the only one that walks the table once for both families. */
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

static void put_one_family(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	struct inet_diag_req_v2 *body = mnl_nlmsg_put_extra_header(message,
								   sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	body->sdiag_protocol = (uint8_t)request->family->protocol;
	body->idiag_ext = natu_inet_extensions(request->facts);
	body->idiag_states = request->states;
	body->id.idiag_sport = htons(request->local_port);
	body->id.idiag_dport = htons(request->peer_port);
}

void natu_inet_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	const uint32_t protocol = request->family->protocol;
	bool has_room = address_family != AF_UNSPEC && protocol <= UINT8_MAX;

	if (address_family == AF_UNSPEC)
		put_any_family(message, request);
	else
		put_one_family(message, request, address_family);
	/* The older form means TCP, and the newer one has a byte for the protocol. */
	if (!has_room && protocol != IPPROTO_TCP)
		mnl_attr_put_u32(message, KERNEL_DIAG_REQ_PROTOCOL, protocol);
}
