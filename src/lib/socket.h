/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOCKET_H
#define NATU_SOCKET_H

#include "fact.h"

#include <natu/column.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct natu_family;
struct natu_cgroup;
struct natu_holder;
struct natu_proc_columns;
struct natu_process;
struct nlmsghdr;

/* The name of a UNIX socket. An abstract one begins with a NUL in a message, and with the
 * `@` that people write once a source has kept it. */
struct natu_path {
	const char *text; /* not terminated, and may hold anything */
	uint16_t length;
	bool is_abstract;
};

/* What only UNIX sockets have. */
struct natu_unix_facts {
	struct natu_path path;	    /* FACT_PATH */
	struct natu_path peer_path; /* FACT_PEER_PATH */
	uint32_t flags;		    /* FACT_FLAGS */
	uint32_t file_inode;	    /* FACT_VFS */
	char file_device[24];	    /* FACT_VFS: "8:1" */
	uint64_t listener; /* the inode of the one that has not accepted it, or 0 */
	/* FACT_CLIENTS: the inodes of those that wait, as received; may lie unaligned */
	const unsigned char *clients;
	uint16_t clients_length;
};

/* What only packet sockets have. */
struct natu_packet_facts {
	uint16_t protocol; /* FACT_PACKET, in host order */
	uint8_t version;   /* FACT_PACKET_INFO */
	uint8_t flags;
	uint32_t copy_threshold, timestamp;
	uint32_t fanout; /* FACT_FANOUT */
	/* FACT_RINGS: in bytes; 0: there is none */
	uint64_t receive_ring, send_ring;
};

/* What only netlink sockets have. */
struct natu_netlink_facts {
	uint8_t protocol; /* FACT_NETLINK */
	uint32_t portid;
	uint32_t peer_portid; /* FACT_NETLINK_PEER */
	uint64_t groups;      /* FACT_GROUPS: 1 to 64, from the lowest bit ... */
	bool has_more_groups; /* ... and whether there are others ... */
	bool knows_all;	      /* ... if that was told */
};

/* What only they have: FACT_VSOCK and FACT_VSOCK_PEER, FACT_XDP, FACT_TIPC, FACT_SMC. In
 * each, a number with all bits set is one that the socket has not. */
struct natu_vsock_facts {
	uint32_t cid, port, peer_cid, peer_port;
};

struct natu_xdp_facts {
	uint32_t queue;
	uint32_t receive_ring, send_ring, fill_ring, completion_ring; /* entries */
	uint64_t umem_size;
	uint32_t umem_id, umem_pages, umem_chunk, umem_headroom, umem_flags, umem_users;
	/* Linux 5.9 */
	uint64_t receive_dropped, receive_invalid, receive_full, fill_empty, send_invalid,
		send_empty;
};

struct natu_tipc_facts {
	uint32_t node, reference;
	/* Wider than the kernel's: all of those can be in use. */
	uint64_t peer_node, peer_reference, service_type, service_instance;
	uint64_t received, sent; /* messages that wait */
	uint64_t group, group_instance;
	uint8_t flags; /* NATU_TIPC_* */
};

enum {
	NATU_TIPC_PUBLISHED = 1,
	NATU_TIPC_LINK_CONGESTED = 2,
	NATU_TIPC_PEER_CONGESTED = 4,
};

struct natu_smc_facts {
	uint8_t mode;
	uint8_t state; /* the kernel's number; struct natu_socket has TCP's */
	uint32_t fallback_reason, peer_diagnosis; /* 0: none */
};

/* All addresses of one end, as the source has them: see addresses.h. */
struct natu_address_list {
	const unsigned char *bytes;
	uint16_t bytes_length;
	uint16_t count;
	bool is_text; /* words of a line of /proc */
};

/* What only SCTP associations have. */
struct natu_sctp_facts {
	uint16_t streams_in, streams_out; /* FACT_SCTP_STREAMS */
	uint32_t heartbeat;		  /* likewise; in jiffies */
	uint32_t association;		  /* FACT_SCTP_RETRIES */
	uint32_t retransmits_max, t1_count, t2_count, rtx_count;
};

/* What the kernel tells of the socket itself before it lists its associations; the
 * record keeps it for them. */
struct natu_sctp_socket {
	uint64_t cookie;	/* whose; 0: none */
	uint32_t interface;	/* that it is bound to, or 0 */
	uint8_t state;		/* FACT_ADDRESSES: the kernel's sk_state */
	uint8_t options_length; /* 0: they were not asked for */
	/* the last members of struct sctp_info */
	_Alignas(8) unsigned char options[24];
};

/*
 * One socket, as a source has just decoded it. The record is reused from row to row and
 * never cleared: `facts` alone says which members hold something. Pointers lead into the
 * message or the tables of the query and live until the next row.
 */
struct natu_socket {
	natu_facts facts;  /* what is here */
	natu_facts asked;  /* what the query asked for */
	natu_facts denied; /* what exists and may not be seen */
	const struct natu_family *family;

