/* SPDX-License-Identifier: MIT */
#include "filter/print.h"

#include "filter/field.h"
#include "filter/literal.h"
#include "state.h"
#include "value.h"

#include <ctype.h>
#include <string.h>

static void add(struct natu_buffer *buffer, const char *text)
{
	natu_buffer_add_text(buffer, text);
}

static void add_number(struct natu_buffer *buffer, uint64_t number)
{
	char text[NATU_VALUE_MAX];

	natu_buffer_add(buffer, text, (size_t)(natu_print_uint(text, number) - text));
}

/* What natu_number_key() made of a number. */
static char *print_key(char *out, const struct natu_column *column, uint64_t key)
{
	const uint64_t sign = UINT64_C(1) << 63;
	double real;

	switch (column->type) {
	case NATU_BOOL:
		return stpcpy(out, key ? "yes" : "no");
	case NATU_INT:
		return natu_print_int(out, (int64_t)(key ^ sign));
	case NATU_REAL:
		key = key & sign ? key ^ sign : ~key;
		memcpy(&real, &key, sizeof(real));
		return natu_print_real(out, real);
	case NATU_HEX:
		return natu_print_hex(out, key);
	default:
		return natu_print_uint(out, key);
	}
}

static void add_key(struct natu_buffer *buffer, const struct natu_column *column,
		    uint64_t key)
{
	char text[NATU_VALUE_MAX];

	natu_buffer_add(buffer, text, (size_t)(print_key(text, column, key) - text));
}

void natu_print_states(uint32_t states, struct natu_buffer *buffer)
{
	bool is_first = true;

	for (unsigned int number = 0; number < STATE_NUMBERS; number++) {
		const struct natu_word *word = natu_state_word(number);

		if (!(states & STATE_BIT(number)) || !word ||
		    number == STATE_NEW_SYN_RECV)
			continue;
		if (!is_first)
			add(buffer, ",");
		natu_buffer_add(buffer, word->text, word->length);
		is_first = false;
	}
	if (is_first)
		add(buffer, "none");
}

/* All numbers on one side of another. */
static bool is_side(const struct natu_node *node, uint64_t limit)
{
	const struct natu_range *only = node->ranges;

	if (node->count != 1 || node->any)
		return false;
	/* A list cannot hold the port 0. */
	if (only->low == only->high)
		return node->kind == NATU_NODE_PORT && !only->low;
	return !only->low || only->high == limit;
}

/* True if the key is that of the number which is written for it. */
static bool is_written(const struct natu_column *column, uint64_t key)
{
	char text[NATU_VALUE_MAX + 1];
	struct natu_item item = { .text = text };
	struct natu_error error;
	struct natu_reading reading = { .error = &error };
	struct natu_bounds bounds;

	item.length = (size_t)(print_key(text, column, key) - text);
	text[item.length] = '\0';
	return natu_read_number(&reading, &item, column, &bounds) && bounds.below == key;
}

/* Above 1.5 is what begins with the next number, which nobody writes. */
static void print_side(const struct natu_node *node, bool is_upper,
		       struct natu_buffer *buffer)
{
	uint64_t edge = is_upper ? node->ranges[0].low : node->ranges[0].high;
	uint64_t beside = is_upper ? edge - 1 : edge + 1;
	bool is_beside = node->column->type == NATU_REAL &&
			 !is_written(node->column, edge) &&
			 is_written(node->column, beside);

	add(buffer, is_upper ? " >" : " <");
	add(buffer, is_beside ? " " : "= ");
	add_key(buffer, node->column, is_beside ? beside : edge);
}

static void print_ranges(const struct natu_node *node, struct natu_buffer *buffer)
{
	uint64_t limit = node->kind == NATU_NODE_PORT ? UINT16_MAX
						      : natu_number_limit(node->column);

	if (is_side(node, limit)) {
		print_side(node, node->ranges[0].high == limit, buffer);
		return;
	}
	/* What no number is: for all but signed ones, of which there are no such. */
	if (!node->count && !node->any) {
		add(buffer, " < 0");
		return;
	}
	add(buffer, " = ");
	for (uint32_t i = 0; i < node->count; i++) {
		if (i)
			add(buffer, ",");
		add_key(buffer, node->column, node->ranges[i].low);
		if (node->ranges[i].low == node->ranges[i].high)
			continue;
		add(buffer, "-");
		add_key(buffer, node->column, node->ranges[i].high);
	}
	if (node->any)
		add(buffer, node->count ? ",*" : "*");
}

static void print_indexes(const struct natu_node *node, struct natu_buffer *buffer)
{
	add(buffer, " = ");
	for (uint32_t i = 0; i < node->count; i++)
		for (uint64_t n = node->ranges[i].low; n <= node->ranges[i].high; n++) {
			if (n > node->ranges[0].low)
				add(buffer, ",");
			add_number(buffer, n);
		}
}

static void print_prefixes(const struct natu_node *node, struct natu_buffer *buffer)
{
	add(buffer, " = ");
	for (uint32_t i = 0; i < node->count; i++) {
		const struct natu_prefix *prefix = &node->prefixes[i];
		struct natu_address address = { .family = prefix->family };
		char text[NATU_VALUE_MAX];

		natu_prefix_bytes(prefix, address.bytes);
		if (i)
			add(buffer, ",");
		/* A mapped address would be printed as the IPv4 address that it is not
		 * meant to be. */
		if (natu_address_is_mapped(&address))
			add(buffer, "::ffff:");
		natu_buffer_add(buffer, text,
				(size_t)(natu_print_address(text, &address) - text));
		if (prefix->length != (prefix->family == AF_INET ? 32 : 128)) {
			add(buffer, "/");
			add_number(buffer, prefix->length);
		}
	}
}

