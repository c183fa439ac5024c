/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <string.h>

/* A list of ends. Those that are only an address share one leaf, and those that are only
 * a port another. */
struct ends {
	const struct natu_comparison *comparison;
	const struct natu_column *address;
	struct natu_node *addresses;
	struct natu_prefix *prefixes; /* of it; there is room for so many */
	size_t room;
	struct natu_numbers ports;
	bool has_ports, any_port;
	struct natu_node *others; /* an OR of what has several parts */
};

static bool out_of_memory(const struct ends *ends)
{
	return natu_no_memory(ends->comparison->reading->error);
}

static bool add_addresses(struct ends *ends, const struct natu_host *host)
{
	size_t count = ends->addresses->count;

	if (!host->count)
		return true;
	if (count + host->count > ends->room) {
		size_t room = (count + host->count) * 2;
		struct natu_prefix *prefixes = natu_filter_alloc(
			ends->comparison->reading->filter, room * sizeof(*prefixes));

		if (!prefixes)
			return out_of_memory(ends);
		if (count && ends->prefixes)
			memcpy(prefixes, ends->prefixes, count * sizeof(*prefixes));
		ends->prefixes = prefixes;
		ends->room = room;
	}
	if (!ends->prefixes)
		return out_of_memory(ends);
	memcpy(ends->prefixes + count, host->prefixes,
	       host->count * sizeof(*host->prefixes));
	ends->addresses->prefixes = ends->prefixes;
	ends->addresses->count += (uint32_t)host->count;
	return true;
}

static void add_ports(struct natu_numbers *numbers, const struct natu_host *host)
{
	for (size_t i = 0; i < host->ports.count; i++)
		natu_numbers_add(numbers, host->ports.ranges[i].low,
				 host->ports.ranges[i].high);
}

static struct natu_node *ports_node(const struct ends *ends, bool any,
				    struct natu_numbers *numbers)
{
	struct natu_node *node = natu_comparison_node(ends->comparison, NATU_NODE_PORT,
						      natu_port_beside(ends->address));

	if (!node)
		return NULL;
	node->any = any;
	return natu_comparison_seal(ends->comparison, node, numbers);
}

static struct natu_node *zone_node(const struct ends *ends, const struct natu_host *host)
{
	const struct natu_comparison device = {
		.reading = ends->comparison->reading,
		.operator= NATU_OP_EQUAL,
		.items = &host->zone,
		.count = 1,
	};

	return natu_compare_devices(&device, natu_device_column());
}

/* ss's inet: and inet6: mean sockets of that family. */
static struct natu_node *family_node(const struct ends *ends,
				     const struct natu_host *host)
{
	const struct natu_column *column = natu_column_find("family");
	const bool is_ipv6 = host->family == AF_INET6;
	const struct natu_item name = {
		.text = is_ipv6 ? "ipv6" : "ipv4",
		.length = 4,
		.is_quoted = true,
	};
	const struct natu_comparison family = {
		.reading = ends->comparison->reading,
		.operator= NATU_OP_EQUAL,
		.items = &name,
		.count = 1,
	};

	return natu_compare_text(&family, column);
}

static bool add_part(struct natu_node *parts, struct natu_node *part)
{
	if (part)
		natu_node_add(parts, part);
	return part != NULL;
}

/* An end of several parts, all of which have to match. */
static bool add_other(struct ends *ends, const struct natu_host *host)
{
	struct natu_node *parts = natu_comparison_node(ends->comparison, NATU_NODE_AND,
						       NULL);
	struct natu_numbers numbers = { 0 };
	struct ends alone = { .comparison = ends->comparison, .address = ends->address };

	alone.addresses = natu_comparison_node(ends->comparison, NATU_NODE_ADDRESS,
					       ends->address);
	if (!parts || !alone.addresses || !add_addresses(&alone, host))
		return false;
	add_ports(&numbers, host);
	if ((host->count && !add_part(parts, alone.addresses)) ||
	    (host->has_ports &&
	     !add_part(parts, ports_node(ends, host->ports.any, &numbers))) ||
	    (host->zone.text && !add_part(parts, zone_node(ends, host))) ||
	    (host->family != AF_UNSPEC && !add_part(parts, family_node(ends, host)))) {
		natu_numbers_free(&numbers);
		return false;
	}
	natu_numbers_free(&numbers);
	natu_node_add(ends->others, parts);
	return true;
}

static bool add_end(struct ends *ends, const struct natu_item *item)
{
	bool is_local = ends->address->offset == offsetof(struct natu_socket, local);
	struct natu_host host;

	if (!ends->address->get && natu_is_family_end(item))
		return add_part(ends->others, natu_compare_family_end(ends->comparison,
								      item, is_local));
	if (!natu_read_host(ends->comparison->reading, item, &host))
		return false;
	if (host.has_ports && host.ports.count && !host.ports.ranges[0].high)
		return natu_mistake_in(
			ends->comparison->reading->error, item,
			"0 is no port: an end without a port is written *");
	if (ends->address->get && !(host.count && !host.has_ports && !host.zone.text))
		return natu_mistake_in(
			ends->comparison->reading->error, item,
			"expected an address or a prefix and nothing else");
	if (host.zone.text || host.family != AF_UNSPEC || (host.count && host.has_ports))
		return add_other(ends, &host);
	if (host.count)
		return add_addresses(ends, &host);
	add_ports(&ends->ports, &host);
	ends->has_ports = true;
	ends->any_port |= host.ports.any;
	return true;
}

static struct natu_node *join(struct ends *ends)
{
	struct natu_node *any = natu_comparison_node(ends->comparison, NATU_NODE_OR,
						     NULL);

	if (!any)
		return NULL;
	if (ends->addresses->count)
		natu_node_add(any, ends->addresses);
	if (ends->has_ports &&
	    !add_part(any, ports_node(ends, ends->any_port, &ends->ports)))
		return NULL;
	if (ends->others->first)
		natu_node_add(any, ends->others);
	return natu_node_simplify(any);
}

struct natu_node *natu_compare_ends(const struct natu_comparison *comparison,
				    const struct natu_column *address)
{
	struct ends ends = { .comparison = comparison, .address = address };
	struct natu_node *node = NULL;
	bool good = true;

	if (natu_refuses_order(comparison, "an address"))
		return NULL;
	ends.addresses = natu_comparison_node(comparison, NATU_NODE_ADDRESS, address);
	ends.others = natu_comparison_node(comparison, NATU_NODE_OR, NULL);
	good = ends.addresses && ends.others;
	for (size_t i = 0; good && i < comparison->count; i++)
		good = add_end(&ends, &comparison->items[i]);
	if (good)
		node = join(&ends);
	natu_numbers_free(&ends.ports);
	return node;
}
