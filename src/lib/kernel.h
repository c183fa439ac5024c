/* SPDX-License-Identifier: MIT */
#ifndef NATU_KERNEL_H
#define NATU_KERNEL_H

/*
 * The kernel's interface, where the headers of an older system may lack the newest of it.
 * Each constant names the file of the Linux sources that defines it.
 */

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdint.h>

/* include/uapi/linux/inet_diag.h: attributes of a request, Linux 5.9 */
#define KERNEL_DIAG_REQ_BYTECODE 1
#define KERNEL_DIAG_REQ_PROTOCOL 3

/* include/uapi/linux/inet_diag.h: attributes of a reply */
#define KERNEL_DIAG_INFO 2
#define KERNEL_DIAG_CONG 4
#define KERNEL_DIAG_SKMEMINFO 7
#define KERNEL_DIAG_SHUTDOWN 8
#define KERNEL_DIAG_SKV6ONLY 11
#define KERNEL_DIAG_MARK 15
#define KERNEL_DIAG_CGROUP_ID 21
#define KERNEL_DIAG_SOCKOPT 22

/* include/uapi/linux/inet_diag.h: operations of bytecode, Linux 4.8, 4.9, 4.16 and 5.8 */
#define KERNEL_DIAG_BC_DEV_COND 9
#define KERNEL_DIAG_BC_MARK_COND 10
#define KERNEL_DIAG_BC_S_EQ 11
#define KERNEL_DIAG_BC_D_EQ 12
#define KERNEL_DIAG_BC_CGROUP_COND 13

/* The bit of idiag_ext that asks for an attribute (net/ipv4/inet_diag.c). */
#define KERNEL_DIAG_EXT(attribute) (1U << ((attribute)-1))

/*
 * struct tcp_info of include/uapi/linux/tcp.h as of Linux 6.18. A kernel sends as much of
 * it as it knows; each line below names the first one that knows it.
 */
struct kernel_tcp_info {
	uint8_t state, ca_state, retransmits, probes, backoff, options; /* 2.6 */
	uint8_t window_scales; /* the lower half is of the sender */
	uint8_t flags;	       /* bit 0: limited by the application (4.9) */
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
	uint16_t accecn_fail_mode, accecn_opt_seen;
};

/* TCPI_OPT_* of the same file: bits of `options`. */
enum {
	KERNEL_TCPI_TIMESTAMPS = 1,
	KERNEL_TCPI_SACK = 2,
	KERNEL_TCPI_WSCALE = 4,
	KERNEL_TCPI_ECN = 8,
	KERNEL_TCPI_ECN_SEEN = 16,
	KERNEL_TCPI_SYN_DATA = 32,
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
