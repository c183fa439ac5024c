/* SPDX-License-Identifier: MIT */
#include "netstat/request.h"

#include "netstat/kinds.h"
#include "netstat/netstat.h"
#include "option.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <natu/natu.h>

static int set_switch(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	*((bool *)((char *)target + row->value)) = true;
	return NETSTAT_OK;
}

static int set_numeric(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)row;
	(void)value;
	request->numeric_hosts = request->numeric_ports = request->numeric_users = true;
	return NETSTAT_OK;
}

static int add_protocol(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)value;
	request->protocols |= netstat_protocol_named(row->name);
	return NETSTAT_OK;
}

static int unknown_family(const char *name)
{
	struct natu_buffer text = { 0 };

	natu_buffer_add_foreign(&text, NATU_STYLE_TEXT, name, strlen(name));
	fprintf(stderr, "Unknown address family `%.*s'.\n", (int)text.used,
		text.used ? text.data : "");
	natu_buffer_free(&text);
	return NETSTAT_NO_SUPPORT;
}

static int add_family_named(struct netstat_request *request, const char *name)
{
	const struct netstat_family *family = netstat_family_named(name);
	size_t used = strlen(request->family_names);

	if (!family)
		return unknown_family(name);
	snprintf(request->family_names + used, sizeof(request->family_names) - used,
		 "%s%s", used ? "," : "", family->name);
	if (family->feature || family->tool || netstat_family_bit(family) <= NETSTAT_IPV6)
		request->families |= netstat_family_bit(family);
	return NETSTAT_OK;
}

static int add_family(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	return add_family_named(target, row->word);
}

static int add_families(void *target, const struct option_row *row, const char *value)
{
	char name[256];
	int status = NETSTAT_OK;

	(void)row;
	for (const char *at = value; status == NETSTAT_OK; at++) {
		size_t length = strcspn(at, ",");

		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		status = add_family_named(target, name);
		at += length;
		if (!*at)
			break;
	}
	return status;
}

/* The protocols of Bluetooth are all one family, without its name. */
static int add_bluetooth(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)value;
	request->families |= netstat_family_bit(netstat_family_named(row->word));
	return NETSTAT_OK;
}

static int set_mode(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)value;
	request->modes++;
	if (row->word)
		request->elsewhere = row->word;
	else
		request->statistics = true;
	return NETSTAT_OK;
}

/* Groups are listed behind the sockets, and do not exclude what the modes do. */
static int set_groups(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)value;
	if (!request->elsewhere)
		request->elsewhere = row->word;
	return NETSTAT_OK;
}

static int set_context(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)value;
	if (access("/sys/fs/selinux/enforce", F_OK) < 0)
		fprintf(stderr, "SELinux is not enabled on this machine.\n");
	else
		fprintf(stderr, "netstat: natu shows no security contexts: use %s\n",
			row->word);
	return NETSTAT_NO_SUPPORT;
}

/* What is about routes, or is always so. */
static int set_nothing(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)row;
	(void)value;
	return NETSTAT_OK;
}

static int show_version(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)row;
	(void)value;
	printf("netstat of natu %s, as that of net-tools 2.10\n", natu_version());
	request->done = true;
	return NETSTAT_OK;
}

static option_setter show_help, set_mistake;

#define SWITCH(member) \
	.set = set_switch, .value = offsetof(struct netstat_request, member)
#define FAMILY(option, family)                                        \
	{                                                             \
		.name = (option), .set = add_family, .word = (family) \
	}

/* netstat's options. Long ones may be shortened; what they could be then is told in this
 * order, so that those which begin alike have netstat's. */
