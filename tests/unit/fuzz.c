/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "fact.h"
#include "family.h"

#include <natu/column.h>
#include <natu/plan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_expect(bool truth, const char *text)
{
	if (truth)
		return;
	fprintf(stderr, "fuzz: not so: %s\n", text);
	abort();
}

void fuzz_print(const struct natu_socket *socket, natu_facts facts,
		struct natu_buffer *text)
{
	text->used = 0;
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		enum natu_presence presence;
		struct natu_value value;
		char mark;

		/* An interface has its name from elsewhere. */
		if (!(natu_column_facts(column) & facts & ~FACT_INTERFACE))
			continue;
		presence = natu_get(socket, column, &value);
		mark = (char)('0' + presence);
		natu_buffer_add(text, &mark, 1);
		if (presence == NATU_HAS)
			natu_buffer_add_value(text, NATU_STYLE_JSON, &value);
	}
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

const struct natu_family *fuzz_family(const uint8_t **data, size_t *size)
{
	const uint8_t *end = memchr(*data, '\n', *size);
	size_t length = end ? (size_t)(end - *data) : 0;
	const struct natu_family *family = &natu_families[**data % natu_family_count];

	for (size_t i = 0; i < natu_family_count; i++)
		if (length == strlen(natu_families[i].name) &&
		    !memcmp(natu_families[i].name, *data, length))
			family = &natu_families[i];
	*size -= end ? length + 1 : 1;
	*data += end ? length + 1 : 1;
	return family;
}
