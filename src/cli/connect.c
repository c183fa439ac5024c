/* SPDX-License-Identifier: MIT */
#include "connect.h"

#include "cli.h"
#include "command.h"
#include "connect_run.h"
#include "option.h"

#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define AT(member) offsetof(struct connect_options, member)

/* Descriptors that are not connections: the standard ones, the loop's own, a few inherited. */
#define OTHER_DESCRIPTORS 32
/* UDP over IPv4; over IPv6 it is 20 more. */
#define DATAGRAM_MAX 65507

const struct option_row connect_rows[] = {
	PLACE_OPTIONS,
	{ 0, "from", "ADDRESS[/LENGTH]", NULL,
	  "The source address, or a prefix whose addresses are used in turn", setting_text,
	  AT(from), NULL, NULL, NULL },
	{ 0, "count", "N", "How many", "Open N connections (1)", setting_count, AT(count), NULL,
	  NULL, NULL },
	{ 0, "rate", "N", NULL, "Open at most N of them a second", setting_count, AT(rate), NULL,
	  NULL, NULL },
	{ 0, "send", "TEXT|SIZE", "What is done with each",
	  "Send the text, or that much of a pattern (100M), and read as much back",
	  setting_text, AT(send), NULL, NULL, NULL },
	{ 0, "verify", NULL, NULL, "Fail unless exactly what was sent comes back", setting_flag,
	  AT(verify), NULL, NULL, NULL },
	{ 0, "half-close", NULL, NULL,
	  "End the sending side when all is sent, and read until the server closes",
	  setting_flag, AT(half_close), NULL, NULL, NULL },
	{ 0, "hold", NULL, NULL, "Keep the connections until the end, and read nothing more",
	  setting_flag, AT(hold), NULL, NULL, NULL },
	{ 0, "timeout", "SECS", "When it ends",
	  "After that time; a connection that is not done has failed, unless it is held",
	  setting_seconds, AT(timeout_ms), NULL, NULL, NULL },
	{ 0, "ready-fd", "N", "What it says",
	  "Write the line `connected ...`, when all are, to that descriptor too, and close it",
	  setting_descriptor, AT(ready_descriptor), NULL, NULL, NULL },
	{ 'v', "verbose", NULL, NULL, "Tell each step: the call, its descriptor and addresses",
	  setting_flag, AT(verbose), NULL, NULL, NULL },
	{ 'h', "help", NULL, NULL, "Show this", setting_flag, AT(help), NULL, NULL, NULL },
	{ 0 },
};

const char connect_examples[] =
	"  natu connect 8080                 can 127.0.0.1:8080 be reached?\n"
	"  natu connect --send hello 8080    send, and read as much back\n"
	"  natu connect --send 100M --verify 8080\n"
	"                                    check an echo server byte for byte\n"
	"  natu connect --count 5000 --hold --from 127.1.0.0/16 8080\n"
	"                                    5000 connections that stay\n";

static int usage(const char *message)
{
	complain("%s", message);
	return EXIT_USAGE;
}

static int read_sources(struct run *run)
{
	const char *from = run->options->from;
	struct reason reason;

	if (!from)
		return EXIT_OK;
	if (endpoint_family(&run->to) == AF_UNIX)
		return usage("--from is an address, which a UNIX socket does not have");
	if (!sources_parse(&run->sources, from, endpoint_family(&run->to), &reason))
		return usage(reason.text);
	return EXIT_OK;
}

static int check(const struct run *run)
{
	const struct connect_options *options = run->options;
	bool local = endpoint_family(&run->to) == AF_UNIX;
	bool messages = run->to.type != SOCK_STREAM;

	if (!local && !endpoint_port(&run->to))
		return usage("port 0 cannot be connected to");
	if (endpoint_is_datagram(&run->to) && options->half_close)
		return usage("--half-close is for connections, which datagrams do not have");
	if (messages && run->payload.total > DATAGRAM_MAX)
		return usage("one message carries at most 65507 bytes");
	if (options->verify && !run->payload.total)
		return usage("--verify needs something to --send");
	if (options->hold && options->count > run->open_limit) {
		complain("--hold --count %" PRIu64 ": this process may have %" PRIu64
			 " open; use several, or raise its limit (ulimit -n)", options->count,
			 run->open_limit);
		return EXIT_TROUBLE;
	}
	return EXIT_OK;
}

