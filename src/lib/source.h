/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_H
#define NATU_SOURCE_H

#include "family.h"
#include "request.h"
#include "socket.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A source that is being read. Opening it has sent the request and seen that there is an
 * answer, so that a caller can turn to another source before the first row.
 */
struct natu_reader {
	const struct natu_source_ops *ops;
	const struct natu_request *request; /* outlives the reader */
	/* the one that it reads from, which it owns; or NULL */
	struct natu_reader *behind;
	uint64_t malformed; /* messages or lines that were skipped */
	bool has_moved; /* the list changed meanwhile, and so others may be left out */
	bool in_order;	/* all of IPv4 comes before all of IPv6 */
};

struct natu_source_ops {
	const char *name; /* "diag", as JSON has it */
	/* Starts reading. NULL with *error filled; NATU_ENOSUP and NATU_ESYS mean that
	 * another source may do better. */
	struct natu_reader *(*open)(struct natu *natu, const struct natu_request *request,
				    struct natu_error *error);
	/* 1: *socket is the next one. 0: that was all. -1: *error tells why the rest is
	 * missing. */
	int (*next)(struct natu_reader *reader, struct natu_socket *socket,
		    struct natu_error *error);
	void (*close)(struct natu_reader *reader);
};

/* What is read in the end. */
static inline const struct natu_source_ops *
natu_reader_source(const struct natu_reader *reader)
{
	return reader->behind ? reader->behind->ops : reader->ops;
}

extern const struct natu_source_ops natu_diag;
extern const struct natu_source_ops natu_procfs;
extern const struct natu_source_ops natu_replay;

#endif
