/* SPDX-License-Identifier: MIT */
#ifndef NATU_TESTS_NAMESPACE_H
#define NATU_TESTS_NAMESPACE_H

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * What mksock needs in a network namespace that a test has just made: lo up, and a device
 * with a link-local address. A namespace in which lo is up already is taken as it is.
 */
#define TEST_DEVICE "natu0"
#define TEST_LINK_LOCAL "fe80::77"

/* Sends one request and reads its answer. True if the kernel did it. */
static bool rtnetlink(struct nlmsghdr *request)
{
	char answer[8192];
	struct mnl_socket *netlink = mnl_socket_open(NETLINK_ROUTE);
	bool done = false;
	ssize_t length;

	if (!netlink)
		return false;
	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_sendto(netlink, request, request->nlmsg_len) > 0) {
		length = mnl_socket_recvfrom(netlink, answer, sizeof(answer));
		done = length > 0 &&
		       mnl_cb_run(answer, (size_t)length, 0,
				  mnl_socket_get_portid(netlink), NULL, NULL) >= 0;
	}
	mnl_socket_close(netlink);
	return done;
}

static struct ifinfomsg *link_request(char *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = flags;
	return mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
}

/* Makes a device and takes it up. No kernel has all of these types. */
static bool add_device(const char *name)
{
	static const char *const types[] = { "dummy", "veth", "bridge" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char buffer[512] = { 0 };
		struct nlmsghdr *request = (struct nlmsghdr *)buffer;
		struct ifinfomsg *link = link_request(buffer, RTM_NEWLINK,
						      NLM_F_CREATE | NLM_F_EXCL);
		struct nlattr *info;

		link->ifi_flags = link->ifi_change = IFF_UP;
		mnl_attr_put_strz(request, IFLA_IFNAME, name);
		info = mnl_attr_nest_start(request, IFLA_LINKINFO);
		mnl_attr_put_strz(request, IFLA_INFO_KIND, types[i]);
		mnl_attr_nest_end(request, info);
		if (rtnetlink(request))
			return true;
	}
	return false;
}

static bool remove_device(unsigned int index)
{
	char buffer[64] = { 0 };

	link_request(buffer, RTM_DELLINK, 0)->ifi_index = (int)index;
	return rtnetlink((struct nlmsghdr *)buffer);
}

static bool add_address6(const char *device, const char *text)
{
	char buffer[256] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *address;
	struct in6_addr bytes;

	request->nlmsg_type = RTM_NEWADDR;
	request->nlmsg_flags = NLM_F_CREATE;
	address = mnl_nlmsg_put_extra_header(request, sizeof(*address));
	address->ifa_family = AF_INET6;
	address->ifa_prefixlen = 64;
	address->ifa_flags = IFA_F_NODAD;
	address->ifa_index = if_nametoindex(device);
	inet_pton(AF_INET6, text, &bytes);
	mnl_attr_put(request, IFA_LOCAL, sizeof(bytes), &bytes);
	return rtnetlink(request);
}

/* The kernel makes the route to a new address later: waits until a datagram comes
 * back. */
static void await_address6(const char *device, const char *text)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd answer = { .fd = fd, .events = POLLIN };

	inet_pton(AF_INET6, text, &address.sin6_addr);
	address.sin6_scope_id = if_nametoindex(device);
	if (bind(fd, (struct sockaddr *)&address, length) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &length) == 0) {
		for (int i = 0; i < 2000; i++) {
			sendto(fd, "", 1, 0, (struct sockaddr *)&address, length);
			if (poll(&answer, 1, 1) > 0)
				break;
		}
	}
	close(fd);
}

static void set_up_namespace(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (ioctl(fd, SIOCGIFFLAGS, &lo) == 0 && !(lo.ifr_flags & IFF_UP)) {
		lo.ifr_flags |= IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &lo) == 0 && add_device(TEST_DEVICE) &&
		    add_address6(TEST_DEVICE, TEST_LINK_LOCAL))
			await_address6(TEST_DEVICE, TEST_LINK_LOCAL);
	}
	close(fd);
}

#endif
