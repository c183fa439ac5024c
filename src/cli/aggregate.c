/* SPDX-License-Identifier: MIT */
#include "aggregate.h"

#include "cli.h"
#include "option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct aggregate_kind {
	const char *name, *title;
	bool (*takes)(const struct natu_column *column);
	/* Why it does not take a column. */
	const char *refusal;
	/* `value` is one more; the tally has counted it. */
	void (*add)(struct tally *tally, const struct natu_value *value);
	const char *synonym; /* or NULL */
};

static bool is_number(const struct natu_column *column)
{
	enum natu_type type = natu_column_type(column);

	return (type == NATU_UINT || type == NATU_INT || type == NATU_REAL) &&
	       !natu_column_is_many(column);
}

static double as_real(const struct natu_value *value)
{
	if (value->type == NATU_UINT)
		return (double)value->number;
	return value->type == NATU_INT ? (double)value->integer : value->real;
}

/* A sum that does not fit stays at the largest number there is. */
static void add_to_sum(struct tally *tally, const struct natu_value *value)
{
	if (tally->count == 1)
		tally->value = *value;
	else if (value->type == NATU_REAL)
		tally->value.real += value->real;
	else if (value->type == NATU_UINT &&
		 __builtin_add_overflow(tally->value.number, value->number,
					&tally->value.number))
		tally->value.number = UINT64_MAX;
	else if (value->type == NATU_INT &&
		 __builtin_add_overflow(tally->value.integer, value->integer,
					&tally->value.integer))
		tally->value.integer = value->integer < 0 ? INT64_MIN : INT64_MAX;
}

static void add_to_mean(struct tally *tally, const struct natu_value *value)
{
	tally->total += as_real(value);
	tally->value.type = NATU_REAL;
	tally->value.real = tally->total / (double)tally->count;
}

static void keep_smaller(struct tally *tally, const struct natu_value *value)
{
	if (tally->count == 1 || natu_value_compare(value, &tally->value) < 0)
		tally->value = *value;
}

static void keep_larger(struct tally *tally, const struct natu_value *value)
{
	if (tally->count == 1 || natu_value_compare(value, &tally->value) > 0)
		tally->value = *value;
}

/* THE TABLE OF AGGREGATES. None has the name of a group of columns. */
static const struct aggregate_kind kinds[] = {
	{ "sum", "Sum", natu_column_sums, "does not add up", add_to_sum, NULL },
	{ "mean", "Mean", is_number, "is no single number", add_to_mean, "avg" },
	{ "min", "Min", is_number, "is no single number", keep_smaller, NULL },
	{ "max", "Max", is_number, "is no single number", keep_larger, NULL },
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

const char *aggregate_name_at(size_t index)
{
	return index < KIND_COUNT ? kinds[index].name : NULL;
}

const char *aggregate_word_at(size_t index)
{
	static char word[sizeof(((struct aggregate *)NULL)->name)];

	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		for (size_t i = 0; natu_column_at(i); i++)
			if (kinds[kind].takes(natu_column_at(i)) && !index--) {
				snprintf(word, sizeof(word), "%s.%s", kinds[kind].name,
					 natu_column_name(natu_column_at(i)));
				return word;
			}
	return NULL;
}

void aggregates_free(struct aggregates *aggregates)
{
	free(aggregates->list);
	*aggregates = (struct aggregates){ 0 };
}

static bool begins(const char *word, size_t length, const char *name)
{
	size_t own = name ? strlen(name) : 0;

	return own && length > own && word[own] == '.' && !strncmp(word, name, own);
}

static const struct aggregate_kind *kind_of(const char *word, size_t length)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (begins(word, length, kinds[i].name) ||
		    begins(word, length, kinds[i].synonym))
			return &kinds[i];
	return NULL;
}

/* A word for several columns says nothing of which. */
static const struct natu_column *column_of(const char *word)
{
	const char *name = strchr(word, '.') + 1;

	return natu_filter_column_at(name, 1) ? NULL : natu_filter_column_at(name, 0);
}

