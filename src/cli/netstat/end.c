/* SPDX-License-Identifier: MIT */
#include "netstat/end.h"

#include "netstat/kinds.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* An end has so many columns, and without -W takes never more; a port's name has at most
 * so many of these. */
enum { END_WIDTH = 23, PORT_MAX = 18 };

void netstat_end_columns(struct netstat_end ends[2])
{
	ends[0] = (struct netstat_end){
		.address = natu_column_find("local.address"),
		.port = natu_column_find("local.port"),
		.mapped = natu_column_find("local.mapped"),
	};
	ends[1] = (struct netstat_end){
		.address = natu_column_find("peer.address"),
		.port = natu_column_find("peer.port"),
		.mapped = natu_column_find("peer.mapped"),
	};
}

/* Also where netstat has no name for it: IPv4 that is mapped into IPv6. */
static bool is_mapped(const struct netstat_end *end, const struct natu_socket *socket)
{
	struct natu_value mapped;

	return natu_get(socket, end->mapped, &mapped) == NATU_HAS && mapped.truth;
}

const char *netstat_host_name(struct netstat_rows *rows,
			      const struct natu_address *address)
{
	if (rows->request->numeric_hosts)
		return NULL;
	if (!natu_address_is_any(address))
		return names_host(rows->names, address);
	return address->family == AF_INET6 ? "[::]" : NULL;
}

static void put_address(struct netstat_rows *rows, const struct netstat_end *end,
			const struct natu_socket *socket, struct natu_buffer *text)
{
	const char *name = NULL;
	struct natu_value address;

	if (!is_mapped(end, socket) &&
	    natu_get(socket, end->address, &address) == NATU_HAS)
		name = netstat_host_name(rows, &address.address);
	if (name)
		natu_buffer_add_foreign(text, NATU_STYLE_TEXT, name, strlen(name));
	else
		natu_plan_row(end->text, socket, text);
}

static const char *services_of(const struct natu_socket *socket)
{
	const char *protocol = natu_protocol_name(natu_socket_protocol(socket));

	for (size_t i = 0; netstat_protocols[i].name; i++)
		if (!strcmp(netstat_protocols[i].name, protocol))
			return netstat_protocols[i].services;
	return NULL;
}

static void put_port(struct netstat_rows *rows, const struct netstat_end *end,
		     const struct natu_socket *socket, struct natu_buffer *text)
{
	const char *services = services_of(socket), *name = NULL;
	struct natu_value port;
	char number[32];

	if (natu_get(socket, end->port, &port) != NATU_HAS) {
		natu_buffer_add_text(text, "*");
		return;
	}
	if (!rows->request->numeric_ports && services)
		name = names_service(rows->names, services, (uint16_t)port.number);
	snprintf(number, sizeof(number), "%" PRIu64, port.number);
	if (name)
		natu_buffer_add_foreign(text, NATU_STYLE_TEXT, name, strlen(name));
	else
		natu_buffer_add_text(text, number);
}

/* What is too long for its columns loses its end: the port's name what nobody needs of
 * it, and the address what is left to lose. */
void netstat_end_add(struct netstat_rows *rows, const struct netstat_end *end,
		     const struct natu_socket *socket, struct natu_buffer *text)
{
	struct natu_buffer *scratch = &rows->scratch;
	size_t address, port, start = text->used;

	scratch->used = 0;
	put_address(rows, end, socket, scratch);
	address = scratch->used;
	put_port(rows, end, socket, scratch);
	text->failed |= scratch->failed;
	if (text->failed)
		return;
	port = scratch->used - address;
	if (!rows->request->wide && address + 1 + port > END_WIDTH) {
		size_t kept = port < PORT_MAX ? port : PORT_MAX;

		natu_buffer_add(text, scratch->data,
				address < END_WIDTH - 1 - kept ? address
							       : END_WIDTH - 1 - kept);
		port = kept;
	} else {
		natu_buffer_add(text, scratch->data, address);
	}
	natu_buffer_add(text, ":", 1);
	natu_buffer_add(text, scratch->data + address, port);
	while (!text->failed && text->used - start < END_WIDTH)
		natu_buffer_add(text, " ", 1);
}
