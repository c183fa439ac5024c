/* SPDX-License-Identifier: MIT */
#ifndef NATU_TESTS_SAY_H
#define NATU_TESTS_SAY_H

#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

/*
 * What a socket says of itself, as the JSON that a lister has to have for it. Nothing
 * here looks into sock_diag or /proc.
 */
struct said {
	int fd; /* -1: no descriptor refers to it (any more) */
	int type, protocol;
	const char *state; /* what TCP_INFO cannot say, or NULL */
	/* Sequence numbers in the queues that are no data: the ioctls leave them out. */
	unsigned int unread_fin, unacked_syn;
	/* Of a socket without a descriptor: its ends, its owner (-1: it has none) and the
	 * bytes that nobody has read. The peer also where getpeername does not know it.
	 */
	struct sockaddr_storage local, peer;
	long uid;
	unsigned int received;
};

/* clang-format off */
static const char *const tcp_states[] = {
	NULL, "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
	"TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
};
/* clang-format on */

static bool tcp_info_of(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) == 0;
}

static const char *proto_of(const struct said *said, int family)
{
	bool six = family == AF_INET6;

	if (said->type == SOCK_STREAM)
		return six ? "tcp6" : "tcp";
	if (said->type == SOCK_RAW)
		return six ? "raw6" : "raw";
	if (said->protocol == IPPROTO_UDPLITE)
		return six ? "udpl6" : "udpl";
	return six ? "udp6" : "udp";
}

static void say_end(FILE *out, const char *name, int family,
		    const struct sockaddr_storage *end)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	char text[INET6_ADDRSTRLEN] = "";
	uint16_t port;

	memcpy(&six, end, sizeof(six));
	memcpy(&four, end, sizeof(four));
	port = ntohs(four.sin_port);
	if (family == AF_INET)
		inet_ntop(AF_INET, &four.sin_addr, text, sizeof(text));
	else if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
		inet_ntop(AF_INET, &six.sin6_addr.s6_addr[12], text, sizeof(text));
	else
		inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
	fprintf(out, "\"%s\":{\"address\":\"%s\",\"port\":", name, text);
	if (port)
		fprintf(out, "%u},", port);
	else
		fputs("null},", out);
}

static void say_interface(FILE *out, int fd)
{
	char name[IF_NAMESIZE];
	int index = 0;
	socklen_t length = sizeof(index);

	if (getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, &length) < 0)
		return;
	if (!index)
		fputs("\"interface\":null,", out);
	else if (if_indextoname((unsigned int)index, name))
		fprintf(out, "\"interface\":\"%s\",", name);
	else
		fprintf(out, "\"interface\":\"if%d\",", index);
}

static void say_queues(FILE *out, const struct said *said)
{
	int received = 0, sent = 0;

	if (said->type == SOCK_STREAM) {
		ioctl(said->fd, SIOCINQ, &received);
		ioctl(said->fd, SIOCOUTQ, &sent);
		received += (int)said->unread_fin;
		sent += (int)said->unacked_syn;
	} else {
		/* SIOCINQ has the next datagram only. */
		uint32_t memory[SK_MEMINFO_VARS] = { 0 };
		socklen_t length = sizeof(memory);

		getsockopt(said->fd, SOL_SOCKET, SO_MEMINFO, memory, &length);
		received = (int)memory[SK_MEMINFO_RMEM_ALLOC];
		sent = (int)memory[SK_MEMINFO_WMEM_ALLOC];
	}
	fprintf(out, "\"recv_q\":%d,\"send_q\":%d,\"listener\":null", received, sent);
}

static void say_identity(FILE *out, int fd)
{
	struct stat file = { 0 };
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	fstat(fd, &file);
	fprintf(out, "\"uid\":%u,\"inode\":%ju,", file.st_uid, (uintmax_t)file.st_ino);
	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0)
		fprintf(out, "\"cookie\":\"0x%" PRIx64 "\",", cookie);
}

static void say_state(FILE *out, const char *state)
{
	if (state)
		fprintf(out, "\"state\":\"%s\",", state);
	else
		fputs("\"state\":null,", out);
}

static void say_without_descriptor(FILE *out, const struct said *said)
{
	int family = said->local.ss_family;

	fprintf(out, "\"proto\":\"%s\",\"family\":\"%s\",", proto_of(said, family),
		family == AF_INET6 ? "ipv6" : "ipv4");
	say_state(out, said->state);
	say_end(out, "local", family, &said->local);
	say_end(out, "peer", family, &said->peer);
	if (said->uid >= 0)
		fprintf(out, "\"uid\":%ld,", said->uid);
	fprintf(out, "\"inode\":null,\"recv_q\":%u,\"listener\":null", said->received);
}

/* The members of one JSON object, without its braces. */
static void say(FILE *out, const struct said *said)
{
	struct sockaddr_storage local = { 0 }, peer = { 0 };
	socklen_t local_length = sizeof(local), peer_length = sizeof(peer);
	struct tcp_info info;
	bool connected;

	if (said->fd < 0) {
		say_without_descriptor(out, said);
		return;
	}
	getsockname(said->fd, (struct sockaddr *)&local, &local_length);
	connected = getpeername(said->fd, (struct sockaddr *)&peer, &peer_length) == 0;
	fprintf(out, "\"proto\":\"%s\",\"family\":\"%s\",",
		proto_of(said, local.ss_family),
		local.ss_family == AF_INET6 ? "ipv6" : "ipv4");
	say_end(out, "local", local.ss_family, &local);
	say_end(out, "peer", local.ss_family, said->peer.ss_family ? &said->peer : &peer);
	say_interface(out, said->fd);
	say_identity(out, said->fd);
	if (said->state)
		say_state(out, said->state);
	else if (said->type != SOCK_STREAM)
		say_state(out, connected ? "ESTABLISHED" : NULL);
	else if (tcp_info_of(said->fd, &info) && info.tcpi_state <= TCP_CLOSING)
		say_state(out, tcp_states[info.tcpi_state]);
	if (said->type == SOCK_STREAM && !said->state && info.tcpi_state == TCP_LISTEN)
		/* What TCP_INFO has there for a listener
		 * (linux/net/ipv4/tcp.c:tcp_get_info). */
		fprintf(out,
			"\"recv_q\":null,\"send_q\":null,"
			"\"listener\":{\"queue\":%u,\"limit\":%u}",
			info.tcpi_unacked, info.tcpi_sacked);
	else
		say_queues(out, said);
}

#endif
