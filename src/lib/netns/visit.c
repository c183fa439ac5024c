/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "error.h"
#include "netns/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 128 };

/* /proc/net is of the process's first thread; what is below here is of this one. */
#define THREAD "thread-self/"

/* --- going there --- */

static bool is_elsewhere(const struct natu *natu)
{
	return natu->netns && !natu->netns->is_own;
}

/* Opens what is found at a path, if it is still that namespace. */
static int open_same(int directory, const char *path, uint64_t inode)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint64_t found;

	if (fd < 0)
		return -1;
	if (natu_netns_inode_of(fd, &found) && (!inode || found == inode))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

static int open_of_process(const struct natu *natu, uint32_t pid, uint64_t inode)
{
	char path[PATH_SIZE];

	errno = ENOENT;
	if (!pid || natu->proc < 0)
		return -1;
	snprintf(path, sizeof(path), "%u/ns/net", pid);
	return open_same(natu->proc, path, inode);
}

/* The namespace itself, by whatever leads to it: -1 with errno set, ENOENT if nothing
 * does. */
static int open_netns(const struct natu *natu)
{
	const struct natu_netns *netns = natu->netns;
	int fd = -1;

	errno = ENOENT;
	if (netns->path)
		fd = open_same(natu->proc, netns->path, netns->inode);
	if (fd < 0 && netns->pid)
		fd = open_of_process(natu, netns->pid, netns->inode);
	/* Its process has ended; it may have others. */
	if (fd < 0 && (errno == ENOENT || errno == ESRCH) && netns->inode)
		fd = open_of_process(natu, natu_netns_process(natu, netns), netns->inode);
	return fd;
}

static int open_home(const struct natu *natu)
{
	int fd = natu->proc < 0
			 ? -1
			 : openat(natu->proc, THREAD "ns/net", O_RDONLY | O_CLOEXEC);

	/* Linux before 3.17 does not have it for threads. */
	return fd < 0 ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : fd;
}

/* Goes to `there` if this thread may come back `home` from it: who is root of a user
 * namespace alone may enter what belongs to that, and not what he came from. */
static int go(int home, int there)
{
	if (setns(home, CLONE_NEWNET) < 0)
		return -1;
	return setns(there, CLONE_NEWNET);
}

int natu_netns_enter(const struct natu *natu, struct natu_visit *visit,
		     struct natu_error *error)
{
	int home, there, result, reason;

	visit->home = -1;
	if (!is_elsewhere(natu))
		return 0;
	home = open_home(natu);
	there = home < 0 ? -1 : open_netns(natu);
	result = there < 0 ? -1 : go(home, there);
	reason = errno;
	if (there >= 0)
		close(there);
	if (!result) {
		visit->home = home;
		return 0;
	}
	if (home >= 0)
		close(home);
	return natu_fail(error, NATU_ESYS, reason, "entering a network namespace");
}

void natu_netns_leave(struct natu_visit *visit)
{
	int reason = errno;

	if (visit->home < 0)
		return;
	/* It was allowed a moment ago, and nothing has been given away since. */
	if (setns(visit->home, CLONE_NEWNET) == 0)
		close(visit->home);
	visit->home = -1;
	errno = reason;
}

/* --- files of /proc/net --- */

static int open_below(const struct natu *natu, const char *folder, const char *path,
		      int flags)
{
	char whole[PATH_SIZE];

	snprintf(whole, sizeof(whole), "%s%s", folder, path);
	return openat(natu->proc, whole, flags);
}

/* Is a process still in the namespace? Its mark is seen by everybody. */
static bool is_in(const struct natu *natu, uint32_t pid, uint64_t mark)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof(path), "%u/net/dev", pid);
	return !mark ||
	       (fstatat(natu->proc, path, &status, 0) == 0 && status.st_ino == mark);
}

static int open_by_process(const struct natu *natu, const char *path, int flags)
{
	const struct natu_netns *netns = natu->netns;
	char folder[PATH_SIZE];
	uint32_t pid = netns->pid;
	int fd;

	errno = ENOENT;
	if (pid && !is_in(natu, pid, netns->mark))
		pid = natu_netns_process(natu, netns);
	if (!pid)
		return -1;
	snprintf(folder, sizeof(folder), "%u/", pid);
	fd = open_below(natu, folder, path, flags);
	if (fd < 0 || is_in(natu, pid, netns->mark))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

int natu_netns_open(const struct natu *natu, const char *path, int flags)
{
	struct natu_visit visit;
	struct natu_error error;
	bool is_of_process;
	int fd;

	errno = ENOENT;
	if (natu->proc < 0)
		return -1;
	if (natu->setup.proc_root)
		return openat(natu->proc, path, flags);
	/* What is not of a process, such as sys/net, is of whoever looks. */
	is_of_process = !strncmp(path, "net/", strlen("net/"));
	if (natu_netns_enter(natu, &visit, &error) < 0) {
		errno = error.error;
		return is_of_process ? open_by_process(natu, path, flags) : -1;
	}
	fd = is_of_process ? open_below(natu, THREAD, path, flags)
			   : openat(natu->proc, path, flags);
	if (fd < 0 && errno == ENOENT && is_of_process && !is_elsewhere(natu))
		fd = openat(natu->proc, path, flags);
	natu_netns_leave(&visit);
	return fd;
}

enum natu_netns_access natu_netns_access(const struct natu *natu)
{
	struct natu_visit visit;
	struct natu_error error;
	int fd;

	if (natu_netns_enter(natu, &visit, &error) == 0) {
		natu_netns_leave(&visit);
		return NETNS_OPEN;
	}
	fd = natu->proc < 0 ? -1 : open_by_process(natu, "net/dev", O_PATH | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return NETNS_BY_PROCESS;
	}
	return error.error == ENOENT || error.error == ESRCH ? NETNS_GONE : NETNS_CLOSED;
}
