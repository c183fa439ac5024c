/* SPDX-License-Identifier: MIT */
#ifndef NATU_TESTS_ANY_H
#define NATU_TESTS_ANY_H

#include "parts.h"

/* The factories that serve several protocols. */

static void make_reuseport(void)
{
	uint16_t port = 0;

	for (int i = 0; i < 3; i++) {
		int fd = open_socket();

		set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
		bind_port(fd, port);
		port = port_of(fd);
		if (kind->type == SOCK_STREAM)
			must(listen(fd, 5) == 0, "listen");
		add_row(fd);
	}
}

static int socket_on(const char *device)
{
	int fd = open_socket();

	must(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			(socklen_t)strlen(device)) == 0,
	     "bind to a device");
	bind_port(fd, 0);
	if (kind->type == SOCK_STREAM)
		must(listen(fd, 5) == 0, "listen");
	return fd;
}

static void make_device(void)
{
	add_row(socket_on(TEST_DEVICE));
	add_row(socket_on("lo"));
}

static void make_lost_device(void)
{
	static const char name[] = "natulost0";
	unsigned int index;

	must(add_device(name), "make a device");
	index = if_nametoindex(name);
	add_row(socket_on(name));
	must(remove_device(index), "remove a device");
}

static void make_datagram(void)
{
	add_row(bound_socket());
}

/* What the kernel itself sends meanwhile, a solicitation or an error, stays out of its
 * queue. */
static void make_icmp(void)
{
	deafen(add_row(bound_socket())->said.fd);
}

static struct pair datagram_pair(void)
{
	struct pair pair = { .near = bound_socket(), .far = bound_socket() };

	connect_to(pair.near, pair.far);
	add_row(pair.near);
	add_row(pair.far);
	return pair;
}

static void make_datagram_connected(void)
{
	datagram_pair();
}

static void make_datagram_received(void)
{
	struct pair pair = datagram_pair();

	send_bytes(pair.near, 1);
	send_bytes(pair.near, 700);
}

static void make_datagram_corked(void)
{
	struct pair pair = datagram_pair();

	set(pair.near, IPPROTO_UDP, UDP_CORK, 1);
	send_bytes(pair.near, 200);
}

/* The kernel lets one connect to port 0; getpeername then says that there is no peer. */
static void make_connected_without_port(void)
{
	int fd = bound_socket();
	struct row *row = add_row(fd);

	start_connecting(fd, address_of(0));
	row->said.state = "ESTABLISHED";
	row->said.peer = address_of(0);
}

/* Both get what one of them sends. */
static void make_raw_received(void)
{
	int near = bound_socket(), far = bound_socket();
	struct sockaddr_storage address = address_of(0);

	must(sendto(near, "natu", 4, 0, (struct sockaddr *)&address, sizeof(address)) ==
		     4,
	     "sendto");
	add_row(near);
	add_row(far);
}

#endif
