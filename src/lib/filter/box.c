/* SPDX-License-Identifier: MIT */
#include "filter/box.h"

#include "state.h"

#include <string.h>

#define ALL_FAMILIES (NATU_IPV4 | NATU_IPV6)

static const struct natu_box everything = {
	~0U, ALL_FAMILIES, { 0, UINT16_MAX }, { 0, UINT16_MAX }
};
static const struct natu_box nothing = { 0, 0, { 1, 0 }, { 1, 0 } };

static struct natu_extent both(struct natu_extent a, struct natu_extent b)
{
	return (struct natu_extent){ a.low > b.low ? a.low : b.low,
				     a.high < b.high ? a.high : b.high };
}

static struct natu_extent either(struct natu_extent a, struct natu_extent b)
{
	if (a.low > a.high)
		return b;
	if (b.low > b.high)
		return a;
	return (struct natu_extent){ a.low < b.low ? a.low : b.low,
				     a.high > b.high ? a.high : b.high };
}

/* A box that is empty on one side is empty. */
static struct natu_box settle(struct natu_box box)
{
	bool is_empty = !box.states || !box.families ||
			box.local_port.low > box.local_port.high ||
			box.peer_port.low > box.peer_port.high;

	return is_empty ? nothing : box;
}

static struct natu_box intersection(const struct natu_box *a, const struct natu_box *b)
{
	return settle((struct natu_box){
		a->states & b->states,
		a->families & b->families,
		both(a->local_port, b->local_port),
		both(a->peer_port, b->peer_port),
	});
}

static struct natu_box hull(const struct natu_box *a, const struct natu_box *b)
{
	return (struct natu_box){
		a->states | b->states,
		a->families | b->families,
		either(a->local_port, b->local_port),
		either(a->peer_port, b->peer_port),
	};
}

void natu_base_of(const struct natu_node *leaf, bool wanted,
		  const struct natu_family *family, uint32_t families[32])
{
	struct natu_socket socket = { .facts = FACT_BASE };

	memset(families, 0, 32 * sizeof(*families));
	for (unsigned int state = 1; state < STATE_NUMBERS; state++)
		for (unsigned int i = 0; i < 2 && family->address_families[i]; i++) {
			natu_family_identify(family, i, state, &socket);
			if (natu_node_test(leaf, &socket) ==
			    (wanted ? NATU_TRUE : NATU_FALSE))
				families[state] |= i ? NATU_IPV6 : NATU_IPV4;
		}
}

static struct natu_box box_of_base(const struct natu_node *leaf, bool wanted,
				   const struct natu_family *family)
{
	struct natu_box box = everything;
	uint32_t families[32];

	natu_base_of(leaf, wanted, family, families);
	box.states = box.families = 0;
	for (unsigned int state = 0; state < 32; state++) {
		box.families |= families[state];
		box.states |= families[state] ? STATE_BIT(state) : 0;
	}
	return settle(box);
}

static struct natu_box box_of_ports(const struct natu_node *leaf, bool wanted)
{
	bool is_local = leaf->column->offset == offsetof(struct natu_socket, local_port);
	struct natu_extent extent = { 1, 0 };
	struct natu_box box = everything;

	if (!wanted)
		return box;
	if (leaf->count)
		extent = (struct natu_extent){ leaf->ranges[0].low,
					       leaf->ranges[leaf->count - 1].high };
	if (leaf->any)
		extent = (struct natu_extent){ 0, leaf->count ? extent.high : 0 };
	if (is_local)
		box.local_port = extent;
	else
		box.peer_port = extent;
	return settle(box);
}

/* An IPv4 prefix also means IPv4 addresses mapped into IPv6. */
static struct natu_box box_of_addresses(const struct natu_node *leaf, bool wanted)
{
	struct natu_box box = everything;

	if (!wanted)
		return box;
	box.families = leaf->count ? NATU_IPV6 : 0;
	for (uint32_t i = 0; i < leaf->count; i++)
		if (leaf->prefixes[i].family == AF_INET)
			box.families = ALL_FAMILIES;
	return settle(box);
}

static struct natu_box box_of_leaf(const struct natu_node *leaf, bool wanted,
				   const struct natu_family *family)
{
	if (leaf->column->fact == FACT_BASE)
		return box_of_base(leaf, wanted, family);
	if (leaf->kind == NATU_NODE_PORT)
		return box_of_ports(leaf, wanted);
	if (leaf->kind == NATU_NODE_ADDRESS)
		return box_of_addresses(leaf, wanted);
	return everything;
}

struct natu_box natu_box_of(const struct natu_node *node, bool wanted,
			    const struct natu_family *family)
{
	/* What is false of an OR is false of each arm: the two change their roles. */
	bool every = (node->kind == NATU_NODE_AND) == wanted;
	struct natu_box box = every ? everything : nothing;

	if (node->column)
		return box_of_leaf(node, wanted, family);
	if (node->kind == NATU_NODE_NOT)
		return natu_box_of(node->first, !wanted, family);
	for (const struct natu_node *child = node->first; child; child = child->next) {
		struct natu_box next = natu_box_of(child, wanted, family);

		box = every ? intersection(&box, &next) : hull(&box, &next);
	}
	return box;
}
