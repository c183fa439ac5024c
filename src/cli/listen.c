/* SPDX-License-Identifier: MIT */
#include "listen.h"

#include "cli.h"
#include "command.h"
#include "listen_server.h"
#include "net/tell.h"
#include "option.h"

#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM (64UL << 10)
#define BACKLOG 4096

static int set_manner(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	((struct listen_options *)target)->manner = (int)row->value;
	return EXIT_OK;
}

static int set_farewell(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	((struct listen_options *)target)->farewell = (int)row->value;
	return EXIT_OK;
}

#define AT(member) offsetof(struct listen_options, member)

const struct option_row listen_rows[] = {
	PLACE_OPTIONS,
	{ 0, "backlog", "N", NULL, "How many connections may wait to be accepted", setting_count,
	  AT(backlog), NULL, NULL, NULL },
	{ 0, "no-reuse", NULL, NULL,
	  "Do without SO_REUSEADDR: connections in TIME_WAIT are in the way", setting_flag,
	  AT(no_reuse), NULL, NULL, NULL },
	{ 0, "echo", NULL, "What is done with clients",
	  "Send back what they send (the default)", set_manner, MANNER_ECHO, NULL, NULL, NULL },
	{ 0, "discard", NULL, NULL, "Read what they send and forget it", set_manner,
	  MANNER_DISCARD, NULL, NULL, NULL },
	{ 0, "hold", NULL, NULL, "Keep their connections and read nothing", set_manner,
	  MANNER_HOLD, NULL, NULL, NULL },
	{ 0, "no-accept", NULL, NULL, "Leave them in the queue, which fills", setting_flag,
	  AT(no_accept), NULL, NULL, NULL },
	{ 0, "half-close", NULL, NULL,
	  "End the sending side of each connection at once (with --echo or --discard: after the "
	  "first bytes), and read until the client closes", set_farewell, FAREWELL_HALF_CLOSE,
	  NULL, NULL, NULL },
	{ 0, "reset", NULL, NULL,
	  "Reset each connection at once (with --echo or --discard: after the first bytes)",
	  set_farewell, FAREWELL_RESET, NULL, NULL, NULL },
	{ 0, "delay", "MS", NULL, "Wait before each answer; other clients do not wait with it",
	  setting_ms, AT(delay_ms), NULL, NULL, NULL },
	{ 0, "max", "N", "When it ends",
	  "After N clients, when the last of them is gone (UDP: after N datagrams)",
	  setting_count, AT(max), NULL, NULL, NULL },
	{ 0, "timeout", "SECS", NULL, "After that time", setting_seconds, AT(timeout_ms), NULL,
	  NULL, NULL },
	{ 0, "ready-fd", "N", "What it says",
	  "Write the line `listening ...` to that descriptor too, and close it",
	  setting_descriptor, AT(ready_descriptor), NULL, NULL, NULL },
	{ 'v', "verbose", NULL, NULL, "Tell each step: the call, its descriptor and addresses",
	  setting_flag, AT(verbose), NULL, NULL, NULL },
	{ 'h', "help", NULL, NULL, "Show this", setting_flag, AT(help), NULL, NULL, NULL },
	{ 0 },
};

const char listen_examples[] =
	"  natu listen 8080                  echo what clients send to 127.0.0.1:8080\n"
	"  natu listen -v 0                  on any free port, and tell each step\n"
	"  natu listen '*:8080' --discard    on all addresses, and forget what comes\n"
	"  natu listen --no-accept --backlog 3 8080\n"
	"                                    watch a queue fill (natu -l --port 8080)\n"
	"  natu listen --half-close 8080     connections in FIN_WAIT2\n"
	"  natu listen --unix /tmp/echo      a UNIX socket\n";

static int usage(const char *message)
{
	complain("%s", message);
	return EXIT_USAGE;
}

static int check(const struct listen_options *options, const struct endpoint *endpoint)
{
	bool datagrams = endpoint_is_datagram(endpoint);

	if (options->backlog > INT32_MAX)
		return usage("--backlog: expected a number up to 2147483647");
	if (datagrams && (options->farewell || options->no_accept))
		return usage("--half-close, --reset and --no-accept are for connections, which "
			     "datagrams do not have");
	if (endpoint_family(endpoint) == AF_UNIX && options->farewell == FAREWELL_RESET)
		return usage("--reset is for TCP: a UNIX socket has no reset");
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
		printf("%" PRIu64 " unanswered, %" PRIu64 " failed\n", tally->unanswered,
		       tally->failed);
	else
		printf("%" PRIu64 " reset, %" PRIu64 " failed\n", tally->reset, tally->failed);
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
		server->ended_by = server->loop.signal == SIGINT ? "SIGINT" : "SIGTERM";
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
	clients_close(&server);
	datagrams_close(&server);
	server_unbind(&server);
	timer_close(&server.deadline);
	loop_close(&server.loop);
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
	status = place_endpoint(&options.place, first < argc ? argv[first] : NULL, &endpoint);
	if (status == EXIT_OK)
		status = check(&options, &endpoint);
	return status == EXIT_OK ? serve(&options, &endpoint) : status;
}
