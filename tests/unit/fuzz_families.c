/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "family.h"

#include <natu/column.h>
#include <natu/plan.h>
#include <stdlib.h>
#include <string.h>

/* All that can be read of a socket, one mark and one value after the other. */
static void print(const struct natu_socket *socket, natu_facts facts,
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

/* Into memory that was something else before. */
static bool decode(const struct natu_family *family, const uint8_t *data, size_t size,
		   int before, struct natu_buffer *text)
{
	struct natu_socket socket;

	memset(&socket, before, sizeof(socket));
	socket.asked = socket.denied = 0;
	socket.message = NULL;
	if (!family->decode(family, data, size, family->diag_facts, &socket))
		return false;
	fuzz_expect(socket.family == family && socket.proto, "a socket is of its family");
	fuzz_expect(!(socket.facts & ~family->diag_facts),
		    "a family has no facts but those that it promises");
	fuzz_expect(!(socket.facts & FACT_INODE) || socket.inode, "no inode is 0");
	fuzz_expect(!(socket.facts & FACT_INTERFACE) || socket.interface,
		    "no interface is 0");
	family->has_remote_end(&socket);
	print(&socket, family->diag_facts, text);
	return true;
}

int fuzz_families(const uint8_t *data, size_t size)
{
	static struct natu_buffer clean, dirty;
	const struct natu_family *family;
	uint8_t *exact;
	bool is_decoded;

	if (!size)
		return 0;
	family = fuzz_family(&data, &size);
	if (!family->put_request)
		return 0;
	/* As aligned as a message, and ending where it ends. */
	exact = malloc(size ? size : 1);
	fuzz_expect(exact != NULL, "there is memory");
	memcpy(exact, data, size);
	is_decoded = decode(family, exact, size, 0, &clean);
	fuzz_expect(decode(family, exact, size, 0xa5, &dirty) == is_decoded,
		    "what was there before does not decide");
	fuzz_expect(!is_decoded || (clean.used == dirty.used &&
				    !memcmp(clean.data, dirty.data, clean.used)),
		    "what was there before is not shown");
	free(exact);
	return 0;
}
