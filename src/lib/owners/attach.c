/* SPDX-License-Identifier: MIT */
#include "inside.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"

/* Gives each socket what the looks found. */

static int compare_holders(const void *left, const void *right)
{
	const struct natu_holder *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

/* Sorts, and removes what was found twice: by two looks, or in the tables of two
 * threads. */
static size_t put_in_order(struct natu_holder *holders, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(holders, count, sizeof(*holders), compare_holders);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare_holders(&holders[kept - 1], &holders[i]) != 0)
			holders[kept++] = holders[i];
	return kept;
}

static bool make_room(struct natu_holder_list *list, size_t count)
{
	size_t size = list->size ? list->size : 16;
	struct natu_holder *rows;

	if (count <= list->size)
		return true;
	while (size < count)
		size *= 2;
	rows = realloc(list->rows, size * sizeof(*rows));
	if (!rows)
		return false;
	list->rows = rows;
	list->size = size;
	return true;
}

/* Collects the holders of an inode in the list. Without memory there are none, and they
 * count as hidden. */
static size_t collect(struct natu_owners *owners, uint64_t inode,
		      struct natu_holder_list *list)
{
	const struct natu_findings *findings = &owners->look.findings;
	const struct natu_finding *finding;
	size_t count = 0;

	if (!inode || inode > UINT32_MAX)
		return 0;
	for (finding = natu_findings_first(findings, (uint32_t)inode); finding;
	     finding = natu_findings_next(findings, finding)) {
		struct natu_process *process;

		process = natu_processes_get(owners->processes, finding->pid, finding->fd,
					     finding->inode);
		if (!process || !make_room(list, count + 1)) {
			natu_fail(&owners->look_error, NATU_ENOMEM, ENOMEM,
				  "finding owners");
			return 0;
		}
		list->rows[count++] = (struct natu_holder){
			.pid = finding->pid,
			.fd = finding->fd,
			.process = process,
		};
	}
	return put_in_order(list->rows, count);
}

/* Whether a look would show more of an inode that none was found to hold. */
static bool is_unlooked(const struct natu_owners *owners, uint64_t inode)
{
	return inode && inode <= UINT32_MAX &&
	       !natu_inodes_has(&owners->settled, (uint32_t)inode) &&
	       !owners->look_error.code;
}

/* The process whose io_uring has the socket among its files, or NULL. */
static struct natu_process *ring_of(struct natu_owners *owners, uint64_t inode)
{
	const struct natu_finding *ring;

	if (!inode || inode > UINT32_MAX)
		return NULL;
	ring = natu_findings_first(&owners->elsewhere.rings, (uint32_t)inode);
	/* The ring itself is seen at that descriptor, not a socket: inode 0 is none. */
	return ring ? natu_processes_get(owners->processes, ring->pid, ring->fd, 0)
		    : NULL;
}

bool natu_owners_asks_listener(const struct natu_socket *socket)
{
	enum natu_owner_kind kind = natu_owner_kind_by_state(socket);

	return kind == OWNER_SYN_RECV || kind == OWNER_UNACCEPTED;
}

static bool is_incomplete(const struct natu_owners *owners)
{
	return owners->look.denied || owners->look.error || owners->look.cut ||
	       owners->look_error.code || owners->unseen;
}

/* Of a connection that its listener has not accepted: who may do that. */
static void find_answer(struct natu_owners *owners, struct natu_socket *socket,
			const uint64_t *listeners, size_t count)
{
	struct natu_answer *answer = &owners->answer;

	natu_answer_begin(answer);
	for (size_t i = 0; i < count; i++) {
		size_t holders = collect(owners, listeners[i], &owners->holders);

		if (!natu_answer_add(answer, owners->holders.rows, holders))
			return;
	}
	socket->owner = natu_answer_owner(answer);
	socket->owner_candidates = natu_answer_candidates(answer);
}

/* Why nobody holds the socket. */
static enum natu_owner_kind explain(struct natu_owners *owners,
				    struct natu_socket *socket, const uint64_t *listeners,
				    size_t listener_count)
{
	enum natu_owner_kind kind = natu_owner_kind_by_state(socket);

	if (natu_owners_asks_listener(socket))
		find_answer(owners, socket, listeners, listener_count);
	if (kind != OWNER_UNKNOWN)
		return kind;
	socket->owner = ring_of(owners, socket->inode);
	if (socket->owner)
		return OWNER_IO_URING;
	if (is_incomplete(owners))
		return OWNER_HIDDEN;
	socket->owner_candidates = natu_elsewhere_candidates(&owners->elsewhere);
	return OWNER_UNKNOWN;
}

bool natu_owners_attach(struct natu_owners *owners, struct natu_socket *socket,
			const uint64_t *listeners, size_t listener_count)
{
	bool has_inode = socket->facts & FACT_INODE;
	enum natu_owner_kind kind = OWNER_PROCESS;

	if (!has_inode)
		socket->inode = 0;
	socket->owner = NULL;
	socket->owner_candidates = NULL;
	socket->denied &= ~(natu_facts)FACT_PROCESS;
	socket->holder_count = collect(owners, socket->inode, &owners->holders);
	if (!socket->holder_count && is_unlooked(owners, socket->inode))
		return false;
	/* Of a socket that none of the chosen processes holds, nothing is known. */
	if (!socket->holder_count && owners->setup.pid_count)
		return true;
	if (!socket->holder_count)
		kind = explain(owners, socket, listeners, listener_count);
	socket->holders = owners->holders.rows;
	socket->owner_kind = natu_owner_kind_word(kind);
	socket->facts |= FACT_OWNER;
	if (kind == OWNER_HIDDEN)
		socket->denied |= FACT_PROCESS;
	else
		socket->facts |= FACT_PROCESS;
	return true;
}

/* One that has no inode is held by nobody: it was not accepted yet, or is closed. */
bool natu_owners_attach_peer(struct natu_owners *owners, struct natu_socket *socket)
{
	uint32_t inode = socket->facts & FACT_PEER_INODE ? socket->peer_inode : 0;

	socket->denied &= ~FACT_PEER_PROCESS;
	socket->peer_holder_count = collect(owners, inode, &owners->peer_holders);
	socket->peer_holders = owners->peer_holders.rows;
	if (!socket->peer_holder_count && is_unlooked(owners, inode))
		return false;
	if (!socket->has_peer)
		return true;
	if (!socket->peer_holder_count && inode && is_incomplete(owners))
		socket->denied |= FACT_PEER_PROCESS;
	else
		socket->facts |= FACT_PEER_PROCESS;
	return true;
}
