/* SPDX-License-Identifier: MIT */
#ifndef NATU_REQUEST_H
#define NATU_REQUEST_H

#include "family.h"
#include "interface.h"

#include <natu/column.h>
#include <stdbool.h>
#include <stdint.h>

/* The most bytes of bytecode that a request carries. */
enum { NATU_BYTECODE_MAX = 1024 };

/* Of a protocol that has but one address family: its bit. */
enum { NATU_ONE_FAMILY = 1 };

/* Both ends of one connection; ports in host order, none of them 0. */
struct natu_tuple {
	struct natu_address local, peer;
	uint16_t local_port, peer_port;
};

/* What a source is asked for: the sockets of one protocol. All but `family` only narrows,
 * to save work: a source may deliver more, and every row is checked again. */
struct natu_request {
	const struct natu_family *family;
	uint32_t families; /* NATU_IPV4, NATU_IPV6, or NATU_ONE_FAMILY */
	uint32_t states;   /* STATE_BIT()s */
	natu_facts facts;
	/* the names of interfaces where the sockets are; NULL: not to be asked for */
	const struct natu_interfaces *interfaces;
	bool in_order; /* IPv4 before IPv6 is wanted: see struct natu_reader */
	uint16_t local_port, peer_port; /* host order; 0: any */
	/* What is left for sock_diag to check, as INET_DIAG_REQ_BYTECODE; 0 bytes:
	 * nothing. A kernel that refuses it (-EINVAL, -EPERM) is to be asked again
	 * without. */
	uint32_t bytecode[NATU_BYTECODE_MAX / sizeof(uint32_t)];
	uint16_t bytecode_length;
	/* Of netlink: only the sockets of this protocol, if has_protocol. */
	bool has_protocol;
	uint8_t protocol;
	/* The only connection that can pass, if has_tuple: it can be looked up
	 * instead. */
	bool has_tuple;
	struct natu_tuple tuple;
};

#endif
