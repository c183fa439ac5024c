/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_TREE_H
#define NATU_TEST_TREE_H

#include <stddef.h>

/* A directory of a test's own, with a directory `net` in it as /proc has it. */
struct tree {
	char path[64];
	int descriptor;
};

/* Ends the test if it cannot be made. tree_remove() takes it and all that is in it. */
void tree_make(struct tree *tree);
void tree_remove(struct tree *tree);

/* Writes a file below it. */
void tree_write(const struct tree *tree, const char *name, const void *bytes,
		size_t length);
void tree_write_text(const struct tree *tree, const char *name, const char *text);

/* Memory, or the end of the test. */
void *test_allocate(size_t size) __attribute__((returns_nonnull, malloc));

#endif
