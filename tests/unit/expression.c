/* SPDX-License-Identifier: MIT */
#include "expression.h"

#include "family.h"
#include "machine.h"

#include <stdio.h>
#include <string.h>

unsigned int roll(struct dice *dice, unsigned int sides)
{
	/* xorshift64*, Vigna: enough for dice */
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (unsigned int)((dice->state * UINT64_C(2685821657736338717) >> 33) %
			      sides);
}

static const unsigned int some_ports[] = { 22, 80, 443, 8000, 40000, 65535 };
static const unsigned int some_states[] = { 1, 2, 3, 6, 8, 10 };
static const char *const state_words[] = { "established", "SYN_SENT",	"syn-recv",
					   "time_wait",	  "CLOSE-WAIT", "listening" };

/* Prefixes, and at the same number an address inside of it. */
static const struct {
	const char *prefix;
	bool is_v6;
	unsigned int length;
	unsigned char address[16];
} some_addresses[] = {
	{ "10.1.2.3", false, 32, { 10, 1, 2, 3 } },
	{ "10.0.0.0/8", false, 8, { 10, 200, 0, 1 } },
	{ "127.0.0.0/9", false, 9, { 127, 0, 0, 1 } },
	{ "0.0.0.0/0", false, 0, { 0 } },
	{ "2001:db8::/33", true, 33, { 0x20, 0x01, 0x0d, 0xb8, 0x7f, [15] = 9 } },
	{ "::1", true, 128, { [15] = 1 } },
	{ "::ffff:10.1.2.3", true, 128, { [10] = 0xff, 0xff, 10, 1, 2, 3 } },
	{ "::/0", true, 0, { 0 } },
	{ "fe80::/64", true, 64, { 0xfe, 0x80, [15] = 7 } },
};

#define COUNT(array) ((unsigned int)(sizeof(array) / sizeof((array)[0])))

void sample_roll(struct sample *sample, struct dice *dice)
{
	*sample = (struct sample){ .is_v6 = roll(dice, 2) };
	sample->state = some_states[roll(dice, COUNT(some_states))];
	for (unsigned int end = 0; end < 2; end++) {
		unsigned int i;

		do
			i = roll(dice, COUNT(some_addresses));
		while (some_addresses[i].is_v6 != sample->is_v6);
		memcpy(sample->addresses[end], some_addresses[i].address, 16);
		sample->ports[end] = roll(dice, 4)
					     ? some_ports[roll(dice, COUNT(some_ports))]
					     : roll(dice, 65536);
	}
	/* A listener has no other end. */
	if (sample->state == 10) {
		sample->ports[1] = 0;
		memset(sample->addresses[1], 0, 16);
	}
	sample->device = roll(dice, 3);
	if (!if_indextoname(sample->device, sample->device_name))
		snprintf(sample->device_name, sizeof(sample->device_name), "if%u",
			 sample->device);
	sample->has_uid = roll(dice, 4) != 0;
	sample->uid = roll(dice, 3) * 500;
	sample->has_queues = sample->state != 10;
	sample->recv_q = roll(dice, 2) ? roll(dice, 5000) : 0;
}

void sample_fill(const struct sample *sample, struct natu_socket *socket)
{
	memset(socket, 0, sizeof(*socket));
	natu_family_identify(&natu_families[0], sample->is_v6, sample->state, socket);
	socket->facts = socket->asked = FACT_BASE | FACT_INET;
	socket->local_port = (uint16_t)sample->ports[0];
	socket->peer_port = (uint16_t)sample->ports[1];
	socket->local.family = socket->peer.family = sample->is_v6 ? AF_INET6 : AF_INET;
	memcpy(socket->local.bytes, sample->addresses[0], 16);
	memcpy(socket->peer.bytes, sample->addresses[1], 16);
	socket->interface = sample->device;
	socket->facts |= sample->device ? FACT_INTERFACE : 0;
	socket->interface_name = sample->device_name;
	socket->uid = sample->uid;
	socket->facts |= sample->has_uid ? FACT_UID : 0;
	socket->recv_q = sample->recv_q;
	socket->facts |= sample->has_queues ? FACT_QUEUES : 0;
	socket->asked |= FACT_INTERFACE | FACT_UID | FACT_QUEUES;
	socket->message = sample->message;
}

