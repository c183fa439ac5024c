/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_expect(bool truth, const char *text)
{
	if (truth)
		return;
	fprintf(stderr, "fuzz: not so: %s\n", text);
	abort();
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char path[32];
	static int file = -1;

	if (file < 0) {
		file = memfd_create("fuzz", MFD_CLOEXEC);
		fuzz_expect(file >= 0, "there is a file in memory");
		snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	fuzz_expect(ftruncate(file, 0) == 0, "a file can be emptied");
	fuzz_expect(pwrite(file, data, size, 0) == (ssize_t)size,
		    "a file can be written");
	return path;
}
