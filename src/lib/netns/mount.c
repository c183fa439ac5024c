/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "directory.h"
#include "mountinfo.h"
#include "netns/netns.h"
#include "owners/table.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A name in a directory has at most 255 bytes. */
enum { PATH_SIZE = 512 };

/* include/uapi/linux/magic.h */
#define KERNEL_NSFS_MAGIC 0x6e736673

/* --- what a namespace is called --- */

uint64_t natu_netns_inode_in(const char *link)
{
	static const char start[] = "net:[";
	uint64_t inode = 0;

	if (strncmp(link, start, strlen(start)) != 0)
		return 0;
	for (link += strlen(start); *link >= '0' && *link <= '9'; link++) {
		if (inode > UINT32_MAX)
			return 0;
		inode = inode * 10 + (uint64_t)(*link - '0');
	}
	return *link == ']' ? inode : 0;
}

bool natu_netns_inode_of(int fd, uint64_t *inode)
{
	struct statfs filesystem;
	struct stat status;
	int kind;

	if (fstatfs(fd, &filesystem) < 0 || filesystem.f_type != KERNEL_NSFS_MAGIC ||
	    fstat(fd, &status) < 0)
		return false;
	kind = ioctl(fd, NS_GET_NSTYPE);
	/* Linux before 4.11 does not tell of what kind it is; setns() will. */
	if (kind != CLONE_NEWNET && !(kind < 0 && errno == ENOTTY))
		return false;
	*inode = status.st_ino;
	return true;
}

/* --- where they are mounted --- */

/* An entry of ip netns's directory. */
static bool visit_name(const char *name, size_t *unmounted, natu_netns_visitor *visit,
		       void *context)
{
	char path[PATH_SIZE];
	uint64_t inode = 0;
	bool found;
	int fd;

	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	found = fd >= 0 && natu_netns_inode_of(fd, &inode);
	if (fd >= 0)
		close(fd);
	if (unmounted)
		*unmounted += !found;
	return !found || visit(context, inode, name, path);
}

bool natu_netns_visit_names(size_t *unmounted, natu_netns_visitor *visit, void *context)
{
	struct natu_directory *directory = malloc(sizeof(*directory));
	const struct dirent64 *entry;
	bool goes_on = true;

	if (!directory)
		return false;
	if (natu_directory_open(directory, AT_FDCWD, NETNS_DIRECTORY) < 0) {
		free(directory);
		return true;
	}
	while (goes_on && (entry = natu_directory_next(directory)))
		if (entry->d_name[0] != '.')
			goes_on = visit_name(entry->d_name, unmounted, visit, context);
	natu_directory_close(directory);
	free(directory);
	return goes_on;
}

/* Those that a process sees; their paths with `root` before them. */
static bool visit_mounts_of(const struct natu *natu, const char *process,
			    const char *root, natu_netns_visitor *visit, void *context)
{
	struct natu_mounts mounts;
	struct natu_mount mount;
	char path[PATH_MAX];
	bool goes_on = true;

	if (natu->proc < 0 || !natu_mounts_open(&mounts, natu->proc, process))
		return true;
	while (goes_on && natu_mounts_next(&mounts, &mount)) {
		uint64_t inode = strcmp(mount.type, "nsfs")
					 ? 0
					 : natu_netns_inode_in(mount.root);

		if (inode && snprintf(path, sizeof(path), "%s%s", root, mount.place) <
				     (int)sizeof(path))
			goes_on = visit(context, inode, mount.place, path);
	}
	natu_mounts_close(&mounts);
	return goes_on;
}

bool natu_netns_visit_mounts(const struct natu *natu, natu_netns_visitor *visit,
			     void *context)
{
	return visit_mounts_of(natu, "self", "", visit, context);
}

/* --- those of others --- */

/* Mount namespaces that have been seen, by what their links say. */
struct others {
	const struct natu *natu;
	natu_netns_visitor *visit;
	void *context;
	struct natu_inodes seen;
};

/* 0: it may not be seen, or is gone. */
static uint32_t mount_namespace_of(int proc, const char *process)
{
	static const char start[] = "mnt:[";
	char path[64], link[64];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/ns/mnt", process);
	length = readlinkat(proc, path, link, sizeof(link) - 1);
	link[length < 0 ? 0 : length] = '\0';
	return strncmp(link, start, strlen(start))
		       ? 0
		       : (uint32_t)strtoul(link + strlen(start), NULL, 10);
}

static bool visit_mounts_at(void *context, const char *place, uint32_t task)
{
	struct others *others = context;
	uint32_t inode = mount_namespace_of(others->natu->proc, place);
	char root[64];

	(void)task;
	if (!inode || natu_inodes_has(&others->seen, inode))
		return true;
	snprintf(root, sizeof(root), "%s/root", place);
	return natu_inodes_add(&others->seen, inode) &&
	       visit_mounts_of(others->natu, place, root, others->visit, others->context);
}

bool natu_netns_visit_other_mounts(const struct natu *natu, natu_netns_visitor *visit,
				   void *context)
{
	struct others others = { .natu = natu, .visit = visit, .context = context };
	uint32_t own = mount_namespace_of(natu->proc, "self");
	bool goes_on = (!own || natu_inodes_add(&others.seen, own)) &&
		       natu_netns_each_process(natu, visit_mounts_at, &others);

	natu_inodes_free(&others.seen);
	return goes_on;
}

/* --- the name of one --- */

static bool name_if_same(void *context, uint64_t inode, const char *name,
			 const char *path)
{
	struct natu_netns *netns = context;

	(void)path;
	if (netns->name || inode != netns->inode)
		return true;
	netns->name = strdup(name);
	return netns->name;
}

bool natu_netns_name(const struct natu *natu, struct natu_netns *netns)
{
	return !netns->inode || (natu_netns_visit_names(NULL, name_if_same, netns) &&
				 natu_netns_visit_mounts(natu, name_if_same, netns));
}