bool sample_is_sent(const struct sample *sample, const struct natu_request *request)
{
	struct machine_socket socket = {
		.family = sample->is_v6 ? AF_INET6 : AF_INET,
		.source_port = (uint16_t)sample->ports[0],
		.peer_port = (uint16_t)sample->ports[1],
		.device = sample->device,
	};

	memcpy(socket.source, sample->addresses[0], 16);
	memcpy(socket.peer, sample->addresses[1], 16);
	if (!(request->states & 1U << sample->state) ||
	    !(request->families & (sample->is_v6 ? NATU_IPV6 : NATU_IPV4)))
		return false;
	if ((request->local_port && request->local_port != sample->ports[0]) ||
	    (request->peer_port && request->peer_port != sample->ports[1]))
		return false;
	return !request->bytecode_length ||
	       machine_run(request->bytecode, request->bytecode_length, &socket);
}

/* ---- making up ---- */

enum { EQUAL, UNEQUAL, LESS, AT_MOST, GREATER, AT_LEAST, OPERATORS };

static const char *const operators[OPERATORS][4] = {
	{ "=", "==", "eq", "=" }, { "!=", "ne", "neq", "!=" },
	{ "<", "lt", "<", "<" },  { "<=", "le", "leq", "<=" },
	{ ">", "gt", ">", ">" },  { ">=", "ge", "geq", ">=" },
};

static unsigned int value_roll(const struct expression *expression, struct dice *dice)
{
	switch (expression->kind) {
	case STATE:
		return roll(dice, COUNT(some_states));
	case PORT:
		return some_ports[roll(dice, COUNT(some_ports))];
	case ADDRESS:
		return roll(dice, COUNT(some_addresses));
	case DEVICE:
		return 1 + roll(dice, 2);
	case UID:
		return roll(dice, 3) * 500;
	default:
		return roll(dice, 5000);
	}
}

static bool has_order(const struct expression *expression)
{
	return expression->kind == PORT || expression->kind == UID ||
	       expression->kind == QUEUE;
}

static void leaf_roll(struct expression *leaf, struct dice *dice)
{
	leaf->kind = STATE + roll(dice, HAS_UID - STATE + 1);
	leaf->end = roll(dice, 3);
	leaf->operator= has_order(leaf) ? roll(dice, OPERATORS) : roll(dice, 2);
	leaf->count = leaf->operator<= UNEQUAL ? 1 + roll(dice, 3) : 1;
	for (unsigned int i = 0; i < leaf->count; i++)
		leaf->values[i] = value_roll(leaf, dice);
}

struct expression *expression_roll(struct expression *pool, size_t *used,
				   struct dice *dice, unsigned int depth)
{
	struct expression *made = &pool[(*used)++];

	memset(made, 0, sizeof(*made));
	if (!depth || *used + 2 > EXPRESSIONS_MAX / 2 || !roll(dice, 4)) {
		leaf_roll(made, dice);
		return made;
	}
	made->kind = roll(dice, 3);
	made->left = expression_roll(pool, used, dice, depth - 1);
	if (made->kind != NOT)
		made->right = expression_roll(pool, used, dice, depth - 1);
	return made;
}

/* ---- writing ---- */

static void put(char *text, const char *more)
{
	strncat(text, more, EXPRESSION_TEXT - strlen(text) - 1);
}

static void write_value(const struct expression *leaf, unsigned int value, char *text)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", value);
	if (leaf->kind == STATE)
		put(text, state_words[value]);
	else if (leaf->kind == ADDRESS)
		put(text, some_addresses[value].prefix);
	else
		put(text, number);
}

static const char *field_of(const struct expression *leaf, struct dice *dice)
{
	static const char *const ports[3][2] = { { "sport", "local.port" },
						 { "dport", "peer.port" },
						 { "port", "port" } };
	static const char *const addresses[3][2] = { { "src", "local.address" },
						     { "dst", "peer.address" },
						     { "addr", "addr" } };

	switch (leaf->kind) {
	case STATE:
		return "state";
	case PORT:
		return ports[leaf->end][roll(dice, 2)];
	case ADDRESS:
		return addresses[leaf->end][roll(dice, 2)];
	case DEVICE:
		return roll(dice, 2) ? "dev" : "interface";
	case UID:
		return "uid";
	default:
		return "recv_q";
	}
}

static void write_leaf(const struct expression *leaf, struct dice *dice, char *text)
{
	const char *operator= operators[leaf->operator][roll(dice, 4)];
	bool is_word = operator[0] >= 'a' && operator[0] <= 'z';

	if (leaf->kind == HAS_UID) {
		put(text, "has uid");
		return;
	}
	put(text, field_of(leaf, dice));
	put(text, is_word || roll(dice, 2) ? " " : "");
	put(text, operator);
	put(text, is_word || roll(dice, 2) ? " " : "");
	for (unsigned int i = 0; i < leaf->count; i++) {
		put(text, !i ? "" : roll(dice, 2) ? "," : ", ");
		put(text, leaf->kind == PORT && !roll(dice, 3) ? ":" : "");
		write_value(leaf, leaf->values[i], text);
	}
}

