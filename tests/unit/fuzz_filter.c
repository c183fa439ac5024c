/* SPDX-License-Identifier: MIT */
#include "expression.h"
#include "filter/lower.h"
#include "filter/parse.h"
#include "filter/tree.h"
#include "fuzz.h"
#include "machine.h"
#include "state.h"

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

/* Names of hosts are not looked up: fuzzing stays on this machine. */
static struct natu_filter *read_filter(const char *text, bool comments,
				       struct natu_error *error)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_reading reading = { filter, error, false };
	struct natu_node *node;

	fuzz_expect(filter, "there is memory");
	node = natu_filter_read_text(&reading, text, comments);
	if (node) {
		natu_filter_join(filter, node);
		return filter;
	}
	natu_filter_free(filter);
	return NULL;
}

static void expect_good_error(const struct natu_error *error, size_t length)
{
	fuzz_expect(error->code == NATU_EUSAGE, "a mistake is a usage error");
	fuzz_expect(error->text[0] != '\0', "it says something");
	for (const char *c = error->text; *c; c++)
		fuzz_expect((unsigned char)*c >= 0x20 && *c != 0x7f,
			    "in one harmless line");
	fuzz_expect(error->position <= length &&
			    error->length <= length + 1 - error->position,
		    "its place is in the text");
}

static char *explained(const struct natu_filter *filter)
{
	struct natu_buffer buffer = { 0 };

	natu_filter_explain(filter, &buffer);
	natu_buffer_add(&buffer, "", 1);
	fuzz_expect(!buffer.failed, "it can be explained");
	return buffer.data;
}

/* What is explained reads back as the same. */
static void expect_same(const struct natu_filter *filter, const struct natu_filter *again)
{
	char *first = explained(filter), *second = explained(again);

	fuzz_expect(!strcmp(first, second), "the explanation means the same");
	free(first);
	free(second);
}

/* What the kernel would leave out, natu would too. */
static void expect_nothing_lost(const struct natu_filter *filter,
				const struct natu_filter *again)
{
	static struct nlmsghdr message;
	struct dice dice = { 0x66757a7a };
	struct natu_request request = {
		.family = &natu_families[0],
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATES_LISTED,
	};

	natu_filter_narrow(filter, &request);
	fuzz_expect(!request.bytecode_length ||
			    !machine_audit(request.bytecode, request.bytecode_length),
		    "the kernel takes the bytecode");
	for (unsigned int i = 0; i < 20; i++) {
		struct natu_socket socket;
		struct sample sample;
		enum natu_truth truth;

		sample_roll(&sample, &dice);
		sample.message = &message;
		sample_fill(&sample, &socket);
		truth = natu_filter_test(filter, &socket);
		fuzz_expect(truth == natu_filter_test(again, &socket),
			    "the explanation is as true");
		fuzz_expect(truth != NATU_TRUE || sample_is_sent(&sample, &request),
			    "what is true is sent");
	}
}

int fuzz_filter(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *explanation;
	struct natu_filter *filter, *again;
	struct natu_error error = { 0 };
	bool comments = size > 0 && data[size - 1] == '\n';

	fuzz_expect(text, "there is memory");
	memcpy(text, data, size);
	text[size] = '\0';
	filter = read_filter(text, comments, &error);
	if (!filter) {
		expect_good_error(&error, strlen(text));
		free(text);
		return 0;
	}
	explanation = explained(filter);
	again = read_filter(explanation, false, &error);
	fuzz_expect(again, "what is explained can be read");
	expect_same(filter, again);
	expect_nothing_lost(filter, again);
	natu_filter_free(filter);
	natu_filter_free(again);
	free(explanation);
	free(text);
	return 0;
}
