/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "directory.h"
#include "error.h"
#include "netns/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <natu/nearest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int no_memory(struct natu_error *error)
{
	return natu_fail(error, NATU_ENOMEM, ENOMEM, "finding a network namespace");
}

/* The number that a text is, also as "net:[NUMBER]"; 0: it is none. */
static uint64_t number_of(const char *text)
{
	uint64_t number = 0;
	bool is_link = !strncmp(text, "net:[", 5);

	text += is_link ? 5 : 0;
	for (; *text >= '0' && *text <= '9' && number <= UINT32_MAX; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	return strcmp(text, is_link ? "]" : "") ? 0 : number;
}

/* --- by its place --- */

/* A copy that stays the same wherever one is; NULL with errno set. */
static char *absolute(const char *path)
{
	char *here, *whole = NULL;

	if (*path == '/')
		return strdup(path);
	here = getcwd(NULL, 0);
	if (here && asprintf(&whole, "%s/%s", here, path) < 0)
		whole = NULL;
	free(here);
	return whole;
}

static int by_path(const char *path, struct natu_netns *netns, struct natu_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool good;

	if (fd < 0)
		return natu_fail(error, errno == ENOENT ? NATU_EUSAGE : NATU_ESYS, errno,
				 "opening the network namespace %s", path);
	good = natu_netns_inode_of(fd, &netns->inode);
	close(fd);
	if (!good)
		return natu_fail(
			error, NATU_EUSAGE, 0,
			"%s is no network namespace: expected a name of ip netns, "
			"a path such as /proc/PID/ns/net, or a process",
			path);
	netns->path = absolute(path);
	if (netns->path)
		return 0;
	return natu_fail(error, errno == ENOMEM ? NATU_ENOMEM : NATU_ESYS, errno,
			 "finding the network namespace %s", path);
}

/* --- by its name --- */

static int unknown_name(const char *name, struct natu_error *error)
{
	struct natu_directory *directory = malloc(sizeof(*directory));
	const struct dirent64 *entry;
	struct natu_nearest nearest;
	size_t count = 0;

	if (!directory)
		return no_memory(error);
	natu_nearest_start(&nearest, name, strlen(name));
	if (natu_directory_open(directory, AT_FDCWD, NETNS_DIRECTORY) == 0) {
		while ((entry = natu_directory_next(directory))) {
			if (entry->d_name[0] == '.')
				continue;
			natu_nearest_consider(&nearest, entry->d_name);
			count++;
		}
		natu_directory_close(directory);
	}
	free(directory);
	if (*nearest.word)
		return natu_fail(error, NATU_EUSAGE, 0,
				 "there is no network namespace %s; did you mean %s?",
				 name, nearest.word);
	return natu_fail(
		error, NATU_EUSAGE, 0,
		"there is no network namespace %s%s: expected a name of ip netns, a "
		"path or a process",
		name, count ? "" : " (nor any other by name)");
}

/* False: there is no file of that name, and errno says ENOENT. */
static bool path_of(const char *name, char path[PATH_MAX])
{
	struct stat status;

	if (!*name || *name == '.' || strlen(name) > NAME_MAX)
		return false;
	snprintf(path, PATH_MAX, NETNS_DIRECTORY "/%s", name);
	return stat(path, &status) == 0 || errno != ENOENT;
}

/* --- by its process, or its number --- */

static int by_process(const struct natu *natu, uint64_t pid, struct natu_netns *netns,
		      struct natu_error *error)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "%" PRIu64 "/ns/net", pid);
	if (natu->proc < 0 || fstatat(natu->proc, path, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return natu_fail(error, NATU_ESYS, ESRCH,
				 "finding the network namespace of process %" PRIu64,
				 pid);
	netns->pid = (uint32_t)pid;
	if (fstatat(natu->proc, path, &status, 0) == 0)
		netns->inode = status.st_ino;
	snprintf(path, sizeof(path), "%" PRIu64 "/net/dev", pid);
	if (fstatat(natu->proc, path, &status, 0) == 0)
		netns->mark = status.st_ino;
	if (netns->inode || netns->mark)
		return 0;
	return natu_fail(error, NATU_ESYS, errno,
			 "finding the network namespace of process %" PRIu64, pid);
}

static int by_inode(const struct natu *natu, uint64_t inode, struct natu_netns *netns,
		    struct natu_error *error)
{
	struct natu_netns_list list = { .most = natu->namespaces.most };
	int result = natu_netns_find(natu, &list, error);
	struct natu_netns *row = NULL;

	for (size_t i = 0; !result && !row && i < list.count; i++)
		if (list.rows[i].inode == inode)
			row = &list.rows[i];
	if (row) {
		*netns = *row;
		row->name = row->path = NULL;
	} else if (!result) {
		result = natu_fail(error, NATU_EUSAGE, 0,
				   "there is no network namespace net:[%" PRIu64 "] %s",
				   inode,
				   list.is_full ? "among those that were looked at, and "
						  "there are more"
						: "that can be seen");
	}
	natu_netns_list_free(&list);
	return result;
}

static int find(const struct natu *natu, const char *text, struct natu_netns *netns,
		struct natu_error *error)
{
	uint64_t number = number_of(text);
	char path[PATH_MAX];

	if (strchr(text, '/'))
		return by_path(text, netns, error);
	if (path_of(text, path))
		return by_path(path, netns, error);
	if (!number)
		return unknown_name(text, error);
	/* The kernel numbers namespaces beyond all processes. */
	if (number <= INT32_MAX && *text != 'n')
		return by_process(natu, number, netns, error);
	return by_inode(natu, number, netns, error);
}

int natu_netns_named(const struct natu *natu, const char *text, struct natu_netns *netns,
		     struct natu_error *error)
{
	struct natu_netns own;

	*netns = (struct natu_netns){ 0 };
	if (find(natu, text, netns, error) < 0)
		return -1;
	natu_netns_own(natu, &own);
	netns->is_own = (own.inode && own.inode == netns->inode) ||
			(own.mark && own.mark == netns->mark);
	if (netns->is_own)
		netns->inode = own.inode;
	return netns->name || natu_netns_name(natu, netns) ? 0 : no_memory(error);
}
