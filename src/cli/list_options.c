/* SPDX-License-Identifier: MIT */
#include "list_options.h"

#include "aggregate.h"
#include "cli.h"
#include "command.h"
#include "list.h"
#include "list_setters.h"
#include "option.h"
#include "terminal.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool list_request_new(struct list_request *request)
{
	*request = (struct list_request){
		.filter = natu_filter_new(),
		.resolve_seconds = 2,
		.look = { .format = renderers[0],
			  .sets = NATU_SET_DEFAULT,
			  .header = true },
	};
	return request->filter != NULL;
}

void list_request_free(struct list_request *request)
{
	natu_filter_free(request->filter);
	natu_buffer_free(&request->expression);
	columns_free(&request->look.named);
	columns_free(&request->groups);
	aggregates_free(&request->look.figures);
}

/* What is netstat's option and always so in natu. */
static int is_default(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)row;
	(void)value;
	return EXIT_OK;
}

static const struct {
	const char *name;
	enum natu_source source;
} sources[] = {
	{ "auto", NATU_AUTO },
	{ "diag", NATU_DIAG },
	{ "proc", NATU_PROC },
};

static const char *source_at(size_t index)
{
	return index < sizeof(sources) / sizeof(sources[0]) ? sources[index].name : NULL;
}

static int set_source(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	for (size_t i = 0; source_at(i); i++) {
		if (strcmp(source_at(i), value) != 0)
			continue;
		request->setup.source = sources[i].source;
		return EXIT_OK;
	}
	complain("--%s %s: expected auto, diag or proc", row->name, value);
	return EXIT_USAGE;
}

