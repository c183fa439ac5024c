/* SPDX-License-Identifier: MIT */
#ifndef NATU_KERNEL_H
#define NATU_KERNEL_H

/*
 * The kernel's interface, where the headers of an older system may lack the newest of it.
 * Each constant names the file of the Linux sources that defines it.
 */

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdint.h>

/* include/uapi/linux/inet_diag.h: attributes of a request, Linux 5.9 */
#define KERNEL_DIAG_REQ_BYTECODE 1
#define KERNEL_DIAG_REQ_PROTOCOL 3

/* include/uapi/linux/inet_diag.h: attributes of a reply */
#define KERNEL_DIAG_INFO 2
#define KERNEL_DIAG_VEGASINFO 3
#define KERNEL_DIAG_CONG 4
#define KERNEL_DIAG_TOS 5
#define KERNEL_DIAG_TCLASS 6
#define KERNEL_DIAG_SKMEMINFO 7
#define KERNEL_DIAG_SHUTDOWN 8
#define KERNEL_DIAG_DCTCPINFO 9
#define KERNEL_DIAG_SKV6ONLY 11
#define KERNEL_DIAG_LOCALS 12
#define KERNEL_DIAG_PEERS 13
#define KERNEL_DIAG_MARK 15
#define KERNEL_DIAG_BBRINFO 16
#define KERNEL_DIAG_CLASS_ID 17
#define KERNEL_DIAG_ULP_INFO 19
#define KERNEL_DIAG_CGROUP_ID 21
#define KERNEL_DIAG_SOCKOPT 22

/* include/uapi/linux/inet_diag.h: operations of bytecode, Linux 4.8, 4.9, 4.16 and 5.8 */
#define KERNEL_DIAG_BC_DEV_COND 9
#define KERNEL_DIAG_BC_MARK_COND 10
#define KERNEL_DIAG_BC_S_EQ 11
#define KERNEL_DIAG_BC_D_EQ 12
#define KERNEL_DIAG_BC_CGROUP_COND 13

/* include/uapi/linux/unix_diag.h: Linux 5.3 */
#define KERNEL_UNIX_DIAG_UID 7
#define KERNEL_UDIAG_SHOW_UID 0x40

/* include/linux/net.h: a flag of /proc/net/unix, on what listens */
#define KERNEL_SO_ACCEPTCON 0x10000

/* The bit of idiag_ext that asks for an attribute (net/ipv4/inet_diag.c). */
#define KERNEL_DIAG_EXT(attribute) (1U << ((attribute)-1))

/* include/uapi/linux/inet_diag.h, tls.h and mptcp.h: what is nested in a ULP_INFO */
enum {
	KERNEL_ULP_NAME = 1,
	KERNEL_ULP_TLS = 2,
	KERNEL_ULP_MPTCP = 3,
};
enum {
	KERNEL_TLS_VERSION = 1,
	KERNEL_TLS_CIPHER = 2,
	KERNEL_TLS_SEND = 3,
	KERNEL_TLS_RECEIVE = 4,
};
enum {
	KERNEL_MPTCP_TOKEN_REMOTE = 1,
	KERNEL_MPTCP_TOKEN_LOCAL = 2,
	KERNEL_MPTCP_FLAGS = 8,
	KERNEL_MPTCP_ID_REMOTE = 9,
	KERNEL_MPTCP_ID_LOCAL = 10,
};

/* The two bits of INET_DIAG_SHUTDOWN: include/net/sock.h */
#define KERNEL_RCV_SHUTDOWN 1
#define KERNEL_SEND_SHUTDOWN 2

