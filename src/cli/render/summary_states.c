/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>

/* The summary's table: sockets by protocol and state. */

/* The columns fit into 80 characters: of more protocols the last have one
	   together. */
enum { LABEL = 12, CELL = 8, PROTOS_MAX = 7 };

static void add_cell(struct natu_buffer *text, const char *word)
{
	char cell[32];

	snprintf(cell, sizeof(cell), " %*s", CELL - 1, word);
	natu_buffer_add_text(text, cell);
}

static void add_number(struct natu_buffer *text, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	add_cell(text, digits);
}

static void add_label(struct natu_buffer *text, const struct census *census,
		      const char *word)
{
	size_t width = LABEL;
	char label[32];

	for (size_t i = 0; i < census->count_count; i++) {
		const struct natu_word *state = census->counts[i].state;

		if (state && state->length >= width)
			width = state->length + 1U;
	}
	snprintf(label, sizeof(label), "%-*s", (int)width, word);
	natu_buffer_add_text(text, label);
}

/* The protocols that there are, in the order of the census. */
static size_t protocols_of(const struct census *census, const struct natu_word **protos)
{
	size_t count = 0;

	for (size_t i = 0; i < census->count_count && count < PROTOS_MAX; i++)
		if (!count || protos[count - 1] != census->counts[i].proto)
			protos[count++] = census->counts[i].proto;
	return count;
}

/* The sockets of a protocol, or of all (NULL), in a state, or in all (NULL). */
static uint64_t sockets_of(const struct census *census, const struct natu_word *proto,
			   const struct census_count *state)
{
	uint64_t sockets = 0;

	for (size_t i = 0; i < census->count_count; i++) {
		const struct census_count *count = &census->counts[i];

		if ((!proto || count->proto == proto) &&
		    (!state ||
		     (count->state == state->state && count->number == state->number)))
			sockets += count->sockets;
	}
	return sockets;
}

/* A line of the table, with what is left of the total once the protocols are told. */
static void add_state(struct natu_buffer *text, const struct census *census,
		      const char *word, const struct census_count *state)
{
	const struct natu_word *protos[PROTOS_MAX];
	size_t count = protocols_of(census, protos);
	uint64_t total = sockets_of(census, NULL, state), left = total;

	add_label(text, census, word);
	for (size_t i = 0; i < count; i++) {
		uint64_t sockets = sockets_of(census, protos[i], state);

		add_number(text, sockets);
		left -= sockets;
	}
	if (count == PROTOS_MAX)
		add_number(text, left);
	add_number(text, total);
	natu_buffer_add_text(text, "\n");
}

static bool is_same_state(const struct census_count *a, const struct census_count *b)
{
	return a->state == b->state && a->number == b->number;
}

/* The state that follows in the order of the kernel's numbers; NULL: it was the last. */
static const struct census_count *next_state(const struct census *census,
					     const struct census_count *previous)
{
	const struct census_count *next = NULL;

	for (size_t i = 0; i < census->count_count; i++) {
		const struct census_count *count = &census->counts[i];

		if (previous &&
		    (count->number < previous->number ||
		     (count->number == previous->number &&
		      (is_same_state(count, previous) ||
		       (uintptr_t)count->state < (uintptr_t)previous->state))))
			continue;
		if (!next || count->number < next->number ||
		    (count->number == next->number &&
		     (uintptr_t)count->state < (uintptr_t)next->state))
			next = count;
	}
	return next;
}

void add_states(struct natu_buffer *text, const struct census *census)
{
	const struct natu_word *protos[PROTOS_MAX];
	size_t count = protocols_of(census, protos);

	add_label(text, census, "Sockets");
	for (size_t i = 0; i < count; i++)
		add_cell(text, protos[i]->text);
	if (count == PROTOS_MAX)
		add_cell(text, "others");
	add_cell(text, "total");
	natu_buffer_add_text(text, "\n");
	for (const struct census_count *state = NULL;
	     (state = next_state(census, state)) != NULL;)
		add_state(text, census, state_word(state->state), state);
	add_state(text, census, "total", NULL);
}
