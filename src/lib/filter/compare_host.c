/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <string.h>

static struct natu_node *ports_of(const struct natu_comparison *comparison,
				  const struct natu_column *address,
				  const struct natu_host *host)
{
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_PORT,
						      natu_port_beside(address));
	struct natu_numbers numbers = { 0 };

	if (!node)
		return NULL;
	node->any = host->ports.any;
	for (size_t i = 0; i < host->ports.count; i++)
		natu_numbers_add(&numbers, host->ports.ranges[i].low,
				 host->ports.ranges[i].high);
	return natu_comparison_seal(comparison, node, &numbers);
}

static struct natu_node *address_of(const struct natu_comparison *comparison,
				    const struct natu_column *address,
				    const struct natu_host *host)
{
	struct natu_node *node = natu_comparison_node(comparison, NATU_NODE_ADDRESS,
						      address);
	struct natu_prefix *prefixes = natu_filter_alloc(comparison->reading->filter,
							 host->count * sizeof(*prefixes));

	if (!node || !prefixes) {
		natu_no_memory(comparison->reading->error);
		return NULL;
	}
	memcpy(prefixes, host->prefixes, host->count * sizeof(*prefixes));
	node->prefixes = prefixes;
	node->count = (uint32_t)host->count;
	return node;
}

static struct natu_node *zone_of(const struct natu_comparison *comparison,
				 const struct natu_host *host)
{
	const struct natu_item zone = { .text = host->zone,
					.length = strlen(host->zone) };
	const struct natu_comparison device = { comparison->reading, NATU_OP_EQUAL, &zone,
						1 };

	return natu_compare_devices(&device, natu_device_column());
}

static bool add_part(struct natu_node *parts, struct natu_node *part)
{
	if (part)
		natu_node_add(parts, part);
	return part != NULL;
}

static struct natu_node *compare_end(const struct natu_comparison *comparison,
				     const struct natu_column *address,
				     const struct natu_item *item)
{
	struct natu_node *parts = natu_comparison_node(comparison, NATU_NODE_AND, NULL);
	struct natu_host host;

	if (!parts || !natu_read_host(comparison->reading, item, &host))
		return NULL;
	if (host.has_ports && host.ports.count && !host.ports.ranges[0].high) {
		natu_mistake_in(comparison->reading->error, item,
				"0 is no port: an end without a port is written *");
		return NULL;
	}
	if ((host.count && !add_part(parts, address_of(comparison, address, &host))) ||
	    (host.has_ports && !add_part(parts, ports_of(comparison, address, &host))) ||
	    (host.zone[0] && !add_part(parts, zone_of(comparison, &host))))
		return NULL;
	return natu_node_simplify(parts);
}

struct natu_node *natu_compare_ends(const struct natu_comparison *comparison,
				    const struct natu_column *address)
{
	struct natu_node *any = natu_comparison_node(comparison, NATU_NODE_OR, NULL);

	if (natu_refuses_order(comparison, "an address"))
		return NULL;
	for (size_t i = 0; any && i < comparison->count; i++) {
		struct natu_node *end = compare_end(comparison, address,
						    &comparison->items[i]);

		if (!end)
			return NULL;
		natu_node_add(any, end);
	}
	return any ? natu_node_simplify(any) : NULL;
}
