/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>

/* A process, and how many of the listeners it holds. */
struct natu_responsible {
	struct natu_process *process;
	uint32_t pid;
	size_t listeners;
	size_t last; /* the number of the listener that was counted last */
};

void natu_answer_begin(struct natu_answer *answer)
{
	answer->count = 0;
	answer->listeners = 0;
	answer->some_hidden = false;
}

/* The row of a process, or the one before which it belongs. */
static size_t place_of(const struct natu_answer *answer, uint32_t pid)
{
	size_t low = 0, high = answer->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (answer->rows[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct natu_answer *answer)
{
	size_t size = answer->size ? answer->size * 2 : 16;
	struct natu_responsible *rows;

	if (answer->count < answer->size)
		return true;
	rows = realloc(answer->rows, size * sizeof(*rows));
	if (!rows)
		return false;
	answer->rows = rows;
	answer->size = size;
	return true;
}

static bool add_holder(struct natu_answer *answer, const struct natu_holder *holder)
{
	size_t at = place_of(answer, holder->pid);
	struct natu_responsible *row;

	if (at == answer->count || answer->rows[at].pid != holder->pid) {
		if (!make_room(answer))
			return false;
		for (size_t i = answer->count++; i > at; i--)
			answer->rows[i] = answer->rows[i - 1];
		answer->rows[at] = (struct natu_responsible){
			.process = holder->process,
			.pid = holder->pid,
		};
	}
	row = &answer->rows[at];
	/* It may hold a listener by several descriptors. */
	if (row->last != answer->listeners) {
		row->last = answer->listeners;
		row->listeners++;
	}
	return true;
}

bool natu_answer_add(struct natu_answer *answer, const struct natu_holder *holders,
		     size_t count)
{
	answer->listeners++;
	answer->some_hidden |= !count;
	for (size_t i = 0; i < count; i++)
		if (!add_holder(answer, &holders[i]))
			return false;
	return true;
}

struct natu_process *natu_answer_owner(const struct natu_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		if (answer->rows[i].listeners == answer->listeners)
			return answer->rows[i].process;
	return NULL;
}

const char *natu_answer_candidates(struct natu_answer *answer)
{
	static const char cut[] = ",...";
	char *text = answer->text;
	size_t used = 0, room = sizeof(answer->text) - sizeof(cut);

	if (answer->count + answer->some_hidden < 2 && natu_answer_owner(answer))
		return NULL;
	if (!answer->count && !answer->some_hidden)
		return NULL;
	for (size_t i = 0; i < answer->count && used < room; i++)
		used += (size_t)snprintf(text + used, sizeof(answer->text) - used, "%s%u",
					 i ? "," : "", answer->rows[i].pid);
	if (answer->some_hidden && used < room)
		used += (size_t)snprintf(text + used, sizeof(answer->text) - used,
					 "%shidden", used ? "," : "");
	if (used >= room)
		snprintf(text + room, sizeof(cut), "%s", cut);
	return text;
}

void natu_answer_free(struct natu_answer *answer)
{
	free(answer->rows);
	answer->rows = NULL;
	answer->count = answer->size = 0;
}
