/* SPDX-License-Identifier: MIT */
#ifndef NATU_KILL_H
#define NATU_KILL_H

#include "list_options.h"
#include "option.h"

#include <natu/destroy.h>
#include <stdbool.h>

/* `natu kill`: its row in the table of commands. */
extern const struct option_row kill_rows[];
extern const char kill_examples[];
int kill_run(int argc, char **argv);

/* `natu -K`: closes what the request lists, as `natu kill` does. Gives an exit status. */
int kill_listed(struct list_request *list);

/* What is to be closed. */
struct kill_request {
	struct list_request list;
	bool everything; /* also without a filter */
	bool dry_run;	 /* show, and close nothing */
	bool yes;	 /* without a question */
	bool help;
};

/* kill_sockets.c: fixes the set, shows it, asks, closes, and tells. Gives an exit
 * status. */
int kill_sockets(const struct kill_request *request);

/* kill_session.c: is this the connection that the user is logged in by? */
bool kill_is_session(const struct natu_target *target);

#endif
