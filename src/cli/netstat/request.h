/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_REQUEST_H
#define NATU_NETSTAT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What netstat's command line asks for. */
struct netstat_request {
	uint32_t protocols;	/* bits of netstat_protocols, those that were named */
	uint32_t families;	/* bits of netstat_families, likewise */
	char family_names[256]; /* as they were named, with commas between */
	bool all, listening;
	bool wide, extended, programs, timers;
	bool numeric_hosts, numeric_ports, numeric_users;
	bool continuous, verbose;
	/* What is shown instead of sockets: only one of these can be. */
	unsigned int modes;
	bool statistics;
	const char *elsewhere; /* the tool that shows it */
	bool done;	       /* --help and the like: all is said */
};

/* Fills the request. Gives an exit status. */
int netstat_options_parse(int argc, char **argv, struct netstat_request *request);

#endif
