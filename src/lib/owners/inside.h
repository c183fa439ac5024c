/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_INSIDE_H
#define NATU_OWNERS_INSIDE_H

#include "answer.h"
#include "kind.h"
#include "owners/owners.h"
#include "process.h"
#include "scan.h"

#include <natu/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for holders, used again for each socket. */
struct natu_holder_list {
	struct natu_holder *rows;
	size_t size;
};

/* What owners.c (looking), attach.c and tell.c share. */

struct natu_owners {
	struct natu_owners_setup setup;
	uint32_t *pids; /* the setup's, ascending */
	struct natu_processes *processes;
	bool has_bpf, wants_unix;
	struct natu_bpf bpf;
	struct natu_error bpf_error;  /* why there is no BPF; code 0: it was not tried */
	struct natu_error look_error; /* of the last look that failed; code 0: none did */

	struct natu_inodes noted;   /* since the last look */
	struct natu_inodes settled; /* before it */
	struct natu_look look;	    /* what all looks found */
	struct natu_elsewhere elsewhere;
	bool looked;
	bool unseen; /* there are processes that are not even listed */

	/* of the socket that was attached last, and of its peer */
	struct natu_holder_list holders, peer_holders;
	struct natu_answer answer; /* and who else answers for it */
};

#endif
