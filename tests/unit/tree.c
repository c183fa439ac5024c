/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include "test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tree_make(struct tree *tree)
{
	snprintf(tree->path, sizeof(tree->path), "/tmp/natu-unit-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(tree->path));
	tree->descriptor = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_FATAL(tree->descriptor >= 0);
	CU_ASSERT_FATAL(mkdirat(tree->descriptor, "net", 0700) == 0);
}

static int remove_entry(const char *path, const struct stat *status, int type,
			struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

void tree_remove(struct tree *tree)
{
	close(tree->descriptor);
	CU_ASSERT(nftw(tree->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

void tree_write(const struct tree *tree, const char *name, const void *bytes,
		size_t length)
{
	int file = openat(tree->descriptor, name,
			  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const char *left = bytes;

	CU_ASSERT_FATAL(file >= 0);
	while (length > 0) {
		ssize_t written = write(file, left, length);

		CU_ASSERT_FATAL(written > 0);
		left += written;
		length -= (size_t)written;
	}
	close(file);
}

void tree_write_text(const struct tree *tree, const char *name, const char *text)
{
	tree_write(tree, name, text, strlen(text));
}

void *test_allocate(size_t size)
{
	void *memory = malloc(size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
	return memory;
}
