/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETNS_H
#define NATU_NETNS_H

#include <natu/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Network namespaces other than the own one: which there are, and how to open something
 * in one of them. A netlink socket, or a file of /proc/net, stays with the namespace in
 * which it was opened, so that a thread goes there only to open it.
 */

struct natu;

/* One network namespace, as far as it is known. */
struct natu_netns {
	/* what its links and mounts are called by, net:[INODE]; 0: hidden */
	uint64_t inode;
	char *name; /* of ip netns, or the path at which it is mounted; NULL: none */
	/* where it can be opened, besides by its process: below /proc, unless it begins
	 * with a slash; NULL: nowhere */
	char *path;
	uint32_t pid; /* a process or a thread that is in it; 0: none is known */
	/* The inode of its net/dev in /proc, which everybody may see: what tells it from
	 * others where its own inode is hidden. 0: not known. */
	uint64_t mark;
	bool is_own;
};

/* More namespaces than this are not looked at. */
enum { NATU_NETNS_MAX = 65536 };

struct natu_netns_list {
	struct natu_netns *rows;
	size_t count, size;
	size_t most;	      /* rows that it has room for; 0: NATU_NETNS_MAX */
	bool is_full;	      /* there are more than that */
	size_t unmounted;     /* names of ip netns at which there is no namespace here */
	size_t unseen;	      /* processes of which nothing could be seen */
	uint64_t closed;      /* processes whose descriptors could not be seen */
	int error;	      /* why others could not be: an errno, or 0 */
	bool is_cut;	      /* there are too many that are namespaces */
	bool hides_processes; /* /proc does not even list all of them: hidepid */
	bool has_no_proc;
};

/* Only its bound stays. */
void natu_netns_list_free(struct natu_netns_list *list);

/* A thread that is in another namespace, and the way back. */
struct natu_visit {
	int home; /* -1: it did not go anywhere */
};

/* --- visit.c --- */

/*
 * Takes this thread to the namespace that is being listed (natu->netns); to none if that
 * is NULL or the own one. 0, or -1 with *error filled, and nothing has changed. Nobody
 * goes who could not come back.
 */
int natu_netns_enter(const struct natu *natu, struct natu_visit *visit,
		     struct natu_error *error);
/* Comes back. errno stays as it was. */
void natu_netns_leave(struct natu_visit *visit);

/* Opens a file below /proc by its name there ("net/tcp", "sys/net/..."), in the namespace
 * that is being listed: by one of its processes where it may not be entered. A
 * descriptor, or -1 with errno set. */
int natu_netns_open(const struct natu *natu, const char *path, int flags);

/* How the namespace that is being listed can be read. */
enum natu_netns_access {
	NETNS_OPEN,	  /* entered */
	NETNS_BY_PROCESS, /* not entered; /proc/PID/net can be read */
	NETNS_CLOSED,	  /* neither */
	NETNS_GONE,
};

enum natu_netns_access natu_netns_access(const struct natu *natu);

/* --- task.c --- */

/* What a task's namespace is called by, and its mark; `place` is the task's directory
 * below /proc. 0 with errno set: it may not be seen, or is gone. */
uint64_t natu_netns_inode_at(int proc, const char *place);
uint64_t natu_netns_mark_at(int proc, const char *place);

/* What is done with a process or a thread. False ends it. */
typedef bool natu_netns_task(void *context, const char *place, uint32_t task);

/* Each process there is, and each of its threads: any can be in a namespace of its own.
 * False if it was ended, or without memory. */
bool natu_netns_each_task(const struct natu *natu, natu_netns_task *take, void *context);
bool natu_netns_each_process(const struct natu *natu, natu_netns_task *take,
			     void *context);

/* --- mount.c --- */

/* True if what is open there is a network namespace: its inode. */
bool natu_netns_inode_of(int fd, uint64_t *inode);
/* The inode in "net:[4026532000]"; 0 if it says something else. */
uint64_t natu_netns_inode_in(const char *link);

/* What is done with each place at which a namespace is mounted. False ends it. */
typedef bool natu_netns_visitor(void *context, uint64_t inode, const char *name,
				const char *path);

/* Each name of ip netns; counts those at which there is no namespace, unless that is
 * NULL. False if it was ended, or without memory. */
bool natu_netns_visit_names(size_t *unmounted, natu_netns_visitor *visit, void *context);
/* Each mount, also those that have such a name. */
bool natu_netns_visit_mounts(const struct natu *natu, natu_netns_visitor *visit,
			     void *context);

/* Each mount that only processes in another mount namespace have: its path is of no use
 * but below /proc. */
bool natu_netns_visit_other_mounts(const struct natu *natu, natu_netns_visitor *visit,
				   void *context);

/* Gives a namespace whose inode is known its name, if it has one. False without
 * memory. */
bool natu_netns_name(const struct natu *natu, struct natu_netns *netns);

/* --- descriptor.c --- */

/* Each descriptor by which some process keeps a network namespace, by its place below
 * /proc; tells in the list which could not be seen. False if it was ended, or without
 * memory. */
bool natu_netns_visit_descriptors(const struct natu *natu, struct natu_netns_list *told,
				  natu_netns_visitor *visit, void *context);

/* --- find.c --- */

/* Fills in what this process's own namespace is: inode and mark, as far as /proc says. */
void natu_netns_own(const struct natu *natu, struct natu_netns *own);

/* All that there are: of ip netns and other mounts, of processes and their threads, and
 * those that are open somewhere; each once: the own one first, then by name, then by
 * inode. 0, or -1 with *error filled (memory). */
int natu_netns_find(const struct natu *natu, struct natu_netns_list *list,
		    struct natu_error *error);

/* A process or a thread in it, in the place of one that has ended; 0: there is none. */
uint32_t natu_netns_process(const struct natu *natu, const struct natu_netns *netns);

/* --- named.c --- */

/* The namespace that a user means: a name of ip netns, a path, a process, or an inode as
 * natu shows it. 0, or -1 with *error filled: NATU_EUSAGE for what is no namespace,
 * NATU_ESYS for a process that is gone. */
int natu_netns_named(const struct natu *natu, const char *text, struct natu_netns *netns,
		     struct natu_error *error);

/* Where ip netns keeps its namespaces, by their names. */
#define NETNS_DIRECTORY "/run/netns"

#endif
