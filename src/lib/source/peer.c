/* SPDX-License-Identifier: MIT */
#include "source/peer.h"

#include "context.h"
#include "error.h"
#include "kernel.h"
#include "request.h"
#include "source/messages.h"
#include "state.h"
#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>

enum {
	RECEIVE_SIZE = 8192, /* one socket, with attributes that are always sent */
	RECEIVE_TIMEOUT = 5, /* seconds: the kernel answers at once */
	/* include/net/flow.h: LOOPBACK_IFINDEX, by which what stays here comes in */
	LOOPBACK = 1,
};

struct natu_peers {
	struct mnl_socket *socket; /* NULL: it has failed ... */
	int error;		   /* ... and why */
	unsigned char bytes[RECEIVE_SIZE];
};

struct natu_peers *natu_peers_new(struct natu *natu, struct natu_error *error)
{
	const struct timeval timeout = { .tv_sec = RECEIVE_TIMEOUT };
	struct natu_peers *peers = calloc(1, sizeof(*peers));
	struct natu_visit visit;

	if (!peers) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "looking for peers");
		return NULL;
	}
	if (natu_netns_enter(natu, &visit, error) < 0) {
		free(peers);
		return NULL;
	}
	peers->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	natu_netns_leave(&visit);
	if (peers->socket && setsockopt(mnl_socket_get_fd(peers->socket), SOL_SOCKET,
					SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0)
		return peers;
	natu_fail(error, NATU_ESYS, errno, "opening a sock_diag socket");
	natu_peers_free(peers);
	return NULL;
}

void natu_peers_free(struct natu_peers *peers)
{
	if (peers && peers->socket)
		mnl_socket_close(peers->socket);
	free(peers);
}

int natu_peers_error(const struct natu_peers *peers)
{
	return peers->error;
}

static bool is_loopback(const struct natu_address *address)
{
	static const uint8_t ipv6[16] = { [15] = 1 };

	return address->family == AF_INET ? address->bytes[0] == 127
					  : !memcmp(address->bytes, ipv6, sizeof(ipv6));
}

/* What is sent to an own address has that as its source, unless another was chosen. */
bool natu_peer_is_here(const struct natu_socket *socket)
{
	struct natu_address local = natu_address_unmapped(&socket->local);
	struct natu_address peer = natu_address_unmapped(&socket->peer);

	return (socket->facts & FACT_INET) && socket->peer_port &&
	       (socket->family->diag_facts & FACT_PEER_INODE) &&
	       (is_loopback(&peer) || natu_address_is_same(&local, &peer));
}

static bool send_request(struct natu_peers *peers, const struct natu_socket *socket,
			 uint32_t interface)
{
	const struct natu_request request = { .family = socket->family };
	const struct natu_address local = natu_address_unmapped(&socket->local);
	const struct natu_address peer = natu_address_unmapped(&socket->peer);
	/* "src and dst are swapped" for UDP: inet_diag takes its packet's ends. */
	bool is_stream = socket->family->diag_facts & FACT_LISTENER;
	struct nlmsghdr *message = mnl_nlmsg_put_header(peers->bytes);
	struct inet_diag_req_v2 *body;
	struct inet_diag_sockid *id;

	message->nlmsg_flags = NLM_F_REQUEST;
	natu_inet_put_request(message, &request, local.family);
	body = mnl_nlmsg_get_payload(message);
	id = &body->id;
	id->idiag_sport = htons(is_stream ? socket->peer_port : socket->local_port);
	id->idiag_dport = htons(is_stream ? socket->local_port : socket->peer_port);
	memcpy(id->idiag_src, (is_stream ? &peer : &local)->bytes, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, (is_stream ? &local : &peer)->bytes, sizeof(id->idiag_dst));
	id->idiag_if = interface;
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return mnl_socket_sendto(peers->socket, message, message->nlmsg_len) >= 0;
}

/* The kernel gives a listener where there is no connection, which is no peer; but whoever
 * takes the datagrams of all is one. */
static bool is_peer(const struct natu_socket *found, const struct natu_socket *socket)
{
	struct natu_address local = natu_address_unmapped(&found->local);
	struct natu_address peer = natu_address_unmapped(&socket->peer);

	if (found->local_port != socket->peer_port)
		return false;
	if (!found->peer_port)
		return !(socket->family->diag_facts & FACT_LISTENER);
	return found->peer_port == socket->local_port &&
	       natu_address_is_same(&local, &peer);
}

/* Takes the reply to a request. */
static bool take_reply(struct natu_peers *peers, struct natu_socket *socket)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)peers->bytes;
	struct natu_socket found;
	ssize_t length;

	do
		length = mnl_socket_recvfrom(peers->socket, peers->bytes,
					     sizeof(peers->bytes));
	while (length < 0 && errno == EINTR);
	/* A late reply would be taken for that to the next request. */
	if (length < 0) {
		peers->error = errno;
		mnl_socket_close(peers->socket);
		peers->socket = NULL;
		return false;
	}
	if (!mnl_nlmsg_ok(message, (int)length) ||
	    message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    !natu_inet_decode(socket->family, mnl_nlmsg_get_payload(message),
			      mnl_nlmsg_get_payload_len(message), 0, &found) ||
	    !is_peer(&found, socket))
		return false;
	socket->has_peer = true;
	socket->peer_inode = found.facts & FACT_INODE ? (uint32_t)found.inode : 0;
	socket->facts |= socket->peer_inode ? FACT_PEER_INODE : 0;
	return true;
}

void natu_peers_find(struct natu_peers *peers, struct natu_socket *socket)
{
	const uint32_t own =
		socket->facts & FACT_INTERFACE ? socket->interface : LOOPBACK;
	const uint32_t interfaces[] = { own, LOOPBACK };

	socket->has_peer = false;
	if (!natu_peer_is_here(socket))
		return;
	for (size_t i = 0; i < 2 && peers->socket && !socket->has_peer; i++) {
		if (i && own == LOOPBACK)
			return;
		if (send_request(peers, socket, interfaces[i]))
			take_reply(peers, socket);
	}
}
