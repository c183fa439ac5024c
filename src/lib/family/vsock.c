/* SPDX-License-Identifier: MIT */
#include "family/other.h"

#include "family/attribute.h"
#include "request.h"
#include "state.h"

#include <linux/sock_diag.h>
#include <linux/vm_sockets_diag.h>
#include <string.h>

bool natu_vsock_decode(const struct natu_family *family, const void *payload,
		       size_t length, natu_facts facts, struct natu_socket *socket)
{
	struct vsock_diag_msg message;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.vdiag_family != AF_VSOCK)
		return false;
	natu_family_identify(family, 0, message.vdiag_state, socket);
	socket->type = natu_socket_type(message.vdiag_type);
	socket->shutdown = message.vdiag_shutdown;
	socket->of.vsock.cid = message.vdiag_src_cid;
	socket->of.vsock.port = message.vdiag_src_port;
	socket->of.vsock.peer_cid = message.vdiag_dst_cid;
	socket->of.vsock.peer_port = message.vdiag_dst_port;
	socket->memory_length = 0;
	socket->facts = FACT_BASE | FACT_VSOCK | FACT_SHUTDOWN;
	natu_take_identity(socket, message.vdiag_ino, message.vdiag_cookie);
	socket->facts |= socket->type ? FACT_TYPE : 0;
	/* A listener's other end is nobody's. */
	if (natu_vsock_has_remote_end(socket))
		socket->facts |= FACT_VSOCK_PEER;
	return true;
}

void natu_vsock_put_request(struct nlmsghdr *message, const struct natu_request *request,
			    int address_family)
{
	struct vsock_diag_req *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	body->vdiag_states = request->states & STATES_LISTED;
}

bool natu_vsock_has_remote_end(const struct natu_socket *socket)
{
	return socket->state_number != STATE_LISTEN &&
	       socket->state_number != STATE_CLOSE;
}
