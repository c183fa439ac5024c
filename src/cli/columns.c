/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include "cli.h"
#include "option.h"

#include <natu/natu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void columns_free(struct columns *columns)
{
	free(columns->list);
	free(columns->is_of_group);
	*columns = (struct columns){ 0 };
}

static bool make_room(struct columns *columns)
{
	size_t size = columns->size ? columns->size * 2 : 32;
	const struct natu_column **list;
	bool *is_of_group;

	if (columns->count < columns->size)
		return true;
	list = realloc(columns->list, size * sizeof(*list));
	if (!list)
		return false;
	columns->list = list;
	is_of_group = realloc(columns->is_of_group, size * sizeof(*is_of_group));
	if (!is_of_group)
		return false;
	columns->is_of_group = is_of_group;
	columns->size = size;
	return true;
}

static bool add(struct columns *columns, const struct natu_column *column,
		bool is_of_group)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (columns->list[i] != column)
			continue;
		columns->is_of_group[i] &= is_of_group;
		return true;
	}
	if (!make_room(columns))
		return false;
	columns->list[columns->count] = column;
	columns->is_of_group[columns->count++] = is_of_group;
	return true;
}

bool columns_add(struct columns *columns, const struct natu_column *column)
{
	return add(columns, column, false);
}

static bool can_be(const struct natu_column *column, natu_facts facts, unsigned int sets)
{
	return (natu_column_facts(column) & facts) &&
	       (!(natu_column_sets(column) & NATU_SET_NAMES) || (sets & NATU_SET_NAMES));
}

/* Whether a column of the same group can be. */
static bool group_can_be(const struct columns *columns, const struct natu_column *member,
			 natu_facts facts, unsigned int sets)
{
	size_t depth = column_depth(member);

	for (size_t i = 0; i < columns->count; i++)
		if (column_depth(columns->list[i]) == depth &&
		    columns_shared_depth(columns->list[i], member) == depth &&
		    can_be(columns->list[i], facts, sets))
			return true;
	return false;
}

void columns_narrow(struct columns *columns, uint32_t protocols, unsigned int sets)
{
	natu_facts facts = natu_protocol_facts(protocols);
	size_t kept = 0;

	for (size_t i = 0; i < columns->count; i++) {
		const struct natu_column *column = columns->list[i];

		if (columns->is_of_group[i] && !can_be(column, facts, sets) &&
		    group_can_be(columns, column, facts, sets))
			continue;
		columns->list[kept] = column;
		columns->is_of_group[kept++] = columns->is_of_group[i];
	}
	columns->count = kept;
}

void columns_drop(struct columns *columns, unsigned int sets, unsigned int but)
{
	size_t kept = 0;

	for (size_t i = 0; i < columns->count; i++) {
		unsigned int of = natu_column_sets(columns->list[i]);

		if ((of & sets) && !(of & but))
			continue;
		columns->list[kept] = columns->list[i];
		columns->is_of_group[kept++] = columns->is_of_group[i];
	}
	columns->count = kept;
}

size_t column_depth(const struct natu_column *column)
{
	const char *name = natu_column_name(column);
	size_t depth = 0;

	for (const char *dot = name; (dot = strchr(dot, '.')); dot++)
		depth++;
	return depth;
}

size_t column_group_length(const struct natu_column *column, size_t depth)
{
	const char *name = natu_column_name(column), *dot = name;

	for (size_t i = 0; i < depth && dot; i++)
		dot = strchr(i ? dot + 1 : dot, '.');
	return dot ? (size_t)(dot - name) : 0;
}

size_t columns_shared_depth(const struct natu_column *a, const struct natu_column *b)
{
	size_t depth = 0;

	for (;; depth++) {
		size_t length = column_group_length(a, depth + 1);

		if (!length || length != column_group_length(b, depth + 1) ||
		    strncmp(natu_column_name(a), natu_column_name(b), length) != 0)
			return depth;
	}
}

void column_group_name(const struct natu_column *column, size_t depth,
		       char name[GROUP_NAME_MAX])
{
	size_t outer = column_group_length(column, depth - 1);
	const char *start = natu_column_name(column) + (outer ? outer + 1 : 0);
	size_t length = column_group_length(column, depth) - (outer ? outer + 1 : 0);

	const char *plural = start[length - 1] == 's' ? "es" : "s";

	snprintf(name, GROUP_NAME_MAX, "%.*s%s", (int)length, start,
		 column_group_is_many(column, depth) ? plural : "");
}

bool column_group_is_many(const struct natu_column *column, size_t depth)
{
	return depth == column_depth(column) && natu_column_is_many(column);
}

const char *column_member_name(const struct natu_column *column)
{
	const char *dot = strrchr(natu_column_name(column), '.');

	return dot ? dot + 1 : natu_column_name(column);
}

const char *column_name_at(size_t index)
{
	const struct natu_column *column = natu_column_at(index);

	return column ? natu_column_name(column) : NULL;
}

/* What a name of --columns says of a column. */
enum meaning { MEANS_OTHERS, MEANS_IT, MEANS_ITS_GROUP };

