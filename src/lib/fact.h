/* SPDX-License-Identifier: MIT */
#ifndef NATU_FACT_H
#define NATU_FACT_H

/*
 * A fact is a group of values that arrive together and cost the same. Every column names
 * one; the same bits say what a query asks for, what a source provides, and what a
 * socket has. A fact is true as a whole: a listener has no FACT_QUEUES, since its
 * idiag_rqueue means something else, and no FACT_TCPINFO, since its tcp_info holds its
 * backlog.
 */
enum natu_fact {
	FACT_BASE = 1 << 0, /* protocol, family, state */
	FACT_INET = 1 << 1, /* addresses and ports */
	FACT_QUEUES = 1 << 2,
	FACT_LISTENER = 1 << 3, /* the accept queue's length */
	FACT_BACKLOG = 1 << 4,	/* ... and its limit, which /proc does not show */
	FACT_UID = 1 << 5,
	FACT_INODE = 1 << 6,
	FACT_LISTENER_DROPS = 1 << 28, /* a listener's, which its skmem has */
	FACT_COOKIE = 1 << 7,
	FACT_INTERFACE = 1 << 8,
	FACT_TIMER = 1 << 9,	/* which timer runs, and when it fires */
	FACT_RETRIES = 1 << 10, /* its counters, which sock_diag has in tcp_info only */
	FACT_TCPINFO = 1 << 11,
	FACT_MEMORY = 1 << 12, /* skmem, without its drops */
	FACT_DROPS = 1 << 13,
	FACT_CONGESTION = 1 << 14,
	FACT_TOS = 1 << 15,
	FACT_MARK = 1 << 16,   /* only with CAP_NET_ADMIN */
	FACT_CGROUP = 1 << 17, /* the id that comes with every full socket */
	FACT_OPTIONS = 1 << 18,
	FACT_SHUTDOWN = 1 << 19,
	FACT_V6ONLY = 1 << 20,
	FACT_USER = 1 << 21,	/* the name of the uid */
	FACT_PROCESS = 1 << 22, /* who holds it */
	FACT_NAMES = 1 << 23,	/* host and service names */
	FACT_NETNS = 1 << 24,
	FACT_CGROUP_PATH = 1 << 25,
	FACT_UNIX = 1 << 26,
	FACT_OWNER = 1 << 27, /* why a socket has no process, or whose it is */
};

#endif
