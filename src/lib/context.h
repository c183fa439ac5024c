/* SPDX-License-Identifier: MIT */
#ifndef NATU_CONTEXT_H
#define NATU_CONTEXT_H

#include "netns/netns.h"
#include "source.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A dump message is at most 32 KiB (af_netlink.c:netlink_recvmsg caps it), on kernels
 * with big pages too; twice that never truncates. */
#define NATU_RECEIVE_SIZE (64 * 1024)

#define NATU_PROTOCOLS_MAX 32

struct natu_index;	 /* source/index.c */
struct natu_interfaces;	 /* interface.c */
struct natu_replay_file; /* source/replay.c */
struct natu_users;	 /* user.c */
struct natu_cgroups;	 /* cgroup.c */

/* struct natu: what one caller has open. */
struct natu {
	struct natu_setup setup;
	int proc;	  /* the directory /proc, or the copy that is read instead */
	int record;	  /* the file that receives a recording, or -1 */
	int record_error; /* errno of the first write to it that failed */
	struct natu_index *index; /* of the recording that is written */
	struct natu_interfaces *interfaces;
	struct natu_replay_file *recording; /* with setup.replay */
	struct natu_users *users;	    /* by natu_context_names() */
	struct natu_cgroups *cgroups;	    /* likewise */
	int cgroup_directory;
	/* that of setup.netns, or those of the last listing with setup.all_netns */
	struct natu_netns_list namespaces;
	/* the one that is being listed; NULL: the thread's own */
	const struct natu_netns *netns;
	unsigned char *receive; /* NATU_RECEIVE_SIZE bytes, one reader at a time */
	/* does a dump of both families honour a protocol? -1: not probed */
	int any_family;
	const char *source_of[NATU_PROTOCOLS_MAX]; /* by row of the family table */
};

/* True if what is listed is this machine, now: neither a recording nor a copy. */
bool natu_context_is_here(const struct natu *natu);

/* The names of the interfaces in the network namespace that is being listed: new ones,
 * or NULL without memory. */
struct natu_interfaces *natu_context_interfaces(struct natu *natu);

/* Opens what the names among these facts are found by, once. 0, or -1 with *error
 * filled. */
int natu_context_names(struct natu *natu, natu_facts facts, struct natu_error *error);

#endif
