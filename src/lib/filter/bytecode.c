/* SPDX-License-Identifier: MIT */
#include "filter/bytecode.h"

#include "kernel.h"

#include <string.h>

/*
 * A program is a row of operations, each with a way on for yes and one for no; a socket
 * passes that arrives at the very end (net/ipv4/inet_diag.c). The kernel takes only ways
 * forward, and for no only those to an operation that a row of yes would come to. So here
 * yes always is the next operation, and no the place where a label will be.
 */
enum { LABELS_MAX = 512, REJECT = 0, NOWHERE = 0xffff };

struct program {
	unsigned char *bytes;
	size_t size, used;
	bool is_full;
	uint16_t labels[LABELS_MAX]; /* where they are, once that is known */
	unsigned int label_count;
};

/* One operation; what it compares follows its head. */
struct operation {
	uint8_t code;
	size_t length; /* with its head, which is filled last */
	unsigned char bytes[sizeof(struct inet_diag_bc_op) +
			    sizeof(struct inet_diag_hostcond) + 16];
};

/* The operations that one value of a list needs: all of them must say yes. */
struct step {
	struct operation operations[2];
	unsigned int count;
};

static void gen_true(struct program *program, const struct natu_node *node,
		     unsigned int no);
static void gen_false(struct program *program, const struct natu_node *node,
		      unsigned int yes);

static unsigned int new_label(struct program *program)
{
	if (program->label_count == LABELS_MAX) {
		program->is_full = true;
		return REJECT;
	}
	program->labels[program->label_count] = NOWHERE;
	return program->label_count++;
}

static void place_label(struct program *program, unsigned int label)
{
	if (label != REJECT)
		program->labels[label] = (uint16_t)program->used;
}

/* Until the end `no` holds the label. */
static void emit(struct program *program, const struct operation *operation,
		 unsigned int label)
{
	struct inet_diag_bc_op head = {
		.code = operation->code,
		.yes = (unsigned char)operation->length,
		.no = (unsigned short)label,
	};

	if (program->size - program->used < operation->length) {
		program->is_full = true;
		return;
	}
	memcpy(program->bytes + program->used, operation->bytes, operation->length);
	memcpy(program->bytes + program->used, &head, sizeof(head));
	program->used += operation->length;
}

static void emit_jump(struct program *program, unsigned int label)
{
	const struct operation jump = {
		.code = INET_DIAG_BC_JMP,
		.length = sizeof(struct inet_diag_bc_op),
	};

	emit(program, &jump, label);
}

/* ---- values ---- */

static void add_operation(struct step *step, uint8_t code, const void *operand,
			  size_t size)
{
	struct operation *operation = &step->operations[step->count++];

	operation->code = code;
	operation->length = sizeof(struct inet_diag_bc_op) + size;
	memset(operation->bytes, 0, sizeof(operation->bytes));
	memcpy(operation->bytes + sizeof(struct inet_diag_bc_op), operand, size);
}

/* A port stands where the next operation would have its `no`. */
static void add_port(struct step *step, uint8_t code, uint64_t port)
{
	const struct inet_diag_bc_op operand = { .no = (unsigned short)port };

	add_operation(step, code, &operand, sizeof(operand));
}

static void port_step(struct step *step, const struct natu_node *leaf, uint32_t index)
{
	bool is_local = leaf->column->offset == offsetof(struct natu_socket, local_port);
	const struct natu_range star = { 0, 0 };
	const struct natu_range *range = index < leaf->count ? &leaf->ranges[index]
							     : &star;

	if (range->low == range->high) {
		add_port(step, is_local ? KERNEL_DIAG_BC_S_EQ : KERNEL_DIAG_BC_D_EQ,
			 range->low);
		return;
	}
	add_port(step, is_local ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, range->low);
	if (range->high < UINT16_MAX)
		add_port(step, is_local ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE,
			 range->high);
}

static void address_step(struct step *step, const struct natu_node *leaf, uint32_t index)
{
	bool is_local = leaf->column->offset == offsetof(struct natu_socket, local);
	const struct natu_prefix *prefix = &leaf->prefixes[index];
	struct inet_diag_hostcond head;
	unsigned char operand[sizeof(head) + sizeof(prefix->bits)];
	size_t size;

	/* Padding too goes to the kernel, and into a recording. */
	memset(&head, 0, sizeof(head));
	head.family = prefix->family;
	head.prefix_len = prefix->length;
	head.port = -1;
	memcpy(operand, &head, sizeof(head));
	size = natu_prefix_bytes(prefix, operand + sizeof(head));
	add_operation(step, is_local ? INET_DIAG_BC_S_COND : INET_DIAG_BC_D_COND, operand,
		      sizeof(head) + size);
}

