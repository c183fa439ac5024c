/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_H
#define NATU_SOURCE_H

#include "family.h"
#include "socket.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/* The most bytes of bytecode that a request carries. */
enum { NATU_BYTECODE_MAX = 1024 };

/* Both ends of one connection; ports in host order, none of them 0. */
struct natu_tuple {
	struct natu_address local, peer;
	uint16_t local_port, peer_port;
};

/* What a source is asked for: the sockets of one protocol. All but `family` only narrows, to save
 * work: a source may deliver more, and every row is checked again. */
struct natu_request {
	const struct natu_family *family;
	uint32_t families;	/* NATU_IPV4, NATU_IPV6 */
	uint32_t states;	/* STATE_BIT()s */
	uint32_t facts;
	bool in_order;		/* IPv4 before IPv6 is wanted: see struct natu_reader */
	uint16_t local_port, peer_port;		/* host order; 0: any */
	/* What is left for sock_diag to check, as INET_DIAG_REQ_BYTECODE; 0 bytes: nothing. A kernel
	 * that refuses it (-EINVAL, -EPERM) is to be asked again without. */
	uint32_t bytecode[NATU_BYTECODE_MAX / sizeof(uint32_t)];
	uint16_t bytecode_length;
	/* The only connection that can pass, if has_tuple: it can be looked up instead. */
	bool has_tuple;
	struct natu_tuple tuple;
};

/*
 * A source that is being read. Opening it has sent the request and seen that there is an
 * answer, so that a caller can turn to another source before the first row.
 */
struct natu_reader {
	const struct natu_source_ops *ops;
	const struct natu_request *request;	/* outlives the reader */
	uint64_t malformed;			/* messages or lines that were skipped */
	bool in_order;				/* all of IPv4 comes before all of IPv6 */
};

struct natu_source_ops {
	const char *name;	/* "diag", as JSON has it */
	/* The facts it has for a protocol. */
	uint32_t (*provides)(const struct natu_family *family);
	/* Starts reading. NULL with *error filled; NATU_ENOSUP and NATU_ESYS mean that another
	 * source may do better. */
	struct natu_reader *(*open)(struct natu *natu, const struct natu_request *request,
				    struct natu_error *error);
	/* 1: *socket is the next one. 0: that was all. -1: *error tells why the rest is missing. */
	int (*next)(struct natu_reader *reader, struct natu_socket *socket, struct natu_error *error);
	void (*close)(struct natu_reader *reader);
};

extern const struct natu_source_ops natu_diag;
extern const struct natu_source_ops natu_procfs;
extern const struct natu_source_ops natu_replay;

#endif
