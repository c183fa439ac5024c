/* SPDX-License-Identifier: MIT */
#ifndef NATU_NATU_H
#define NATU_NATU_H

#include <natu/column.h>
#include <natu/error.h>
#include <natu/filter.h>
#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * libnatu lists the sockets that the kernel has. Open a context, describe what is wanted
 * in a query, and natu_list() pushes one row after the other into a sink. The library
 * prints nothing, reads no environment and never ends the process.
 *
 *	struct natu_error error;
 *	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, &error);
 *	struct natu_query query = { .protocols = natu_protocol_named("tcp") };
 *	natu_list(natu, &query, &sink, &report, &error);
 *	natu_close(natu);
 */
struct natu;

/* The version of the library as "MAJOR.MINOR.PATCH". Since 0.1. */
const char *natu_version(void);

/* Where sockets are read from. */
enum natu_source {
	NATU_AUTO, /* sock_diag, and /proc/net for each protocol for which that fails */
	NATU_DIAG,
	NATU_PROC,
};

/* How the processes that hold sockets are found; both ways find the same. */
enum natu_lookup {
	NATU_LOOKUP_AUTO, /* by whichever is faster here and possible */
	/* by the kernel's iterator over open files: Linux 5.8, privileged */
	NATU_LOOKUP_BPF,
	NATU_LOOKUP_PROC, /* by reading the descriptors of every process in /proc */
};

/* The strings are the caller's and must outlive the context. Since 0.1. */
struct natu_setup {
	enum natu_source source;
	enum natu_lookup lookup;
	/* a copy of /proc to read instead, or NULL; implies NATU_PROC */
	const char *proc_root;
	/* a recording to list instead of the machine's sockets, or NULL */
	const char *replay;
	const char *record; /* a file that is to receive what the kernel says, or NULL */
	/* the network namespace whose sockets are listed: a name of ip netns, a path, a
	 * process or a thread, or the inode that the column netns.inode has. NULL: the
	 * own one of the calling thread */
	const char *netns;
	/* list those of every network namespace: of each process and thread, of ip netns,
	 * of each bind mount, and those that a descriptor keeps. They are looked for anew
	 * by each natu_list(). */
	bool all_netns;
};

/* Returns a context, or NULL with *error filled: NATU_EUSAGE for members that exclude one
 * another and for a network namespace that there is not, NATU_ESYS, NATU_EDATA (an empty
 * recording is fine), NATU_ENOMEM. The caller owns it and gives it to natu_close(), which
 * accepts NULL. One context serves one thread. Since 0.1. */
struct natu *natu_open(const struct natu_setup *setup, struct natu_error *error);
void natu_close(struct natu *natu);

/* The protocols that this library knows, in netstat's order: index from 0; NULL beyond
 * the end. A protocol's bit in natu_query.protocols is 1 << index. Since 0.1. */
const char *natu_protocol_name(size_t index);
const char *natu_protocol_title(size_t index); /* "TCP", "UDP-Lite" */
/* What its address families are called together: "inet", "unix", ... Since 0.1. */
const char *natu_protocol_family(size_t index);
/* The sets of columns (enum natu_set) that protocols have of their own. Since 0.1. */
unsigned int natu_protocol_sets(uint32_t protocols);
/* The facts (natu_column_facts()) that sockets of these protocols can have, from whatever
 * source. Since 0.1. */
natu_facts natu_protocol_facts(uint32_t protocols);
/* A socket's protocol, as its index. Since 0.1. */
size_t natu_socket_protocol(const struct natu_socket *socket);
/* Its bit, or 0 for a name that is not known. Since 0.1. */
uint32_t natu_protocol_named(const char *name);

/* Which sockets of a protocol, in netstat's sense. */
enum natu_selection {
	NATU_ALL,
	NATU_LISTENING, /* no remote end: TCP listeners, unconnected UDP and RAW */
	NATU_CONNECTED, /* a remote end */
};

enum { NATU_IPV4 = 1, NATU_IPV6 = 2 };

/* What the column proto calls a protocol over one of its address families, "tcp" and
 * "tcp6": index 0 and 1; NULL beyond the last, and for both of SCTP there is one. Since
 * 0.1. */
const struct natu_word *natu_protocol_word(size_t protocol, size_t index);
/* The states that its sockets can have among those selected, as the column state calls
 * them, in the order of the kernel's numbers: false beyond the end. *state is NULL for
 * sockets that have none, as an unconnected one of UDP. Since 0.1. */
bool natu_protocol_state(size_t protocol, enum natu_selection selection, size_t index,
			 const struct natu_word **state);

/*
 * Where the names of addresses and ports come from: the library looks none up by itself.
 * Without it nothing has a name. Sockets wait, up to a bound of some thousands, until
 * wait() returns. The names are the resolver's, and must live until the listing ends.
 * Since 0.1.
 */
