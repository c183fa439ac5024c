/* SPDX-License-Identifier: MIT */
#include "source/diag.h"

#include "error.h"
#include "source/record.h"

#include <errno.h>

static void record_reply(struct natu_diag_reader *reader, const void *bytes,
			 size_t length)
{
	const struct nlmsghdr *asked = (const struct nlmsghdr *)reader->asked;

	if (!reader->is_recorded)
		natu_record_request(reader->natu, asked, asked->nlmsg_len);
	reader->is_recorded = true;
	natu_record_reply(reader->natu, bytes, length);
}

int natu_diag_send(struct natu_diag_reader *reader, const struct nlmsghdr *message,
		   struct natu_error *error)
{
	reader->is_recorded = false;
	if (mnl_socket_sendto(reader->socket, message, message->nlmsg_len) < 0)
		return natu_fail(error, NATU_ESYS, errno, "asking for %s sockets",
				 reader->base.request->family->title);
	return 0;
}

ssize_t natu_diag_receive(struct natu_diag_reader *reader, struct natu_error *error)
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

const struct nlmsghdr *natu_diag_peek(struct natu_diag_reader *reader,
				      struct natu_error *error)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)reader->natu->receive;
	const char *title = reader->base.request->family->title;
	ssize_t length;

	do
		length = recv(mnl_socket_get_fd(reader->socket), reader->natu->receive,
			      NATU_RECEIVE_SIZE, MSG_PEEK);
	while (length < 0 && errno == EINTR);
	reader->first_length = length < 0 ? 0 : (size_t)length;
	if (length < 0)
		natu_fail(error, NATU_ESYS, errno, "receiving %s sockets", title);
	else if (!mnl_nlmsg_ok(message, (int)length))
		natu_fail(error, NATU_EDATA, EPROTO, "receiving %s sockets", title);
	else
		return message;
	return NULL;
}
