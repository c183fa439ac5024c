/* SPDX-License-Identifier: MIT */
#include "listen.h"

#include "cli.h"
#include "command.h"
#include "listen_server.h"
#include "net/signals.h"
#include "net/tell.h"
#include "option.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM (64UL << 10)
#define BACKLOG 4096

/* Of the rows with one setter only one can be chosen. */
static int choose(int *chosen, const struct option_row *row)
{
	for (const struct option_row *other = listen_rows; other->name; other++) {
		if (other->set != row->set || other->value != *chosen || other == row)
			continue;
		complain("--%s and --%s exclude each other", other->name, row->name);
		return EXIT_USAGE;
	}
	*chosen = (int)row->value;
	return EXIT_OK;
}

static int set_manner(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	return choose(&((struct listen_options *)target)->manner, row);
}

static int set_farewell(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	return choose(&((struct listen_options *)target)->farewell, row);
}

static int set_backlog(void *target, const struct option_row *row, const char *value)
{
	struct listen_options *options = target;
	int status = setting_number(target, row, value);

	options->has_backlog = true;
	if (status != EXIT_OK || options->backlog <= INT32_MAX)
		return status;
	complain("--%s %s: expected a number up to %d", row->name, value, INT32_MAX);
	return EXIT_USAGE;
}

#define AT(member) offsetof(struct listen_options, member)

const struct option_row listen_rows[] = {
	PLACE_OPTIONS,
	{
		.name = "backlog",
		.argument = "N",
		.help = "How many connections may wait to be accepted; the kernel lets in one more",
		.set = set_backlog,
		.value = AT(backlog),
	},
	{
		.name = "no-reuse",
		.help = "Do without SO_REUSEADDR: connections in TIME_WAIT are in the way",
		.set = setting_flag,
		.value = AT(no_reuse),
	},
	{
		.name = "echo",
		.section = "What is done with clients",
		.help = "Send back what they send (the default)",
		.set = set_manner,
		.value = MANNER_ECHO,
	},
	{
		.name = "discard",
		.help = "Read what they send and forget it",
		.set = set_manner,
		.value = MANNER_DISCARD,
	},
	{
		.name = "hold",
		.help = "Keep their connections and read nothing",
		.set = set_manner,
		.value = MANNER_HOLD,
	},
	{
		.name = "no-accept",
		.help = "Leave them in the queue, which fills",
		.set = setting_flag,
		.value = AT(no_accept),
	},
	{
		.name = "half-close",
		.help = "End the sending side (TCP: a FIN) and read on: at once, or after the first message with --echo or --discard",
		.set = set_farewell,
		.value = FAREWELL_HALF_CLOSE,
	},
	{
		.name = "reset",
		.help = "Send a RST at once, or after the first message with --echo or --discard",
		.set = set_farewell,
		.value = FAREWELL_RESET,
	},
	{
		.name = "delay",
		.argument = "MS",
		.help = "Wait before each answer, FIN or RST; other clients do not wait with it",
		.set = setting_ms,
		.value = AT(delay_ms),
	},
	{
		.name = "max",
		.argument = "N",
		.section = "When it ends",
		.help = "After N clients, when the last is gone (UDP: after N datagrams)",
		.set = setting_count,
		.value = AT(max),
	},
	{
		.name = "timeout",
		.argument = "SECS",
		.help = "After that time",
		.set = setting_seconds,
		.value = AT(timeout_ms),
	},
	{
		.name = "ready-fd",
		.argument = "N",
		.section = "What it says",
		.help = "Write the line `listening ...` to that descriptor too, and close it",
		.set = setting_descriptor,
		.value = AT(ready_descriptor),
	},
	{
		.letter = 'v',
		.name = "verbose",
		.help = "Tell each step: the call, its descriptor and addresses",
		.set = setting_flag,
		.value = AT(verbose),
	},
	{
		.letter = 'h',
		.name = "help",
		.help = "Show this",
		.set = setting_flag,
		.value = AT(help),
	},
	{ 0 },
};

const char listen_examples[] =
	"  natu listen 8080                  echo what clients send to 127.0.0.1:8080\n"
	"  natu listen -v 0                  on any free port, and tell each step\n"
	"  natu listen '*:8080' --discard    on all addresses of IPv4, and forget what comes\n"
	"  natu listen --no-accept --backlog 3 8080\n"
	"                                    watch a queue fill (natu -l --port 8080)\n"
	"  natu listen --half-close 8080     connections in FIN_WAIT2\n"
	"  natu listen --unix /tmp/echo      a UNIX socket\n";

static int usage(const char *message)
{
	complain("%s", message);
	return EXIT_USAGE;
}

