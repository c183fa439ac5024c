/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "directory.h"
#include "netns/netns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 64 };

uint64_t natu_netns_inode_at(int proc, const char *place)
{
	char path[PATH_SIZE], link[PATH_SIZE];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/ns/net", place);
	length = readlinkat(proc, path, link, sizeof(link) - 1);
	if (length < 0)
		return 0;
	link[length] = '\0';
	errno = EINVAL;
	return natu_netns_inode_in(link);
}

uint64_t natu_netns_mark_at(int proc, const char *place)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof(path), "%s/net/dev", place);
	return fstatat(proc, path, &status, 0) == 0 ? status.st_ino : 0;
}

/* The threads of a process but the first. */
static bool each_thread(const struct natu *natu, uint32_t pid,
			struct natu_directory *directory, natu_netns_task *take,
			void *context)
{
	char path[PATH_SIZE / 2], place[PATH_SIZE];
	const struct dirent64 *entry;
	struct stat status;
	bool goes_on = true;

	snprintf(path, sizeof(path), "%u/task", pid);
	/* Two links, and one for each thread (fs/proc/base.c:proc_task_getattr). */
	if (fstatat(natu->proc, path, &status, 0) < 0 || status.st_nlink == 3 ||
	    natu_directory_open(directory, natu->proc, path) < 0)
		return true;
	while (goes_on && (entry = natu_directory_next(directory))) {
		int32_t thread = natu_directory_number(entry->d_name);

		if (thread <= 0 || (uint32_t)thread == pid)
			continue;
		snprintf(place, sizeof(place), "%s/%d", path, thread);
		goes_on = take(context, place, (uint32_t)thread);
	}
	natu_directory_close(directory);
	return goes_on;
}

/* What is gone through: processes, and their threads too if there is room for a second
 * directory. */
static bool each(const struct natu *natu, size_t levels, natu_netns_task *take,
		 void *context)
{
	struct natu_directory *directories;
	const struct dirent64 *entry;
	bool goes_on = true;

	if (natu->proc < 0)
		return true;
	directories = malloc(levels * sizeof(*directories));
	if (!directories)
		return false;
	if (natu_directory_open(&directories[0], natu->proc, ".") < 0) {
		free(directories);
		return true;
	}
	while (goes_on && (entry = natu_directory_next(&directories[0]))) {
		int32_t pid = natu_directory_number(entry->d_name);

		if (pid <= 0)
			continue;
		goes_on = take(context, entry->d_name, (uint32_t)pid);
		if (goes_on && levels > 1)
			goes_on = each_thread(natu, (uint32_t)pid, &directories[1], take,
					      context);
	}
	natu_directory_close(&directories[0]);
	free(directories);
	return goes_on;
}

bool natu_netns_each_process(const struct natu *natu, natu_netns_task *take,
			     void *context)
{
	return each(natu, 1, take, context);
}

bool natu_netns_each_task(const struct natu *natu, natu_netns_task *take, void *context)
{
	return each(natu, 2, take, context);
}
