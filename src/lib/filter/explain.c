/* SPDX-License-Identifier: MIT */
#include "filter/explain.h"

#include "filter/kernel_part.h"
#include "filter/print.h"
#include "state.h"
#include "value.h"

static void add(struct natu_buffer *buffer, const char *text)
{
	natu_buffer_add_text(buffer, text);
}

static void add_number(struct natu_buffer *buffer, uint64_t number)
{
	char text[NATU_VALUE_MAX];

	natu_buffer_add(buffer, text, (size_t)(natu_print_uint(text, number) - text));
}

static void add_port(struct natu_buffer *buffer, const char *what, uint16_t port)
{
	if (!port)
		return;
	add(buffer, what);
	add_number(buffer, port);
}

/* What the members of a request say. */
static void explain_fields(const struct natu_request *request, struct natu_buffer *buffer)
{
	if (((request->states | 1) & STATES_LISTED) == STATES_LISTED) {
		add(buffer, "all states");
	} else {
		add(buffer, "state ");
		natu_print_states(request->states, buffer);
	}
	if (request->families == NATU_IPV4 && natu_family_is_inet(request->family))
		add(buffer, ", IPv4");
	if (request->families == NATU_IPV6)
		add(buffer, ", IPv6");
	add_port(buffer, ", local port ", request->local_port);
	add_port(buffer, ", remote port ", request->peer_port);
}

/* The arms of the filter of which the kernel leaves something to be checked. */
static void explain_rest(const struct natu_filter *filter,
			 const struct natu_request *request, struct natu_filter *scratch,
			 struct natu_buffer *buffer)
{
	struct natu_node rest = { .kind = NATU_NODE_AND };

	for (const struct natu_node *arm = filter->root.first; arm; arm = arm->next) {
		struct natu_node *copy;

		if (natu_kernel_sees_to(arm, request, scratch))
			continue;
		copy = natu_node_new(scratch, arm->kind, arm->column);
		if (!copy) {
			buffer->failed = true;
			return;
		}
		*copy = *arm;
		copy->next = NULL;
		natu_node_add(&rest, copy);
	}
	if (!rest.first)
		return;
	add(buffer, "\n  natu checks      ");
	natu_node_print(natu_node_simplify(&rest), buffer);
}

void natu_request_explain(const struct natu_filter *filter,
			  const struct natu_request *request, struct natu_buffer *buffer)
{
	struct natu_filter *scratch = natu_filter_new();
	struct natu_node *part = scratch ? natu_kernel_part(filter, request, scratch)
					 : NULL;

	add(buffer, request->family->name);
	if (!part) {
		buffer->failed = true;
	} else if (!request->states) {
		add(buffer, "\n  nothing can pass, nothing is asked for");
	} else {
		add(buffer, "\n  is asked for     ");
		explain_fields(request, buffer);
		if (request->has_tuple)
			add(buffer,
			    "\n  is looked up     by both ends, before it is listed");
		if (request->bytecode_length) {
			add(buffer, "\n  kernel checks    ");
			natu_node_print(part, buffer);
			add(buffer, " (");
			add_number(buffer, request->bytecode_length);
			add(buffer, " bytes)");
		}
		explain_rest(filter, request, scratch, buffer);
	}
	add(buffer, "\n");
	natu_filter_free(scratch);
}

void natu_filter_explain(const struct natu_filter *filter, struct natu_buffer *buffer)
{
	const struct natu_node *root = &filter->root;

	natu_node_print(root->first && !root->first->next ? root->first : root, buffer);
}
