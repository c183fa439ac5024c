/* SPDX-License-Identifier: MIT */
#ifndef NATU_NETSTAT_H
#define NATU_NETSTAT_H

/*
 * natu under the name of netstat: the same options, words, blanks, messages and exit
 * statuses as net-tools 2.10 has in the C locale, for all that is about sockets.
 */

enum {
	NETSTAT_OK = 0,
	NETSTAT_NO_SUPPORT = 1, /* what was asked for by name is not there */
	NETSTAT_USAGE = 3,
	NETSTAT_BROKEN = 255, /* what is there cannot be read */
};

/* Gives an exit status. */
int netstat_run(int argc, char **argv);

#endif
