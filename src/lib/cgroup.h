/* SPDX-License-Identifier: MIT */
#ifndef NATU_CGROUP_H
#define NATU_CGROUP_H

#include <stddef.h>
#include <stdint.h>

/*
 * The cgroup that a socket was made in, by the id that the kernel gives with the socket:
 * the inode of a directory of the cgroup v2 hierarchy. The tree is walked once, when the
 * first id is asked for; that needs no privilege.
 */
struct natu_cgroups;
struct natu_report;

/* More cgroups than this are not looked at. */
enum { NATU_CGROUPS_MAX = 65536 };

/* One cgroup. Foreign bytes, which live until the next listing. */
struct natu_cgroup {
	uint64_t id;
	const char *path; /* "/system.slice/ssh.service" */
	size_t path_length;
	const char *unit; /* "ssh.service", "docker:0123456789ab", ...; length 0: none */
	size_t unit_length;
};

/* Opens the top of the hierarchy, where it is mounted according to /proc. Returns a
 * descriptor that the caller closes, or -1: there is none. */
int natu_cgroup_open(int proc);

/* `directory` is the caller's and must outlive the table; `most` is how many cgroups it
 * has room for: NATU_CGROUPS_MAX, or fewer. NULL without memory. */
struct natu_cgroups *natu_cgroups_new(int directory, size_t most);
void natu_cgroups_free(struct natu_cgroups *cgroups);

/* To be called before a listing, when nothing that was found is in use any more: cgroups
 * may have been made since the last one. Accepts NULL. */
void natu_cgroups_refresh(struct natu_cgroups *cgroups);

/* The cgroup with that id, or NULL: it was removed, or is outside of what can be seen
 * here, or is one that natu_cgroups_note() tells of. */
const struct natu_cgroup *natu_cgroups_find(struct natu_cgroups *cgroups, uint64_t id);

/* Says in the report that not all cgroups were looked at, and why, if one that was asked
 * for in this listing can be among the others. Accepts NULL. */
void natu_cgroups_note(const struct natu_cgroups *cgroups, struct natu_report *report);

#endif
