/* SPDX-License-Identifier: MIT */
#include "filter/tree.h"

#include "addresses.h"
#include "state.h"
#include "value.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Longer texts are compared by their beginning: nothing that the kernel names is longer
 * than a path. */
#define REGEX_TEXT_MAX 4096

/* A handful is searched from the front, which costs less than to halve. */
#define FEW_RANGES 4

static enum natu_truth truth_of(bool truth)
{
	return truth ? NATU_TRUE : NATU_FALSE;
}

static bool in_ranges(const struct natu_node *node, uint64_t number)
{
	const struct natu_range *ranges = node->ranges;
	uint32_t low = 0, high = node->count;

	while (high - low > FEW_RANGES) {
		uint32_t middle = low + (high - low) / 2;

		if (number < ranges[middle].low)
			high = middle;
		else
			low = middle;
	}
	for (; low < high; low++)
		if (number >= ranges[low].low && number <= ranges[low].high)
			return true;
	return false;
}

static bool in_prefix(const struct natu_prefix *prefix,
		      const struct natu_address *address)
{
	uint64_t bits[2];
	uint32_t ipv4;

	if (prefix->family == AF_INET) {
		if (address->family == AF_INET)
			memcpy(&ipv4, address->bytes, sizeof(ipv4));
		else if (natu_address_is_mapped(address))
			memcpy(&ipv4, address->bytes + 12, sizeof(ipv4));
		else
			return false;
		return !((ipv4 ^ prefix->bits[0]) & prefix->mask[0]);
	}
	if (address->family != AF_INET6)
		return false;
	memcpy(bits, address->bytes, sizeof(bits));
	return !((bits[0] ^ prefix->bits[0]) & prefix->mask[0]) &&
	       !((bits[1] ^ prefix->bits[1]) & prefix->mask[1]);
}

/* How many bytes of a pattern one character of it takes: `\*` and `[a-z]` are one. */
static size_t element_length(const char *pattern, size_t length)
{
	size_t i = 1;

	if (pattern[0] == '\\')
		return length > 1 ? 2 : 1;
	if (pattern[0] != '[')
		return 1;
	i += i < length && (pattern[i] == '!' || pattern[i] == '^');
	/* A `]` in the first place is one of the set. */
	for (i++; i < length; i++)
		if (pattern[i] == ']')
			return i + 1;
	return 1;
}

static bool in_set(const char *set, size_t length, unsigned char byte)
{
	bool negated = set[1] == '!' || set[1] == '^', found = false;

	for (size_t i = 1 + negated; i < length - 1; i++) {
		unsigned char low = (unsigned char)set[i], high = low;

		if (i + 2 < length - 1 && set[i + 1] == '-') {
			high = (unsigned char)set[i + 2];
			i += 2;
		}
		found |= byte >= low && byte <= high;
	}
	return found != negated;
}

static bool matches_element(const char *element, size_t length, char byte)
{
	if (length > 2)
		return in_set(element, length, (unsigned char)byte);
	if (length == 2)
		return element[1] == byte;
	return element[0] == '?' || element[0] == byte;
}

/* How much of a pattern one byte matches; 0: it does not. */
static size_t match_one(const char *pattern, size_t length, char byte)
{
	size_t element = element_length(pattern, length);

	return matches_element(pattern, element, byte) ? element : 0;
}

bool natu_glob(const char *pattern, size_t pattern_length, const char *bytes,
	       size_t length)
{
	size_t p = 0, b = 0, star = pattern_length, resume = 0, step;

	/* After a mismatch only the last star can take more: earlier ones gain
	 * nothing. */
	for (;;) {
		if (p < pattern_length && pattern[p] == '*') {
			star = p++;
			resume = b;
			continue;
		}
		if (p == pattern_length && b == length)
			return true;
		step = p < pattern_length && b < length
			       ? match_one(pattern + p, pattern_length - p, bytes[b])
			       : 0;
		if (step) {
			p += step;
			b++;
			continue;
		}
		if (star == pattern_length || resume == length)
			return false;
		p = star + 1;
		b = ++resume;
	}
}

