/* SPDX-License-Identifier: MIT */
#include "context.h"

#include "cgroup.h"
#include "error.h"
#include "interface.h"
#include "source/index.h"
#include "source/replay.h"
#include "user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef NATU_VERSION
#error "NATU_VERSION is defined by the Makefile"
#endif

const char *natu_version(void)
{
	return NATU_VERSION;
}

static int check_setup(const struct natu_setup *setup, struct natu_error *error)
{
	if (setup->replay &&
	    (setup->source != NATU_AUTO || setup->proc_root || setup->record))
		return natu_fail(
			error, NATU_EUSAGE, 0,
			"a recording is replayed by itself: it has no other source");
	if (setup->proc_root && setup->source == NATU_DIAG)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "a copy of /proc cannot be read by sock_diag");
	if (setup->record && (setup->proc_root || setup->source == NATU_PROC))
		return natu_fail(error, NATU_EUSAGE, 0,
				 "only what sock_diag says can be recorded");
	if (setup->netns && setup->all_netns)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "one network namespace, or all of them");
	if ((setup->netns || setup->all_netns) && (setup->replay || setup->proc_root))
		return natu_fail(
			error, NATU_EUSAGE, 0,
			"a recording or a copy of /proc is of one network namespace: no "
			"other can be listed from it");
	if (setup->all_netns && setup->record)
		return natu_fail(
			error, NATU_EUSAGE, 0,
			"a recording does not say of which network namespace a socket is: "
			"only one of them can be recorded");
	return 0;
}

static int open_files(struct natu *natu, struct natu_error *error)
{
	const struct natu_setup *setup = &natu->setup;
	const char *proc = setup->proc_root ? setup->proc_root : "/proc";

	if (setup->replay)
		return natu_replay_open(setup->replay, &natu->recording, error);
	natu->proc = open(proc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Without /proc there is still sock_diag. */
	if (natu->proc < 0 && setup->proc_root)
		return natu_fail(error, NATU_ESYS, errno, "opening %s", proc);
	if (!setup->record)
		return 0;
	natu->record = open(setup->record, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0666);
	if (natu->record < 0)
		return natu_fail(error, NATU_ESYS, errno, "opening %s", setup->record);
	natu->index = calloc(1, sizeof(*natu->index));
	if (!natu->index)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "opening %s", setup->record);
	return 0;
}

/* The namespace that is to be listed, if it is only one. */
static int open_netns(struct natu *natu, struct natu_error *error)
{
	struct natu_netns_list *list = &natu->namespaces;

	if (!natu->setup.netns)
		return 0;
	list->rows = calloc(1, sizeof(*list->rows));
	if (!list->rows)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
	list->count = list->size = 1;
	natu->netns = list->rows;
	if (natu_netns_named(natu, natu->setup.netns, list->rows, error) < 0)
		return -1;
	if (natu_netns_access(natu) != NETNS_CLOSED)
		return 0;
	return natu_fail(error, NATU_ESYS, EPERM,
			 "entering the network namespace %s takes CAP_SYS_ADMIN, and no "
			 "process in it can be seen",
			 natu->setup.netns);
}

bool natu_context_is_here(const struct natu *natu)
{
	return !natu->setup.replay && !natu->setup.proc_root;
}

/* What was copied or recorded elsewhere numbers other interfaces than this machine's, and
 * so does each network namespace. */
struct natu_interfaces *natu_context_interfaces(struct natu *natu)
{
	struct natu_interfaces *interfaces;
	struct natu_visit visit;
	struct natu_error error;

	if (!natu_context_is_here(natu) || natu_netns_enter(natu, &visit, &error) < 0)
		return natu_interfaces_new(false);
	interfaces = natu_interfaces_new(true);
	natu_netns_leave(&visit);
	return interfaces;
}

static int set_up(struct natu *natu, struct natu_error *error)
{
	if (check_setup(&natu->setup, error) < 0)
		return -1;
	if (natu->setup.proc_root)
		natu->setup.source = NATU_PROC;
	natu->receive = aligned_alloc(64, NATU_RECEIVE_SIZE);
	if (!natu->receive)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
	if (open_files(natu, error) < 0 || open_netns(natu, error) < 0)
		return -1;
	natu->interfaces = natu_context_interfaces(natu);
	if (!natu->interfaces)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
	return 0;
}

struct natu *natu_open(const struct natu_setup *setup, struct natu_error *error)
{
	struct natu *natu = calloc(1, sizeof(*natu));

	if (!natu) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
		return NULL;
	}
	natu->setup = *setup;
	natu->proc = -1;
	natu->record = -1;
	natu->cgroup_directory = -1;
	natu->any_family = -1;
	if (set_up(natu, error) < 0) {
		natu_close(natu);
		return NULL;
	}
	return natu;
}

/* What was recorded or copied elsewhere has other users and other cgroups. */
int natu_context_names(struct natu *natu, natu_facts facts, struct natu_error *error)
{
	bool is_here = natu_context_is_here(natu);

	if ((facts & (FACT_USER | FACT_PROCESS | FACT_PEER_PROCESS)) && is_here &&
	    !natu->users) {
		natu->users = natu_users_new();
		if (!natu->users)
			return natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
	}
	if ((facts & FACT_CGROUP_PATH) && is_here && !natu->cgroups) {
		natu->cgroup_directory = natu_cgroup_open(natu->proc);
		natu->cgroups = natu_cgroups_new(natu->cgroup_directory,
						 NATU_CGROUPS_MAX);
		if (!natu->cgroups)
			return natu_fail(error, NATU_ENOMEM, ENOMEM, "setting up");
	}
	return 0;
}

void natu_close(struct natu *natu)
{
	if (!natu)
		return;
	if (natu->proc >= 0)
		close(natu->proc);
	if (natu->record >= 0)
		close(natu->record);
	free(natu->index);
	natu_users_free(natu->users);
	natu_cgroups_free(natu->cgroups);
	if (natu->cgroup_directory >= 0)
		close(natu->cgroup_directory);
	natu_replay_close(natu->recording);
	natu_interfaces_free(natu->interfaces);
	natu_netns_list_free(&natu->namespaces);
	free(natu->receive);
	free(natu);
}
