/* SPDX-License-Identifier: MIT */
#include "list_options.h"

#include "cli.h"
#include "command.h"
#include "list.h"
#include "option.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool list_request_new(struct list_request *request)
{
	*request = (struct list_request){
		.filter = natu_filter_new(),
		.look = { .format = renderers[0], .sets = NATU_SET_DEFAULT, .header = true },
	};
	return request->filter != NULL;
}

void list_request_free(struct list_request *request)
{
	natu_filter_free(request->filter);
	columns_free(&request->look.named);
}

static int set_protocol(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.protocols |= natu_protocol_named(row->name);
	return EXIT_OK;
}

static int set_family(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.families |= (uint32_t)row->value;
	return EXIT_OK;
}

/* Address families as netstat and ss name them. */
static const struct {
	const char *name;
	uint32_t family;	/* 0: not in this version */
} families[] = {
	{ "inet", NATU_IPV4 }, { "inet6", NATU_IPV6 }, { "unix", 0 }, { "link", 0 },
	{ "netlink", 0 },      { "vsock", 0 },	       { "tipc", 0 }, { "xdp", 0 },
};

static const char *family_at(size_t index)
{
	return index < sizeof(families) / sizeof(families[0]) ? families[index].name : NULL;
}

static int add_family(struct list_request *request, const char *name)
{
	const char *nearest;

	for (size_t i = 0; family_at(i); i++) {
		if (strcmp(family_at(i), name) != 0)
			continue;
		if (!families[i].family) {
			complain("-A %s (that address family) is not in this version", name);
			return EXIT_USAGE;
		}
		request->query.families |= families[i].family;
		return EXIT_OK;
	}
	nearest = nearest_word(name, family_at);
	complain("-A %s: unknown address family%s%s%s", name, nearest ? "; did you mean " : "",
		 nearest ? nearest : "", nearest ? "?" : "");
	return EXIT_USAGE;
}

static int add_families(void *target, const struct option_row *row, const char *value)
{
	char name[32];

	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");
		int status;

		if (!length || length >= sizeof(name)) {
			complain("--%s %s: expected names of address families, by commas",
				 row->name, value);
			return EXIT_USAGE;
		}
		memcpy(name, at, length);
		name[length] = '\0';
		status = add_family(target, name);
		at += length;
		if (status != EXIT_OK || !*at)
			return status;
	}
}

static int set_selection(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.selection = (enum natu_selection)row->value;
	return EXIT_OK;
}

static int add_set(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->look.sets |= (unsigned int)row->value;
	return EXIT_OK;
}

/* What is netstat's option and always so in natu. */
static int is_default(void *target, const struct option_row *row, const char *value)
{
	(void)target;
	(void)row;
	(void)value;
	return EXIT_OK;
}

static int no_header(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)row;
	(void)value;
	request->look.header = false;
	return EXIT_OK;
}

/* Sockets chosen by a column: the row's word is the field, or else its name is. */
static int add_filter(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_error error;

	if (!natu_filter_add(request->filter, row->word ? row->word : row->name, value, &error))
		return EXIT_OK;
	complain("--%s %s: %s", row->name, value, error.text);
	return EXIT_USAGE;
}

/* The processes named one by one, so that only they are looked into. */
static int add_pids(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_query *query = &request->query;
	int status = add_filter(target, row, value);
	const char *at = value;
	bool first = !query->pids;

	/* A second --pid only narrows the first. */
	while (status == EXIT_OK && first && query->pid_count < PIDS_MAX) {
		char *end;
		unsigned long pid = strtoul(at, &end, 10);

		/* A range is looked for among all. */
		if (end == at || (*end && *end != ',') || pid > UINT32_MAX)
			break;
		request->pids[query->pid_count++] = (uint32_t)pid;
		if (!*end) {
			query->pids = request->pids;
			return EXIT_OK;
		}
		at = end + 1;
	}
	if (first)
		query->pid_count = 0;
	return status;
}

/* Users by name or number; a socket has its user's number. */
static int add_users(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_buffer uids = { 0 };
	struct natu_error error;
	int status = EXIT_OK;

	for (const char *at = value; status == EXIT_OK; at++) {
		size_t length = strcspn(at, ",");
		char name[64], number[16];
		const struct passwd *user = NULL;

		snprintf(name, sizeof(name), "%.*s", (int)length, at);
		if (length && length < sizeof(name) && !strchr("0123456789", name[0]))
			user = getpwnam(name);
		if (user) {
			snprintf(number, sizeof(number), "%lu", (unsigned long)user->pw_uid);
			natu_buffer_add_text(&uids, number);
		} else if (length && strchr("0123456789", name[0])) {
			natu_buffer_add_text(&uids, name);
		} else {
			complain("--%s %s: there is no user %s", row->name, value, name);
			status = EXIT_USAGE;
		}
		at += length;
		natu_buffer_add(&uids, *at ? "," : "", 1);
		if (!*at)
			break;
	}
	if (status == EXIT_OK && uids.failed)
		status = EXIT_TROUBLE;
	if (status == EXIT_OK && natu_filter_add(request->filter, "uid", uids.data, &error) < 0) {
		complain("--%s %s: %s", row->name, value, error.text);
		status = EXIT_USAGE;
	}
	natu_buffer_free(&uids);
	return status;
}

