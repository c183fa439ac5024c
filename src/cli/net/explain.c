/* SPDX-License-Identifier: MIT */
#include "net/obstacle.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNPRIVILEGED_START "net/ipv4/ip_unprivileged_port_start"
#define PORT_RANGE "net/ipv4/ip_local_port_range"
#define IPV6_OFF "net/ipv6/conf/all/disable_ipv6"

const char *kernel_setting(char text[KERNEL_SETTING], const char *path)
{
	char name[128];
	ssize_t length = 0;
	int descriptor;

	snprintf(name, sizeof(name), "/proc/sys/%s", path);
	descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (descriptor >= 0) {
		length = read(descriptor, text, KERNEL_SETTING - 1);
		close(descriptor);
	}
	text[length > 0 ? length : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	for (char *c = text; *c; c++)
		if (*c == '\t')
			*c = '-';
	return text;
}

bool port_list_has(const char *list, unsigned int port)
{
	while (*list) {
		char *end;
		unsigned long from = strtoul(list, &end, 10), to = from;

		if (end == list)
			return false;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (port >= from && port <= to)
			return true;
		list = *end == ',' ? end + 1 : end;
		if (list == end && *end)
			return false;
	}
	return false;
}

bool explain_failure(const char *doing, const struct endpoint *endpoint, int error)
{
	char name[ENDPOINT_TEXT];

	complain("%s %s: %s", doing, endpoint_print(name, endpoint), strerror(error));
	if (error == EAFNOSUPPORT && endpoint_family(endpoint) == AF_INET6)
		complain("this kernel has no IPv6");
	return false;
}

static void explain_no_free_port(const struct endpoint *endpoint)
{
	char range[KERNEL_SETTING], reserved[KERNEL_SETTING];

	kernel_setting(range, PORT_RANGE);
	kernel_setting(reserved, RESERVED_PORTS);
	complain(
		"no port is free: the kernel chooses from %s (net.ipv4.ip_local_port_range)%s%s",
		range,
		*reserved ? ", and leaves out those in net.ipv4.ip_local_reserved_ports: "
			  : "",
		reserved);
	if (endpoint_port(endpoint))
		complain("an address has each of them once%s: --from PREFIX uses several "
			 "addresses",
			 endpoint_is_datagram(endpoint) ? "" : " for one destination");
}

/* A port that the kernel may lend to any outgoing connection is not one to listen on. */
static void explain_range(unsigned int port)
{
	char range[KERNEL_SETTING], reserved[KERNEL_SETTING];

	if (!port_list_has(kernel_setting(range, PORT_RANGE), port))
		return;
	if (port_list_has(kernel_setting(reserved, RESERVED_PORTS), port))
		return;
	complain(
		"outgoing connections get their ports from %s, and so can have got this one; "
		"net.ipv4.ip_local_reserved_ports would keep it free",
		range);
}

static void explain_privilege(unsigned int port)
{
	char start[KERNEL_SETTING];
	unsigned long first = strtoul(kernel_setting(start, UNPRIVILEGED_START), NULL,
				      10);

	if (port && port < first)
		complain(
			"ports below %lu are privileged (net.ipv4.ip_unprivileged_port_start): "
			"choose one from there on, or run as root or with CAP_NET_BIND_SERVICE",
			first);
	else
		complain(
			"it is no privileged port (those are below %lu): a security module or a "
			"BPF program refuses it",
			first);
}

/* Whether anybody has the socket of that file. A datagram socket may be connected to any:
 * the other side is not told, and one of another type only answers that it is. */
static const char *who_has_file(const struct endpoint *endpoint)
{
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	if (descriptor < 0)
		return "a socket has that name";
	if (connect(descriptor, &endpoint->address.any, endpoint->length) != 0)
		error = errno;
	close(descriptor);
	switch (error) {
	case 0:
	case EPROTOTYPE:
	case EPERM: /* it is connected, and not with us */
		return "a socket that is in use has that name";
	case ECONNREFUSED:
		return "a socket that is gone has left that file behind; it can be removed";
	case EACCES:
		return "a socket has that name; whether it is in use shows only to those who "
		       "may write to it";
	default:
		return "a socket has that name";
	}
}

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISREG(mode))
		return "a regular file";
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISFIFO(mode))
		return "a named pipe";
	return "a device";
}

static void explain_file(const struct endpoint *endpoint)
{
	struct stat status;

	if (!endpoint_is_file(endpoint)) {
		if (!name_local_obstacle(endpoint))
			complain("another socket has that name in the abstract space");
		return;
	}
	if (lstat(endpoint->address.local.sun_path, &status) != 0)
		return;
	if (!S_ISSOCK(status.st_mode))
		complain("there is %s by that name, and no socket; it is left as it is",
			 kind_of_file(status.st_mode));
	else if (!name_local_obstacle(endpoint))
		complain("%s", who_has_file(endpoint));
}

static void explain_local(const struct endpoint *wanted, int error)
{
	if (error == EADDRINUSE)
		explain_file(wanted);
	else if (error == EACCES)
		complain("a UNIX socket needs the right to write to its directory");
	else if (error == ENOENT)
		complain("the directory of that path does not exist");
}

