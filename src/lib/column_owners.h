/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMN_OWNERS_H
#define NATU_COLUMN_OWNERS_H

#include "column.h"

/*
 * The columns of who holds a socket: what they show is got by these functions, which are
 * in owners/column.c. column.c puts the rows into the table where it names them.
 */

typedef enum natu_presence natu_getter(const struct natu_socket *socket, size_t index,
				       struct natu_value *value);

natu_getter natu_get_process_pid, natu_get_process_fd, natu_get_process_name,
	natu_get_process_title, natu_get_process_command, natu_get_process_user,
	natu_get_process_script, natu_get_program, natu_get_owner_kind,
	natu_get_owner_pid, natu_get_owner_name, natu_get_owner_candidates, natu_get_user,
	natu_get_cgroup, natu_get_unit;

/* clang-format off */
#define NATU_COLUMNS_USER                                                               \
	{ "user", "User", FACT_USER, .type = NATU_TEXT, .get = natu_get_user,           \
	  .sets = NATU_SET_EXTENDED,                                                    \
	  .help = "Name of the socket's owner." }

#define NATU_COLUMNS_PROCESS                                                            \
	{ "program", "PID/Program name", FACT_PROCESS, .type = NATU_TEXT,               \
	  .get = natu_get_program,                                                      \
	  .help = "First process that holds the socket, as netstat writes it: cut to 19 bytes." }, \
	{ "process.pid", "PID", FACT_PROCESS, .type = NATU_UINT, .many = true,          \
	  .get = natu_get_process_pid, .sets = NATU_SET_OWNERS,                         \
	  .help = "Process that holds the socket." },                                   \
	{ "process.fd", "FD", FACT_PROCESS, .type = NATU_UINT, .many = true,            \
	  .get = natu_get_process_fd, .sets = NATU_SET_OWNERS,                          \
	  .help = "Descriptor under which the process holds the socket." },             \
	{ "process.name", "Process", FACT_PROCESS, .type = NATU_TEXT, .many = true,     \
	  .get = natu_get_process_name, .sets = NATU_SET_OWNERS,                        \
	  .help = "Base name of the process's executable; its title where that is not to be had." }, \
	{ "process.title", "Title", FACT_PROCESS, .type = NATU_TEXT, .many = true,      \
	  .get = natu_get_process_title, .sets = NATU_SET_OWNERS,                       \
	  .help = "What the kernel calls the process, which it can change: comm." },    \
	{ "process.command", "Command", FACT_PROCESS, .type = NATU_TEXT, .many = true,  \
	  .get = natu_get_process_command, .sets = NATU_SET_OWNERS,                     \
	  .help = "Command line of the process, its arguments joined by blanks." },     \
	{ "process.user", "Run by", FACT_PROCESS, .type = NATU_TEXT, .many = true,      \
	  .get = natu_get_process_user, .sets = NATU_SET_OWNERS,                        \
	  .help = "Effective user of the process." },                                   \
	{ "process.script", "Script", FACT_PROCESS, .type = NATU_TEXT, .many = true,    \
	  .get = natu_get_process_script,                                               \
	  .help = "Script or module that the process runs, if it is an interpreter." }, \
	{ "owner.kind", "Owner", FACT_OWNER, .type = NATU_WORD, .get = natu_get_owner_kind, \
	  .sets = NATU_SET_OWNERS,                                                      \
	  .help = "Whose it is: process, time_wait, syn_recv, unaccepted, orphan, "     \
		  "io_uring, hidden or unknown." },                                     \
	{ "owner.pid", "Owner PID", FACT_OWNER, .type = NATU_UINT, .get = natu_get_owner_pid, \
	  .help = "Process of the listener or io_uring that a socket without holder belongs to." }, \
	{ "owner.name", "Owner Name", FACT_OWNER, .type = NATU_TEXT, .get = natu_get_owner_name, \
	  .help = "Base name of that process's executable." },                          \
	{ "owner.candidates", "Candidates", FACT_OWNER, .type = NATU_TEXT,              \
	  .get = natu_get_owner_candidates,                                             \
	  .help = "What an unknown owner may be: closed, kernel, io_uring, "            \
		  "in_flight, other_namespace." }

#define NATU_COLUMNS_CGROUP                                                             \
	{ "cgroup", "Cgroup", FACT_CGROUP_PATH, .type = NATU_TEXT, .get = natu_get_cgroup, \
	  .help = "Path of the cgroup (version 2) in which the socket was made." },     \
	{ "unit", "Unit", FACT_CGROUP_PATH, .type = NATU_TEXT, .get = natu_get_unit,    \
	  .help = "Container or systemd unit of the socket, by its cgroup." }
/* clang-format on */

#endif
