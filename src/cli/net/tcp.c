/* SPDX-License-Identifier: MIT */
#include "net/tcp.h"

#include "net/endpoint.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

bool tcp_peer_has_ended(int descriptor)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof(info);

	return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
	       info.tcpi_state == TCP_CLOSE_WAIT;
}

bool tcp_reset_on_close(int descriptor)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) ==
	       0;
}

bool tcp_has_met_itself(int descriptor)
{
	struct endpoint own, peer;

	endpoint_of_socket(&own, descriptor);
	endpoint_of_peer(&peer, descriptor);
	return own.length && own.length == peer.length &&
	       !memcmp(&own.address, &peer.address, own.length);
}