/* A link-local address without its interface can neither be bound nor connected to, and
 * TCP knows no multicast. */
static void explain_v6(const struct endpoint *endpoint)
{
	const struct sockaddr_in6 *v6 = &endpoint->address.v6;
	const struct in6_addr *address = &v6->sin6_addr;

	if (endpoint_family(endpoint) != AF_INET6)
		return;
	if (IN6_IS_ADDR_MULTICAST(address) && endpoint_is_tcp(endpoint))
		complain(
			"that is a multicast address, to which only datagrams go: --udp");
	else if ((IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_MC_LINKLOCAL(address)) &&
		 !v6->sin6_scope_id)
		complain(
			"that address is one of each link: say of which, as [fe80::1%%eth0]:80");
}

static bool is_loopback_down(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool down = descriptor >= 0 && ioctl(descriptor, SIOCGIFFLAGS, &request) == 0 &&
		    !(request.ifr_flags & IFF_UP);

	if (descriptor >= 0)
		close(descriptor);
	return down;
}

/* What a new network namespace begins with, and what takes all addresses of IPv6 away.
 * False: it is neither. */
static bool explain_absence(const struct endpoint *endpoint)
{
	char setting[KERNEL_SETTING];

	if (endpoint_is_loopback(endpoint) && is_loopback_down())
		complain("the loopback interface is down: 'ip link set lo up'");
	else if (endpoint_family(endpoint) == AF_INET6 &&
		 *kernel_setting(setting, IPV6_OFF) == '1')
		complain("IPv6 is switched off (net.ipv6.conf.all.disable_ipv6)");
	else
		return false;
	return true;
}

static void explain_internet(const struct endpoint *wanted, int error)
{
	if (error == EADDRINUSE && !endpoint_port(wanted))
		explain_no_free_port(wanted);
	else if (error == EADDRINUSE && name_obstacles(wanted))
		explain_range(endpoint_port(wanted));
	else if (error == EACCES)
		explain_privilege(endpoint_port(wanted));
	else if (error == EADDRNOTAVAIL && !explain_absence(wanted))
		complain("no interface of this machine has that address%s",
			 endpoint_family(wanted) == AF_INET6
				 ? ", or it is tentative still (ip -6 address)"
				 : "");
	else if (error == EINVAL)
		explain_v6(wanted);
}

bool explain_bind(const struct endpoint *wanted, int error)
{
	explain_failure("binding", wanted, error);
	if (endpoint_family(wanted) == AF_UNIX)
		explain_local(wanted, error);
	else
		explain_internet(wanted, error);
	return false;
}

static void explain_local_server(const struct endpoint *to, int error)
{
	struct stat status;

	if (error == EPROTOTYPE)
		complain("the socket there is of another type: see --type");
	else if (error == EACCES)
		complain(
			"a UNIX socket needs the right to write to it, and to reach its directory");
	else if (error == ECONNREFUSED && !endpoint_is_file(to))
		complain("nobody listens by that name in the abstract space");
	else if (error == ECONNREFUSED &&
		 stat(to->address.local.sun_path, &status) == 0 &&
		 !S_ISSOCK(status.st_mode))
		complain("there is %s by that name, and no socket",
			 kind_of_file(status.st_mode));
	else if (error == ECONNREFUSED)
		complain("the file is there, but nobody listens");
}

/* connect() of a datagram socket sends nothing, and needs no port that is free for one
 * destination: it fails this way only for want of an address. */
static bool has_source(const struct endpoint *to)
{
	int descriptor = socket(endpoint_family(to), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has = descriptor < 0 ||
		   connect(descriptor, &to->address.any, to->length) == 0 ||
		   errno != EADDRNOTAVAIL;

	if (descriptor >= 0)
		close(descriptor);
	return has;
}

static void explain_no_route(const struct endpoint *to, int error)
{
	if (explain_absence(to))
		return;
	if (error == EADDRNOTAVAIL)
		complain(
			"no interface of this machine has an address from which that one can "
			"be reached");
}

static void explain_invalid(const struct endpoint *to)
{
	if (endpoint_family(to) == AF_INET6)
		explain_v6(to);
	else
		complain(
			"no packet can leave for it from that source (one in 127.0.0.0/8 does "
			"not leave this machine), or by that route (a blackhole)");
}

bool explain_connect(const struct endpoint *to, int error)
{
	explain_failure("connecting to", to, error);
	if (endpoint_family(to) == AF_UNIX)
		explain_local_server(to, error);
	else if (error == ENETUNREACH || (error == EADDRNOTAVAIL && !has_source(to)))
		explain_no_route(to, error);
	else if (error == EADDRNOTAVAIL || error == EADDRINUSE || error == EAGAIN)
		explain_no_free_port(to);
	else if (error == EINVAL)
		explain_invalid(to);
	else if (error == EACCES && endpoint_is_datagram(to))
		complain("it is a broadcast address, to which natu does not send, or a "
			 "firewall or security module refuses");
	return false;
}