struct natu_resolver {
	/* A socket has this address: its name will be asked for. */
	void (*want)(void *context, const struct natu_address *address);
	/* All that was wanted so far is to be found out as far as it will be. */
	void (*wait)(void *context);
	/* NULL: there is none, or it is not known. */
	const char *(*host)(void *context, const struct natu_address *address);
	/* The same of a port for a protocol, natu_protocol_name(). */
	const char *(*service)(void *context, const char *protocol, uint16_t port);
	void *context;
};

/* Since 0.1. */
struct natu_query {
	uint32_t protocols; /* bits of natu_protocol_named(); 0 means TCP and UDP */
	/* NATU_IPV4, NATU_IPV6; 0 means both, and no more than that: otherwise TCP and
	 * UDP are listed besides protocols that are not of the internet */
	uint32_t families;
	natu_facts facts; /* of all columns that will be read: natu_column_facts() */
	/* more facts, where they come with the others: nobody is told that they do not */
	natu_facts wishes;
	enum natu_selection selection;
	const struct natu_filter *filter; /* NULL lets every socket pass */
	/* for the names of hosts and services, if the facts ask for them; or NULL */
	const struct natu_resolver *resolver;
	/* look for holders among these processes alone; the caller's */
	const uint32_t *pids;
	size_t pid_count; /* 0: among all */
	/* protocols, as bits, that are read from /proc/net first, and from sock_diag only
	 * where that does not have them */
	uint32_t from_proc;
	bool in_order; /* IPv4 before IPv6 within a protocol, as netstat has it */
	/* look for holders, if they are asked for, also when no socket is listed: the
	 * report then tells what could not be seen */
	bool look_anyway;
};

/* Receives the rows. A socket is valid until row() returns. A negative errno from row()
 * ends the listing; natu_list() then fails with NATU_ESYS and that errno. Since 0.1. */
struct natu_sink {
	/* Called once, before the first row, when it is known where each protocol is read
	 * from; may be NULL. */
	int (*begin)(void *context, const struct natu *natu);
	int (*row)(void *context, const struct natu_socket *socket);
	void *context;
};

/* The protocols that natu_list() lists for a query, as bits: in place of 0 the default
 * ones, or those of a recording; without a context, NULL, always the default ones.
 * Since 0.1. */
uint32_t natu_query_protocols(const struct natu *natu, const struct natu_query *query);

/* How a protocol of the last natu_list() was read: "diag", "proc" or "replay"; NULL when
 * it was not asked for or not there at all. Of several network namespaces the first is
 * meant. Since 0.1. */
const char *natu_source_of(const struct natu *natu, size_t protocol);

enum natu_notice_kind {
	/* another source had to serve; nothing that was asked for is lost */
	NATU_FALLBACK,
	NATU_LOST_COLUMNS, /* ... and it does not have all that was asked for */
	NATU_LOST_SOCKETS, /* rows are missing */
	NATU_HIDDEN,	   /* values exist that this process may not see */
};

/* One thing that the answer lacks, in a sentence without a full stop. */
struct natu_notice {
	enum natu_notice_kind kind;
	char text[320];
};

/* What natu_list() has to say of its own answer. The caller provides the struct, zeroed;
 * there is at most one notice per kind and protocol, and further ones are dropped. Since
 * 0.1. */
struct natu_report {
	uint64_t rows; /* given to the sink */
	bool sockets_complete;
	/* a protocol could not be read as it was asked for, also when the sink has ended
	 * the listing since */
	bool failed;
	bool processes_complete;
	bool processes_asked;
	/* Known from the first row on that has its holders: */
	uint64_t processes_denied; /* processes that may not be looked into */
	/* of other processes that were looked into, which are sockets */
	uint64_t descriptors;
	size_t count;
	struct natu_notice notices[16];
};

/*
 * Lists. Returns 0 when all that was asked for could be read, and fills the report in any
 * case. Returns -1 with *error filled when the listing had to stop (memory, the sink) or
 * when a protocol could not be read by any source: then the others are listed all the
 * same, sockets_complete is false and *error tells of the first that failed. NATU_EUSAGE:
 * the query has bits that are not known. Since 0.1.
 */
int natu_list(struct natu *natu, const struct natu_query *query,
	      const struct natu_sink *sink, struct natu_report *report,
	      struct natu_error *error);

/*
 * Checks what a filter names and may not be there: interfaces, in the network namespace
 * that is listed, and users. Without this check such a name matches nothing. Returns 0,
 * also where it cannot be told; or -1 with *error filled (NATU_EUSAGE; position and
 * length are in the text of the last natu_filter_parse(), or 0 if the name is of none).
 * Since 0.1.
 */
int natu_filter_check(const struct natu_filter *filter, const struct natu *natu,
		      struct natu_error *error);

/*
 * Adds lines that say what becomes of a query's filter, which must not be NULL: how it
 * was understood, and for each protocol what the kernel is asked for, what it checks and
 * what is left. Since 0.1.
 */
void natu_explain(struct natu *natu, const struct natu_query *query,
		  struct natu_buffer *buffer);

#endif
