/* SPDX-License-Identifier: MIT */
#ifndef NATU_RESOLVE_DNS_H
#define NATU_RESOLVE_DNS_H

#include "resolve/hosts.h"

/* Questions by DNS, to the servers of /etc/resolv.conf. */
struct dns;

/* NULL if there is no way to ask; *why then says so, in a constant text. `seconds` is how
 * long all of them will have. */
struct dns *dns_open(double seconds, const char **why);
void dns_close(struct dns *dns);

/* Asks for the name of every host that is new, many at a time, until all have an answer
 * or the time of CLOCK_MONOTONIC, in milliseconds, has come: then the others are lost. */
void dns_ask(struct dns *dns, struct hosts *hosts, int64_t deadline_ms);

/* Asks again for hosts that have become new. */
void dns_restart(struct dns *dns);

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t monotonic_ms(void);

#endif
