/* SPDX-License-Identifier: MIT */
#ifndef NATU_RUN_H
#define NATU_RUN_H

#include "half_open.h"
#include "context.h"
#include "hold.h"
#include "listeners.h"
#include "owners/owners.h"
#include "source.h"
#include "waiting.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The parts of one natu_list(): what is open, and what rows wait for. */

/* The rows that wait for their owners, in run_owners.c. */
struct natu_run_owners {
	struct natu_owners *owners; /* NULL: they are not asked for */
	struct natu_waiting waiting;
	bool is_every;		   /* the holders of all sockets have been looked for */
	bool looked;		   /* at all */
	struct natu_hidden hidden; /* what may not be seen */
};

/* The network namespaces of a listing, in run_netns.c. */
struct natu_run_netns {
	/* what the rows are of, with its name; NULL: that is not to be told */
	const struct natu_netns *label;
	struct natu_netns own; /* where label leads if nothing else was asked for */
	/* the one that is being listed */
	bool is_by_process, is_gone;
	size_t gone, closed, by_process, hidden;
	char first_gone[64];
};

/* The rows that wait for the names of their addresses, in run_names.c. */
struct natu_run_names {
	const struct natu_resolver *resolver; /* NULL: they are not asked for */
	struct natu_waiting waiting;
};

/* What the kernel tells only to CAP_NET_ADMIN. */
enum natu_hidden_kind {
	NATU_HIDDEN_MARKS,
	NATU_HIDDEN_ULPS, /* what runs on top of TCP: before Linux 6.15 */
	NATU_HIDDEN_KINDS
};

/* One kind of it, in the rows of a protocol. */
struct hidden {
	bool told;     /* it is not hidden: a row has it */
	uint64_t rows; /* delivered, which should show it */
	/* those that may be what the filter asks for, by address family */
	uint64_t unsure[2];
};

/* One protocol of a listing. */
struct job {
	struct natu_request request;
	struct natu_reader *reader; /* NULL: it could not be opened */
	bool is_read;		    /* to its end */
	uint64_t rows;		    /* given to the sink */
	natu_facts lost;	    /* facts that a fallback does not have */
	int refused;		    /* the errno that made it fall back */
	bool is_in_proc;	    /* ... or facts that /proc alone would have had */
	struct hidden hidden[NATU_HIDDEN_KINDS];
	bool has_bound; /* the kernel tells those that are only bound */
	/* rows that may be what the filter asks for, by address family */
	uint64_t unsure[2];
	/* what is read in the end, whatever stands before it */
	const struct natu_source_ops *source;
};

/* What the sockets of a protocol lost by a fallback, in all namespaces. */
struct lost {
	uint64_t rows;
	natu_facts facts;
	int refused;
	bool is_in_proc;
};

/* One listing. */
struct run {
	struct natu *natu;
	const struct natu_query *query;
	const struct natu_sink *sink;
	struct natu_report *report;
	struct natu_error *error; /* of the first protocol that failed */
	bool failed;
	bool begun;	    /* the sink knows that rows are coming */
	uint32_t protocols; /* bits of the family table */
	natu_facts facts;
	natu_facts wishes; /* those of them that only the query's wishes are */
	natu_facts asked;  /* what a row that lacks it does not have */
	uint32_t families;
	bool has_filter;
	bool hides_ulps;    /* the kernel is one that tells them to CAP_NET_ADMIN alone */
	bool lacks_cgroups; /* there are ids, and no hierarchy to find their paths in */
	struct lost lost[NATU_PROTOCOLS_MAX];
	uint64_t hidden[NATU_HIDDEN_KINDS]; /* rows that lack it */
	struct natu_run_netns netns;
	struct natu_hold hold;
	struct natu_listeners listeners;
	struct natu_half_open half_open;
	struct natu_peers *peers; /* NULL: they are not asked for */
	struct natu_run_names names;
	struct natu_run_owners owners;
	struct natu_socket socket;
	struct job *jobs; /* one for each protocol; the first job_count are open */
	size_t job_count;
};

/* Takes down what a query asks for; nothing is opened yet. */
void natu_run_start(struct run *run, struct natu *natu, const struct natu_query *query);