static void print_text(const char *bytes, size_t length, struct natu_buffer *buffer)
{
	const char *end = bytes + length, *quote;

	add(buffer, "\"");
	while ((quote = memchr(bytes, '"', (size_t)(end - bytes)))) {
		natu_buffer_add_foreign(buffer, NATU_STYLE_TEXT, bytes,
					(size_t)(quote - bytes));
		add(buffer, "\\\"");
		bytes = quote + 1;
	}
	natu_buffer_add_foreign(buffer, NATU_STYLE_TEXT, bytes, (size_t)(end - bytes));
	add(buffer, "\"");
}

/* A bare word, in which what would end it or begin another has a backslash. */
static void print_glob(const char *bytes, size_t length, struct natu_buffer *buffer)
{
	static const char special[] = " \t\n\r\f\v()&|,'\"#\\";
	size_t start = 0;

	/* At the beginning an operator's sign would not be part of it. */
	if (length && bytes[0] && strchr("=<>!", bytes[0]))
		add(buffer, "\\");
	for (size_t i = 0; i < length; i++) {
		if (!bytes[i] || !strchr(special, bytes[i]))
			continue;
		natu_buffer_add_foreign(buffer, NATU_STYLE_TEXT, bytes + start,
					i - start);
		start = i;
		if (bytes[i] != '\\' && !isspace((unsigned char)bytes[i]))
			add(buffer, "\\");
		if (bytes[i] == ' ')
			add(buffer, "\\");
		if (bytes[i] != '\\')
			continue;
		/* What it protects follows it; at the end it protects nothing. */
		natu_buffer_add(buffer, "\\\\", i + 1 < length ? 1 : 2);
		if (i + 1 < length)
			natu_buffer_add(buffer, bytes + ++i, 1);
		start = i + 1;
	}
	natu_buffer_add_foreign(buffer, NATU_STYLE_TEXT, bytes + start, length - start);
}

static void print_patterns(const struct natu_node *node, struct natu_buffer *buffer)
{
	add(buffer, " = ");
	for (uint32_t i = 0; i < node->count; i++) {
		const struct natu_pattern *pattern = &node->patterns[i];

		if (i)
			add(buffer, ",");
		if (pattern->is_glob)
			print_glob(pattern->bytes, pattern->length, buffer);
		else
			print_text(pattern->bytes, pattern->length, buffer);
	}
}

static void print_bits(const struct natu_node *node, struct natu_buffer *buffer)
{
	char text[NATU_VALUE_MAX];

	add(buffer, " = ");
	natu_buffer_add(buffer, text,
			(size_t)(natu_print_hex(text, node->bits.value) - text));
	if (node->bits.mask == UINT64_MAX)
		return;
	add(buffer, "/");
	natu_buffer_add(buffer, text,
			(size_t)(natu_print_hex(text, node->bits.mask) - text));
}

static void print_leaf(const struct natu_node *node, struct natu_buffer *buffer)
{
	if (node->kind == NATU_NODE_HAS)
		add(buffer, "has ");
	add(buffer, node->column->name);
	switch (node->kind) {
	case NATU_NODE_HAS:
		break;
	case NATU_NODE_STATE:
		add(buffer, " = ");
		natu_print_states(node->states, buffer);
		break;
	case NATU_NODE_ADDRESS:
		print_prefixes(node, buffer);
		break;
	case NATU_NODE_BITS:
		print_bits(node, buffer);
		break;
	case NATU_NODE_TEXT:
		print_patterns(node, buffer);
		break;
	case NATU_NODE_REGEX:
		add(buffer, " ~ ");
		print_text(node->regex.text, strlen(node->regex.text), buffer);
		break;
	case NATU_NODE_DEVICE:
		print_indexes(node, buffer);
		break;
	default:
		print_ranges(node, buffer);
	}
}

static void print_list(const struct natu_node *node, struct natu_buffer *buffer)
{
	for (const struct natu_node *child = node->first; child; child = child->next) {
		bool is_nested = child->kind == NATU_NODE_OR &&
				 node->kind == NATU_NODE_AND;

		if (child != node->first)
			add(buffer, node->kind == NATU_NODE_AND ? " and " : " or ");
		if (is_nested)
			add(buffer, "(");
		natu_node_print(child, buffer);
		if (is_nested)
			add(buffer, ")");
	}
}

void natu_node_print(const struct natu_node *node, struct natu_buffer *buffer)
{
	bool is_nested;

	if (!node)
		return;
	if (node->column) {
		print_leaf(node, buffer);
	} else if (node->kind == NATU_NODE_NOT) {
		is_nested = node->first && node->first->first &&
			    node->first->kind != NATU_NODE_NOT;
		add(buffer, is_nested ? "not (" : "not ");
		natu_node_print(node->first, buffer);
		add(buffer, is_nested ? ")" : "");
	} else {
		print_list(node, buffer);
	}
}
