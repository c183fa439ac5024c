/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_MACHINE_H
#define NATU_TEST_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel does with INET_DIAG_REQ_BYTECODE, written again from what is known of
 * net/ipv4/inet_diag.c: nothing of the library is used. */

/* What a program can ask about a socket. Addresses are in network order. */
struct machine_socket {
	int family;
	uint16_t source_port, peer_port;
	unsigned char source[16], peer[16];
	uint32_t device, mark;
	uint64_t cgroup;
	bool port_is_locked;
};

/* NULL if the kernel would take the program, or why it would not. */
const char *machine_audit(const void *bytes, size_t length);

/* True if the socket passes. The program must have passed the audit. */
bool machine_run(const void *program, size_t length, const struct machine_socket *socket);

#endif