static const char *lookup_at(size_t index)
{
	static const char *const words[] = {
		[NATU_LOOKUP_AUTO] = "auto",
		[NATU_LOOKUP_BPF] = "bpf",
		[NATU_LOOKUP_PROC] = "proc",
	};

	return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

static int set_lookup(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	for (size_t i = 0; lookup_at(i); i++) {
		if (strcmp(lookup_at(i), value) != 0)
			continue;
		request->setup.lookup = (enum natu_lookup)i;
		return EXIT_OK;
	}
	complain("--%s %s: expected auto, bpf or proc", row->name, value);
	return EXIT_USAGE;
}

/* A file or a folder: the row's value is where its name belongs in struct natu_setup. */
static int set_path(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	if (!*value) {
		complain("--%s needs the name of a %s", row->name, row->argument);
		return EXIT_USAGE;
	}
	*(const char **)((char *)&request->setup + row->value) = value;
	return EXIT_OK;
}

/* "-" is the standard stream, as it is for --filter. */
static int set_replay(void *target, const struct option_row *row, const char *value)
{
	return set_path(target, row, strcmp(value, "-") != 0 ? value : "/dev/stdin");
}

static int set_record(void *target, const struct option_row *row, const char *value)
{
	if (strcmp(value, "-") != 0)
		return set_path(target, row, value);
	complain(
		"--record -: standard output has the list; with -q: --record /dev/stdout");
	return EXIT_USAGE;
}

/* A switch: the row's value is where it is in struct list_request. */
static int set_switch(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	*((bool *)((char *)target + row->value)) = true;
	return EXIT_OK;
}

static int show_version(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	(void)value;
	printf("natu %s\n", natu_version());
	request->done = true;
	return EXIT_OK;
}

static int show_schema(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_buffer text = { 0 };

	(void)row;
	(void)value;
	schema_write(&text);
	request->done = true;
	return print_text(&text);
}

/* What stands below the options. */
static const char notes[][80] = {
	"States: ESTABLISHED, SYN_SENT, ... in any spelling; groups as in ss; and bound.",
	"Exit status: 0 done; 1 something could not be read or written; 2 usage;",
	"3 incomplete, with --strict; 4 nothing matched, with -q.",
	"More: natu --columns help; natu COMMAND --help; natu(1), natu-filter(7).",
};

static int show_help(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	(void)value;
	printf("Examples:\n"
	       "  natu                                   all TCP and UDP, as netstat -natu\n"
	       "  natu -tl                               who listens on TCP\n"
	       "  natu --state established --port 443    the connections to a port\n"
	       "  natu 'sport = 443 and recv_q > 1K'     a filter over any column\n"
	       "  natu -t --count-by state               how many of each\n"
	       "  natu --json | jq '.sockets[].peer.address'\n"
	       "  natu -q -tl --port 5433 || echo nobody listens there\n"
	       "\n"
	       "Usage:\n"
	       "  natu [OPTION...] [FILTER...]  list sockets\n");
	for (const struct command *command = commands; command->name; command++) {
		printf("  natu %s %s\n%8s", command->name, command->synopsis, "");
		print_folded(command->summary, 8);
	}
	options_print(&list_options);
	puts("");
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		print_folded(notes[i], 0);
	request->done = true;
	return EXIT_OK;
}

#define SETUP(member) .value = offsetof(struct natu_setup, member)
#define SWITCH(member) .set = set_switch, .value = offsetof(struct list_request, member)

/* THE OPTION TABLE. */
static const struct option_row rows[] = {
	{ 't', "tcp", .section = "Protocols (default: TCP and UDP)",
	  .help = "TCP sockets", .set = list_set_protocol,
	  .sharing = OPTION_SECTION_SHARED },
	{ 'u', "udp", .help = "UDP sockets", .set = list_set_protocol },
	{ 'U', "udplite", .help = "UDP-Lite sockets", .set = list_set_protocol },
	{ 'S', "sctp", .help = "SCTP endpoints and associations",
	  .set = list_set_protocol },
	{ 'w', "raw", .help = "RAW sockets", .set = list_set_protocol },
	{ 0, "icmp", .help = "ping sockets", .set = list_set_protocol,
	  .synonym = "ping" },
	{ 'x', "unix", .help = "UNIX sockets", .set = list_set_protocol },
	{ '0', "packet", .help = "packet sockets", .set = list_set_protocol },
	{ 0, "netlink", .help = "netlink sockets", .set = list_set_protocol },
	{ 'M', "mptcp", .help = "MPTCP sockets", .set = list_set_protocol },
	{ 0, "dccp", .help = "DCCP sockets", .set = list_set_protocol },
	{ 0, "vsock", .help = "vsock sockets, between virtual machines and their host",
	  .set = list_set_protocol },
	{ 0, "xdp", .help = "XDP sockets", .set = list_set_protocol },
	{ 0, "tipc", .help = "TIPC sockets", .set = list_set_protocol },
	{ 0, "smc", .help = "SMC sockets", .set = list_set_protocol },
	{ '4', "ipv4", .help = "IPv4 sockets (default: both families)",
	  .set = list_set_family, .value = NATU_IPV4, .synonym = "inet" },
	{ '6', "ipv6", .help = "IPv6 sockets", .set = list_set_family, .value = NATU_IPV6,
	  .synonym = "inet6" },

	{ 'A', "protocol", "LIST",
	  .help = "address families and protocols by their names: inet6, unix, tcp",
	  .set = list_add_families, .synonym = "family", .complete = list_family_at },

	{ 'a', "all", .section = "Which of them (the last one given counts)",
	  .help = "all sockets (default)", .set = list_set_selection, .value = NATU_ALL,
	  .sharing = OPTION_SECTION_SHARED },
	{ 'l', "listening",
	  .help = "without a remote end: TCP and UNIX listeners, unconnected UDP, RAW",
	  .set = list_set_selection, .value = NATU_LISTENING },
	{ 0, "connected", .help = "those with a remote end", .set = list_set_selection,
	  .value = NATU_CONNECTED },

	{ 0, "state", "LIST",
	  "Choosing (all that is given must hold; LIST: values and ranges, by commas)",
	  "in one of these states, in any spelling", list_add_filter, .complete = NULL,
	  .sharing = OPTION_SECTION_SHARED },
	{ 0, "port", "LIST",
	  .help = "either end's port: 80,443,8000-8999 or names of services",
	  .set = list_add_filter },
	{ 0, "sport", "LIST", .help = "local port", .set = list_add_filter },
	{ 0, "dport", "LIST", .help = "remote port", .set = list_add_filter },
	{ 0, "src", "LIST", .help = "local address or prefix", .set = list_add_filter },
	{ 0, "dst", "LIST", .help = "remote address or prefix", .set = list_add_filter },

	{ 0, "user", "LIST", .help = "owned by these users, by name or number",
	  .set = list_add_users },
	{ 0, "pid", "LIST", .help = "held by these processes; only they are looked into",
	  .set = list_add_pids },
	{ 0, "process", "LIST", .help = "held by processes of these names",
	  .set = list_add_filter },
	{ 'F', "filter", "FILE",
	  .help = "a filter expression from FILE; - is standard input",
	  .set = list_read_filter },
	{ 'N', "netns", "NS",
	  .help = "in that network namespace: a name of ip netns, a path, a process",
	  .set = set_path, SETUP(netns) },
	{ 0, "all-netns", .help = "in every network namespace, and say in which",
	  .set = list_all_namespaces, .value = NATU_SET_NETNS },

	{ 'e', "extend", .section = "Output", .help = "user and inode",
	  .set = list_add_set, .value = NATU_SET_EXTENDED, .synonym = "extended",
	  .sharing = OPTION_SHARED },
	{ 'p', "programs", .help = "the processes that hold each socket",
	  .set = list_add_set, .value = NATU_SET_OWNERS, .synonym = "processes",
	  .sharing = OPTION_SHARED },
	{ 'o', "timers", .help = "timers", .set = list_add_set, .value = NATU_SET_TIMERS,
	  .synonym = "options", .sharing = OPTION_SHARED },
	{ 'i', "info",
	  .help = "how TCP connections do: round-trip time, window, retransmissions",
	  .set = list_add_set, .value = NATU_SET_INFO },
	{ 'm', "memory", .help = "memory of the sockets: buffers, queues, drops",
	  .set = list_add_set, .value = NATU_SET_MEMORY },
	{ 0, "tos", .help = "type of service, traffic class and DSCP",
	  .set = list_add_set, .value = NATU_SET_QOS },
	{ 0, "cgroup", .help = "cgroup, and the unit or container that it belongs to",
	  .set = list_add_set, .value = NATU_SET_CGROUP },
	{ 0, "inet-sockopt", .help = "options that the programs have set",
	  .set = list_add_set, .value = NATU_SET_OPTIONS },
	{ 0, "resolve", .help = "names of hosts and services, looked up all at once",
	  .set = list_add_set, .value = NATU_SET_NAMES },
	{ 0, "resolve-timeout", "SECS", .help = "how long that may take (default: 2)",
	  .set = list_choose_patience },
	{ 'H', "no-header", .help = "no header", .set = list_no_header,
	  .sharing = OPTION_SHARED },
	{ 'j', "json", .help = "one JSON document", .set = list_set_format,
	  .word = "json", .sharing = OPTION_SHARED },
	{ 0, "ndjson", .help = "one JSON object per socket and line",
	  .set = list_set_format, .word = "ndjson" },
	{ 0, "csv", .help = "comma-separated values", .set = list_set_format,
	  .word = "csv" },
	{ 0, "tsv", .help = "tab-separated values", .set = list_set_format,
	  .word = "tsv" },
	{ 0, "columns", "LIST", .help = "these columns; +LIST adds, help lists them",
	  .set = list_choose_columns, .complete = column_name_at,
	  .sharing = OPTION_SHARED },
	{ 0, "sort", "LIST",
	  .help = "sort by these columns; COLUMN:desc turns the order round",
	  .set = list_choose_order, .complete = aggregate_word_at },
	{ 0, "top", "N", .help = "only the first N, after sorting",
	  .set = list_choose_top },
	{ 0, "count-by", "LIST",
	  .help = "count by these columns, with figures such as sum.recv_q",
	  .set = list_choose_groups, .complete = aggregate_word_at },
	{ 0, "total", .help = "end with the number of sockets and sums of columns",
	  SWITCH(look.total) },
	{ 's', "summary",
	  .help = "how many there are of what, and what is used of which limit",
	  .set = list_summarise, .synonym = "statistics" },
	{ 0, "format", "NAME", .help = "the format by its name", .set = list_set_format,
	  .complete = renderer_name_at },
	{ 0, "output", "FILE",
	  .help = "replace FILE by the list, whole and at once, each time",
	  .set = list_set_output },
	{ 0, "json-schema",
	  .help = "the JSON Schema of what --json writes, instead of a list",
	  .set = show_schema },
	{ 0, "pager", .help = "page through the list on a terminal",
	  .set = list_set_pager, .value = PAGER_WANTED },
	{ 0, "no-pager", .help = "not even if NATU_PAGER is set", .set = list_set_pager,
	  .value = PAGER_REFUSED },
	{ 0, "color", "WHEN", .help = "colours: auto (default), always or never",
	  .set = list_choose_color, .complete = color_word_at, .synonym = "colour" },
	{ 0, "explain", .help = "say what becomes of the filter instead of listing",
	  SWITCH(explain) },
	{ 'q', "quiet", .help = "print nothing; exit with 4 when nothing matches",
	  SWITCH(quiet), .sharing = OPTION_SHARED },
	{ 'c', "continuous", .help = "again every second", .set = list_repeat },
	{ 0, "interval", "SECS", .help = "again after that many seconds",
	  .set = list_repeat },
	{ 'n', "numeric", .help = "numbers, not names (default)", .set = is_default,
	  .sharing = OPTION_SHARED },
	{ 'W', "wide", .help = "whole addresses (default); also -T", .set = is_default },
	{ 'T', .set = is_default },
	{ 'O', "oneline", .set = is_default },
	{ 0, "numeric-hosts", .set = is_default },
	{ 0, "numeric-ports", .set = is_default },
	{ 0, "numeric-users", .set = is_default },

	{ 0, "source", "WHERE", "Sources",
	  "auto (default), diag (sock_diag) or proc (/proc/net)", set_source,
	  .complete = source_at },
	{ 0, "record", "FILE", .help = "keep what the kernel says in FILE",
	  .set = set_record, SETUP(record) },
	{ 0, "replay", "FILE", .help = "list from a recording; - is standard input",
	  .set = set_replay, SETUP(replay) },
	{ 0, "proc-root", "DIR", .help = "read a copy of /proc", .set = set_path,
	  SETUP(proc_root) },
	{ 0, "owners", "WAY",
	  .help = "how holders are found: auto (default), bpf or proc", .set = set_lookup,
	  .complete = lookup_at },
	{ 0, "strict", .help = "exit with 3 when something asked for is hidden or lost",
	  SWITCH(strict) },
	{ 'v', "verbose", .help = "say which source had to serve for which",
	  SWITCH(verbose) },
	{ 'K', "kill", .help = "close what is listed, after a question: as natu kill",
	  SWITCH(kill) },
	{ 'h', "help", .help = "this help", .set = show_help },
	{ 'V', "version", .help = "the version", .set = show_version },

	/* What is not about sockets. */
	{ 'r', "route", .set = option_elsewhere, .word = "ip route" },
	{ 'g', "groups", .set = option_elsewhere, .word = "ip maddr" },
	{ 'Z', "context", .set = option_elsewhere, .word = "ps -Z" },
	{ 'C', "cache", .set = option_elsewhere, .word = "ip route show cache" },
	{ '2', "l2cap", .set = option_elsewhere, .word = "bluetoothctl" },
	{ 'f', "rfcomm", .set = option_elsewhere, .word = "bluetoothctl" },
	{ .name = NULL },
};

const struct option_table list_options = { .command = "natu", .rows = rows };
