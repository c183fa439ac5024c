/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIST_OPTIONS_H
#define NATU_LIST_OPTIONS_H

#include "pager.h"
#include "render.h"
#include "sink.h"

#include <natu/natu.h>
#include <stdbool.h>

/* More processes than this are not picked out one by one. */
enum { PIDS_MAX = 64 };

/* What the command line of a listing asks for. */
struct list_request {
	struct natu_setup setup;
	struct natu_query query;
	struct natu_filter *filter;
	struct natu_buffer expression; /* the part of it that is in the arguments */
	struct look look;
	struct columns groups; /* of --count-by */
	const char *sort_list; /* of --sort, read when it is known what is listed */
	struct sort_order sort;
	uint32_t pids[PIDS_MAX]; /* of --pid, for the query */
	size_t top;		 /* the first N rows; 0: all */
	double resolve_seconds;	 /* that look-ups of names have */
	double interval;	 /* seconds between two listings; 0: one listing */
	enum pager_when pager;
	const char *output; /* the file to write to; NULL: stdout */
	bool quiet, strict, verbose;
	bool describe; /* --columns help */
	bool explain;  /* the filter, instead of listing */
	bool kill;     /* what is listed */
	bool done;     /* --help and the like: all is said */
};

/* A new request; false without memory. Release with list_request_free(). */
bool list_request_new(struct list_request *request);
void list_request_free(struct list_request *request);

#endif
