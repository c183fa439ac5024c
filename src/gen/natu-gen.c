/* SPDX-License-Identifier: MIT */
#include "gen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct target targets[] = {
	{ ".1", mdoc_fills },	 { ".3", mdoc_fills },	{ ".7", mdoc_fills },
	{ ".bash", bash_fills }, { ".zsh", zsh_fills }, { ".fish", fish_fills },
};

/* The texts between @MORE NAME@ and @END@. */
enum { MORE_MAX = 100 };
static struct {
	char name[64];
	char *text;
	bool used;
} more[MORE_MAX];
static size_t more_count;

const char *more_about(const char *name)
{
	for (size_t i = 0; i < more_count; i++) {
		if (strcmp(more[i].name, name) != 0)
			continue;
		more[i].used = true;
		return more[i].text;
	}
	return NULL;
}

/* Where natu-gen is in the file that it fills. */
struct place {
	const char *path;
	unsigned int line;
	const struct fill *fills;
};

static bool mistake(const struct place *place, const char *what, const char *word)
{
	fprintf(stderr, "%s:%u: %s %s\n", place->path, place->line, what, word);
	return false;
}

/* A placeholder without its signs: "OPTIONS" or "API include/natu/natu.h". */
struct holder {
	char name[32], argument[64];
	size_t length; /* of all that it replaces */
};

static bool read_holder(const char *text, struct holder *holder)
{
	size_t name = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	const char *rest = text + 1 + name;
	size_t argument = *rest == ' ' ? strcspn(rest + 1, "@\n") : 0;

	if (!name || name >= sizeof(holder->name) ||
	    argument >= sizeof(holder->argument) ||
	    rest[argument + (argument > 0)] != '@')
		return false;
	snprintf(holder->name, sizeof(holder->name), "%.*s", (int)name, text + 1);
	snprintf(holder->argument, sizeof(holder->argument), "%.*s", (int)argument,
		 argument ? rest + 1 : "");
	holder->length = 1 + name + argument + (argument > 0) + 1;
	return true;
}

static const struct fill *fill_named(const struct fill *fill, const char *name)
{
	for (; fill->name; fill++)
		if (!strcmp(fill->name, name))
			return fill;
	return NULL;
}

static bool fill_holder(const struct place *place, const struct holder *holder,
			bool is_alone)
{
	const struct fill *fill = fill_named(place->fills, holder->name);

	if (!fill)
		return mistake(place, "nothing fills", holder->name);
	if (fill->is_block && !is_alone)
		return mistake(place, "this needs a line of its own:", holder->name);
	if (!fill->print(holder->argument))
		return mistake(place, "there is no such thing as", holder->argument);
	return true;
}

static bool fill_line(const struct place *place, const char *line, size_t length)
{
	const char *end = line + length;
	struct holder holder;

	for (const char *at = line; at < end;) {
		bool is_alone;

		if (*at != '@' || !read_holder(at, &holder)) {
			putchar(*at++);
			continue;
		}
		is_alone = at == line && at + holder.length == end;
		if (!fill_holder(place, &holder, is_alone))
			return false;
		if (is_alone && fill_named(place->fills, holder.name)->is_block)
			return true;
		at += holder.length;
	}
	putchar('\n');
	return true;
}

/* Keeps the lines after @MORE NAME@. Returns where its @END@ begins, or NULL. */
static const char *keep_more(struct place *place, const char *name, const char *text)
{
	const char *end = strstr(text, "\n@END@\n");

	if (!end || more_count == MORE_MAX) {
		mistake(place, "there is no end, or no room, for", name);
		return NULL;
	}
	snprintf(more[more_count].name, sizeof(more[0].name), "%s", name);
	more[more_count].text = strndup(text, (size_t)(end + 1 - text));
	if (!more[more_count++].text)
		return NULL;
	for (const char *at = text; at <= end; at++)
		place->line += *at == '\n';
	return end + 1;
}

static bool fill_text(struct place *place, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		struct holder holder;

		place->line++;
		if (*text == '@' && read_holder(text, &holder) &&
		    !strcmp(holder.name, "MORE")) {
			text = keep_more(place, holder.argument, text + length + 1);
			if (!text)
				return false;
			length = strcspn(text, "\n");
		} else if (!fill_line(place, text, length)) {
			return false;
		}
		text += length + (text[length] == '\n');
	}
	for (size_t i = 0; i < more_count; i++)
		if (!more[i].used)
			return mistake(place, "there is more about what nobody can see:",
				       more[i].name);
	return true;
}

/* What a file of that name is filled from, or NULL. */
static const struct fill *fills_for(const char *path)
{
	size_t length = strlen(path), in = strlen(".in");

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		size_t suffix = strlen(targets[i].suffix);

		if (length > suffix + in && !strcmp(path + length - in, ".in") &&
		    !strncmp(path + length - in - suffix, targets[i].suffix, suffix))
			return targets[i].fills;
	}
	return NULL;
}

/* All of a file, with a NUL behind it. The caller frees it. NULL: errno says why. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	bool good = file && (getdelim(&text, &size, '\0', file) > 0 || feof(file));

	if (file)
		fclose(file);
	if (good)
		return text;
	free(text);
	return NULL;
}

int main(int argc, char **argv)
{
	struct place place = { .path = argc == 2 ? argv[1] : "" };
	char *text;
	bool good;

	place.fills = fills_for(place.path);
	if (!place.fills) {
		fprintf(stderr, "usage: natu-gen FILE.{1,3,7,bash,zsh,fish}.in\n");
		return 2;
	}
	text = read_file(place.path);
	if (!text) {
		fprintf(stderr, "%s: %s\n", place.path, strerror(errno));
		return 1;
	}
	good = fill_text(&place, text);
	free(text);
	for (size_t i = 0; i < more_count; i++)
		free(more[i].text);
	if (good && (fflush(stdout) == EOF || ferror(stdout))) {
		perror("writing");
		return 1;
	}
	return good ? 0 : 1;
}
