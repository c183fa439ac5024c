/* SPDX-License-Identifier: MIT */
#include "kill.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An end of a connection, with IPv4 as IPv6 has it: mapped. */
struct end {
	uint8_t address[16];
	uint16_t port;
};

static void map(uint8_t address[16], const uint8_t ipv4[4])
{
	memset(address, 0, 10);
	memset(address + 10, 0xff, 2);
	memcpy(address + 12, ipv4, 4);
}

static bool read_end(struct end *end, const char *address, unsigned long port)
{
	uint8_t ipv4[4];

	end->port = (uint16_t)port;
	if (inet_pton(AF_INET, address, ipv4) == 1) {
		map(end->address, ipv4);
		return true;
	}
	return inet_pton(AF_INET6, address, end->address) == 1;
}

static bool is_end(const struct end *end, const struct natu_address *address,
		   uint16_t port)
{
	uint8_t bytes[16];

	if (address->family == AF_INET)
		map(bytes, address->bytes);
	else
		memcpy(bytes, address->bytes, sizeof(bytes));
	return end->port == port && !memcmp(end->address, bytes, sizeof(bytes));
}

bool kill_is_session(const struct natu_target *target)
{
	/* "CLIENT PORT SERVER PORT", as sshd(8) sets it. */
	const char *connection = getenv("SSH_CONNECTION");
	char client[64], server[64], client_port[6], server_port[6];
	struct end local, peer;

	return connection && target->is_internet &&
	       sscanf(connection, "%63s %5s %63s %5s", client, client_port, server,
		      server_port) == 4 &&
	       read_end(&local, server, strtoul(server_port, NULL, 10)) &&
	       read_end(&peer, client, strtoul(client_port, NULL, 10)) &&
	       is_end(&local, &target->local, target->local_port) &&
	       is_end(&peer, &target->peer, target->peer_port);
}
