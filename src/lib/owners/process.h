/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_PROCESS_H
#define NATU_OWNERS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is known of processes. Everything is read when it is first asked for, once for
 * each process however many sockets it has, and only as long as it is sure to be the
 * process that was seen: one that ended and whose pid was given to another has no names.
 */
struct natu_processes;
struct natu_process;
struct natu_users;

/* `proc` and `users` are the caller's and must outlive the table. NULL without memory. */
struct natu_processes *natu_processes_new(int proc, struct natu_users *users);
void natu_processes_free(struct natu_processes *processes);

/* To be called before each look at descriptors: what starts later was not seen by it. */
void natu_processes_begin(struct natu_processes *processes);

/* The process that was seen with that socket at that descriptor. It lives as long as the
 * table; NULL without memory. */
struct natu_process *natu_processes_get(struct natu_processes *processes, uint32_t pid,
					uint32_t fd, uint32_t inode);

uint32_t natu_process_pid(const struct natu_process *process);

enum natu_process_text {
	/* base name of the executable; where it may not be read, the title */
	PROCESS_NAME,
	PROCESS_TITLE,	 /* what the kernel calls it: comm */
	PROCESS_COMMAND, /* the command line, its arguments joined by blanks */
	PROCESS_PROGRAM, /* "PID/NAME" as netstat has it, cut to 19 bytes */
	PROCESS_SCRIPT,	 /* base name of the script that an interpreter runs */
	PROCESS_TEXTS
};

/* Foreign bytes, valid as long as the table. NULL: not to be had. */
const char *natu_process_text(struct natu_process *process, enum natu_process_text which,
			      size_t *length);

/* The name of its (effective) user; NULL: not to be had. */
const char *natu_process_user(struct natu_process *process);

#endif