/* The kernel's bit-fields: how far from the right those of one byte begin that have
 * `first` bits before them and are `count` bits wide. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define KERNEL_SHIFT(first, count) (first)
#else
#define KERNEL_SHIFT(first, count) (8 - (first) - (count))
#endif
#define KERNEL_BIT(first) (1U << KERNEL_SHIFT(first, 1))

/* struct inet_diag_sockopt, Linux 5.10: the bits of its two bytes, counted through */
enum {
	KERNEL_SOCKOPT_RECVERR,
	KERNEL_SOCKOPT_IS_ICSK,
	KERNEL_SOCKOPT_FREEBIND,
	KERNEL_SOCKOPT_HDRINCL,
	KERNEL_SOCKOPT_MC_LOOP,
	KERNEL_SOCKOPT_TRANSPARENT,
	KERNEL_SOCKOPT_MC_ALL,
	KERNEL_SOCKOPT_NODEFRAG,
	KERNEL_SOCKOPT_BIND_ADDRESS_NO_PORT,
	KERNEL_SOCKOPT_RECVERR_RFC4884,
	KERNEL_SOCKOPT_DEFER_CONNECT,
};

/* What an algorithm of congestion control tells of itself: union tcp_cc_info of
 * include/uapi/linux/inet_diag.h */
struct kernel_vegas_info {
	uint32_t enabled, rtt_count, rtt, min_rtt;
};
struct kernel_dctcp_info {
	uint16_t enabled, ce_state;
	uint32_t alpha; /* in 1/1024 */
	uint32_t bytes_marked, bytes_acked;
};
struct kernel_bbr_info {
	uint32_t bandwidth_low, bandwidth_high; /* bytes per second */
	uint32_t min_rtt;
	uint32_t pacing_gain, cwnd_gain; /* in 1/256 */
};

/*
 * struct tcp_info of include/uapi/linux/tcp.h as of Linux 6.18. A kernel sends as much of
 * it as it knows; each line below names the first one that knows it. No column shows
 * fackets, which is 0 since Linux 4.15, and last_ack_sent, which always was.
 */
struct kernel_tcp_info {
	uint8_t state, ca_state, retransmits, probes, backoff, options; /* 2.6 */
	uint8_t window_scales; /* the first half is of the sender */
	/* The first bit: limited by the application (4.9); the next two: why Fast Open
	 * failed (5.5). */
	uint8_t flags;
	uint32_t rto, ato, snd_mss, rcv_mss;
	uint32_t unacked, sacked, lost, retrans, fackets;
	uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
	uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss,
		reordering;
	uint32_t rcv_rtt, rcv_space, total_retrans;
	uint64_t pacing_rate, max_pacing_rate;			      /* 3.15 */
	uint64_t bytes_acked, bytes_received;			      /* 4.1 */
	uint32_t segs_out, segs_in;				      /* 4.2 */
	uint32_t notsent_bytes, min_rtt, data_segs_in, data_segs_out; /* 4.6 */
	uint64_t delivery_rate;					      /* 4.9 */
	uint64_t busy_time, rwnd_limited, sndbuf_limited;	      /* 4.10 */
	uint32_t delivered, delivered_ce;			      /* 4.18 */
	uint64_t bytes_sent, bytes_retrans;			      /* 4.19 */
	uint32_t dsack_dups, reord_seen;
	uint32_t rcv_ooopack, snd_wnd;		  /* 5.4 */
	uint32_t rcv_wnd, rehash;		  /* 6.2 */
	uint16_t total_rto, total_rto_recoveries; /* 6.7 */
	uint32_t total_rto_time;
	uint32_t received_ce; /* 6.18 */
	uint32_t delivered_e1_bytes, delivered_e0_bytes, delivered_ce_bytes;
	uint32_t received_e1_bytes, received_e0_bytes, received_ce_bytes;
	/* Four more bytes, which Linux 7.0 has divided anew without a change of the
	 * length: what they mean cannot be told from the message. */
	uint32_t accurate_ecn;
};

_Static_assert(sizeof(struct kernel_tcp_info) == 280, "as long as Linux 6.18 has it");