static const struct option_row rows[] = {
	FAMILY("ax25", "ax25"),
	FAMILY("ip", "inet"),
	FAMILY("ipx", "ipx"),
	FAMILY("netrom", "netrom"),
	FAMILY("inet", "inet"),
	FAMILY("inet6", "inet6"),
	FAMILY("rose", "rose"),
	FAMILY("unix", "unix"),
	FAMILY("ddp", "ddp"),
	FAMILY("appletalk", "ddp"),
	FAMILY("x25", "x25"),
	FAMILY("tcpip", "inet"),
	FAMILY("bluetooth", "bluetooth"),
	{ 'V', "version", .set = show_version },

	{ 'r', "route", .section = "What is not about sockets has a tool of its own",
	  .help = "ip route", .set = set_mode, .word = "ip route" },
	{ 'i', "interfaces", .help = "ip -s link", .set = set_mode,
	  .word = "ip -s link" },
	{ 'g', "groups", .help = "ip maddr", .set = set_groups, .word = "ip maddr" },
	{ 'M', "masquerade", .help = "conntrack -L", .set = set_mode,
	  .word = "conntrack -L" },

	{ 'S', "sctp", .section = "Protocols (default: all of these)",
	  .help = "SCTP sockets", .set = add_protocol },
	{ 't', "tcp", .help = "TCP sockets", .set = add_protocol },
	{ 'u', "udp", .help = "UDP sockets", .set = add_protocol },
	{ 'U', "udplite", .help = "UDP-Lite sockets", .set = add_protocol },
	{ 'w', "raw", .help = "RAW sockets", .set = add_protocol },
	{ '2', "l2cap", .set = add_bluetooth, .word = "bluetooth" },
	{ 'f', "rfcomm", .set = add_bluetooth, .word = "bluetooth" },
	{ 'x', "unix", .help = "UNIX sockets", .set = add_family, .word = "unix" },
	{ '4', .help = "IPv4 only", .set = add_family, .word = "inet" },
	{ '6', .help = "IPv6 only", .set = add_family, .word = "inet6" },
	{ 'A', "protocol", "LIST", .help = "address families: inet, inet6, unix",
	  .set = add_families },

	{ 'l', "listening", .section = "Which of them (default: those with a remote end)",
	  .help = "those without a remote end", SWITCH(listening) },
	{ 'a', "all", .help = "both", SWITCH(all) },

	{ 'n', "numeric", .section = "How they are shown",
	  .help = "numbers of hosts, ports and users, and no look-ups",
	  .set = set_numeric },
	{ 0, "numeric-hosts", .help = "numbers of hosts", SWITCH(numeric_hosts) },
	{ 0, "numeric-ports", .help = "numbers of ports", SWITCH(numeric_ports) },
	{ 0, "numeric-users", .help = "numbers of users", SWITCH(numeric_users) },
	{ 'W', "wide", .help = "whole addresses, however long; also -T", SWITCH(wide) },
	{ 'T', .set = set_switch, .value = offsetof(struct netstat_request, wide) },
	{ 'e', "extend", .help = "user and inode", SWITCH(extended) },
	{ 'p', "programs", .help = "one process that holds it", SWITCH(programs) },
	{ 'o', "timers", .help = "timers", SWITCH(timers) },
	{ 'c', "continuous", .help = "again every second", SWITCH(continuous) },
	{ 'v', "verbose", .help = "also name what this kernel lacks", SWITCH(verbose) },

	{ 's', "statistics", .section = "Other",
	  .help = "the kernel's counters; also with -t, -u, -w, -6", .set = set_mode },
	{ 'N', "symbolic", .help = "about routes: ignored", .set = set_nothing },
	{ 'F', "fib", .help = "about routes: ignored", .set = set_nothing },
	{ 'C', "cache", .help = "about routes: ignored", .set = set_nothing },
	{ 'Z', "context", .help = "security contexts: ps -Z shows them",
	  .set = set_context, .word = "ps -Z" },
	{ 'h', "help", .help = "this help", .set = show_help },
	{ '?', .set = set_mistake },
	{ .name = NULL },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) - 1, LONG_VALUE = 256 };

static const char usage[] = "usage: netstat [OPTION...]\n"
			    "       netstat -s [-6tuw]\n"
			    "       netstat --help | --version\n";

static int show_help(void *target, const struct option_row *row, const char *value)
{
	struct netstat_request *request = target;

	(void)row;
	(void)value;
	fputs(usage, stdout);
	options_print(&(struct option_table){ "netstat", rows });
	fputs("\nThis is natu; see natu(1), CALLED AS NETSTAT.\n", stdout);
	request->done = true;
	return NETSTAT_OK;
}

/* What getopt_long() wants to know, derived from the table. */
struct getopt_tables {
	char letters[2 * ROWS + 1];
	struct option longs[ROWS + 1];
	const struct option_row *long_rows[ROWS];
};

static void fill_getopt_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	size_t count = 0;

	memset(tables->longs, 0, sizeof(tables->longs));
	for (size_t i = 0; i < ROWS; i++) {
		const struct option_row *row = &rows[i];

		if (row->letter) {
			*letter++ = row->letter;
			if (row->argument)
				*letter++ = ':';
		}
		if (!row->name)
			continue;
		/* To getopt all families are one option: among them, short forms are not
		 * ambiguous, and the first serves. */
		tables->longs[count] = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = LONG_VALUE +
			       (row->letter || row->set != add_family ? (int)i : 0),
		};
		tables->long_rows[count++] = row;
	}
	*letter = '\0';
}

static const struct option_row *row_of(char letter)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static int mistake(void)
{
	fputs(usage, stderr);
	return NETSTAT_USAGE;
}

/* getopt's own word for a mistake is an option, too. */
static int set_mistake(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)row;
	(void)value;
	return mistake();
}

int netstat_options_parse(int argc, char **argv, struct netstat_request *request)
{
	struct getopt_tables tables;
	int value, index = 0;

	*request = (struct netstat_request){ 0 };
	fill_getopt_tables(&tables);
	optind = 0;
	opterr = 1;
	while ((value = getopt_long(argc, argv, tables.letters, tables.longs, &index)) !=
	       -1) {
		const struct option_row *row = value >= LONG_VALUE
						       ? tables.long_rows[index]
						       : row_of((char)value);
		int status;

		if (!row)
			return mistake();
		status = row->set(request, row, optarg);
		if (status != NETSTAT_OK || request->done)
			return status;
	}
	return request->modes > 1 ? mistake() : NETSTAT_OK;
}