static int read_filter(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_error error;

	(void)row;
	if (!natu_filter_read(request->filter, value, &error))
		return EXIT_OK;
	complain("%s", error.text);
	return error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
}

static int set_format(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	const char *name = row->word ? row->word : value;
	const char *nearest;

	request->look.format = renderer_named(name);
	if (request->look.format)
		return EXIT_OK;
	nearest = nearest_word(name, renderer_name_at);
	complain("--%s %s: unknown format%s%s%s", row->name, name, nearest ? "; did you mean " : "",
		 nearest ? nearest : "", nearest ? "?" : "");
	return EXIT_USAGE;
}

static void list_columns(void)
{
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);

		printf("%-28s %-9s %-9s %s\n", natu_column_name(column),
		       natu_column_type_name(column), natu_column_unit_name(column),
		       natu_column_help(column));
	}
}

static int choose_columns(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	if (strcmp(value, "help") != 0)
		return columns_parse(&request->look.named, row->name, value);
	list_columns();
	request->done = true;
	return EXIT_OK;
}

static int choose_order(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	return sort_parse(&request->sort, row->name, value);
}

static int choose_top(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(value, &end, 10);
	if (end == value || *end || errno || *value == '-' || !number) {
		complain("--%s %s: expected a number of rows, 1 or more", row->name, value);
		return EXIT_USAGE;
	}
	request->top = number;
	return EXIT_OK;
}

