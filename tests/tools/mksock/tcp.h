/* SPDX-License-Identifier: MIT */
#ifndef NATU_TESTS_TCP_H
#define NATU_TESTS_TCP_H

#include "parts.h"

/* The factories of TCP sockets: one for each state, then for queues, timers and
 * owners. */

#define OTHER_USER 65534

static void make_listen(void)
{
	add_row(listener(7));
}

static void make_bound(void)
{
	struct row *row = add_row(bound_socket());

	row->said.state = "BOUND";
	row->hidden = true;
}

/* In no table of the kernel, so nobody may list it. */
static void make_unbound(void)
{
	open_socket();
}

static void make_established(void)
{
	struct pair pair = connected_pair();

	add_row(pair.near);
	add_row(pair.far);
}

static void add_syn_sent(int fd, int door)
{
	struct row *row = add_row(fd);

	start_connecting(fd, name_of(door));
	set(fd, IPPROTO_TCP, TCP_SYNCNT, 60);
	/* getpeername does not say it yet. */
	row->said.peer = name_of(door);
	row->said.unacked_syn = 1;
	row->timer = "on";
}

static void make_syn_sent(void)
{
	int door = listener(1), fd = open_socket();

	deafen(door);
	add_row(door);
	add_syn_sent(fd, door);
}

/* Where a client of a listener on any address is. */
static enum place inner_place(enum place outer)
{
	static const enum place inner[PLACES] = {
		[IPV4] = IPV4,	   [IPV6] = IPV6,
		[MAPPED] = MAPPED, [LINK_LOCAL] = LINK_LOCAL,
		[ANY4] = IPV4,	   [ANY6] = IPV6,
		[DUAL] = MAPPED,
	};

	return inner[outer];
}

/*
 * The client goes away while it waits for an answer that it cannot hear; a deaf listener
 * on its port then swallows what the kernel would answer with a reset.
 */
static void make_syn_recv(void)
{
	int door = bound_socket(), client, sink;
	struct row *row;

	set(door, IPPROTO_TCP, TCP_SYNCNT, 60);
	must(listen(door, 5) == 0, "listen");
	add_row(door);
	place = inner_place(place);
	client = open_socket();
	sink = open_socket();
	set(client, SOL_SOCKET, SO_REUSEADDR, 1);
	set(sink, SOL_SOCKET, SO_REUSEADDR, 1);
	bind_port(client, 0);
	bind_port(sink, port_of(client));
	deafen(client);
	deafen(sink);
	start_connecting(client, address_of(port_of(door)));
	close(client);
	must(listen(sink, 1) == 0, "listen");
	add_row(sink);
	row = add_trace(address_of(port_of(door)), name_of(sink), "SYN_RECV");
	row->said.uid = geteuid();
	row->timer = "on";
}

static void as_another_user(void (*make)(void))
{
	uid_t self = geteuid();

	must(seteuid(OTHER_USER) == 0, "seteuid");
	make();
	must(seteuid(self) == 0, "seteuid");
}

static void make_other_syn_recv(void)
{
	as_another_user(make_syn_recv);
}

static void make_other_established(void)
{
	as_another_user(make_established);
}

static void make_other_listen(void)
{
	as_another_user(make_listen);
}

/* The client has sent all of its handshake; the listener waits for data. */
static void make_syn_recv_deferred(void)
{
	int door = bound_socket(), client = open_socket();
	struct row *row;

	set(door, IPPROTO_TCP, TCP_DEFER_ACCEPT, 3600);
	must(listen(door, 5) == 0, "listen");
	connect_to(client, door);
	add_row(door);
	add_row(client);
	row = add_trace(name_of(door), name_of(client), "SYN_RECV");
	row->said.uid = geteuid();
	row->timer = "on";
}

static void make_fin_wait1(void)
{
	struct pair pair = connected_pair();

	fill(pair.near);
	shutdown(pair.near, SHUT_WR);
	await(pair.near, TCP_FIN_WAIT1);
	add_row(pair.near)->timer = "probe";
	add_row(pair.far);
}

