/* SPDX-License-Identifier: MIT */
#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int natu_directory_open(struct natu_directory *directory, int at, const char *path)
{
	directory->error = 0;
	directory->at = 0;
	directory->end = 0;
	directory->fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return directory->fd < 0 ? -1 : 0;
}

static bool refill(struct natu_directory *directory)
{
	ssize_t length = getdents64(directory->fd, directory->bytes,
				    sizeof(directory->bytes));

	if (length < 0)
		directory->error = errno;
	directory->at = 0;
	directory->end = length > 0 ? (size_t)length : 0;
	return length > 0;
}

const struct dirent64 *natu_directory_next(struct natu_directory *directory)
{
	const struct dirent64 *entry;

	if (directory->at == directory->end && !refill(directory))
		return NULL;
	entry = (const struct dirent64 *)(directory->bytes + directory->at);
	if (directory->end - directory->at < offsetof(struct dirent64, d_name) + 2 ||
	    entry->d_reclen > directory->end - directory->at ||
	    entry->d_reclen < offsetof(struct dirent64, d_name) + 2) {
		directory->error = EBADMSG;
		return NULL;
	}
	directory->at += entry->d_reclen;
	return entry;
}

void natu_directory_close(struct natu_directory *directory)
{
	if (directory->fd >= 0)
		close(directory->fd);
	directory->fd = -1;
}

int32_t natu_directory_number(const char *name)
{
	int64_t number = 0;

	if (!*name)
		return -1;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return -1;
		number = number * 10 + (*name - '0');
		if (number > INT32_MAX)
			return -1;
	}
	return (int32_t)number;
}
