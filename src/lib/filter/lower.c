/* SPDX-License-Identifier: MIT */
#include "filter/lower.h"

#include "filter/box.h"
#include "filter/bytecode.h"
#include "filter/kernel_part.h"

#include <stddef.h>
#include <string.h>

/* The only port in the extent; 0 if there are more. */
static uint16_t only_port(struct natu_extent extent)
{
	return extent.low == extent.high ? (uint16_t)extent.low : 0;
}

/* Adds the bytecode for what the other members do not see to. */
static void compile(const struct natu_filter *filter, struct natu_request *request)
{
	struct natu_filter *scratch = natu_filter_new();
	struct natu_node *part = scratch ? natu_kernel_part(filter, request, scratch)
					 : NULL;

	request->bytecode_length = 0;
	if (part && part->kind == NATU_NODE_OR && !part->first)
		request->states = 0;
	else if (part)
		request->bytecode_length = (uint16_t)natu_bytecode(
			part, request->bytecode, sizeof(request->bytecode));
	natu_filter_free(scratch);
}

/* The address at an end, if an arm of the filter leaves no other. */
static void take_address(const struct natu_node *arm, struct natu_tuple *tuple)
{
	const struct natu_prefix *prefix;
	struct natu_address *address;

	if (arm->kind != NATU_NODE_ADDRESS || arm->column->get || arm->count != 1)
		return;
	prefix = &arm->prefixes[0];
	if (prefix->length != (prefix->family == AF_INET ? 32 : 128))
		return;
	address = arm->column->offset == offsetof(struct natu_socket, local)
			  ? &tuple->local
			  : &tuple->peer;
	*address = (struct natu_address){ .family = prefix->family };
	natu_prefix_bytes(prefix, address->bytes);
}

bool natu_filter_pins(const struct natu_filter *filter, const struct natu_family *family,
		      struct natu_tuple *tuple)
{
	struct natu_box box = natu_box_of(&filter->root, true, family);

	*tuple = (struct natu_tuple){
		.local_port = only_port(box.local_port),
		.peer_port = only_port(box.peer_port),
	};
	for (const struct natu_node *arm = filter->root.first; arm; arm = arm->next)
		take_address(arm, tuple);
	return family->protocol == IPPROTO_TCP && tuple->local_port && tuple->peer_port &&
	       tuple->local.family && tuple->local.family == tuple->peer.family;
}

void natu_filter_narrow(const struct natu_filter *filter, struct natu_request *request)
{
	struct natu_box box = natu_box_of(&filter->root, true, request->family);

	request->states |= filter->named_states & request->family->extra_states;
	request->states &= box.states;
	/* Nothing at all is asked for by no state: a source cannot leave out every
	 * family. */
	if (box.families & request->families)
		request->families &= box.families;
	else
		request->states = 0;
	request->local_port = only_port(box.local_port);
	request->peer_port = only_port(box.peer_port);
	request->has_tuple = natu_filter_pins(filter, request->family, &request->tuple);
	if (natu_family_is_inet(request->family) && !request->family->has_associations)
		compile(filter, request);
}
