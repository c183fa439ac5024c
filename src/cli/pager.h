/* SPDX-License-Identifier: MIT */
#ifndef NATU_PAGER_H
#define NATU_PAGER_H

#include <stdbool.h>
#include <sys/types.h>

/* --pager and --no-pager; without either, the environment says. */
enum pager_when { PAGER_BY_ENVIRONMENT, PAGER_WANTED, PAGER_REFUSED };

/* A pager between natu and the terminal. */
struct pager {
	pid_t process;	   /* 0: none */
	bool has_messages; /* stderr goes through it as well */
};

/*
 * Starts one, if it is wanted and stdout is a terminal: what goes to stdout from here on,
 * and to stderr if that is a terminal too, goes through it. False after a complaint.
 */
bool pager_begin(struct pager *pager, enum pager_when when);

/* Ends the text and waits until it has been read. */
void pager_end(struct pager *pager);

#endif
