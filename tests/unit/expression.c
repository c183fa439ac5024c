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

/* Prefixes, the same as a range where it can be, and an address inside of it. */
static const struct {
	const char *prefix, *range;
	bool is_v6;
	unsigned int length;
	unsigned char address[16];
} some_addresses[] = {
	{ "10.1.2.3", "10.1.2.3-10.1.2.3", false, 32, { 10, 1, 2, 3 } },
	{ "10.0.0.0/8", "10.0.0.0-10.255.255.255", false, 8, { 10, 200, 0, 1 } },
	{ "127.0.0.0/9", "127.0.0.0-127.127.255.255", false, 9, { 127, 0, 0, 1 } },
	{ "0.0.0.0/0", "0.0.0.0-255.255.255.255", false, 0, { 0 } },
	{ "2001:db8::/33",
	  "2001:db8::-2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
	  true,
	  33,
	  { 0x20, 0x01, 0x0d, 0xb8, 0x7f, [15] = 9 } },
	{ "::1", "::1-::1", true, 128, { [15] = 1 } },
	{ "::ffff:10.1.2.3", NULL, true, 128, { [10] = 0xff, 0xff, 10, 1, 2, 3 } },
	{ "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true, 0, { 0 } },
	{ "fe80::/64",
	  "fe80::-fe80::ffff:ffff:ffff:ffff",
	  true,
	  64,
	  { 0xfe, 0x80, [15] = 7 } },
};

/* Words for protocols, and of which address families they are true. */
static const struct {
	const char *word;
	bool is_pattern; /* a regular expression */
	bool ipv4, ipv6;
} some_protocols[] = {
	{ "tcp", false, true, false },	     { "TCP6", false, false, true },
	{ "t*", false, true, true },	     { "tcp?", false, false, true },
	{ "*[!6]", false, true, false },     { "udp", false, false, false },
	{ "'tcp*'", false, false, false },   { "6$", true, false, true },
	{ "^tcp(6|7)?$", true, true, true }, { "^TCP$", true, true, false },
	{ "^t.{3}", true, false, true },
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
	sample->has_mark = roll(dice, 5) != 0;
	sample->mark = roll(dice, 2) ? roll(dice, 4) : 0x80000000U | roll(dice, 256);
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
	socket->mark = sample->mark;
	socket->facts |= sample->has_mark ? FACT_MARK : 0;
	socket->asked |= FACT_MARK | FACT_INTERFACE | FACT_UID | FACT_QUEUES;
	socket->message = sample->message;
}

bool sample_is_sent(const struct sample *sample, const struct natu_request *request)
{
	struct machine_socket socket = {
		.family = sample->is_v6 ? AF_INET6 : AF_INET,
		.source_port = (uint16_t)sample->ports[0],
		.peer_port = (uint16_t)sample->ports[1],
		.device = sample->device,
		.mark = sample->mark,
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
		/* 0 is `*`, which has no order. */
		return expression->operator<= UNEQUAL && !roll(dice, 3)
			       ? 0
			       : some_ports[roll(dice, COUNT(some_ports))];
	case ADDRESS:
	case END:
		return roll(dice, COUNT(some_addresses));
	case DEVICE:
		return 1 + roll(dice, 2);
	case UID:
		return roll(dice, 3) * 500;
	case MARK:
		return roll(dice, 2) ? roll(dice, 4) : 0x80000000U | roll(dice, 4);
	case PROTO:
		return roll(dice, COUNT(some_protocols));
	case HAS:
		return roll(dice, 4);
	default:
		return roll(dice, 5000);
	}
}

/* What belongs to a value: nothing, for most, or the value itself. */
static unsigned int more_roll(const struct expression *leaf, unsigned int value,
			      struct dice *dice)
{
	static const unsigned int masks[] = { 0x80000000U, 1, 3, 0xffffffffU };

	switch (leaf->kind) {
	case PORT:
		return value && leaf->operator<= UNEQUAL && !roll(dice, 3)
			       ? value + roll(dice, 65536 - value)
			       : value;
	case UID:
	case QUEUE:
		return leaf->operator<= UNEQUAL && !roll(dice, 3)
			       ? value + roll(dice, 1000)
			       : value;
	case END:
		return some_ports[roll(dice, COUNT(some_ports))];
	case MARK:
		return leaf->operator<= UNEQUAL ? masks[roll(dice, 4)] : 0;
	default:
		return value;
	}
}

static bool has_order(const struct expression *expression)
{
	return expression->kind == PORT || expression->kind == UID ||
	       expression->kind == QUEUE || expression->kind == MARK;
}

static void leaf_roll(struct expression *leaf, struct dice *dice)
{
	leaf->kind = STATE + roll(dice, HAS - STATE + 1);
	leaf->end = roll(dice, 3);
	leaf->operator= has_order(leaf) ? roll(dice, OPERATORS) : roll(dice, 2);
	leaf->count = leaf->operator<= UNEQUAL && roll(dice, 2) ? 1 + roll(dice, 3) : 1;
	/* A regular expression has no list. */
	if (leaf->kind == PROTO || leaf->kind == HAS)
		leaf->count = 1;
	for (unsigned int i = 0; i < leaf->count; i++) {
		leaf->values[i] = value_roll(leaf, dice);
		leaf->more[i] = more_roll(leaf, leaf->values[i], dice);
	}
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

static void put_number(char *text, const char *before, unsigned int number)
{
	char written[32];

	snprintf(written, sizeof(written), "%s%u", before, number);
	put(text, written);
}

static void write_address(unsigned int which, bool bracketed, struct dice *dice,
			  char *text)
{
	bool as_range = some_addresses[which].range && !roll(dice, 3);

	put(text, bracketed ? "[" : "");
	put(text, as_range ? some_addresses[which].range : some_addresses[which].prefix);
	put(text, bracketed ? "]" : "");
}

static void write_value(const struct expression *leaf, unsigned int i, struct dice *dice,
			char *text)
{
	unsigned int value = leaf->values[i], more = leaf->more[i];
	char mark[32];

	switch (leaf->kind) {
	case STATE:
		put(text, state_words[value]);
		break;
	case PROTO:
		put(text, some_protocols[value].word);
		break;
	case ADDRESS:
		write_address(value, some_addresses[value].is_v6 && roll(dice, 2), dice,
			      text);
		break;
	case END:
		write_address(value, some_addresses[value].is_v6, dice, text);
		put_number(text, ":", more);
		break;
	case MARK:
		snprintf(mark, sizeof(mark), more ? "0x%x/0x%x" : "%u", value, more);
		put(text, mark);
		break;
	default:
		if (leaf->kind == PORT)
			put(text, !value || roll(dice, 3) ? "" : ":");
		if (leaf->kind == PORT && !value)
			put(text, "*");
		else
			put_number(text, "", value);
		if (more != value)
			put_number(text, "-", more);
	}
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
	case END:
		return addresses[leaf->end][roll(dice, 2)];
	case DEVICE:
		return roll(dice, 2) ? "dev" : "interface";
	case UID:
		return "uid";
	case MARK:
		return roll(dice, 2) ? "mark" : "fwmark";
	case PROTO:
		return "proto";
	default:
		return "recv_q";
	}
}

static const char *operator_of(const struct expression *leaf, struct dice *dice)
{
	if (leaf->kind == PROTO && some_protocols[leaf->values[0]].is_pattern)
		return leaf->operator== UNEQUAL ? "!~" : roll(dice, 2) ? "~" : "=~";
	return operators[leaf->operator][roll(dice, 4)];
}

static void write_leaf(const struct expression *leaf, struct dice *dice, char *text)
{
	static const char *const asked[] = { "uid", "recv_q", "mark", "dport" };
	const char *operator= operator_of(leaf, dice);
	bool is_word = operator[0] >= 'a' && operator[0] <= 'z';

	if (leaf->kind == HAS) {
		put(text, "has ");
		put(text, asked[leaf->values[0]]);
		return;
	}
	put(text, field_of(leaf, dice));
	put(text, is_word || roll(dice, 2) ? " " : "");
	put(text, operator);
	put(text, is_word || roll(dice, 2) ? " " : "");
	for (unsigned int i = 0; i < leaf->count; i++) {
		put(text, !i ? "" : roll(dice, 2) ? "," : ", ");
		write_value(leaf, i, dice, text);
	}
	/* It ends with a blank, not with what follows. */
	if (leaf->kind == PROTO)
		put(text, " ");
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

static bool number_holds(const struct expression *leaf, unsigned int i,
			 unsigned int number)
{
	if (leaf->operator<= UNEQUAL)
		return number >= leaf->values[i] && number <= leaf->more[i];
	return holds(leaf->operator, number, leaf->values[i]);
}

static bool mark_holds(const struct expression *leaf, unsigned int i, uint32_t mark)
{
	if (leaf->operator<= UNEQUAL)
		return (mark & leaf->more[i]) == leaf->values[i];
	return holds(leaf->operator, mark, leaf->values[i]);
}

/* One value against one of the list; `!=` is as `=` here. */
static bool value_holds(const struct expression *leaf, const struct sample *sample,
			unsigned int end, unsigned int i)
{
	unsigned int value = leaf->values[i];

	switch (leaf->kind) {
	case STATE:
		return sample->state == some_states[value];
	case PORT:
		if (!sample->ports[end])
			return leaf->operator<= UNEQUAL && !value;
		return value && number_holds(leaf, i, sample->ports[end]);
	case ADDRESS:
		return address_in(sample, end, value);
	case END:
		return address_in(sample, end, value) &&
		       sample->ports[end] == leaf->more[i];
	case DEVICE:
		return sample->device == value;
	case UID:
		return number_holds(leaf, i, sample->uid);
	case MARK:
		return mark_holds(leaf, i, sample->mark);
	case PROTO:
		return sample->is_v6 ? some_protocols[value].ipv6
				     : some_protocols[value].ipv4;
	default:
		return number_holds(leaf, i, sample->recv_q);
	}
}

static bool is_unknown(const struct expression *leaf, const struct sample *sample)
{
	switch (leaf->kind) {
	case UID:
		return !sample->has_uid;
	case QUEUE:
		return !sample->has_queues;
	case MARK:
		return !sample->has_mark;
	case DEVICE:
		return !sample->device && !sample->message;
	default:
		return false;
	}
}

static int leaf_value(const struct expression *leaf, const struct sample *sample)
{
	bool two_ends = leaf->kind == PORT || leaf->kind == ADDRESS || leaf->kind == END;
	unsigned int first = two_ends && leaf->end < 2 ? leaf->end : 0;
	unsigned int last = two_ends ? leaf->end < 2 ? leaf->end : 1 : 0;
	const bool there[] = { sample->has_uid, sample->has_queues, sample->has_mark,
			       true };
	bool some = false;

	if (leaf->kind == HAS)
		return there[leaf->values[0]] ? 2 : 0;
	if (is_unknown(leaf, sample))
		return 1;
	for (unsigned int end = first; end <= last; end++)
		for (unsigned int i = 0; i < leaf->count; i++)
			some |= value_holds(leaf, sample, end, i);
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
