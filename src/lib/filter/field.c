/* SPDX-License-Identifier: MIT */
#include "filter/field.h"

#include <natu/filter.h>

#include <string.h>
#include <strings.h>

/* THE ALIAS TABLE: words of the filter beside the names of the columns. With several
 * columns one of them has to match. A column that is not in this version takes its alias
 * with it. */
static const struct alias {
	const char *name;
	const char *columns[NATU_FIELD_COLUMNS];
} aliases[] = {
	{ "port", { "local.port", "peer.port" } },
	{ "sport", { "local.port" } },
	{ "dport", { "peer.port" } },
	{ "addr", { "local.address", "peer.address" } },
	{ "src", { "local.address" } },
	{ "dst", { "peer.address" } },
	{ "local", { "local.address" } },
	{ "peer", { "peer.address" } },
	{ "path", { "local.path", "peer.path" } },
	{ "dev", { "interface" } },
	{ "fwmark", { "mark" } },
	{ "pid", { "process.pid" } },
	{ "process", { "process.name", "process.title", "process.script" } },
	{ "peer.pid", { "peer.process.pid" } },
	{ "peer.process",
	  { "peer.process.name", "peer.process.title", "peer.process.script" } },
	{ "rtt", { "tcp.rtt_us" } },
	{ "tos", { "qos.tos" } },
	{ "tclass", { "qos.traffic_class" } },
	{ "dscp", { "qos.dscp" } },
};

enum { ALIAS_COUNT = sizeof(aliases) / sizeof(aliases[0]) };

static bool is_word(const char *name, const char *word, size_t length)
{
	return strlen(name) == length && !memcmp(name, word, length);
}

static bool take_columns(struct natu_field *field, const struct alias *alias)
{
	field->count = 0;
	field->name = alias->name;
	for (size_t i = 0; i < NATU_FIELD_COLUMNS && alias->columns[i]; i++) {
		const struct natu_column *column = natu_column_find(alias->columns[i]);

		if (column)
			field->columns[field->count++] = column;
	}
	return field->count > 0;
}

bool natu_field_find(struct natu_field *field, const char *word, size_t length)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);

		if (is_word(column->name, word, length)) {
			*field = (struct natu_field){ { column }, 1, column->name };
			return true;
		}
	}
	for (size_t i = 0; i < ALIAS_COUNT; i++)
		if (is_word(aliases[i].name, word, length))
			return take_columns(field, &aliases[i]);
	return false;
}

const struct natu_column *natu_filter_column_at(const char *word, size_t index)
{
	struct natu_field field;

	if (!natu_field_find(&field, word, strlen(word)) || index >= field.count)
		return NULL;
	return field.columns[index];
}

const char *natu_field_titled(const char *word)
{
	for (size_t i = 0; natu_column_at(i); i++)
		if (!strcasecmp(natu_column_at(i)->title, word))
			return natu_column_at(i)->name;
	return NULL;
}

const char *natu_field_with_value(const char *word)
{
	const struct natu_word *value;

	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);

		for (size_t w = 0; column->word_at && (value = column->word_at(w)); w++)
			if (value->length && !strcasecmp(value->text, word))
				return column->name;
	}
	return NULL;
}

const char *natu_field_missing(const char *word, size_t length)
{
	struct natu_field field;

	if (natu_field_find(&field, word, length))
		return NULL;
	for (size_t i = 0; i < ALIAS_COUNT; i++)
		if (is_word(aliases[i].name, word, length))
			return aliases[i].columns[0];
	return NULL;
}

void natu_field_consider(struct natu_nearest *nearest)
{
	for (size_t i = 0; natu_column_at(i); i++)
		natu_nearest_consider(nearest, natu_column_at(i)->name);
	for (size_t i = 0; i < ALIAS_COUNT; i++) {
		struct natu_field field;

		if (take_columns(&field, &aliases[i]))
			natu_nearest_consider(nearest, aliases[i].name);
	}
}

const char *natu_alias_at(size_t index)
{
	return index < ALIAS_COUNT ? aliases[index].name : NULL;
}

enum natu_field_kind natu_field_kind(const struct natu_column *column)
{
	bool is_member = !column->get && column->base == NATU_IN_SOCKET;

	if (is_member && column->offset == offsetof(struct natu_socket, state))
		return NATU_FIELD_STATE;
	if (is_member && column->unit == NATU_PORT)
		return NATU_FIELD_PORT;
	if (column->type == NATU_ADDRESS)
		return NATU_FIELD_HOST;
	if (column->fact == FACT_INTERFACE)
		return NATU_FIELD_DEVICE;
	return column->type == NATU_TEXT || column->type == NATU_WORD ? NATU_FIELD_TEXT
								      : NATU_FIELD_NUMBER;
}

static const struct natu_column *column_of_member(size_t offset)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);

		if (!column->get && column->base == NATU_IN_SOCKET &&
		    column->offset == offset)
			return column;
	}
	return NULL;
}

const struct natu_column *natu_port_beside(const struct natu_column *address)
{
	return column_of_member(address->offset == offsetof(struct natu_socket, local)
					? offsetof(struct natu_socket, local_port)
					: offsetof(struct natu_socket, peer_port));
}

const struct natu_column *natu_device_column(void)
{
	return column_of_member(offsetof(struct natu_socket, interface_name));
}
