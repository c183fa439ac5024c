/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_KIND_H
#define NATU_OWNERS_KIND_H

#include "scan.h"

#include "socket.h"

#include <stdbool.h>

/* Why a socket has the holders that it has. The words and their evidence are in a
 * table. */
enum natu_owner_kind {
	OWNER_PROCESS,
	OWNER_TIME_WAIT,
	OWNER_SYN_RECV,
	OWNER_UNACCEPTED,
	OWNER_ORPHAN,
	OWNER_IO_URING,
	OWNER_HIDDEN,
	OWNER_UNKNOWN,
	OWNER_KINDS
};

const struct natu_word *natu_owner_kind_word(enum natu_owner_kind kind);

/* What a socket says by itself: OWNER_UNKNOWN if that is nothing. */
enum natu_owner_kind natu_owner_kind_by_state(const struct natu_socket *socket);

/* Where sockets can be that no process holds, as far as a look told. */
struct natu_elsewhere {
	struct natu_findings rings; /* sockets registered with an io_uring: its process */
	bool rings_unsure;	    /* not all rings were read */
	bool in_flight; /* descriptors are on their way over UNIX sockets, or may be */
	bool other_namespace; /* processes outside of this pid namespace may hold it */
};

/* Finds out where the sockets can be that were noted for a look and not found by it. */
void natu_elsewhere_look(struct natu_elsewhere *elsewhere, int proc,
			 const struct natu_look *look, const struct natu_inodes *noted);
void natu_elsewhere_free(struct natu_elsewhere *elsewhere);

/* What an unknown socket may be, by elimination: words joined by commas. */
const char *natu_elsewhere_candidates(const struct natu_elsewhere *elsewhere);

#endif