static void print_summary(const struct run *run)
{
	uint64_t ms = (now_ns() - run->began) / NS_PER_MS;

	printf("%" PRIu64 " connected, %" PRIu64 " failed in %" PRIu64 ".%03u s; "
	       "sent %" PRIu64 " bytes, received %" PRIu64 " bytes", run->connected, run->failed,
	       ms / 1000, (unsigned int)(ms % 1000), run->sent, run->received);
	if (run->lost)
		printf("; %" PRIu64 " closed by the server", run->lost);
	if (run->payload.total)
		printf("; echoed exactly: %" PRIu64 " of %" PRIu64, run->exact, run->options->count);
	putchar('\n');
}

static void time_is_up(struct timer *timer)
{
	struct run *run = (struct run *)((char *)timer - offsetof(struct run, deadline));

	run->loop.ended = true;
}

static bool run_all(struct run *run)
{
	if (!timer_open(&run->loop, &run->deadline, time_is_up) ||
	    !timer_open(&run->loop, &run->tick, run_tick))
		return false;
	run->began = now_ns();
	if (run->options->timeout_ms)
		timer_start(&run->deadline, run->options->timeout_ms * NS_PER_MS);
	run_start_links(run);
	run_check(run);
	return loop_run(&run->loop);
}

/* What did not come to its end has failed; a connection that is held has. */
static void count_unfinished(struct run *run)
{
	uint64_t over = run->done + run->failed + run->lost + run->holding;

	if (over < run->options->count)
		run->failed += run->options->count - over;
}

static int run_links(struct run *run)
{
	int status = EXIT_TROUBLE;

	if (!loop_open(&run->loop))
		return EXIT_TROUBLE;
	run->buffer = malloc(PIECE_MAX);
	if (run->buffer && run_all(run)) {
		count_unfinished(run);
		status = run->failed ? EXIT_TROUBLE : EXIT_OK;
		if (run->options->verify && run->exact < run->options->count)
			status = EXIT_TROUBLE;
	}
	link_close_all(run);
	timer_close(&run->deadline);
	timer_close(&run->tick);
	loop_close(&run->loop);
	free(run->buffer);
	print_summary(run);
	return status;
}

static int prepare(struct run *run, const char *argument)
{
	int status = place_endpoint(&run->options->place, argument, &run->to);

	if (status == EXIT_OK)
		status = read_sources(run);
	if (status != EXIT_OK)
		return status;
	if (!payload_open(&run->payload, run->options->send)) {
		complain("there is no memory for what is to be sent");
		return EXIT_TROUBLE;
	}
	run->open_limit = raise_descriptor_limit();
	run->open_limit -= run->open_limit > 2 * OTHER_DESCRIPTORS ? OTHER_DESCRIPTORS : 0;
	return check(run);
}

int connect_run(int argc, char **argv)
{
	const struct option_table table = { "natu connect", connect_rows };
	const struct timer none = { .watch.descriptor = -1 };
	struct connect_options options = { .count = 1 };
	struct run run = { .options = &options, .deadline = none, .tick = none };
	int first, status = options_parse(&table, argc, argv, &options, &first);

	if (status != EXIT_OK)
		return status;
	if (options.help)
		return command_help(command_named("connect"));
	if (argc - first > 1)
		return usage("natu connect takes one [ADDRESS:]PORT");
	status = prepare(&run, first < argc ? argv[first] : NULL);
	if (status == EXIT_OK)
		status = run_links(&run);
	payload_close(&run.payload);
	return status;
}
