/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "family.h"

#include <natu/column.h>
#include <natu/plan.h>
#include <stdlib.h>
#include <string.h>

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
	fuzz_print(&socket, family->diag_facts, text);
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