static bool matches_text(const struct natu_node *node, const char *bytes, size_t length)
{
	for (uint32_t i = 0; i < node->count; i++) {
		const struct natu_pattern *pattern = &node->patterns[i];

		if (pattern->is_glob
			    ? natu_glob(pattern->bytes, pattern->length, bytes, length)
			    : pattern->length == length &&
				      !memcmp(pattern->bytes, bytes, length))
			return true;
	}
	return false;
}

/* The words are natu's own, so that their case does not matter. */
static bool matches_word(const struct natu_node *node, const struct natu_word *word)
{
	char lower[sizeof(word->text)];

	for (size_t i = 0; i < word->length; i++)
		lower[i] = (char)tolower((unsigned char)word->text[i]);
	return matches_text(node, lower, word->length);
}

static bool matches_regex(const struct natu_node *node, const char *bytes, size_t length)
{
	char text[REGEX_TEXT_MAX + 1];

	if (length > REGEX_TEXT_MAX)
		length = REGEX_TEXT_MAX;
	memcpy(text, bytes, length);
	text[length] = '\0';
	/* A NUL would end it: as in /proc, `@` stands for those in an abstract name. */
	for (char *nul; (nul = memchr(text, '\0', length));)
		*nul = '@';
	return !regexec(node->regex.compiled, text, 0, NULL, 0);
}

uint64_t natu_number_key(const struct natu_value *value)
{
	const uint64_t sign = UINT64_C(1) << 63;
	uint64_t key;

	switch (value->type) {
	case NATU_BOOL:
		return value->truth;
	case NATU_INT:
		return (uint64_t)value->integer ^ sign;
	case NATU_REAL:
		memcpy(&key, &value->real, sizeof(key));
		return key & sign ? ~key : key | sign;
	default:
		return value->number;
	}
}

static bool matches(const struct natu_node *node, const struct natu_value *value)
{
	const char *bytes = value->text.bytes;
	size_t length = value->text.length;

	switch (node->kind) {
	case NATU_NODE_BITS:
		return (value->number & node->bits.mask) == node->bits.value;
	case NATU_NODE_TEXT:
		return value->type == NATU_WORD ? matches_word(node, value->word)
						: matches_text(node, bytes, length);
	case NATU_NODE_REGEX:
		if (value->type != NATU_WORD)
			return matches_regex(node, bytes, length);
		return matches_regex(node, value->word->text, value->word->length);
	default:
		return in_ranges(node, natu_number_key(value));
	}
}

/* sock_diag always tells the device, so without one the socket is bound to none, which is
 * known; /proc never tells. */
static enum natu_truth test_absent(const struct natu_node *node,
				   const struct natu_socket *socket)
{
	bool is_known = node->column->fact == FACT_INTERFACE && socket->message;

	return is_known ? NATU_FALSE : NATU_UNKNOWN;
}

static bool has_several(const struct natu_column *column)
{
	return column->many || column->count;
}

/* True if one of the values matches: a socket can have several holders, or, known,
 * none. */
static enum natu_truth test_values(const struct natu_node *node,
				   const struct natu_socket *socket)
{
	size_t count = has_several(node->column) ? natu_count(socket, node->column) : 1;
	enum natu_truth truth = NATU_FALSE;

	if (!(socket->facts & node->column->fact))
		return test_absent(node, socket);
	for (size_t i = 0; i < count; i++) {
		struct natu_value value;
		enum natu_presence presence = natu_get_at(socket, node->column, i,
							  &value);

		if (presence == NATU_HAS && matches(node, &value))
			return NATU_TRUE;
		if (presence != NATU_HAS && presence != NATU_ANY)
			truth = NATU_UNKNOWN;
	}
	return truth;
}

static enum natu_truth test_has(const struct natu_node *node,
				const struct natu_socket *socket)
{
	bool is_there = socket->facts & node->column->fact;
	size_t count = is_there && has_several(node->column)
			       ? natu_count(socket, node->column)
			       : 1;

	for (size_t i = 0; i < count; i++) {
		struct natu_value value;
		enum natu_presence presence = natu_get_at(socket, node->column, i,
							  &value);

		if (presence == NATU_HAS || presence == NATU_ANY)
			return NATU_TRUE;
		if (presence == NATU_UNASKED)
			return NATU_UNKNOWN;
	}
	return NATU_FALSE;
}

