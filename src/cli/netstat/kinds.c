/* SPDX-License-Identifier: MIT */
#include "netstat/kinds.h"

#include <string.h>

const struct netstat_protocol netstat_protocols[] = {
	{ "tcp", "AF INET (tcp)", "/proc/net/tcp", NULL, "tcp" },
	{ "sctp", "AF INET (sctp)", "/proc/net/sctp/eps", "/proc/net/sctp/assocs", NULL },
	{ "udp", "AF INET (udp)", "/proc/net/udp", NULL, "udp" },
	{ "udplite", "AF INET (udplite)", "/proc/net/udplite", NULL, "udp" },
	{ "raw", "AF INET (raw)", "/proc/net/raw", NULL, "raw" },
	{ .name = NULL },
};

uint32_t netstat_protocol_named(const char *name)
{
	for (size_t i = 0; netstat_protocols[i].name; i++)
		if (!strcmp(netstat_protocols[i].name, name))
			return 1U << i;
	return 0;
}

/* In the order of their sections. */
const struct netstat_family netstat_families[] = {
	{ .name = "inet" },
	{ .name = "inet6" },
	{ .name = "unix", .feature = "AF UNIX", .file = "/proc/net/unix" },
	{ .name = "ipx", .feature = "AF IPX", .file = "/proc/net/ipx" },
	{ .name = "ax25", .feature = "AF AX25", .file = "/proc/net/ax25" },
	{ .name = "x25", .feature = "AF X25", .file = "/proc/net/x25" },
	{ .name = "netrom", .feature = "AF NETROM", .file = "/proc/net/nr" },
	{ .name = "rose", .feature = "AF ROSE", .file = "/proc/net/rose" },
	{ .name = "bluetooth", .feature = "AF BLUETOOTH", .tool = "bluetoothctl" },
	{ .name = "ddp" },
	{ .name = NULL },
};

const struct netstat_family *netstat_family_named(const char *name)
{
	static const struct {
		const char *name, *means;
	} others[] = {
		{ "ip", "inet" },
		{ "tcpip", "inet" },
		{ "ip6", "inet6" },
		{ "appletalk", "ddp" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].name, name))
			name = others[i].means;
	for (size_t i = 0; netstat_families[i].name; i++)
		if (!strcmp(netstat_families[i].name, name))
			return &netstat_families[i];
	return NULL;
}

uint32_t netstat_family_bit(const struct netstat_family *family)
{
	return 1U << (family - netstat_families);
}
