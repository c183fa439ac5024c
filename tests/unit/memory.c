/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <errno.h>
#include <stddef.h>

/* The linker puts these in the place of libc's (Makefile: --wrap), which are called
 * __real_... then. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);

/* Compilers know that malloc() leaves variables alone: this one does not. */
static volatile long left = -1; /* -1: there is no end */
static volatile bool was_refused;

/* Threads may ask, too; the tests that take memory away have none. */
static bool refuses(void)
{
	if (left < 0)
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	was_refused = true;
	errno = ENOMEM;
	return true;
}

void memory_ends_after(long allocations)
{
	was_refused = false;
	left = allocations;
}

bool memory_comes_back(void)
{
	left = -1;
	return was_refused;
}

void *__wrap_malloc(size_t size)
{
	return refuses() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return refuses() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return refuses() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return refuses() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
	return refuses() ? NULL : __real_strdup(text);
}
