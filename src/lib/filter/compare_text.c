/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What regcomp() may have to build of a pattern, in characters and sets. */
#define REGEX_SIZE_MAX 2000
#define REGEX_DEPTH_MAX 50

/* How big a pattern becomes when its repetitions are written out, as regcomp() does: they
 * multiply when they are nested. */
struct regex_size {
	struct {
		uint64_t all, last; /* of this group, and of what is repeated next */
	} groups[REGEX_DEPTH_MAX];
	size_t depth;
};

static void add_atom(struct regex_size *size, uint64_t atom)
{
	size->groups[size->depth].last = atom;
	size->groups[size->depth].all += atom;
}

static void repeat(struct regex_size *size, uint64_t times)
{
	uint64_t once = size->groups[size->depth].last;

	add_atom(size, once * (times - 1));
	size->groups[size->depth].last = once * times;
}

/* "{2,5}": at most so many more than can be taken. */
static uint64_t repetitions(const char *brace)
{
	uint64_t least = strtoul(brace + 1, NULL, 10), most;
	const char *comma = brace + 1 + strspn(brace + 1, "0123456789");

	most = *comma == ',' ? strtoul(comma + 1, NULL, 10) : least;
	most = most > least ? most : least;
	return most < REGEX_SIZE_MAX ? most + 1 : REGEX_SIZE_MAX + 1;
}

/* How many bytes of a pattern belong together: a set, an escape, or "{2,5}". */
static size_t regex_element(const char *pattern)
{
	size_t digits = strspn(pattern + 1, "0123456789,");
	size_t length = 1 + (pattern[1] == '^');

	if (*pattern == '\\')
		return pattern[1] ? 2 : 1;
	if (*pattern == '{')
		return 1 + digits + (pattern[1 + digits] == '}');
	if (*pattern != '[')
		return 1;
	/* A ] in the first place is one of the set. */
	length += pattern[length] == ']';
	return length + strcspn(pattern + length, "]");
}

static void take_element(struct regex_size *size, const char *element)
{
	uint64_t group = size->groups[size->depth].all;

	switch (*element) {
	case '(':
		size->groups[++size->depth].all = 0;
		size->groups[size->depth].last = 0;
		break;
	case ')':
		if (size->depth) {
			size->depth--;
			add_atom(size, group + 1);
		}
		break;
	case '{':
		repeat(size, repetitions(element));
		break;
	case '+':
		repeat(size, 2);
		break;
	default:
		add_atom(size, 1);
	}
}

/* The regular expression of a comparison that reaches several columns is compiled for
 * each. */
static bool is_too_big(const char *pattern)
{
	struct regex_size size = { .depth = 0 };

	for (; *pattern; pattern += regex_element(pattern)) {
		take_element(&size, pattern);
		if (size.groups[size.depth].all > REGEX_SIZE_MAX ||
		    size.depth + 1 == REGEX_DEPTH_MAX)
			return true;
	}
	return false;
}

struct natu_node *natu_compare_regex(const struct natu_comparison *comparison,
				     const struct natu_column *column)
{
	struct natu_reading *reading = comparison->reading;
	const struct natu_item *item = comparison->items;
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_REGEX,
						      column);
	regex_t *regex = node ? natu_filter_new_regex(reading->filter) : NULL;
	char why[128];
	int failure;

	if (!regex) {
		natu_no_memory(reading->error);
		return NULL;
	}
	if (is_too_big(item->text)) {
		natu_mistake_in(reading->error, item,
				"this regular expression is too big");
		return NULL;
	}
	/* The case of natu's own words does not matter. */
	failure = regcomp(regex, item->text,
			  REG_EXTENDED | REG_NOSUB |
				  (column->type == NATU_WORD ? REG_ICASE : 0));
	if (failure) {
		regerror(failure, regex, why, sizeof(why));
		natu_mistake_in(reading->error, item, "not a regular expression: %s",
				why);
		return NULL;
	}
	natu_filter_keep_regex(reading->filter);
	node->regex.compiled = regex;
	node->regex.text = item->text;
	return node;
}

/* The length of a mount's name before a path; 0 if it is none. */
static size_t mount_length(const char *path)
{
	static const char *const mounts[] = { "/sys/fs/cgroup/unified/",
					      "/sys/fs/cgroup/" };

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (!strncmp(path, mounts[i], strlen(mounts[i])))
			return strlen(mounts[i]) - 1;
	return 0;
}

