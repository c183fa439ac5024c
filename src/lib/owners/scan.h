/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_SCAN_H
#define NATU_OWNERS_SCAN_H

#include "table.h"

#include <natu/error.h>
#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A descriptor that is no socket, or none that is wanted, and tells something all the
 * same. */
struct natu_trace {
	uint32_t pid; /* of namespaces: the process or thread in whose table it is */
	uint32_t fd;
};

/* A list of them that forgets what is beyond its bound, and says so. */
struct natu_traces {
	struct natu_trace *rows;
	size_t count, size;
	bool cut;
};

#define NATU_TRACES_MAX 16384

void natu_traces_add(struct natu_traces *traces, uint32_t pid, uint32_t fd);
void natu_traces_take(struct natu_traces *traces, struct natu_traces *more);
void natu_traces_free(struct natu_traces *traces);

/*
 * One look at the descriptors of processes: what it is for, and what it saw. Both ways of
 * looking see the same: every table of descriptors, also one that only a thread uses.
 */
struct natu_look {
	const struct natu_inodes *wanted; /* NULL: every socket */
	const uint32_t *pids;		  /* of these processes only; ascending */
	size_t pid_count;		  /* 0: of all */
	bool explain;			  /* collect rings and others */
	bool wants_unix;		  /* there are UNIX sockets among the wanted */
	bool wants_netns;		  /* collect namespaces */
	uint32_t own_pid; /* of this process, which is looked into as well */

	struct natu_findings findings;
	struct natu_traces rings;  /* io_urings; from BPF anything without a file */
	struct natu_traces others; /* sockets that are not wanted: UNIX ones among them */
	struct natu_traces namespaces; /* from BPF those of any kind */
	/* descriptors of other processes that were sockets, wanted or not */
	uint64_t sockets;
	uint64_t denied; /* processes that may not be looked into */
	int error;	 /* why others could not be: the first errno, or 0 */
	bool cut;	 /* too many findings, or no memory for them */
};

/* A socket that was seen. False: there is no room, and the look should end. */
bool natu_look_socket(struct natu_look *look, uint32_t inode, uint32_t pid, uint32_t fd);

/* Puts pids in the order that a look needs. */
void natu_look_sort(uint32_t *pids, size_t count);

/* True if the process is to be looked into. */
bool natu_look_includes(const struct natu_look *look, uint32_t pid);

/* True for the kernel's /proc, false for a copy of one. */
bool natu_is_proc(int proc);

/* True if we and this /proc are in the pid namespace that the kernel started with: all
 * processes are in it, under the pids by which the kernel knows them. */
bool natu_is_first_pid_namespace(int proc);

/* Adds what a part of the look saw, and empties it. */
void natu_look_take(struct natu_look *look, struct natu_look *part);
void natu_look_free(struct natu_look *look);

/* Looks below /proc, in as many threads as there are processors. Returns 0, or -1 with
 * *error filled when /proc cannot be read at all (NATU_ESYS, NATU_ENOMEM). */
int natu_scan_proc(int proc, struct natu_look *look, struct natu_error *error);

/* How many times one opened iterator can be used. */
#define NATU_BPF_LOOKS 2

/* Looks by the BPF iterator over task files: Linux 5.8, CAP_BPF and CAP_PERFMON, and the
 * first pid namespace, whose pids are the ones that it tells. */
struct natu_bpf {
	int iterators[NATU_BPF_LOOKS]; /* -1: used up */
};

/* Opens all that looking needs, so that nothing has to be opened later. Returns 0, or -1
 * with *error filled: NATU_ENOSUP or NATU_ESYS. */
int natu_bpf_open(struct natu_bpf *bpf, int proc, struct natu_error *error);
int natu_bpf_scan(struct natu_bpf *bpf, struct natu_look *look, struct natu_error *error);
void natu_bpf_close(struct natu_bpf *bpf);

/* True if BPF is to be tried: where it is demanded, and where so many files are open that
 * it takes less time. */
bool natu_bpf_pays(int proc, enum natu_lookup lookup);

/* Looks once, in the way that can be had and takes less time or sees more. As
 * natu_scan_proc(). */
int natu_scan_well(int proc, enum natu_lookup lookup, struct natu_look *look,
		   struct natu_error *error);

#endif
