/* SPDX-License-Identifier: MIT */
#ifndef NATU_CONNECT_RUN_H
#define NATU_CONNECT_RUN_H

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/payload.h"
#include "net/settings.h"
#include "net/sources.h"

struct connect_options {
	struct place place; /* first: see PLACE_OPTIONS */
	bool help, verbose, hold, half_close, verify;
	uint64_t count, rate, timeout_ms;
	const char *from, *send;
	int ready_descriptor;
};

enum link_state {
	LINK_CONNECTING,
	LINK_TALKING,
	LINK_HOLDING, /* all is done; nothing more is read */
};

struct link {
	struct watch watch; /* first: see loop_retire() */
	struct link *previous, *next;
	struct run *run;
	uint64_t sent, received;
	uint64_t right; /* so many bytes came back as they were sent, before another */
	enum link_state state;
	bool ended;	   /* this side has been ended */
	bool server_ended; /* nothing more comes from it */
	bool server_first; /* its FIN was here before this side was ended (with -v) */
};

struct run {
	const struct connect_options *options;
	struct endpoint to;
	struct sources sources;
	struct payload payload;
	struct loop loop;
	struct timer deadline, tick;
	struct link *links;
	char *buffer; /* PIECE_MAX bytes */
	uint64_t open_limit;
	uint64_t started, connecting, connected, open, holding;
	uint64_t done, failed, lost, exact;
	uint64_t sent, received;
	uint64_t began;
	uint64_t next_start;  /* with --rate: not before that */
	const char *ended_by; /* before its work was done; or NULL */
	bool announced, said_so, explained, queue_full;
};

/* --- connect_start.c --- */

/* Opens as many connections as may be opened now, and comes back for the others. */
void run_start_links(struct run *run);
void run_tick(struct timer *timer);
/* Ends the loop when there is nothing left to do, or --hold has become impossible. */
void run_check(struct run *run);

/* --- connect_link.c --- */

/* The link's socket is connecting (or connected, for what needs no time). */
void link_begin(struct link *link, bool connected);
void link_close_all(struct run *run);
/* A connection could not be made; said for the first one. */
void run_failed(struct run *run, const char *doing, const struct endpoint *to, int error);

#endif