static enum natu_truth test_state(const struct natu_node *node,
				  const struct natu_socket *socket)
{
	unsigned int number = socket->state_number;

	if (!(socket->facts & FACT_BASE))
		return NATU_UNKNOWN;
	if (number == STATE_NEW_SYN_RECV)
		number = STATE_SYN_RECV;
	return truth_of(number < 32 && (node->states & STATE_BIT(number)));
}

static enum natu_truth test_port(const struct natu_node *node,
				 const struct natu_socket *socket)
{
	uint16_t port;

	if (!(socket->facts & FACT_INET))
		return NATU_UNKNOWN;
	memcpy(&port, (const unsigned char *)socket + node->column->offset, sizeof(port));
	return truth_of(port ? in_ranges(node, port) : node->any);
}

static bool in_prefixes(const struct natu_node *node, const struct natu_address *address)
{
	for (uint32_t i = 0; i < node->count; i++)
		if (in_prefix(&node->prefixes[i], address))
			return true;
	return false;
}

/* Any of the addresses that an end has. */
static bool in_addresses(const struct natu_node *node, const struct natu_socket *socket,
			 bool is_peer)
{
	struct natu_address address;

	for (size_t i = 0; natu_address_at(socket, is_peer, i, &address); i++)
		if (in_prefixes(node, &address))
			return true;
	return false;
}

/* Of a column that is no end itself. */
static enum natu_truth test_own_address(const struct natu_node *node,
					const struct natu_socket *socket)
{
	enum natu_presence presence;
	struct natu_value value;
	size_t i = 0;

	while ((presence = natu_get_at(socket, node->column, i++, &value)) == NATU_HAS)
		if (in_prefixes(node, &value.address))
			return NATU_TRUE;
	return i > 1 ? NATU_FALSE : NATU_UNKNOWN;
}

static enum natu_truth test_address(const struct natu_node *node,
				    const struct natu_socket *socket)
{
	const struct natu_address *address =
		(const void *)((const unsigned char *)socket + node->column->offset);

	if (node->column->get)
		return test_own_address(node, socket);
	if (!(socket->facts & FACT_INET))
		return NATU_UNKNOWN;
	return truth_of(in_prefixes(node, address) ||
			in_addresses(node, socket,
				     node->column->offset !=
					     offsetof(struct natu_socket, local)));
}

static enum natu_truth test_device(const struct natu_node *node,
				   const struct natu_socket *socket)
{
	if (!(socket->facts & FACT_INTERFACE))
		return test_absent(node, socket);
	return truth_of(in_ranges(node, socket->interface));
}

static enum natu_truth test_leaf(const struct natu_node *node,
				 const struct natu_socket *socket)
{
	switch (node->kind) {
	case NATU_NODE_STATE:
		return test_state(node, socket);
	case NATU_NODE_PORT:
		return test_port(node, socket);
	case NATU_NODE_ADDRESS:
		return test_address(node, socket);
	case NATU_NODE_DEVICE:
		return test_device(node, socket);
	case NATU_NODE_HAS:
		return test_has(node, socket);
	default:
		return test_values(node, socket);
	}
}

/* Kleene's logic: AND is the least of its arms, OR the greatest, NOT turns the scale
 * around. */
enum natu_truth natu_node_test(const struct natu_node *node,
			       const struct natu_socket *socket)
{
	enum natu_truth truth = node->kind == NATU_NODE_AND ? NATU_TRUE : NATU_FALSE;

	if (node->column)
		return test_leaf(node, socket);
	if (node->kind == NATU_NODE_NOT)
		return (enum natu_truth)(NATU_TRUE - natu_node_test(node->first, socket));
	for (const struct natu_node *child = node->first; child; child = child->next) {
		enum natu_truth next = natu_node_test(child, socket);

		if (node->kind == NATU_NODE_AND ? next < truth : next > truth)
			truth = next;
		if (truth == (node->kind == NATU_NODE_AND ? NATU_FALSE : NATU_TRUE))
			break;
	}
	return truth;
}

enum natu_truth natu_filter_test(const struct natu_filter *filter,
				 const struct natu_socket *socket)
{
	return natu_node_test(&filter->root, socket);
}
