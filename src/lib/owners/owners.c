/* SPDX-License-Identifier: MIT */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "rights.h"

/* --- setting up --- */

static int set_up(struct natu_owners *owners, struct natu_error *error)
{
	const struct natu_owners_setup *setup = &owners->setup;

	owners->pids = calloc(setup->pid_count + 1, sizeof(*owners->pids));
	owners->processes = natu_processes_new(setup->proc, setup->users);
	if (!owners->pids || !owners->processes)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "finding owners");
	if (setup->pid_count) {
		memcpy(owners->pids, setup->pids,
		       setup->pid_count * sizeof(*setup->pids));
		natu_look_sort(owners->pids, setup->pid_count);
	}
	if ((setup->pid_count && setup->lookup != NATU_LOOKUP_BPF) ||
	    !natu_bpf_pays(setup->proc, setup->lookup))
		return 0;
	owners->has_bpf = natu_bpf_open(&owners->bpf, setup->proc, &owners->bpf_error) ==
			  0;
	if (owners->has_bpf || setup->lookup == NATU_LOOKUP_AUTO)
		return 0;
	*error = owners->bpf_error;
	return -1;
}

struct natu_owners *natu_owners_new(const struct natu_owners_setup *setup,
				    struct natu_error *error)
{
	struct natu_owners *owners = calloc(1, sizeof(*owners));

	if (!owners) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "finding owners");
		return NULL;
	}
	owners->setup = *setup;
	if (set_up(owners, error) < 0) {
		natu_owners_free(owners);
		return NULL;
	}
	return owners;
}

void natu_owners_free(struct natu_owners *owners)
{
	if (!owners)
		return;
	if (owners->has_bpf)
		natu_bpf_close(&owners->bpf);
	natu_inodes_free(&owners->noted);
	natu_inodes_free(&owners->settled);
	natu_look_free(&owners->look);
	natu_elsewhere_free(&owners->elsewhere);
	natu_answer_free(&owners->answer);
	natu_processes_free(owners->processes);
	free(owners->holders.rows);
	free(owners->peer_holders.rows);
	free(owners->pids);
	free(owners);
}

/* --- looking --- */

bool natu_owners_note(struct natu_owners *owners, const struct natu_socket *socket)
{
	owners->wants_unix |= !(socket->facts & FACT_INET);
	/* A larger number is nothing that a socket can have. */
	return !(socket->facts & FACT_INODE) || socket->inode > UINT32_MAX ||
	       natu_inodes_add(&owners->noted, (uint32_t)socket->inode);
}

bool natu_owners_note_peer(struct natu_owners *owners, const struct natu_socket *socket)
{
	owners->wants_unix |= !(socket->facts & FACT_INET);
	return !(socket->facts & FACT_PEER_INODE) ||
	       natu_inodes_add(&owners->noted, socket->peer_inode);
}

/* Processes can refuse to be looked into below /proc, whoever asks: the kernel's own list
 * of files has theirs too. It was not worth its time before. */
static bool should_try_bpf(const struct natu_owners *owners, const struct natu_look *look)
{
	return look->denied && owners->setup.lookup == NATU_LOOKUP_AUTO &&
	       !owners->setup.pid_count && !owners->bpf_error.code && natu_may_load_bpf();
}

/* False: what was found in /proc has to do. */
static bool look_again(struct natu_owners *owners, struct natu_look *look)
{
	struct natu_look again = *look;
	struct natu_error error;

	again.findings = (struct natu_findings){ 0 };
	again.rings = again.others = (struct natu_traces){ 0 };
	again.sockets = again.denied = 0;
	again.error = 0;
	again.cut = false;
	owners->has_bpf = natu_bpf_open(&owners->bpf, owners->setup.proc, &error) == 0;
	if (!owners->has_bpf || natu_bpf_scan(&owners->bpf, &again, &error) < 0) {
		natu_look_free(&again);
		return false;
	}
	natu_look_free(look);
	*look = again;
	return true;
}

/* One look into an empty struct natu_look. In auto, /proc serves where BPF fails. */
static int look_once(struct natu_owners *owners, struct natu_look *look,
		     struct natu_error *error)
{
	const struct natu_look empty = *look;
	int result;

	if (owners->has_bpf && natu_bpf_scan(&owners->bpf, look, error) == 0)
		return 0;
	if (owners->has_bpf) {
		if (owners->setup.lookup == NATU_LOOKUP_BPF)
			return -1;
		owners->bpf_error = *error;
		natu_bpf_close(&owners->bpf);
		owners->has_bpf = false;
		natu_look_free(look);
		*look = empty;
	}
	if (owners->setup.proc < 0)
		return natu_fail(error, NATU_ENOSUP, 0,
				 "finding owners: there is no /proc");
	result = natu_scan_proc(owners->setup.proc, look, error);
	if (!result && should_try_bpf(owners, look))
		look_again(owners, look);
	return result;
}

/* The first process of every pid namespace is in its /proc, unless hidepid hides it. */
static bool are_processes_unlisted(const struct natu_owners *owners)
{
	struct stat status;

	return natu_is_proc(owners->setup.proc) &&
	       fstatat(owners->setup.proc, "1", &status, 0) < 0 && errno == ENOENT;
}

/* What was noted is settled now. False without memory. */
static bool settle(struct natu_owners *owners)
{
	bool done = true;

	if (!owners->settled.used) {
		natu_inodes_free(&owners->settled);
		owners->settled = owners->noted;
		owners->noted = (struct natu_inodes){ 0 };
		return true;
	}
	for (size_t i = 0; i < owners->noted.size && done; i++)
		if (owners->noted.slots[i])
			done = natu_inodes_add(&owners->settled, owners->noted.slots[i]);
	natu_inodes_free(&owners->noted);
	return done;
}

/* Each look sees the same processes anew: there are no more of them for that. */
static void take(struct natu_owners *owners, struct natu_look *look)
{
	struct natu_look *all = &owners->look;
	uint64_t denied = look->denied > all->denied ? look->denied : all->denied;
	uint64_t sockets = look->sockets > all->sockets ? look->sockets : all->sockets;

	natu_look_take(all, look);
	all->denied = denied;
	all->sockets = sockets;
}

int natu_owners_look(struct natu_owners *owners, bool every, struct natu_error *error)
{
	struct natu_look look = {
		.wanted = every ? NULL : &owners->noted,
		.pids = owners->pids,
		.pid_count = owners->setup.pid_count,
		.explain = owners->setup.explain,
		.wants_unix = owners->wants_unix,
		.own_pid = (uint32_t)getpid(),
	};
	int result;

	natu_processes_begin(owners->processes);
	result = look_once(owners, &look, error);
	if (!result && owners->setup.explain && natu_findings_index(&look.findings))
		natu_elsewhere_look(&owners->elsewhere, owners->setup.proc, &look,
				    &owners->noted);
	take(owners, &look);
	owners->unseen = are_processes_unlisted(owners);
	owners->looked = true;
	if (!natu_findings_index(&owners->look.findings) || !settle(owners))
		result = natu_fail(error, NATU_ENOMEM, ENOMEM, "finding owners");
	if (result < 0)
		owners->look_error = *error;
	return result;
}
