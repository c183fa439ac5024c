/* SPDX-License-Identifier: MIT */
#include "filter/lower.h"

#include "filter/tree.h"
#include "state.h"

/* Values from low to high; none when low > high. A port of 0 is `*`. */
struct extent {
	uint64_t low, high;
};

/* A box around all the rows that an expression can let pass. */
struct box {
	uint32_t states, families;
	struct extent local_port, peer_port;
};

#define ALL_FAMILIES (NATU_IPV4 | NATU_IPV6)

static const struct box everything = {
	~0U, ALL_FAMILIES, { 0, UINT16_MAX }, { 0, UINT16_MAX }
};
static const struct box nothing = { 0, 0, { 1, 0 }, { 1, 0 } };

static struct extent both(struct extent a, struct extent b)
{
	return (struct extent){ a.low > b.low ? a.low : b.low,
				a.high < b.high ? a.high : b.high };
}

static struct extent either(struct extent a, struct extent b)
{
	if (a.low > a.high)
		return b;
	if (b.low > b.high)
		return a;
	return (struct extent){ a.low < b.low ? a.low : b.low,
				a.high > b.high ? a.high : b.high };
}

static bool is_empty(const struct box *box)
{
	return !box->states || !box->families ||
	       box->local_port.low > box->local_port.high ||
	       box->peer_port.low > box->peer_port.high;
}

static struct box intersection(const struct box *a, const struct box *b)
{
	const struct box box = {
		a->states & b->states,
		a->families & b->families,
		both(a->local_port, b->local_port),
		both(a->peer_port, b->peer_port),
	};

	return is_empty(&box) ? nothing : box;
}

static struct box hull(const struct box *a, const struct box *b)
{
	return (struct box){
		a->states | b->states,
		a->families | b->families,
		either(a->local_port, b->local_port),
		either(a->peer_port, b->peer_port),
	};
}

static struct box box_of_states(const struct natu_node *node, bool wanted)
{
	struct box box = everything;

	box.states = wanted ? node->states : ~node->states;
	if (box.states & STATE_BIT(STATE_SYN_RECV))
		box.states |= STATE_BIT(STATE_NEW_SYN_RECV);
	return box;
}

static struct box box_of_ports(const struct natu_node *node, bool wanted)
{
	bool is_local = node->column->offset == offsetof(struct natu_socket, local_port);
	struct extent extent = { 1, 0 };
	struct box box = everything;

	if (!wanted)
		return box;
	if (node->count)
		extent = (struct extent){ node->ranges[0].low,
					  node->ranges[node->count - 1].high };
	if (node->any)
		extent.low = 0;
	if (is_local)
		box.local_port = extent;
	else
		box.peer_port = extent;
	return is_empty(&box) ? nothing : box;
}

/* An IPv4 prefix also means IPv4 addresses mapped into IPv6. */
static struct box box_of_addresses(const struct natu_node *node, bool wanted)
{
	struct box box = everything;

	if (!wanted)
		return box;
	box.families = node->count ? NATU_IPV6 : 0;
	for (uint32_t i = 0; i < node->count; i++)
		if (node->prefixes[i].family == AF_INET)
			box.families = ALL_FAMILIES;
	return is_empty(&box) ? nothing : box;
}

/* The box of the rows for which the node is true, or, if that is what is wanted, false.
 */
static struct box box_of(const struct natu_node *node, bool wanted)
{
	bool every = (node->kind == NATU_NODE_AND) == wanted;
	struct box box = every ? everything : nothing;

	switch (node->kind) {
	case NATU_NODE_NOT:
		return box_of(node->first, !wanted);
	case NATU_NODE_STATE:
		return box_of_states(node, wanted);
	case NATU_NODE_PORT:
		return box_of_ports(node, wanted);
	case NATU_NODE_ADDRESS:
		return box_of_addresses(node, wanted);
	case NATU_NODE_AND:
	case NATU_NODE_OR:
		break;
	default:
		return everything;
	}
	for (const struct natu_node *child = node->first; child; child = child->next) {
		struct box next = box_of(child, wanted);

		box = every ? intersection(&box, &next) : hull(&box, &next);
	}
	return box;
}

static uint16_t only_port(struct extent extent)
{
	return extent.low == extent.high ? (uint16_t)extent.low : 0;
}

void natu_filter_narrow(const struct natu_filter *filter, struct natu_request *request)
{
	struct box box = box_of(&filter->root, true);

	request->states |= filter->named_states & request->family->extra_states;
	request->states &= box.states;
	/* Nothing at all is asked for by no state: a source cannot leave out every
	 * family. */
	if (box.families)
		request->families &= box.families;
	request->local_port = only_port(box.local_port);
	request->peer_port = only_port(box.peer_port);
	/* A listener lends its user to the connections that are still being made, and has
	 * no peer. */
	if ((request->facts & FACT_UID) && (request->states & STATE_BIT(STATE_SYN_RECV)))
		request->peer_port = 0;
}
