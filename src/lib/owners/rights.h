/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_RIGHTS_H
#define NATU_OWNERS_RIGHTS_H

#include <stdbool.h>

/* Whether this thread has what it takes to look into the processes of others: in the
 * user namespace that it is in, which need not be the one of those processes. */
bool natu_may_look_into_processes(void);

/* True if this is the user namespace that the kernel started with, as far as /proc tells:
 * the rights that one has in another do not reach beyond it. */
bool natu_is_first_user_namespace(int proc);

/* What would show the processes that may not be looked into, for a message. */
const char *natu_rights_help(int proc);

/* Whether it has what it takes to load the BPF program of owners. */
bool natu_may_load_bpf(void);

#endif
