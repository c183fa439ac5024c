/* SPDX-License-Identifier: MIT */
#ifndef NATU_SIGNALS_H
#define NATU_SIGNALS_H

#include <stdbool.h>

/*
 * SIGINT, SIGTERM, SIGHUP (unless it is ignored, as nohup asks for) and SIGPIPE end the
 * loop. They are blocked, and one that has come stays pending to the end: whoever would
 * have to wait sees it.
 */

/* A descriptor that is readable when one has come; -1 with errno. */
int signals_hold(void);

/* The one that has come, or 0. */
int signals_pending(void);

/* Waits until what is written there would be taken (or fail). False: one of them has
 * come, and it would not. */
bool signals_wait_to_write(int descriptor);

/* When all is put away: they do again what they do elsewhere. Dies of SIGPIPE if that has
 * come. */
void signals_release(void);

#endif