/* What a source is to be asked for, for the sockets of a protocol. */
struct natu_request natu_run_request(const struct run *run,
				     const struct natu_family *family);

/* A protocol's failure is told at the end; the others are listed all the same. */
void natu_run_failed(struct run *run, const struct natu_error *error);

/* Opens the best source for a protocol, as the next job. */
void natu_run_open(struct run *run, const struct natu_family *family);
/* After a job: what this kernel never lists, and was asked for by name. */
void natu_run_check_bound(struct run *run, const struct job *job);
/* The same for a job that there is already: NULL with *error filled. */
struct natu_reader *natu_run_reader(struct run *run, struct job *job,
				    struct natu_error *error);

/* Gives run->socket to the sink. 0, or -1 with *run->error filled. */
int natu_run_deliver(struct run *run, struct job *job);

/* What only CAP_NET_ADMIN may see. */
#define FACTS_OF_ULP (FACT_ULP | FACT_TLS | FACT_MPTCP_SUBFLOW | FACT_MPTCP_TOKEN)
#define FACTS_OF_ADMIN (FACT_MARK | FACTS_OF_ULP)
bool natu_run_hides_ulps(const struct run *run);
/* For a query that asks for some of it: whether this row has what it should. */
void natu_run_note_hidden(struct run *run, struct job *job, struct natu_socket *socket);
/* Counts a row that is delivered without. */
void natu_run_count_hidden(const struct run *run, struct job *job);
/* IPv6 is read once more. */
void natu_run_unsure_again(struct job *job);
/* Counts a row of which the filter is neither true nor false, if it lacks what it could
 * have. */
void natu_run_note_unsure(struct run *run, struct job *job,
			  const struct natu_socket *socket);
/* Keeps what the rows of one namespace lacked. */
void natu_run_unsure_settle(struct run *run);
/* Says what all rows lacked. */
void natu_run_unsure_end(struct run *run);

/* Takes run->socket, which has passed the filter as far as it can be known, and passes it
 * on when its names are known. */
int natu_run_names_row(struct run *run, struct job *job);
/* Looks up what still waits, and passes it on. */
int natu_run_names_settle(struct run *run);
void natu_run_names_free(struct run *run);
/* Fills the names of ports. */
void natu_run_name_services(const struct run *run, struct natu_socket *socket);

/* Prepares for the peers of internet sockets, if the facts ask for them. Where they
 * cannot be looked up their columns stay empty. */
void natu_run_peers_begin(struct run *run);
void natu_run_peers_end(struct run *run);
/* Finds the peer of a socket; a UNIX socket has told it already. */
void natu_run_peer(struct run *run, struct natu_socket *socket);

/* Prepares for owners, if the facts ask for them. 0, or -1 with *run->error filled. */
int natu_run_owners_begin(struct run *run);
/* Looks for the holders of all sockets that there are, at once: for what is to come from
 * many namespaces. */
void natu_run_owners_look_for_all(struct run *run);
/* Takes run->socket, which has passed the filter as far as it can be known, and delivers
 * it when its owners are known. */
int natu_run_owners_row(struct run *run, struct job *job);
/* Looks for the owners of what still waits, and delivers it. */
int natu_run_owners_settle(struct run *run);
/* Tells in the report what could not be seen. */
void natu_run_owners_end(struct run *run);
void natu_run_owners_free(struct run *run);

/* Lists the sockets of the namespace that natu->netns is, and delivers them. 0, or -1
 * with *run->error filled when the listing has to stop. */
int natu_run_list(struct run *run);

/* Finds out from which ports the kernel chooses there, if the filter asks (autobound).
 * run_ephemeral.c. */
void natu_run_ephemeral(struct run *run);

/* The same for every namespace that there is; what could not be read of them is told in
 * the report. */
int natu_run_every_netns(struct run *run);

/* Finds out which namespaces there are, and their names, as far as that is asked for. */
int natu_run_netns_begin(struct run *run);
/* Tells a socket's namespace: FACT_NETNS. */
void natu_run_netns_label(const struct run *run, struct natu_socket *socket);
/* True if the namespace that is being listed, one of many, has ceased to exist: then
 * nothing in it failed. */
bool natu_run_netns_is_gone(struct run *run);
void natu_run_netns_free(struct run *run);

#endif