/* ss wants a cgroup's whole path, but the hierarchy begins where it is mounted. What is
 * left is no such path any more, so that it can be read again. */
static struct natu_item without_mount(const struct natu_item *item,
				      const struct natu_column *column)
{
	struct natu_item path = *item;
	size_t skip;

	if (column != natu_column_find("cgroup"))
		return path;
	while ((skip = mount_length(path.text))) {
		path.text += skip;
		path.length -= skip;
	}
	while (path.length > 1 && path.text[path.length - 1] == '/')
		path.length--;
	return path;
}

static bool is_glob(const struct natu_item *item)
{
	for (size_t i = 0; i < item->length; i++) {
		if (item->text[i] && strchr("*?[", item->text[i]))
			return true;
		i += item->text[i] == '\\';
	}
	return false;
}

static bool is_word(const struct natu_word *word, const struct natu_item *item)
{
	return word->length == item->length &&
	       !strncasecmp(word->text, item->text, item->length);
}

/* The words of a column, as many as there is room for. */
static void list_words(const struct natu_column *column, char *list, size_t size)
{
	const struct natu_word *word;
	size_t used = 0;

	for (size_t i = 0; (word = column->word_at(i)); i++) {
		if (!word->length || strstr(list, word->text))
			continue;
		if (used + word->length + sizeof(", , ...") > size) {
			snprintf(list + used, size - used, ", ...");
			return;
		}
		used += (size_t)snprintf(list + used, size - used, "%s%s",
					 used ? ", " : "", word->text);
	}
}

/* A word that the column can never be is a mistake, unless it is quoted. */
static bool check_word(const struct natu_comparison *comparison,
		       const struct natu_item *item, const struct natu_column *column)
{
	const struct natu_word *word;
	struct natu_nearest nearest;
	char list[160] = "";

	natu_nearest_start(&nearest, item->text, item->length);
	for (size_t i = 0; (word = column->word_at(i)); i++) {
		if (is_word(word, item))
			return true;
		if (word->length)
			natu_nearest_consider(&nearest, word->text);
	}
	list_words(column, list, sizeof(list));
	return natu_mistake_in(comparison->reading->error, item,
			       "unknown %s %s: expected one of %s%s", column->name,
			       item->text, list, natu_hint(&nearest).text);
}

static bool fill_pattern(const struct natu_comparison *comparison,
			 const struct natu_item *written,
			 const struct natu_column *column, struct natu_pattern *pattern)
{
	const struct natu_item item = without_mount(written, column);
	char *bytes = natu_filter_alloc(comparison->reading->filter, item.length + 1);

	if (!bytes)
		return natu_no_memory(comparison->reading->error);
	pattern->is_glob = !item.is_quoted && is_glob(&item);
	if (column->word_at && !item.is_quoted && !pattern->is_glob &&
	    !check_word(comparison, &item, column))
		return false;
	if (column->fact == FACT_USER && !item.is_quoted && !pattern->is_glob &&
	    !strchr(item.text, '\\') && !natu_comparison_note(comparison, &item, true))
		return false;
	for (size_t i = 0; i < item.length; i++) {
		/* Without a star a backslash has nothing to protect. */
		if (!item.is_quoted && !pattern->is_glob && item.text[i] == '\\' &&
		    i + 1 < item.length)
			i++;
		bytes[pattern->length++] =
			column->type == NATU_WORD
				? (char)tolower((unsigned char)item.text[i])
				: item.text[i];
	}
	pattern->bytes = bytes;
	return true;
}

struct natu_node *natu_compare_text(const struct natu_comparison *comparison,
				    const struct natu_column *column)
{
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_TEXT, column);
	struct natu_pattern *patterns;

	if (!node || natu_refuses_order(comparison, column->name))
		return NULL;
	patterns = natu_filter_alloc(comparison->reading->filter,
				     comparison->count * sizeof(*patterns));
	if (!patterns) {
		natu_no_memory(comparison->reading->error);
		return NULL;
	}
	for (size_t i = 0; i < comparison->count; i++)
		if (!fill_pattern(comparison, &comparison->items[i], column,
				  &patterns[node->count++]))
			return NULL;
	node->patterns = patterns;
	return node;
}