static struct pair half_closed_pair(void)
{
	struct pair pair = connected_pair();

	shutdown(pair.near, SHUT_WR);
	await(pair.near, TCP_FIN_WAIT2);
	await(pair.far, TCP_CLOSE_WAIT);
	return pair;
}

static void make_fin_wait2(void)
{
	struct pair pair = half_closed_pair();
	char byte;

	must(recv(pair.far, &byte, 1, 0) == 0, "recv");
	add_row(pair.near);
	add_row(pair.far);
}

static void make_close_wait(void)
{
	struct pair pair = connected_pair();

	send_bytes(pair.near, 5);
	shutdown(pair.near, SHUT_WR);
	await(pair.far, TCP_CLOSE_WAIT);
	add_row(pair.near);
	add_row(pair.far)->said.unread_fin = 1;
}

static void make_last_ack(void)
{
	struct pair pair = half_closed_pair();

	fill(pair.far);
	shutdown(pair.far, SHUT_WR);
	await(pair.far, TCP_LAST_ACK);
	add_row(pair.near);
	/* SIOCINQ leaves the FIN out once the socket is done, but this one has not read
	 * it. */
	add_row(pair.far)->said.unread_fin = 1;
}

static void make_closing(void)
{
	struct pair pair = connected_pair();

	fill(pair.near);
	shutdown(pair.near, SHUT_WR);
	shutdown(pair.far, SHUT_WR);
	await(pair.near, TCP_CLOSING);
	add_row(pair.near)->said.unread_fin = 1;
	add_row(pair.far);
}

static void make_time_wait(void)
{
	struct pair pair = connected_pair();
	struct sockaddr_storage near = name_of(pair.near), far = name_of(pair.far);

	close(pair.near);
	await(pair.far, TCP_CLOSE_WAIT);
	close(pair.far);
	add_trace(near, far, "TIME_WAIT")->timer = "timewait";
}

/* --- TCP: queues, timers, owners -------------------------------------------------- */

static void make_orphan(void)
{
	struct pair pair = connected_pair();
	struct sockaddr_storage near = name_of(pair.near), far = name_of(pair.far);

	fill(pair.near);
	close(pair.near);
	add_trace(near, far, "FIN_WAIT1");
	add_row(pair.far);
}

static void make_orphan_fin_wait2(void)
{
	struct pair pair = connected_pair();
	struct sockaddr_storage near = name_of(pair.near), far = name_of(pair.far);

	close(pair.near);
	await(pair.far, TCP_CLOSE_WAIT);
	add_trace(near, far, "FIN_WAIT2")->timer = "timewait";
	add_row(pair.far)->said.unread_fin = 1;
}

static void add_waiting_client(int door)
{
	int client = open_socket();

	connect_to(client, door);
	send_bytes(client, 3);
	add_row(client);
	add_trace(name_of(door), name_of(client), "ESTABLISHED")->said.received = 3;
}

static void make_unaccepted(void)
{
	int door = listener(5);

	add_row(door);
	add_waiting_client(door);
}

static void make_queue_full(void)
{
	int door = listener(1);

	add_row(door);
	add_waiting_client(door);
	/* One more than the limit is let in. */
	add_waiting_client(door);
	add_syn_sent(open_socket(), door);
}

static void make_received(void)
{
	struct pair pair = connected_pair();

	send_bytes(pair.near, 1000);
	add_row(pair.near);
	add_row(pair.far);
}

static void make_unacknowledged(void)
{
	struct pair pair = connected_pair();

	deafen(pair.far);
	send_bytes(pair.near, 100);
	add_row(pair.near)->timer = "on";
	add_row(pair.far);
}

static void make_zero_window(void)
{
	struct pair pair = connected_pair();

	fill(pair.near);
	add_row(pair.near)->timer = "probe";
	add_row(pair.far);
}

static void make_keepalive(void)
{
	struct pair pair = connected_pair();

	set(pair.near, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(pair.far, SOL_SOCKET, SO_KEEPALIVE, 1);
	add_row(pair.near)->timer = "keepalive";
	add_row(pair.far)->timer = "keepalive";
}

#endif