bool aggregate_is_meant(const struct aggregate *aggregate, const char *word)
{
	return kind_of(word, strlen(word)) == aggregate->kind &&
	       column_of(word) == aggregate->column;
}

bool is_aggregate(const char *word, size_t length)
{
	return kind_of(word, length) != NULL;
}

static bool add(struct aggregates *aggregates, const struct aggregate_kind *kind,
		const struct natu_column *column)
{
	struct aggregate *aggregate;

	for (size_t i = 0; i < aggregates->count; i++)
		if (aggregates->list[i].kind == kind &&
		    aggregates->list[i].column == column)
			return true;
	if (aggregates->count == aggregates->size) {
		size_t size = aggregates->size ? aggregates->size * 2 : 8;
		struct aggregate *list = reallocarray(aggregates->list, size,
						      sizeof(*list));

		if (!list)
			return false;
		aggregates->list = list;
		aggregates->size = size;
	}
	aggregate = &aggregates->list[aggregates->count++];
	*aggregate = (struct aggregate){ .kind = kind, .column = column };
	snprintf(aggregate->name, sizeof(aggregate->name), "%s.%s", kind->name,
		 natu_column_name(column));
	snprintf(aggregate->title, sizeof(aggregate->title), "%s %s", kind->title,
		 natu_column_title(column));
	return true;
}

int aggregates_parse(struct aggregates *aggregates, const char *option, const char *word,
		     size_t length)
{
	const struct aggregate_kind *kind = kind_of(word, length);
	const struct natu_column *column;
	const char *nearest;
	char name[80];

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	column = column_of(name);
	if (!column) {
		nearest = columns_nearest(strchr(name, '.') + 1);
		if (nearest && kind->takes(natu_column_find(nearest)))
			complain("--%s %s: unknown column; did you mean %s.%s?", option,
				 name, kind->name, nearest);
		else
			complain("--%s %s: unknown column; --columns help lists them",
				 option, name);
		return EXIT_USAGE;
	}
	if (!kind->takes(column)) {
		complain("--%s %s: %s %s", option, name, natu_column_name(column),
			 kind->refusal);
		return EXIT_USAGE;
	}
	if (add(aggregates, kind, column))
		return EXIT_OK;
	complain("out of memory");
	return EXIT_TROUBLE;
}

bool aggregates_add_sums(struct aggregates *aggregates, const struct columns *columns)
{
	const struct aggregate_kind *sum = &kinds[0];

	for (size_t i = 0; i < columns->count; i++)
		if (sum->takes(columns->list[i]) &&
		    !add(aggregates, sum, columns->list[i]))
			return false;
	return true;
}

bool aggregates_copy(struct aggregates *aggregates, const struct aggregates *others)
{
	for (size_t i = 0; i < others->count; i++)
		if (!add(aggregates, others->list[i].kind, others->list[i].column))
			return false;
	return true;
}

natu_facts aggregates_facts(const struct aggregates *aggregates)
{
	natu_facts facts = 0;

	for (size_t i = 0; i < aggregates->count; i++)
		facts |= natu_column_facts(aggregates->list[i].column);
	return facts;
}

void tally_add(struct tally *tally, const struct aggregate *aggregate,
	       const struct natu_socket *socket)
{
	struct natu_value value;

	if (natu_get(socket, aggregate->column, &value) != NATU_HAS)
		return;
	tally->count++;
	aggregate->kind->add(tally, &value);
}

struct figure figure_of_count(const char *name, uint64_t count)
{
	return (struct figure){
		.name = name,
		.is_here = true,
		.value = { .type = NATU_UINT, .number = count },
	};
}

struct figure figure_of(const struct tally *tally, const struct aggregate *aggregate)
{
	return (struct figure){
		.name = aggregate->name,
		.is_here = tally->count > 0,
		.value = tally->value,
	};
}
