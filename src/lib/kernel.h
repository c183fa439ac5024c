/* SPDX-License-Identifier: MIT */
#ifndef NATU_KERNEL_H
#define NATU_KERNEL_H

/*
 * The kernel's interface, where the headers of an older system may lack the newest of it. Each
 * constant names the file of the Linux sources that defines it.
 */

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

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

/* The bit of idiag_ext that asks for an attribute (net/ipv4/inet_diag.c). */
#define KERNEL_DIAG_EXT(attribute) (1U << ((attribute) - 1))

#endif