static enum meaning meaning_of(const char *name, size_t length,
			       const struct natu_column *column)
{
	const char *full = natu_column_name(column);
	size_t group = column_group_length(column, column_depth(column));
	enum meaning of_group = MEANS_ITS_GROUP;

	if (strlen(full) == length && !strncmp(full, name, length))
		return MEANS_IT;
	/* `group.*` is every one of them. */
	if (length > 2 && !strncmp(name + length - 2, ".*", 2)) {
		length -= 2;
		of_group = MEANS_IT;
	}
	return group && group == length && !strncmp(full, name, length) ? of_group
									: MEANS_OTHERS;
}

const char *columns_nearest(const char *typed)
{
	size_t length = strlen(typed);

	/* "bytes" is not nearest to a column, but the last part of several: of the first;
	 * and "Retrans" is the heading of one. Only then are there wrong letters. */
	for (size_t i = 0; natu_column_at(i); i++) {
		const char *member = column_member_name(natu_column_at(i));

		if (!strncasecmp(member, typed, length) &&
		    (!member[length] || member[length] == '_'))
			return column_name_at(i);
	}
	for (size_t i = 0; natu_column_at(i); i++)
		if (!strcasecmp(natu_column_title(natu_column_at(i)), typed))
			return column_name_at(i);
	return nearest_word(typed, column_name_at);
}

static int unknown(const char *option, const char *typed)
{
	const char *nearest = columns_nearest(typed);

	if (nearest)
		complain("--%s %s: unknown column; did you mean %s?", option, typed,
			 nearest);
	else
		complain("--%s %s: unknown column; --columns help lists them", option,
			 typed);
	return EXIT_USAGE;
}

/* What the filter means by a word, such as `dport`, is meant by it here, too. */
static int add_aliased(struct columns *columns, const char *option, const char *name,
		       size_t length)
{
	const struct natu_column *column;
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)length, name);
	if (!natu_filter_column_at(word, 0))
		return unknown(option, word);
	for (size_t i = 0; (column = natu_filter_column_at(word, i)); i++) {
		if (!columns_add(columns, column)) {
			complain("out of memory");
			return EXIT_TROUBLE;
		}
	}
	return EXIT_OK;
}

/* Adds every column that a name means. Gives an exit status. */
static int add_named(struct columns *columns, const char *option, const char *name,
		     size_t length)
{
	bool found = false;

	if (!length) {
		complain("--%s: expected the name of a column; --columns help lists them",
			 option);
		return EXIT_USAGE;
	}
	for (size_t i = 0; natu_column_at(i); i++) {
		enum meaning meaning = meaning_of(name, length, natu_column_at(i));

		if (meaning == MEANS_OTHERS)
			continue;
		found = true;
		if (!add(columns, natu_column_at(i), meaning == MEANS_ITS_GROUP)) {
			complain("out of memory");
			return EXIT_TROUBLE;
		}
	}
	return found ? EXIT_OK : add_aliased(columns, option, name, length);
}

int columns_parse(struct columns *columns, const char *option, const char *list)
{
	int status = EXIT_OK;

	if (*list == '+')
		list++;
	else
		columns->replaces = true;
	while (status == EXIT_OK && list) {
		size_t length;
		const char *name = take_item(&list, &length);

		status = add_named(columns, option, name, length);
	}
	return status;
}

bool columns_resolve(const struct columns *named, unsigned int sets, struct columns *all)
{
	*all = (struct columns){ 0 };
	for (size_t i = 0; !named->replaces && natu_column_at(i); i++)
		if ((natu_column_sets(natu_column_at(i)) & sets) &&
		    !columns_add(all, natu_column_at(i)))
			return false;
	for (size_t i = 0; i < named->count; i++)
		if (!columns_add(all, named->list[i]))
			return false;
	return true;
}

bool columns_all(struct columns *all)
{
	*all = (struct columns){ 0 };
	for (size_t i = 0; natu_column_at(i); i++) {
		if (columns_add(all, natu_column_at(i)))
			continue;
		columns_free(all);
		return false;
	}
	columns_gather(all);
	return true;
}

/* Makes the column at `from` the one at `to`, before it. */
static void move_to(struct columns *columns, size_t from, size_t to)
{
	const struct natu_column *column = columns->list[from];
	bool is_of_group = columns->is_of_group[from];

	memmove(columns->list + to + 1, columns->list + to,
		(from - to) * sizeof(*columns->list));
	memmove(columns->is_of_group + to + 1, columns->is_of_group + to,
		(from - to) * sizeof(*columns->is_of_group));
	columns->list[to] = column;
	columns->is_of_group[to] = is_of_group;
}

/* Those that share so many groups: true if there is one that has that many. */
static bool gather(struct columns *columns, size_t depth)
{
	size_t end = 0;
	bool found = false;

	while (end < columns->count) {
		const struct natu_column *first = columns->list[end++];

		found |= column_depth(first) >= depth;
		for (size_t i = end; i < columns->count; i++) {
			const struct natu_column *member = columns->list[i];

			if (columns_shared_depth(first, member) < depth)
				continue;
			move_to(columns, i, end++);
		}
	}
	return found;
}

void columns_gather(struct columns *columns)
{
	size_t depth = 1;

	while (gather(columns, depth))
		depth++;
}
