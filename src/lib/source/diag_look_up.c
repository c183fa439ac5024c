/* SPDX-License-Identifier: MIT */
#include "source/diag.h"

#include <arpa/inet.h>
#include <string.h>

static int send_look_up(struct natu_diag_reader *reader, struct natu_error *error)
{
	const struct natu_tuple *tuple = &reader->base.request->tuple;
	struct nlmsghdr *message = mnl_nlmsg_put_header(reader->asked);
	struct inet_diag_req_v2 *body;

	message->nlmsg_flags = NLM_F_REQUEST;
	natu_inet_put_request(message, reader->base.request, tuple->local.family);
	body = mnl_nlmsg_get_payload(message);
	body->id.idiag_sport = htons(tuple->local_port);
	body->id.idiag_dport = htons(tuple->peer_port);
	memcpy(body->id.idiag_src, tuple->local.bytes, sizeof(body->id.idiag_src));
	memcpy(body->id.idiag_dst, tuple->peer.bytes, sizeof(body->id.idiag_dst));
	body->id.idiag_cookie[0] = body->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return natu_diag_send(reader, message, error);
}

/* The kernel gives a listener where there is no connection: only the very tuple
 * counts. */
static bool is_asked_for(const struct natu_request *request,
			 const struct nlmsghdr *message)
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
	return socket.local_port == tuple->local_port &&
	       socket.peer_port == tuple->peer_port &&
	       !natu_value_compare(&ends[0], &ends[1]) &&
	       !natu_value_compare(&ends[2], &ends[3]);
}

bool natu_diag_look_up(struct natu_diag_reader *reader)
{
	const struct natu_request *request = reader->base.request;
	const struct nlmsghdr *message;
	struct natu_error error;

	if (!request->has_tuple || reader->natu->record >= 0 ||
	    send_look_up(reader, &error) < 0)
		return false;
	message = natu_diag_peek(reader, &error);
	if (!message)
		return false;
	reader->is_look_up = is_asked_for(request, message);
	if (!reader->is_look_up)
		natu_diag_receive(reader, &error);
	return reader->is_look_up;
}
