/* SPDX-License-Identifier: MIT */
/*
 * mksock [-l] [-n ROWS] [KIND...]: makes sockets of these kinds, or of every kind, again
 * and again until there are that many rows. For each row that a lister has to show it
 * prints a line of JSON,
 * {"kind":"tcp.syn_sent.ipv4","timer":"on","hidden":false,"row":{...}}; for what this
 * machine or user cannot have, {"skip":KIND,"reason":WHY}; then "ready". It keeps the
 * sockets until its stdin ends. -l lists the kinds. It wants a network namespace of its
 * own, and sets up a new one.
 */
#include <fnmatch.h>
#include <signal.h>

#include "mksock/any.h"
#include "mksock/tcp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
#define TCP .type = SOCK_STREAM, .protocol = IPPROTO_TCP
#define UDP .type = SOCK_DGRAM, .protocol = IPPROTO_UDP
#define UDPLITE .type = SOCK_DGRAM, .protocol = IPPROTO_UDPLITE
#define RAW(number) .type = SOCK_RAW, .protocol = (number), .needs = RAW_SOCKETS
#define INNER (LOOPBACKS | AT(LINK_LOCAL))

/* THE FACTORY TABLE. */
static const struct kind kinds[] = {
	{ "tcp.listen", make_listen, EVERYWHERE, TCP },
	{ "tcp.bound", make_bound, INNER, TCP },
	{ "tcp.unbound", make_unbound, AT(IPV4) | AT(IPV6), TCP },
	{ "tcp.established", make_established, INNER, TCP },
	{ "tcp.syn_sent", make_syn_sent, INNER, TCP },
	{ "tcp.syn_recv", make_syn_recv, INNER, TCP },
	{ "tcp.syn_recv_deferred", make_syn_recv_deferred, LOOPBACKS, TCP },
	{ "tcp.fin_wait1", make_fin_wait1, LOOPBACKS, TCP },
	{ "tcp.fin_wait2", make_fin_wait2, LOOPBACKS, TCP },
	{ "tcp.close_wait", make_close_wait, LOOPBACKS, TCP },
	{ "tcp.last_ack", make_last_ack, LOOPBACKS, TCP },
	{ "tcp.closing", make_closing, LOOPBACKS, TCP },
	{ "tcp.time_wait", make_time_wait, INNER, TCP },
	{ "tcp.orphan", make_orphan, AT(IPV4) | AT(IPV6), TCP },
	{ "tcp.orphan_fin_wait2", make_orphan_fin_wait2, AT(IPV4) | AT(IPV6), TCP },
	{ "tcp.unaccepted", make_unaccepted, LOOPBACKS, TCP },
	{ "tcp.queue_full", make_queue_full, LOOPBACKS, TCP },
	{ "tcp.received", make_received, LOOPBACKS, TCP },
	{ "tcp.unacknowledged", make_unacknowledged, LOOPBACKS, TCP },
	{ "tcp.zero_window", make_zero_window, LOOPBACKS, TCP },
	{ "tcp.keepalive", make_keepalive, LOOPBACKS, TCP },
	{ "tcp.reuseport", make_reuseport, AT(IPV4) | AT(IPV6), TCP },
	{ "tcp.device", make_device, AT(ANY4) | AT(ANY6), .needs = A_DEVICE, TCP },
	{ "tcp.lost_device", make_lost_device, AT(ANY4) | AT(ANY6),
	  .needs = A_DEVICE, TCP },
	{ "tcp.other_listen", make_other_listen, LOOPBACKS, .needs = ANOTHER_USER, TCP },
	{ "tcp.other_established", make_other_established, LOOPBACKS,
	  .needs = ANOTHER_USER, TCP },
	{ "tcp.other_syn_recv", make_other_syn_recv, LOOPBACKS | AT(ANY4) | AT(DUAL),
	  .needs = ANOTHER_USER, TCP },
	{ "udp.bound", make_datagram, EVERYWHERE, UDP },
	{ "udp.unbound", make_unbound, AT(IPV4) | AT(IPV6), UDP },
	{ "udp.connected", make_datagram_connected, INNER, UDP },
	{ "udp.received", make_datagram_received, LOOPBACKS, UDP },
	{ "udp.corked", make_datagram_corked, AT(IPV4) | AT(IPV6), UDP },
	{ "udp.no_port", make_connected_without_port, AT(IPV4) | AT(IPV6), UDP },
	{ "udp.reuseport", make_reuseport, AT(IPV4) | AT(IPV6), UDP },
	{ "udp.device", make_device, AT(ANY4) | AT(ANY6), .needs = A_DEVICE, UDP },
	{ "udp.lost_device", make_lost_device, AT(ANY4), .needs = A_DEVICE, UDP },
	{ "udplite.bound", make_datagram, AT(IPV4) | AT(IPV6) | AT(ANY4) | AT(DUAL),
	  UDPLITE },
	{ "udplite.connected", make_datagram_connected, LOOPBACKS, UDPLITE },
	{ "udplite.received", make_datagram_received, AT(IPV4) | AT(IPV6), UDPLITE },
	{ "raw.icmp", make_icmp, AT(IPV4) | AT(IPV6) | AT(ANY4) | AT(ANY6),
	  RAW(IPPROTO_ICMP) },
	{ "raw.raw", make_datagram, AT(ANY4) | AT(ANY6), RAW(IPPROTO_RAW) },
	{ "raw.connected", make_connected_without_port, AT(IPV4) | AT(IPV6), RAW(254) },
	{ "raw.received", make_raw_received, AT(IPV4) | AT(IPV6), RAW(253) },
};
/* clang-format on */

