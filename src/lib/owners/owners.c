/* SPDX-License-Identifier: MIT */
#include "owners.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "error.h"
#include "kind.h"
#include "process.h"
#include "report.h"
#include "scan.h"

/* With fewer open files in the whole system, loading a program takes longer than it
 * saves. */
enum { FILES_FOR_BPF = 1500 };

struct natu_owners {
	struct natu_owners_setup setup;
	uint32_t *pids; /* the setup's, ascending */
	struct natu_processes *processes;
	bool has_bpf, wants_unix;
	struct natu_bpf bpf;
	struct natu_error bpf_error;  /* why there is no BPF; code 0: it was not tried */
	struct natu_error look_error; /* of the last look that failed; code 0: none did */

	struct natu_inodes noted;   /* since the last look */
	struct natu_inodes settled; /* before it */
	struct natu_look look;	    /* what all looks found */
	struct natu_elsewhere elsewhere;
	bool looked;
	bool unseen; /* there are processes that are not even listed */

	struct natu_holder *holders; /* of the socket that was attached last */
	size_t holder_size;
	struct natu_answer answer; /* and who else answers for it */
};

/* --- setting up
 * -------------------------------------------------------------------------- */

/* How many files are open in the whole system; many where that is not told. */
static unsigned long open_files(int proc)
{
	char text[64] = "";
	int fd = openat(proc, "sys/fs/file-nr", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return length > 0 ? strtoul(text, NULL, 10) : ULONG_MAX;
}

static bool may_use_bpf(const struct natu_owners_setup *setup)
{
	if (setup->lookup == NATU_LOOKUP_BPF)
		return true;
	return setup->lookup == NATU_LOOKUP_AUTO && !setup->pid_count &&
	       open_files(setup->proc) > FILES_FOR_BPF;
}

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
	if (!may_use_bpf(setup))
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
	free(owners->holders);
	free(owners->pids);
	free(owners);
}

/* --- looking
 * ----------------------------------------------------------------------------- */

bool natu_owners_note(struct natu_owners *owners, const struct natu_socket *socket)
{
	owners->wants_unix |= !(socket->facts & FACT_INET);
	/* A larger number is nothing that a socket can have. */
	return !(socket->facts & FACT_INODE) || socket->inode > UINT32_MAX ||
	       natu_inodes_add(&owners->noted, (uint32_t)socket->inode);
}

/* One look into an empty struct natu_look. In auto, /proc serves where BPF fails. */
static int look_once(struct natu_owners *owners, struct natu_look *look,
		     struct natu_error *error)
{
	if (owners->has_bpf && natu_bpf_scan(&owners->bpf, look, error) == 0)
		return 0;
	if (owners->has_bpf) {
		if (owners->setup.lookup == NATU_LOOKUP_BPF)
			return -1;
		owners->bpf_error = *error;
		natu_bpf_close(&owners->bpf);
		owners->has_bpf = false;
		natu_look_free(look);
	}
	if (owners->setup.proc < 0)
		return natu_fail(error, NATU_ENOSUP, 0,
				 "finding owners: there is no /proc");
	return natu_scan_proc(owners->setup.proc, look, error);
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

int natu_owners_look(struct natu_owners *owners, bool every, struct natu_error *error)
{
	struct natu_look look = {
		.wanted = every ? NULL : &owners->noted,
		.pids = owners->pids,
		.pid_count = owners->setup.pid_count,
		.explain = owners->setup.explain,
		.wants_unix = owners->wants_unix,
	};
	int result;

	natu_processes_begin(owners->processes);
	result = look_once(owners, &look, error);
	if (!result && owners->setup.explain && natu_findings_index(&look.findings))
		natu_elsewhere_look(&owners->elsewhere, owners->setup.proc, &look,
				    &owners->noted);
	natu_look_take(&owners->look, &look);
	owners->unseen = are_processes_unlisted(owners);
	owners->looked = true;
	if (!natu_findings_index(&owners->look.findings) || !settle(owners))
		result = natu_fail(error, NATU_ENOMEM, ENOMEM, "finding owners");
	if (result < 0)
		owners->look_error = *error;
	return result;
}

/* --- attaching
 * --------------------------------------------------------------------------- */

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

static bool make_room(struct natu_owners *owners, size_t count)
{
	size_t size = owners->holder_size ? owners->holder_size : 16;
	struct natu_holder *holders;

	if (count <= owners->holder_size)
		return true;
	while (size < count)
		size *= 2;
	holders = realloc(owners->holders, size * sizeof(*holders));
	if (!holders)
		return false;
	owners->holders = holders;
	owners->holder_size = size;
	return true;
}

/* Collects the holders of an inode in owners->holders. */
static size_t collect(struct natu_owners *owners, uint64_t inode)
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
		if (!process || !make_room(owners, count + 1))
			break;
		owners->holders[count++] = (struct natu_holder){
			.pid = finding->pid,
			.fd = finding->fd,
			.process = process,
		};
	}
	return put_in_order(owners->holders, count);
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
		size_t holders = collect(owners, listeners[i]);

		if (!natu_answer_add(answer, owners->holders, holders))
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
	socket->holder_count = collect(owners, socket->inode);
	if (!socket->holder_count && socket->inode && socket->inode <= UINT32_MAX &&
	    !natu_inodes_has(&owners->settled, (uint32_t)socket->inode) &&
	    !owners->look_error.code)
		return false;
	/* Of a socket that none of the chosen processes holds, nothing is known. */
	if (!socket->holder_count && owners->setup.pid_count)
		return true;
	if (!socket->holder_count)
		kind = explain(owners, socket, listeners, listener_count);
	socket->holders = owners->holders;
	socket->owner_kind = natu_owner_kind_word(kind);
	socket->facts |= FACT_OWNER;
	if (kind == OWNER_HIDDEN)
		socket->denied |= FACT_PROCESS;
	else
		socket->facts |= FACT_PROCESS;
	return true;
}

/* --- telling
 * ----------------------------------------------------------------------------- */

static void report_hidden(const struct natu_owners *owners, uint64_t hidden,
			  struct natu_report *report)
{
	const char *help = "run as root or grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
	char text[64];

	if (hidden == 1)
		snprintf(text, sizeof(text), "the owner of 1 socket is");
	else
		snprintf(text, sizeof(text), "owners of %llu sockets are",
			 (unsigned long long)hidden);
	if (owners->look_error.code)
		natu_notice(report, NATU_HIDDEN, "%s hidden: %s", text,
			    owners->look_error.text);
	else if (owners->look.cut)
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden: more than %u descriptors are sockets", text,
			    NATU_FINDINGS_MAX);
	else if (owners->look.denied)
		natu_notice(report, NATU_HIDDEN, "%s hidden: %s", text, help);
	else if (owners->unseen)
		natu_notice(report, NATU_HIDDEN,
			    "%s hidden, as /proc is mounted with hidepid: %s", text,
			    help);
	else
		natu_notice(report, NATU_HIDDEN, "%s hidden: reading /proc/PID/fd: %s",
			    text, strerror(owners->look.error));
}

void natu_owners_report(const struct natu_owners *owners, uint64_t hidden,
			struct natu_report *report)
{
	report->processes_asked = true;
	report->processes_complete = !hidden && owners->looked;
	report->processes_denied = owners->look.denied;
	report->descriptors = owners->look.sockets;
	if (owners->bpf_error.code)
		natu_notice(report, NATU_FALLBACK, "owners are looked for in /proc: %s",
			    owners->bpf_error.text);
	if (hidden)
		report_hidden(owners, hidden, report);
}
