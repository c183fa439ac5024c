/* SPDX-License-Identifier: MIT */
#include "replace.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_TRIED = 16, CHUNK = 1 << 20 };

static int refuse(const char *path, const char *why)
{
	complain("writing %s: %s", path, why);
	return -1;
}

/* What a link leads to is replaced, not the link. Only a file can be: whoever names
 * /dev/null must not lose it. The caller frees the result. NULL after a complaint. */
static char *file_behind(const char *path)
{
	char *real = realpath(path, NULL);
	struct stat status;

	if (!real && errno == ENOENT && lstat(path, &status) < 0)
		real = *path ? strdup(path) : NULL;
	else if (real && (stat(real, &status) < 0 || !S_ISREG(status.st_mode))) {
		refuse(path, "it is there, and is not a file");
		free(real);
		return NULL;
	}
	if (!real)
		refuse(path, strerror(errno));
	return real;
}

static int open_folder(struct replacement *replacement, char *real)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	char *slash = strrchr(real, '/');
	const char *name = slash ? slash + 1 : real;

	if (!*name || strlen(name) >= sizeof(replacement->name))
		return refuse(replacement->path, "this cannot be the name of a file");
	snprintf(replacement->name, sizeof(replacement->name), "%s", name);
	if (slash)
		slash[slash == real] = '\0';
	replacement->folder = open(slash ? real : ".", flags);
	if (replacement->folder < 0)
		return refuse(replacement->path, strerror(errno));
	return 0;
}

/* Where the disk has no files without a name the contents wait in memory. */
static int open_contents(struct replacement *replacement)
{
	replacement->fd = openat(replacement->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
				 0666);
	replacement->is_beside = replacement->fd >= 0;
	if (replacement->fd < 0 &&
	    (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		replacement->fd = memfd_create("natu", MFD_CLOEXEC);
	return replacement->fd < 0 ? refuse(replacement->path, strerror(errno)) : 0;
}

int replace_begin(struct replacement *replacement, const char *path)
{
	char *real;
	int result;

	*replacement = (struct replacement){ .path = path, .folder = -1, .fd = -1 };
	real = file_behind(path);
	result = real ? open_folder(replacement, real) : -1;
	free(real);
	if (result == 0)
		result = open_contents(replacement);
	if (result < 0)
		replace_drop(replacement);
	return result;
}

void replace_drop(struct replacement *replacement)
{
	if (!replacement->path)
		return;
	if (replacement->fd >= 0)
		close(replacement->fd);
	if (replacement->folder >= 0)
		close(replacement->folder);
	*replacement = (struct replacement){ .path = NULL };
}

static int copy_to(int from, int to)
{
	ssize_t copied;

	if (lseek(from, 0, SEEK_SET) < 0)
		return -errno;
	do {
		copied = sendfile(to, from, NULL, CHUNK);
	} while (copied > 0);
	return copied < 0 || fsync(to) < 0 ? -errno : 0;
}

/* Gives the contents a name beside the file's. 0 or a negative errno. */
static int name_contents(const struct replacement *replacement, const char *name)
{
	char contents[40];
	int to, result;

	snprintf(contents, sizeof(contents), "/proc/self/fd/%d", replacement->fd);
	if (replacement->is_beside &&
	    linkat(AT_FDCWD, contents, replacement->folder, name, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	if (replacement->is_beside && errno == EEXIST)
		return -EEXIST;
	/* Without /proc, too, there is this way. */
	to = openat(replacement->folder, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (to < 0)
		return -errno;
	result = copy_to(replacement->fd, to);
	if (close(to) < 0 && !result)
		result = -errno;
	if (result < 0)
		unlinkat(replacement->folder, name, 0);
	return result;
}

/* No link replaces a file, so that the contents have two names, one after the other. */
static int put_in_place(const struct replacement *replacement)
{
	char name[64];
	int result = -EEXIST;

	for (int i = 0; i < NAMES_TRIED && result == -EEXIST; i++) {
		snprintf(name, sizeof(name), ".natu-%ld-%d", (long)getpid(), i);
		result = name_contents(replacement, name);
	}
	if (result < 0)
		return result;
	if (renameat(replacement->folder, name, replacement->folder, replacement->name) ==
	    0)
		return 0;
	result = -errno;
	unlinkat(replacement->folder, name, 0);
	return result;
}

int replace_commit(struct replacement *replacement)
{
	sigset_t all, before;
	int result = 0;

	if (replacement->is_beside && fsync(replacement->fd) < 0)
		result = -errno;
	/* Between the two names nothing may end the process. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (result == 0)
		result = put_in_place(replacement);
	sigprocmask(SIG_SETMASK, &before, NULL);
	replace_drop(replacement);
	return result;
}
