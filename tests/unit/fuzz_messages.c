/* SPDX-License-Identifier: MIT */
#include "source/messages.h"

#include "fuzz.h"
#include "hold.h"
#include "value.h"

#include <natu/natu.h>
#include <stdlib.h>
#include <string.h>

/* What is held back of a message is enough to give the same columns again. */
static void hold_back(const struct natu_socket *socket, natu_facts facts)
{
	static struct natu_buffer before, after;
	struct natu_hold hold = { 0 };
	struct natu_socket back = { .asked = 0 };

	natu_hold_add(&hold, socket, facts);
	fuzz_expect(hold.overflow || natu_hold_next(&hold, facts, &back),
		    "what is held back comes back");
	if (!hold.overflow) {
		fuzz_print(socket, facts, &before);
		fuzz_print(&back, facts, &after);
		fuzz_expect(before.used == after.used &&
				    !memcmp(before.data, after.data, before.used),
			    "what comes back is the same");
	}
	natu_hold_drop(&hold);
}

static size_t walk(struct natu_messages *messages, const uint8_t *data, size_t size)
{
	unsigned char *chunk = aligned_alloc(64, (size + 64) / 64 * 64);
	enum natu_messages_end end;
	struct natu_socket socket = { .asked = 0 };
	static struct natu_buffer text;
	struct natu_error error;
	size_t rows = 0;

	fuzz_expect(chunk != NULL, "there is memory");
	memcpy(chunk, data, size);
	natu_messages_feed(messages, chunk, size);
	while ((end = natu_messages_next(messages, &socket, &error)) ==
	       NATU_MESSAGES_ROW) {
		const unsigned char *at = (const unsigned char *)socket.message;

		fuzz_expect(at >= chunk && at + socket.message->nlmsg_len <= chunk + size,
			    "a row lies within the chunk");
		/* Only the internet has two families to be put in order. */
		if (natu_family_is_inet(messages->request->family) &&
		    !messages->request->family->has_associations)
			hold_back(&socket, messages->request->facts);
		fuzz_print(&socket, ~(natu_facts)0, &text);
		rows++;
	}
	fuzz_expect(end != NATU_MESSAGES_FAILED || error.error, "who refuses says why");
	free(chunk);
	return rows;
}

int fuzz_messages(const uint8_t *data, size_t size)
{
	static struct natu_messages messages;
	struct natu_request request = { .families = NATU_IPV4 | NATU_IPV6 };
	size_t half, rows;

	if (!size)
		return 0;
	request.family = fuzz_family(&data, &size);
	if (size < 2 || !request.family->put_request)
		return 0;
	request.facts = request.family->diag_facts &
			~((natu_facts)data[0] << 6 | (natu_facts)data[1] << 14);
	data += 2;
	size -= 2;
	natu_messages_start(&messages, &request);
	half = size / 2;
	rows = walk(&messages, data, half);
	rows += walk(&messages, data + half, size - half);
	fuzz_expect(rows <= size / (NLMSG_HDRLEN + 16), "a row needs a message");
	return 0;
}
