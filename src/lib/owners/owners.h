/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_H
#define NATU_OWNERS_H

#include "socket.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Who holds which socket.
 *
 * The kernel does not say it with a socket: the descriptors of all processes have to be
 * looked at. So sockets are noted first, then one look finds the holders of all that were
 * noted, and then each socket is given what was found:
 *
 *	natu_owners_note(owners, socket);	for each socket, which is then held back
 *	natu_owners_look(owners, false, &error);
 *	natu_owners_attach(owners, socket);	for each socket, which is then delivered
 *
 * When there are more sockets than can be held back, look for the holders of every socket
 * at once; attach then works for sockets that were not noted. It returns false for one
 * that came into being after the look: such a socket is noted and held back for a second
 * one.
 */
struct natu_owners;
struct natu_process;
struct natu_users;

/* A descriptor of a process that is the socket. */
struct natu_holder {
	uint32_t pid, fd;
	struct natu_process *process;
};

struct natu_owners_setup {
	int proc;		  /* the directory /proc; the caller's */
	struct natu_users *users; /* for the names of users; the caller's, or NULL */
	enum natu_lookup lookup;
	bool explain;	      /* find out why a socket has no process: FACT_OWNER */
	const uint32_t *pids; /* of these processes only; any order */
	size_t pid_count;     /* 0: of all */
};

/* NULL with *error filled: NATU_ENOMEM; NATU_ENOSUP or NATU_ESYS when BPF is demanded and
 * cannot be had. All descriptors that a look needs, but those below /proc, are opened
 * here. */
struct natu_owners *natu_owners_new(const struct natu_owners_setup *setup,
				    struct natu_error *error);
void natu_owners_free(struct natu_owners *owners);

/* Notes that the holders of this socket are wanted. False without memory. */
bool natu_owners_note(struct natu_owners *owners, const struct natu_socket *socket);

/* Looks for the holders of what was noted since the last look, or of every socket there
 * is. Returns 0, or -1 with *error filled; then owners count as hidden. */
int natu_owners_look(struct natu_owners *owners, bool every, struct natu_error *error);

/*
 * Gives a socket its holders, sorted by process and descriptor and valid until the next
 * call, and says what became of it if there are none. `listeners` are the inodes of those
 * that a connection which is still being made or not yet accepted may belong to. False:
 * the socket was not noted before the last look and nothing is known of it yet.
 */
bool natu_owners_attach(struct natu_owners *owners, struct natu_socket *socket,
			const uint64_t *listeners, size_t listener_count);

/* The same for the holders of the socket at its other end, in FACT_PEER_PROCESS: to be
 * called after natu_owners_note_peer() and a look. False as above. */
bool natu_owners_attach_peer(struct natu_owners *owners, struct natu_socket *socket);

/* Notes that the holders of the socket at the other end are wanted. False without
 * memory. */
bool natu_owners_note_peer(struct natu_owners *owners, const struct natu_socket *socket);

/* True for a socket that is its listener's, so that attach wants to know that one. */
bool natu_owners_asks_listener(const struct natu_socket *socket);

/* Tells in the report how much the looks saw, and how much they may not see. */
void natu_owners_count(const struct natu_owners *owners, struct natu_report *report);

/* How many delivered sockets have owners that are hidden, and how many of their peers. */
struct natu_hidden {
	uint64_t sockets, peers;
};

/* Tells in the report what the looks could not see. */
void natu_owners_report(const struct natu_owners *owners,
			const struct natu_hidden *hidden, struct natu_report *report);

#endif
