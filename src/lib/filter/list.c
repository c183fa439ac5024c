/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"
#include "filter/word.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void skip_blanks(struct natu_cursor *cursor)
{
	while (isspace((unsigned char)cursor->text[cursor->at]))
		cursor->at++;
}

/* A bare value ends before the blanks that stand in front of a comma. */
static void trim(const char *list, struct natu_item *item)
{
	char *text = (char *)item->text;

	if (item->is_quoted)
		return;
	while (item->extent &&
	       isspace((unsigned char)list[item->position + item->extent - 1])) {
		text[--item->length] = '\0';
		item->extent--;
	}
}

static bool read_items(struct natu_reading *reading, const char *list,
		       struct natu_item *items, size_t *count)
{
	struct natu_cursor cursor = { list, 0, strlen(list) };

	skip_blanks(&cursor);
	if (cursor.at == cursor.end)
		return natu_mistake(reading->error, 0, cursor.end, "the list is empty");
	for (*count = 0; *count < NATU_ITEMS_MAX; cursor.at++) {
		struct natu_item *item = &items[(*count)++];

		skip_blanks(&cursor);
		if (!natu_read_word(reading, &cursor, NATU_WORD_LIST, item))
			return false;
		trim(list, item);
		if (!item->extent)
			return natu_mistake(
				reading->error, item->position, 1,
				"a value is missing: the list has an empty place");
		skip_blanks(&cursor);
		if (cursor.at == cursor.end)
			return true;
		if (list[cursor.at] != ',')
			return natu_mistake(reading->error, cursor.at, 1,
					    "expected a comma");
	}
	return natu_mistake(reading->error, cursor.at, 1,
			    "the list has more than %d values", NATU_ITEMS_MAX);
}

static bool find_field(struct natu_reading *reading, const char *word,
		       struct natu_field *field)
{
	struct natu_nearest nearest;

	if (natu_field_find(field, word, strlen(word)))
		return true;
	if (natu_field_missing(word, strlen(word)))
		return natu_mistake(reading->error, 0, 0,
				    "%s (%s) is not in this version", word,
				    natu_field_missing(word, strlen(word)));
	natu_nearest_start(&nearest, word, strlen(word));
	natu_field_consider(&nearest);
	return natu_mistake(reading->error, 0, 0, "unknown column %s%s", word,
			    natu_hint(&nearest).text);
}

int natu_filter_add(struct natu_filter *filter, const char *field_name, const char *list,
		    struct natu_error *error)
{
	struct natu_reading reading = { filter, error, true };
	struct natu_item *items = natu_items_new(list, strlen(list));
	struct natu_node *node = NULL;
	struct natu_field field;
	size_t count = 0;

	if (!items)
		natu_no_memory(error);
	else if (find_field(&reading, field_name, &field) &&
		 read_items(&reading, list, items, &count))
		node = natu_compare(&reading, &field, NATU_OP_EQUAL, items, count);
	if (node)
		natu_filter_join(filter, node);
	natu_filter_forget_places(filter);
	free(items);
	return node ? 0 : -1;
}