/* struct mptcp_info of include/uapi/linux/mptcp.h as of Linux 6.18, likewise. */
struct kernel_mptcp_info {
	uint8_t subflows, add_addr_signal, add_addr_accepted, subflows_max; /* 5.9 */
	uint8_t add_addr_signal_max, add_addr_accepted_max;
	uint32_t flags, token;
	uint64_t write_seq, snd_una, rcv_nxt;
	uint8_t local_addr_used, local_addr_max, csum_enabled; /* 5.13 */
	uint32_t retransmits;				       /* 6.5 */
	uint64_t bytes_retrans, bytes_sent, bytes_received, bytes_acked;
	uint8_t subflows_total; /* 6.7 */
	uint8_t endp_laminar_max, endp_fullmesh_max, reserved;
	uint32_t last_data_sent, last_data_recv, last_ack_recv; /* 6.10 */
};

/*
 * struct sctp_info of include/uapi/linux/sctp.h. Its part of the socket is filled for the
 * socket alone, and the rest for its associations. Nobody fills the fragmentation point
 * and the frequency of SACKs.
 */
struct kernel_sctp_info {
	uint32_t tag, state, rwnd; /* 4.7 */
	uint16_t unackdata, penddata, instrms, outstrms;
	uint32_t fragmentation_point, inqueue, outqueue, overall_error, max_burst, maxseg,
		peer_rwnd, peer_tag;
	uint8_t peer_capable, peer_sack;
	uint16_t reserved1;
	uint64_t isacks, osacks, opackets, ipackets, rtxchunks, outofseqtsns, idupchunks,
		gapcnt, ouodchunks, iuodchunks, oodchunks, iodchunks, octrlchunks,
		ictrlchunks;
	uint8_t p_address[128]; /* struct sockaddr_storage */
	int32_t p_state;
	uint32_t p_cwnd, p_srtt, p_rto, p_hbinterval, p_pathmaxrxt, p_sackdelay,
		p_sackfreq, p_ssthresh, p_partial_bytes_acked, p_flight_size;
	uint16_t p_error, reserved2;
	struct kernel_sctp_options {
		uint32_t autoclose, adaptation_ind, pd_point;
		uint8_t nodelay, disable_fragments, v4mapped, frag_interleave;
		uint32_t type, reserved3;
	} socket;
};

_Static_assert(sizeof(struct kernel_sctp_info) == 368, "as long as the kernel has it");

/* The states of an association: include/net/sctp/constants.h. */
enum {
	KERNEL_SCTP_CLOSED,
	KERNEL_SCTP_COOKIE_WAIT,
	KERNEL_SCTP_COOKIE_ECHOED,
	KERNEL_SCTP_ESTABLISHED,
	KERNEL_SCTP_SHUTDOWN_PENDING,
	KERNEL_SCTP_SHUTDOWN_SENT,
	KERNEL_SCTP_SHUTDOWN_RECEIVED,
	KERNEL_SCTP_SHUTDOWN_ACK_SENT,
	KERNEL_SCTP_STATES
};

/* idiag_timer of an association, whose numbers are its own: T3_RTX is the only one */
#define KERNEL_SCTP_T3_RTX 4

/* TCPI_OPT_* of the same file: bits of `options`. */
enum {
	KERNEL_TCPI_TIMESTAMPS = 1,
	KERNEL_TCPI_SACK = 2,
	KERNEL_TCPI_WSCALE = 4,
	KERNEL_TCPI_ECN = 8,
	KERNEL_TCPI_ECN_SEEN = 16,
	KERNEL_TCPI_SYN_DATA = 32,
	KERNEL_TCPI_USEC_TS = 64,	  /* 6.7 */
	KERNEL_TCPI_FASTOPEN_CHILD = 128, /* 6.15 */
};

/* enum in include/uapi/linux/sock_diag.h: what each number of an INET_DIAG_SKMEMINFO
 * is */
enum {
	KERNEL_SK_RMEM_ALLOC,
	KERNEL_SK_RCVBUF,
	KERNEL_SK_WMEM_ALLOC,
	KERNEL_SK_SNDBUF,
	KERNEL_SK_FWD_ALLOC,
	KERNEL_SK_WMEM_QUEUED,
	KERNEL_SK_OPTMEM,
	KERNEL_SK_BACKLOG,
	KERNEL_SK_DROPS,
};

#endif