static int choose_groups(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	columns_free(&request->look.named);
	request->look.counts = true;
	request->look.named.replaces = true;
	return columns_parse(&request->look.named, row->name, value);
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

/* A switch: the row's value is where it is in struct list_request. */
static int set_switch(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	*((bool *)((char *)target + row->value)) = true;
	return EXIT_OK;
}

static int repeat(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	char *end;
	double seconds = 1;

	if (value) {
		errno = 0;
		seconds = strtod(value, &end);
		if (end == value || *end || errno || !(seconds >= 0.01 && seconds <= 86400)) {
			complain("--%s %s: expected seconds, from 0.01 to 86400", row->name, value);
			return EXIT_USAGE;
		}
	}
	if (value || !request->interval)
		request->interval = seconds;
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
	for (const struct command *command = commands; command->name; command++)
		printf("  natu %s %s\n%32s%s\n", command->name, command->synopsis, "",
		       command->summary);
	options_print(&list_options);
	printf("\nStates: ESTABLISHED, SYN_SENT, LISTEN, ... in any spelling; groups as in ss; and bound.\n"
	       "Exit status: 0 done; 1 something could not be read or written; 2 usage;\n"
	       "3 incomplete, with --strict; 4 nothing matched, with -q.\n"
	       "More: natu --columns help; natu COMMAND --help; natu(1), natu-filter(7).\n");
	request->done = true;
	return EXIT_OK;
}

#define SETUP(member) .value = offsetof(struct natu_setup, member)
#define SWITCH(member) .set = set_switch, .value = offsetof(struct list_request, member)

/* THE OPTION TABLE. */
static const struct option_row rows[] = {
	{ 't', "tcp", .section = "Protocols (default: TCP and UDP)", .help = "TCP sockets",
	  .set = set_protocol },
	{ 'u', "udp", .help = "UDP sockets", .set = set_protocol },
	{ 'U', "udplite", .help = "UDP-Lite sockets", .set = set_protocol },
	{ 'w', "raw", .help = "RAW sockets", .set = set_protocol },
	{ '4', "ipv4", .help = "IPv4 sockets (default: both families)", .set = set_family,
	  .value = NATU_IPV4, .synonym = "inet" },
	{ '6', "ipv6", .help = "IPv6 sockets", .set = set_family, .value = NATU_IPV6,
	  .synonym = "inet6" },

	{ 'A', "protocol", "LIST", .help = "address families by their names: inet, inet6",
	  .set = add_families, .synonym = "family", .complete = family_at },

	{ 'a', "all", .section = "Which of them (the last one given counts)",
	  .help = "all sockets (default)", .set = set_selection, .value = NATU_ALL },
	{ 'l', "listening", .help = "those without a remote end: TCP listeners, unconnected UDP and RAW",
	  .set = set_selection, .value = NATU_LISTENING },
	{ 0, "connected", .help = "those with a remote end", .set = set_selection,
	  .value = NATU_CONNECTED },

	{ 0, "state", "LIST", "Choosing (all that is given must hold; LIST: values and ranges, by commas)",
	  "in one of these states, in any spelling", add_filter, .complete = NULL },
	{ 0, "port", "LIST", .help = "either end's port: 80,443,8000-8999 or names of services",
	  .set = add_filter },
	{ 0, "sport", "LIST", .help = "local port", .set = add_filter },
	{ 0, "dport", "LIST", .help = "remote port", .set = add_filter },
	{ 0, "src", "LIST", .help = "local address or prefix", .set = add_filter },
	{ 0, "dst", "LIST", .help = "remote address or prefix", .set = add_filter },

	{ 0, "user", "LIST", .help = "owned by these users, by name or number", .set = add_users },
	{ 0, "pid", "LIST", .help = "held by these processes; only they are looked into",
	  .set = add_pids },
	{ 0, "process", "LIST", .help = "held by processes of these names", .set = add_filter },
	{ 'F', "filter", "FILE", .help = "a filter expression from FILE; - is standard input",
	  .set = read_filter },

	{ 'e', "extend", .section = "Output", .help = "user and inode", .set = add_set,
	  .value = NATU_SET_EXTENDED, .synonym = "extended" },
	{ 'p', "programs", .help = "the processes that hold each socket", .set = add_set,
	  .value = NATU_SET_OWNERS, .synonym = "processes" },
	{ 'o', "timers", .help = "timers", .set = add_set, .value = NATU_SET_TIMERS,
	  .synonym = "options" },
	{ 'H', "no-header", .help = "no header", .set = no_header },
	{ 'j', "json", .help = "one JSON document", .set = set_format, .word = "json" },
	{ 0, "ndjson", .help = "one JSON object per socket and line", .set = set_format,
	  .word = "ndjson" },
	{ 0, "csv", .help = "comma-separated values", .set = set_format, .word = "csv" },
	{ 0, "tsv", .help = "tab-separated values", .set = set_format, .word = "tsv" },
	{ 0, "columns", "LIST", .help = "these columns; +LIST adds, help lists them",
	  .set = choose_columns, .complete = column_name_at },
	{ 0, "sort", "LIST", .help = "sort by these columns; COLUMN:desc turns the order round",
	  .set = choose_order, .complete = column_name_at },
	{ 0, "top", "N", .help = "only the first N, after sorting", .set = choose_top },
	{ 0, "count-by", "LIST", .help = "count the sockets by these columns, largest first",
	  .set = choose_groups, .complete = column_name_at },
	{ 0, "format", "NAME", .help = "the format by its name", .set = set_format,
	  .complete = renderer_name_at },
	{ 'q', "quiet", .help = "print nothing; exit with 4 when nothing matches", SWITCH(quiet) },
	{ 'c', "continuous", .help = "again every second", .set = repeat },
	{ 0, "interval", "SECS", .help = "again after that many seconds", .set = repeat },
	{ 'n', "numeric", .help = "numbers, not names (default)", .set = is_default },
	{ 'W', "wide", .help = "whole addresses (default); also -T", .set = is_default },
	{ 'T', .set = is_default },
	{ 0, "numeric-hosts", .set = is_default },
	{ 0, "numeric-ports", .set = is_default },
	{ 0, "numeric-users", .set = is_default },

	{ 0, "source", "WHERE", "Sources", "auto (default), diag (sock_diag) or proc (/proc/net)",
	  set_source, .complete = source_at },
	{ 0, "record", "FILE", .help = "keep what the kernel says in FILE", .set = set_path,
	  SETUP(record) },
	{ 0, "replay", "FILE", .help = "list from a recording", .set = set_path, SETUP(replay) },
	{ 0, "proc-root", "DIR", .help = "read a copy of /proc", .set = set_path,
	  SETUP(proc_root) },
	{ 0, "owners", "WAY", .help = "how holders are found: auto (default), bpf or proc",
	  .set = set_lookup, .complete = lookup_at },
	{ 0, "strict", .help = "exit with 3 when something asked for is hidden or lost",
	  SWITCH(strict) },
	{ 'v', "verbose", .help = "say which source had to serve for which", SWITCH(verbose) },
	{ 'h', "help", .help = "this help", .set = show_help },
	{ 'V', "version", .help = "the version", .set = show_version },

	/* What belongs to a later version, and what is not about sockets. */
	{ 'S', "sctp", .set = option_not_built, .word = "SCTP sockets" },
	{ 'x', "unix", .set = option_not_built, .word = "UNIX sockets" },
	{ '0', "packet", .set = option_not_built, .word = "packet sockets" },
	{ 'M', "mptcp", .set = option_not_built, .word = "MPTCP sockets" },
	{ 'i', "info", .set = option_not_built, .word = "tcp_info" },
	{ 'm', "memory", .set = option_not_built, .word = "memory" },
	{ 'K', "kill", .set = option_not_built, .word = "closing connections" },
	{ 'N', "netns", "NS", .set = option_not_built, .word = "network namespaces" },
	{ 's', "statistics", .set = option_not_built, .word = "the summary" },
	{ 0, "resolve", .set = option_not_built, .word = "names of hosts and services" },
	{ 'r', "route", .set = option_elsewhere, .word = "ip route" },
	{ 'g', "groups", .set = option_elsewhere, .word = "ip maddr" },
	{ 'Z', "context", .set = option_elsewhere, .word = "ps -Z" },
	{ 'C', "cache", .set = option_elsewhere, .word = "ip route show cache" },
	{ '2', "l2cap", .set = option_elsewhere, .word = "bluetoothctl" },
	{ 'f', "rfcomm", .set = option_elsewhere, .word = "bluetoothctl" },
	{ .name = NULL },
};

const struct option_table list_options = { .command = "natu", .rows = rows };