/* What would mean nothing is refused: whoever writes it expects something. */
static int check(const struct listen_options *options, const struct endpoint *endpoint)
{
	bool datagrams = endpoint_is_datagram(endpoint);
	bool tcp = endpoint_is_tcp(endpoint);
	bool hold = options->manner == MANNER_HOLD;
	bool silent = (hold || options->manner == MANNER_DISCARD) && !options->farewell;
	bool reset = options->farewell == FAREWELL_RESET;
	const struct {
		bool wrong;
		const char *why;
	} rules[] = {
		{ datagrams && (options->has_backlog || options->no_accept ||
				options->farewell),
		  "--backlog, --no-accept, --half-close and --reset are for connections, "
		  "which datagrams do not have" },
		{ options->no_reuse && !tcp,
		  "--no-reuse is for TCP: nothing else has TIME_WAIT" },
		{ reset && !tcp, "--reset is for TCP: a UNIX socket has no reset" },
		{ options->no_accept && (options->manner || options->farewell ||
					 options->delay_ms || options->max),
		  "with --no-accept there is no client with whom anything could be done" },
		{ hold && reset, "--hold keeps the connections, and --reset ends them" },
		{ silent && options->delay_ms,
		  "--delay is for answers, and --discard and --hold give none" },
		{ datagrams && hold && options->max,
		  "--hold reads no datagrams, and so --max has none to count" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return usage(rules[i].why);
	return EXIT_OK;
}

static void print_summary(const struct server *server, bool datagrams)
{
	const struct tally *tally = &server->tally;
	uint64_t ms = (now_ns() - server->started) / NS_PER_MS;

	printf("ended by %s after %" PRIu64 ".%03u s: ", server->ended_by, ms / 1000,
	       (unsigned int)(ms % 1000));
	if (datagrams)
		printf("%" PRIu64 " datagrams", tally->messages);
	else
		printf("%" PRIu64 " clients, at most %" PRIu64 " at once", tally->clients,
		       tally->most_at_once);
	printf("; received %" PRIu64 " bytes, sent %" PRIu64 " bytes; ", tally->received,
	       tally->sent);
	if (datagrams)
		printf("%" PRIu64 " unanswered, %" PRIu64 " failed", tally->unanswered,
		       tally->failed);
	else
		printf("%" PRIu64 " reset, %" PRIu64 " failed", tally->reset,
		       tally->failed);
	if (tally->dropped)
		printf("; %" PRIu64 " dropped by the kernel: the queue was full",
		       tally->dropped);
	putchar('\n');
}

static void time_is_up(struct timer *timer)
{
	server_end((struct server *)((char *)timer - offsetof(struct server, deadline)),
		   "--timeout");
}

/* Everything that needs a descriptor is made before the first client. */
static bool server_open(struct server *server)
{
	const struct listen_options *options = server->options;
	bool datagrams = endpoint_is_datagram(&server->local);

	if (!server_room(server, FIRST_ROOM)) {
		complain("there is no memory for a buffer");
		return false;
	}
	if (!server_bind(server))
		return false;
	if (!timer_open(&server->loop, &server->deadline, time_is_up))
		return false;
	if (options->timeout_ms)
		timer_start(&server->deadline, options->timeout_ms * NS_PER_MS);
	return datagrams ? datagrams_open(server) : clients_open(server);
}

static bool server_run(struct server *server)
{
	char line[ENDPOINT_TEXT + 32], name[ENDPOINT_TEXT];

	snprintf(line, sizeof(line), "listening %s %s", endpoint_protocol(&server->local),
		 endpoint_print(name, &server->local));
	if (!announce(server->options->ready_descriptor, line))
		return false;
	server->started = now_ns();
	if (!loop_run(&server->loop))
		return false;
	if (server->loop.signal)
		server->ended_by = loop_signal_word(&server->loop);
	return true;
}

static int serve(const struct listen_options *options, const struct endpoint *endpoint)
{
	const struct timer none = { .watch.descriptor = -1 };
	struct server server = {
		.options = options,
		.local = *endpoint,
		.socket.descriptor = -1,
		.deadline = none,
		.resume = none,
		.delay.timer = none,
		.again.timer = none,
	};
	bool datagrams = endpoint_is_datagram(endpoint), good;

	raise_descriptor_limit();
	if (!loop_open(&server.loop))
		return EXIT_TROUBLE;
	good = server_open(&server) && server_run(&server);
	if (datagrams)
		datagrams_close(&server);
	else
		clients_close(&server);
	server_unbind(&server);
	timer_close(&server.deadline);
	loop_close(&server.loop);
	signals_release();
	free(server.buffer);
	if (!good)
		return EXIT_TROUBLE;
	print_summary(&server, datagrams);
	return server.trouble ? EXIT_TROUBLE : EXIT_OK;
}

int listen_run(int argc, char **argv)
{
	const struct option_table table = { "natu listen", listen_rows };
	struct listen_options options = { .backlog = BACKLOG };
	struct endpoint endpoint;
	int first, status = options_parse(&table, argc, argv, &options, &first);

	if (status != EXIT_OK)
		return status;
	if (options.help)
		return command_help(command_named("listen"));
	if (argc - first > 1)
		return usage("natu listen takes one [ADDRESS:]PORT");
	status = place_endpoint(&options.place, first < argc ? argv[first] : NULL,
				&endpoint);
	if (status == EXIT_OK)
		status = check(&options, &endpoint);
	return status == EXIT_OK ? serve(&options, &endpoint) : status;
}