static void number_step(struct step *step, const struct natu_node *leaf, uint32_t index)
{
	bool is_bits = leaf->kind == NATU_NODE_BITS;
	uint64_t number = is_bits ? leaf->bits.value : leaf->ranges[index].low;
	const uint32_t mark[2] = {
		(uint32_t)number,
		is_bits ? (uint32_t)leaf->bits.mask : UINT32_MAX,
	};
	const uint32_t device = (uint32_t)number;

	if (leaf->column->fact == FACT_MARK)
		add_operation(step, KERNEL_DIAG_BC_MARK_COND, mark, sizeof(mark));
	else if (leaf->column->fact == FACT_INTERFACE)
		add_operation(step, KERNEL_DIAG_BC_DEV_COND, &device, sizeof(device));
	else
		add_operation(step, KERNEL_DIAG_BC_CGROUP_COND, &number, sizeof(number));
}

static uint32_t step_count(const struct natu_node *leaf)
{
	if (leaf->kind == NATU_NODE_BITS)
		return 1;
	return leaf->count + (leaf->kind == NATU_NODE_PORT && leaf->any);
}

static struct step step_of(const struct natu_node *leaf, uint32_t index)
{
	struct step step = { .count = 0 };

	if (leaf->kind == NATU_NODE_PORT)
		port_step(&step, leaf, index);
	else if (leaf->kind == NATU_NODE_ADDRESS)
		address_step(&step, leaf, index);
	else
		number_step(&step, leaf, index);
	return step;
}

static void step_true(struct program *program, const struct step *step, unsigned int no)
{
	for (unsigned int i = 0; i < step->count; i++)
		emit(program, &step->operations[i], no);
}

static void step_false(struct program *program, const struct step *step, unsigned int yes)
{
	unsigned int no = new_label(program);

	step_true(program, step, no);
	emit_jump(program, yes);
	place_label(program, no);
}

static void leaf_true(struct program *program, const struct natu_node *leaf,
		      unsigned int no)
{
	uint32_t count = step_count(leaf);
	unsigned int yes = count > 1 ? new_label(program) : REJECT;

	for (uint32_t i = 0; i < count; i++) {
		struct step step = step_of(leaf, i);

		if (i + 1 < count)
			step_false(program, &step, yes);
		else
			step_true(program, &step, no);
	}
	place_label(program, yes);
}

static void leaf_false(struct program *program, const struct natu_node *leaf,
		       unsigned int yes)
{
	for (uint32_t i = 0; i < step_count(leaf); i++) {
		struct step step = step_of(leaf, i);

		step_false(program, &step, yes);
	}
}

/* ---- expressions: each goes on behind itself, or jumps ---- */

/* Goes on if it is true, and to the label `no` if not. */
static void gen_true(struct program *program, const struct natu_node *node,
		     unsigned int no)
{
	unsigned int yes;

	if (node->column) {
		leaf_true(program, node, no);
		return;
	}
	if (node->kind == NATU_NODE_NOT) {
		gen_false(program, node->first, no);
		return;
	}
	yes = node->kind == NATU_NODE_OR ? new_label(program) : REJECT;
	for (const struct natu_node *child = node->first; child; child = child->next) {
		if (node->kind == NATU_NODE_AND || !child->next)
			gen_true(program, child, no);
		else
			gen_false(program, child, yes);
	}
	place_label(program, yes);
}

/* Goes on if it is false, and to the label `yes` if not. */
static void gen_false(struct program *program, const struct natu_node *node,
		      unsigned int yes)
{
	unsigned int no;

	if (node->column) {
		leaf_false(program, node, yes);
		return;
	}
	if (node->kind == NATU_NODE_NOT) {
		gen_true(program, node->first, yes);
		return;
	}
	no = node->kind == NATU_NODE_AND ? new_label(program) : REJECT;
	for (const struct natu_node *child = node->first; child; child = child->next) {
		if (node->kind == NATU_NODE_OR || !child->next)
			gen_false(program, child, yes);
		else
			gen_true(program, child, no);
	}
	place_label(program, no);
}

/* One arm of what must all be true: whole, or not at all. */
static void gen_arm(struct program *program, const struct natu_node *arm)
{
	size_t used = program->used;
	unsigned int label_count = program->label_count;

	gen_true(program, arm, REJECT);
	if (program->is_full) {
		program->used = used;
		program->label_count = label_count;
	}
	program->is_full = false;
}

/* Labels become distances: to reject is to jump beyond the end. */
static void resolve(struct program *program)
{
	struct inet_diag_bc_op head;

	for (size_t at = 0; at < program->used; at += head.yes) {
		memcpy(&head, program->bytes + at, sizeof(head));
		if (head.no == REJECT)
			head.no = (unsigned short)(program->used - at + sizeof(head));
		else
			head.no = (unsigned short)(program->labels[head.no] - at);
		memcpy(program->bytes + at, &head, sizeof(head));
	}
}

size_t natu_bytecode(const struct natu_node *part, void *bytes, size_t size)
{
	struct program program = { .bytes = bytes,
				   .size = size,
				   .label_count = REJECT + 1 };

	if (part->kind != NATU_NODE_AND || part->column)
		gen_arm(&program, part);
	else
		for (const struct natu_node *arm = part->first; arm; arm = arm->next)
			gen_arm(&program, arm);
	resolve(&program);
	return program.used;
}
