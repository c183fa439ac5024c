/* SPDX-License-Identifier: MIT */
#ifndef NATU_FACT_H
#define NATU_FACT_H

#include <natu/column.h>

/*
 * A fact is a group of values that arrive together and cost the same. Every column names
 * one; the same bits say what a query asks for, what a source provides, and what a
 * socket has. A fact is true as a whole: a listener has no FACT_QUEUES, since its
 * idiag_rqueue means something else, and no FACT_TCPINFO, since its tcp_info holds its
 * backlog.
 */
#define NATU_FACT(bit) ((natu_facts)1 << (bit))

#define FACT_BASE NATU_FACT(0) /* protocol, family, state */
#define FACT_INET NATU_FACT(1) /* addresses and ports */
#define FACT_QUEUES NATU_FACT(2)
#define FACT_LISTENER NATU_FACT(3) /* the accept queue's length */
#define FACT_BACKLOG NATU_FACT(4)  /* ... and its limit, which /proc does not show */
#define FACT_UID NATU_FACT(5)
#define FACT_INODE NATU_FACT(6)
#define FACT_COOKIE NATU_FACT(7)
#define FACT_INTERFACE NATU_FACT(8)
#define FACT_TIMER NATU_FACT(9) /* which timer runs, and when it fires */
#define FACT_RETRIES \
	NATU_FACT(10) /* its counters, which sock_diag has in tcp_info only */
#define FACT_TCPINFO NATU_FACT(11)
#define FACT_MEMORY NATU_FACT(12) /* skmem, without its drops */
#define FACT_DROPS NATU_FACT(13)
#define FACT_CONGESTION NATU_FACT(14) /* the algorithm's name */
#define FACT_TOS NATU_FACT(15)
#define FACT_MARK NATU_FACT(16)	  /* only with CAP_NET_ADMIN */
#define FACT_CGROUP NATU_FACT(17) /* the id that comes with every full socket */
#define FACT_OPTIONS NATU_FACT(18)
#define FACT_SHUTDOWN NATU_FACT(19)
#define FACT_V6ONLY NATU_FACT(20)
#define FACT_USER NATU_FACT(21)	   /* the name of the uid */
#define FACT_PROCESS NATU_FACT(22) /* who holds it */
#define FACT_HOSTS NATU_FACT(23)   /* names of addresses: they have to be looked up */
#define FACT_NETNS NATU_FACT(24)
#define FACT_CGROUP_PATH NATU_FACT(25)
#define FACT_PATH NATU_FACT(26)	 /* the name of a UNIX socket that has one */
#define FACT_OWNER NATU_FACT(27) /* why a socket has no process, or whose it is */
#define FACT_LISTENER_DROPS NATU_FACT(28) /* a listener's, which its skmem has */
#define FACT_TRAFFIC_CLASS NATU_FACT(40)  /* of IPv6 */
#define FACT_CLASS_ID NATU_FACT(41)
/* What an algorithm of congestion control tells: each has its own. */
#define FACT_VEGAS NATU_FACT(42)
#define FACT_DCTCP NATU_FACT(43)
#define FACT_BBR NATU_FACT(44)
#define FACT_ULP NATU_FACT(45) /* what runs on top of TCP ... */
#define FACT_TLS NATU_FACT(46) /* ... its details, with CAP_NET_ADMIN: if it is TLS */
#define FACT_MPTCP_SUBFLOW NATU_FACT(47) /* ... if it is MPTCP */
#define FACT_TYPE NATU_FACT(29)		 /* stream, datagram, ... */
#define FACT_REFCOUNT NATU_FACT(30)	 /* which only /proc tells */
#define FACT_FLAGS NATU_FACT(31)
#define FACT_PEER_INODE NATU_FACT(33)
#define FACT_PEER_PATH NATU_FACT(34) /* found by its inode */
#define FACT_VFS NATU_FACT(35)	     /* the file that a UNIX socket is bound to */
#define FACT_PACKET NATU_FACT(36)    /* what a packet socket takes */
#define FACT_PACKET_INFO NATU_FACT(37)
#define FACT_FANOUT NATU_FACT(38)
#define FACT_RINGS NATU_FACT(48)	/* of a packet socket */
#define FACT_NETLINK NATU_FACT(39)	/* a netlink socket's protocol and address ... */
#define FACT_NETLINK_PEER NATU_FACT(56) /* ... and what it is connected to */
#define FACT_GROUPS NATU_FACT(57)
#define FACT_SERVICES NATU_FACT(60) /* names of ports */
#define FACT_MPTCP NATU_FACT(58)    /* mptcp_info */
#define FACT_VSOCK NATU_FACT(59)
#define FACT_VSOCK_PEER NATU_FACT(32)
#define FACT_XDP NATU_FACT(61)
/* What comes with each row of SCTP: all addresses of both ends, and what is known of the
 * socket. */
#define FACT_ADDRESSES NATU_FACT(49)
#define FACT_SCTP NATU_FACT(50)		/* of an association: sctp_info */
#define FACT_SCTP_STREAMS NATU_FACT(51) /* ... what /proc has as well */
#define FACT_SCTP_RETRIES NATU_FACT(52) /* ... what only /proc has */
#define FACT_TIPC NATU_FACT(62)
#define FACT_SMC NATU_FACT(63)
#define FACT_PEER_PROCESS NATU_FACT(55) /* who holds the socket at the other end */

#define FACT_CLIENTS NATU_FACT(54) /* who waits to be accepted */

#define FACT_MPTCP_TOKEN NATU_FACT(53) /* of a connection and of its subflows */

/* What takes a look at processes. */
#define FACTS_OF_OWNERS (FACT_PROCESS | FACT_OWNER | FACT_PEER_PROCESS)

#endif