	/* FACT_BASE */
	const struct natu_word *proto;	     /* "tcp", "tcp6" */
	const struct natu_word *family_name; /* "ipv4", "ipv6" */
	const struct natu_word *state;	     /* NULL: an unconnected UDP or RAW socket */
	uint8_t state_number;		     /* the kernel's: TCP_ESTABLISHED is 1 */
	uint8_t which; /* of the address families of its row in the family table */

	/* FACT_INET; ports in host order, 0 is `*` */
	uint16_t local_port, peer_port;
	struct natu_address local, peer;

	uint32_t recv_q, send_q;    /* FACT_QUEUES */
	uint32_t accept_queue;	    /* FACT_LISTENER */
	uint32_t backlog;	    /* FACT_BACKLOG */
	uint32_t uid;		    /* FACT_UID */
	uint64_t inode;		    /* FACT_INODE, never 0 */
	uint64_t cookie;	    /* FACT_COOKIE */
	uint32_t interface;	    /* an index; FACT_INTERFACE, never 0 */
	const char *interface_name; /* and its name, by the loop, when asked for */

	/* FACT_TIMER, FACT_RETRIES */
	uint8_t timer; /* the kernel's number; 0: no timer runs */
	uint32_t expires_ms;
	uint32_t retransmits, probes;

	/* FACT_TCPINFO: struct tcp_info as received; may lie unaligned. FACT_MPTCP,
	 * FACT_SCTP: struct mptcp_info or struct sctp_info in its place. */
	const unsigned char *tcp_info;
	uint16_t tcp_info_length;

	/* FACT_MEMORY, FACT_DROPS: SK_MEMINFO_VARS as received; may lie unaligned */
	const unsigned char *memory;
	uint16_t memory_length; /* 0 where /proc/net/udp told the drops alone */
	uint32_t drops;		/* FACT_DROPS, then */

	/* FACT_ADDRESSES: of the local end and of the remote one */
	struct natu_address_list addresses[2];
	/* What the first line of a file of /proc says of its columns; NULL: nothing. */
	const struct natu_proc_columns *proc_columns;
	struct natu_sctp_socket sctp_socket;

	uint64_t cgroup; /* FACT_CGROUP: a cgroup v2 id */
	uint32_t mark;	 /* FACT_MARK */

	/* FACT_CONGESTION, and FACT_VEGAS, FACT_DCTCP or FACT_BBR: what the algorithm
	 * tells of itself, as received; may lie unaligned */
	const char *congestion;
	const unsigned char *congestion_info;
	uint16_t congestion_length, congestion_info_length;

	/* FACT_ULP; FACT_TLS or FACT_MPTCP_SUBFLOW: its attributes, as received */
	const char *ulp;
	const unsigned char *ulp_details;
	uint16_t ulp_length, ulp_details_length;

	uint32_t mptcp_token;  /* FACT_MPTCP_TOKEN */
	uint32_t class_id;     /* FACT_CLASS_ID */
	uint8_t tos;	       /* FACT_TOS */
	uint8_t traffic_class; /* FACT_TRAFFIC_CLASS */
	uint8_t shutdown;      /* FACT_SHUTDOWN: the kernel's two bits */
	uint8_t v6only;	       /* FACT_V6ONLY; 0: no */
	/* FACT_OPTIONS: struct inet_diag_sockopt as received, as far as it is known */
	uint8_t option_bits[2];
	uint8_t option_bytes;

	/* FACT_PROCESS; FACT_PEER_PROCESS */
	const struct natu_holder *holders, *peer_holders;
	size_t holder_count, peer_holder_count;
	/* FACT_OWNER */
	const struct natu_word *owner_kind;
	/* who answers for it though he does not hold it, or NULL */
	struct natu_process *owner;
	const char *owner_candidates; /* NULL: it is known */

	/* FACT_PEER_INODE, never 0. Where that was asked for, the socket at the other end
	 * can also be one that has no inode: not accepted yet, or closed. */
	uint32_t peer_inode;
	bool has_peer;

	/* FACT_NETNS */
	uint64_t netns_inode;
	const char *netns_name;	      /* NULL: it has none */
	const struct natu_word *type; /* FACT_TYPE */
	uint32_t refcount;	      /* FACT_REFCOUNT */

	const char *user_name;			  /* FACT_USER */
	const char *local_host, *peer_host;	  /* FACT_HOSTS; NULL: there is none */
	const char *local_service, *peer_service; /* FACT_SERVICES, likewise */
	const struct natu_cgroup *cgroup_entry;	  /* FACT_CGROUP_PATH */

	/* The message that it came in, to be held back and decoded again; NULL from
	 * /proc. */
	const struct nlmsghdr *message;

	/* What the sockets of one family have of their own. */
	union {
		struct natu_unix_facts local;
		struct natu_packet_facts packet;
		struct natu_netlink_facts netlink;
		struct natu_vsock_facts vsock;
		struct natu_xdp_facts xdp;
		struct natu_tipc_facts tipc;
		struct natu_smc_facts smc;
		struct natu_sctp_facts sctp;
	} of;
};

#endif