/* How tightly it binds: or, and, not, and what stands for itself. */
static unsigned int tightness(const struct expression *expression)
{
	return expression->kind == ANY ? 0 : expression->kind == ALL ? 1 : 2;
}

static void write_inner(const struct expression *expression, unsigned int tight,
			struct dice *dice, char *text)
{
	bool parenthesis = tightness(expression) < tight || !roll(dice, 5);

	put(text, parenthesis ? roll(dice, 2) ? "(" : "( " : "");
	expression_write(expression, dice, text);
	put(text, parenthesis ? roll(dice, 2) ? ")" : " )" : "");
}

void expression_write(const struct expression *expression, struct dice *dice, char *text)
{
	static const char *const ands[] = { " and ", " && ", " ", " AND ", "&", " & " };
	static const char *const ors[] = { " or ", " || ", " | ", "|" };

	switch (expression->kind) {
	case ALL:
		write_inner(expression->left, 1, dice, text);
		put(text, ands[roll(dice, COUNT(ands))]);
		write_inner(expression->right, 1, dice, text);
		break;
	case ANY:
		write_inner(expression->left, 0, dice, text);
		put(text, ors[roll(dice, COUNT(ors))]);
		write_inner(expression->right, 0, dice, text);
		break;
	case NOT:
		put(text, roll(dice, 2) ? "not " : "!");
		write_inner(expression->left, 2, dice, text);
		break;
	default:
		write_leaf(expression, dice, text);
	}
}

/* ---- evaluating ---- */

static bool holds(unsigned int operator, unsigned int a, unsigned int b)
{
	switch (operator) {
	case LESS:
		return a < b;
	case AT_MOST:
		return a <= b;
	case GREATER:
		return a > b;
	case AT_LEAST:
		return a >= b;
	default:
		return a == b;
	}
}

static bool address_in(const struct sample *sample, unsigned int end, unsigned int which)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const unsigned char *bytes = sample->addresses[end];

	if (!some_addresses[which].is_v6 && sample->is_v6) {
		if (memcmp(bytes, mapped, sizeof(mapped)) != 0)
			return false;
		bytes += 12;
	} else if (some_addresses[which].is_v6 != sample->is_v6) {
		return false;
	}
	for (unsigned int bit = 0; bit < some_addresses[which].length; bit++)
		if ((bytes[bit / 8] ^ some_addresses[which].address[bit / 8]) &
		    0x80 >> bit % 8)
			return false;
	return true;
}

/* One value against one of the list; `!=` is as `=` here. */
static bool value_holds(const struct expression *leaf, const struct sample *sample,
			unsigned int end, unsigned int value)
{
	switch (leaf->kind) {
	case STATE:
		return sample->state == some_states[value];
	case PORT:
		return sample->ports[end] &&
		       holds(leaf->operator, sample->ports[end], value);
	case ADDRESS:
		return address_in(sample, end, value);
	case DEVICE:
		return sample->device == value;
	case UID:
		return holds(leaf->operator, sample->uid, value);
	default:
		return holds(leaf->operator, sample->recv_q, value);
	}
}

static int leaf_value(const struct expression *leaf, const struct sample *sample)
{
	bool two_ends = leaf->kind == PORT || leaf->kind == ADDRESS;
	unsigned int first = two_ends && leaf->end < 2 ? leaf->end : 0;
	unsigned int last = two_ends ? leaf->end < 2 ? leaf->end : 1 : 0;
	bool some = false;

	if (leaf->kind == HAS_UID)
		return sample->has_uid ? 2 : 0;
	if ((leaf->kind == UID && !sample->has_uid) ||
	    (leaf->kind == QUEUE && !sample->has_queues) ||
	    (leaf->kind == DEVICE && !sample->device && !sample->message))
		return 1;
	for (unsigned int end = first; end <= last; end++)
		for (unsigned int i = 0; i < leaf->count; i++)
			some |= value_holds(leaf, sample, end, leaf->values[i]);
	return some != (leaf->operator== UNEQUAL) ? 2 : 0;
}

int expression_value(const struct expression *expression, const struct sample *sample)
{
	int left, right;

	if (expression->kind > NOT)
		return leaf_value(expression, sample);
	left = expression_value(expression->left, sample);
	if (expression->kind == NOT)
		return 2 - left;
	right = expression_value(expression->right, sample);
	if (expression->kind == ALL)
		return left < right ? left : right;
	return left > right ? left : right;
}
