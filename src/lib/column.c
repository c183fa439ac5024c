/* SPDX-License-Identifier: MIT */
#include "column.h"

#include <string.h>

size_t natu_column_count(void)
{
	size_t count = 0;

	for (size_t i = 0; natu_column_parts[i]; i++)
		count += natu_column_parts[i]->count;
	return count;
}

const struct natu_column *natu_column_at(size_t index)
{
	for (size_t i = 0; natu_column_parts[i]; i++) {
		const struct natu_column_part *part = natu_column_parts[i];

		if (index < part->count)
			return &part->rows[index];
		index -= part->count;
	}
	return NULL;
}

const struct natu_column *natu_column_find(const char *name)
{
	const struct natu_column *column;

	for (size_t i = 0; (column = natu_column_at(i)); i++)
		if (!strcmp(column->name, name))
			return column;
	return NULL;
}

const char *natu_column_name(const struct natu_column *column)
{
	return column->name;
}

const char *natu_column_title(const struct natu_column *column)
{
	return column->title;
}

const char *natu_column_help(const struct natu_column *column)
{
	return column->help;
}

const char *natu_column_unit_name(const struct natu_column *column)
{
	return natu_unit_name(column->unit);
}

const char *natu_unit_name(enum natu_unit unit)
{
	static const char *const names[] = {
		[NATU_PLAIN] = "",
		[NATU_BYTES] = "bytes",
		[NATU_US] = "us",
		[NATU_MS] = "ms",
		[NATU_PACKETS] = "packets",
		[NATU_SEGMENTS] = "segments",
		[NATU_BYTES_PER_S] = "bytes/s",
		[NATU_PERCENT] = "%",
		[NATU_PORT] = "port",
	};

	return names[unit];
}

const char *natu_column_type_name(const struct natu_column *column)
{
	static const char *const names[] = {
		[NATU_BOOL] = "boolean", [NATU_UINT] = "number",
		[NATU_INT] = "number",	 [NATU_REAL] = "number",
		[NATU_HEX] = "identity", [NATU_WORD] = "word",
		[NATU_TEXT] = "text",	 [NATU_ADDRESS] = "address",
	};

	return names[column->type];
}

enum natu_type natu_column_type(const struct natu_column *column)
{
	return column->type;
}

enum natu_unit natu_column_unit(const struct natu_column *column)
{
	return column->unit;
}

natu_facts natu_column_facts(const struct natu_column *column)
{
	return column->fact;
}

unsigned int natu_column_sets(const struct natu_column *column)
{
	return column->sets;
}

bool natu_column_can_be_absent(const struct natu_column *column)
{
	return !column->always;
}

bool natu_column_sums(const struct natu_column *column)
{
	return column->sums;
}

bool natu_column_is_list(const struct natu_column *column)
{
	return column->count;
}

bool natu_column_is_many(const struct natu_column *column)
{
	return column->many;
}

const void *natu_column_bytes(const struct natu_socket *socket, enum natu_base base,
			      size_t offset, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)socket;
	size_t length = sizeof(*socket);

	switch (base) {
	case NATU_IN_TCP_INFO:
		bytes = socket->tcp_info;
		length = socket->tcp_info_length;
		break;
	case NATU_IN_MEMORY:
		bytes = socket->memory;
		length = socket->memory_length;
		break;
	case NATU_IN_CONGESTION:
		bytes = socket->congestion_info;
		length = socket->congestion_info_length;
		break;
	case NATU_IN_SCTP_OPTIONS:
		bytes = socket->sctp_socket.options;
		length = socket->sctp_socket.options_length;
		break;
	case NATU_IN_OPTIONS:
		bytes = socket->option_bits;
		length = socket->option_bytes;
		break;
	case NATU_IN_SOCKET:
		break;
	}
	return offset + size <= length ? bytes + offset : NULL;
}

static uint64_t load_uint(const void *member, size_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (size) {
	case 1:
		memcpy(&u8, member, 1);
		return u8;
	case 2:
		memcpy(&u16, member, 2);
		return u16;
	case 4:
		memcpy(&u32, member, 4);
		return u32;
	default:
		memcpy(&u64, member, 8);
		return u64;
	}
}

static enum natu_presence number_presence(const struct natu_column *column,
					  uint64_t number)
{
	uint64_t max = column->size < 8 ? (UINT64_C(1) << column->size * 8) - 1
					: UINT64_MAX;

	switch (column->absence) {
	case NATU_ZERO_IS_NONE:
		return number ? NATU_HAS : NATU_NONE;
	case NATU_ZERO_IS_ANY:
		return number ? NATU_HAS : NATU_ANY;
	case NATU_MAX_IS_NONE:
		return number == max ? NATU_NONE : NATU_HAS;
	case NATU_INT_MAX_IS_NONE:
		return number == INT32_MAX ? NATU_NONE : NATU_HAS;
	default:
		return NATU_HAS;
	}
}

enum natu_presence natu_column_number(const struct natu_socket *socket,
				      const struct natu_column *column, uint64_t *number)
{
	const void *member = natu_column_bytes(socket, (enum natu_base)column->base,
					       column->offset, column->size);

	if (!member)
		return NATU_NONE;
	*number = load_uint(member, column->size);
	return number_presence(column, *number);
}

enum natu_presence natu_column_member(const struct natu_socket *socket,
				      const struct natu_column *column,
				      struct natu_value *value)
{
	const void *member = natu_column_bytes(socket, (enum natu_base)column->base,
					       column->offset, column->size);

	if (!member)
		return NATU_NONE;
	switch (value->type) {
	case NATU_WORD:
		memcpy(&value->word, member, sizeof(value->word));
		return value->word ? NATU_HAS : NATU_NONE;
	case NATU_TEXT:
		memcpy(&value->text.bytes, member, sizeof(value->text.bytes));
		if (!value->text.bytes)
			return NATU_NONE;
		value->text.length = strlen(value->text.bytes);
		return NATU_HAS;
	case NATU_ADDRESS:
		memcpy(&value->address, member, sizeof(value->address));
		return NATU_HAS;
	case NATU_BOOL:
		value->truth = (load_uint(member, column->size) & column->bits) != 0;
		return NATU_HAS;
	default:
		value->number = load_uint(member, column->size);
		return number_presence(column, value->number);
	}
}

enum natu_presence natu_get_at(const struct natu_socket *socket,
			       const struct natu_column *column, size_t index,
			       struct natu_value *value)
{
	if (!(socket->facts & column->fact)) {
		if (socket->denied & column->fact)
			return NATU_DENIED;
		return socket->asked & column->fact ? NATU_NONE : NATU_UNASKED;
	}
	if (index >= natu_column_items(column, socket))
		return NATU_NONE;
	value->type = column->type;
	return column->get ? column->get(socket, index, value)
			   : natu_column_member(socket, column, value);
}

enum natu_presence natu_get(const struct natu_socket *socket,
			    const struct natu_column *column, struct natu_value *value)
{
	return natu_get_at(socket, column, 0, value);
}

size_t natu_count(const struct natu_socket *socket, const struct natu_column *column)
{
	struct natu_value value;

	if (column->many || column->count)
		return socket->facts & column->fact ? natu_column_items(column, socket)
						    : 0;
	return natu_get(socket, column, &value) == NATU_HAS;
}