/* --- the program ------------------------------------------------------------------ */

/* Why this machine or user cannot have it, or NULL. */
static const char *missing(enum need need)
{
	uid_t self = geteuid();
	int fd;

	switch (need) {
	case NOTHING:
		break;
	case RAW_SOCKETS:
		fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
		if (fd < 0)
			return "no right to make raw sockets";
		close(fd);
		break;
	case ANOTHER_USER:
		if (seteuid(OTHER_USER) < 0)
			return "no second user to be";
		must(seteuid(self) == 0, "seteuid");
		break;
	case A_DEVICE:
		if (!if_nametoindex(TEST_DEVICE))
			return "no right to make network devices";
		break;
	}
	return NULL;
}

static void name_kind(char *name, size_t size, const struct kind *named, enum place where)
{
	snprintf(name, size, "%s.%s", named->name, places[where].name);
}

/* Patterns choose kinds by their whole name; without any, all are made. */
static bool is_chosen(const char *name, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (fnmatch(*patterns, name, 0) == 0)
			return true;
	return false;
}

static void make_one(const struct kind *wanted, enum place where, const char *name,
		     bool tell)
{
	const char *reason = missing(where == LINK_LOCAL ? A_DEVICE : wanted->needs);

	if (!reason) {
		kind = wanted;
		place = where;
		wanted->make();
	} else if (tell) {
		printf("{\"skip\":\"%s\",\"reason\":\"%s\"}\n", name, reason);
	}
}

/* One of every kind that is chosen. */
static void make_round(char **patterns, bool tell)
{
	char name[80];

	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (enum place where = 0; where < PLACES; where++) {
			name_kind(name, sizeof(name), &kinds[i], where);
			if ((kinds[i].places & AT(where)) && is_chosen(name, patterns))
				make_one(&kinds[i], where, name, tell);
		}
	}
}

static void list_kinds(void)
{
	char name[80];

	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (enum place where = 0; where < PLACES; where++) {
			name_kind(name, sizeof(name), &kinds[i], where);
			if (kinds[i].places & AT(where))
				puts(name);
		}
	}
}

static char *describe(void)
{
	char *text = NULL, name[80];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(out, "memory");
	for (size_t i = 0; i < row_count; i++) {
		name_kind(name, sizeof(name), rows[i].kind, rows[i].place);
		fprintf(out, "{\"kind\":\"%s\",\"timer\":", name);
		if (rows[i].timer)
			fprintf(out, "\"%s\"", rows[i].timer);
		else
			fputs("null", out);
		fprintf(out, ",\"hidden\":%s,\"row\":{",
			rows[i].hidden ? "true" : "false");
		say(out, &rows[i].said);
		fputs("}}\n", out);
	}
	must(fclose(out) == 0, "memory");
	return text;
}

/* What is still under way (acknowledgements, probes) changes what they say. */
static char *describe_when_quiet(void)
{
	char *before = describe();

	for (int i = 0; i < 100; i++) {
		char *after;
		bool quiet;

		wait_ms(20);
		after = describe();
		quiet = strcmp(before, after) == 0;
		free(before);
		before = after;
		if (quiet)
			break;
	}
	return before;
}

int main(int argc, char **argv)
{
	unsigned long wanted = 1;
	char byte, *text;
	size_t made = 0;

	for (int option; (option = getopt(argc, argv, "ln:")) != -1;) {
		if (option == 'l') {
			list_kinds();
			return 0;
		}
		if (option != 'n')
			return 2;
		wanted = strtoul(optarg, NULL, 10);
	}
	signal(SIGPIPE, SIG_IGN);
	set_up_namespace();
	do {
		made = row_count;
		make_round(argv + optind, !made);
	} while (row_count < wanted && row_count > made);
	text = describe_when_quiet();
	fputs(text, stdout);
	free(text);
	puts("ready");
	must(fflush(stdout) == 0, "stdout");
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return 0;
}
