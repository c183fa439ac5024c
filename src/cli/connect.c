/* SPDX-License-Identifier: MIT */
#include "connect.h"

#include "cli.h"
#include "command.h"
#include "connect_run.h"
#include "net/signals.h"
#include "option.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define AT(member) offsetof(struct connect_options, member)

/* Descriptors that are not connections: the standard ones, the loop's own, a few
 * inherited. */
#define OTHER_DESCRIPTORS 32
/* What IP and UDP leave of 65535 bytes. */
#define UDP4_MAX (65535 - 20 - 8)
#define UDP6_MAX (65535 - 8)

const struct option_row connect_rows[] = {
	PLACE_OPTIONS,
	{
		.name = "from",
		.argument = "ADDRESS[/LENGTH]",
		.help = "The source address, or a prefix whose addresses are used in turn",
		.set = setting_text,
		.value = AT(from),
	},
	{
		.name = "count",
		.argument = "N",
		.section = "How many",
		.help = "Open N connections (1)",
		.set = setting_count,
		.value = AT(count),
	},
	{
		.name = "rate",
		.argument = "N",
		.help = "Open at most N of them a second",
		.set = setting_count,
		.value = AT(rate),
	},
	{
		.name = "send",
		.argument = "TEXT|SIZE",
		.section = "What is done with each",
		.help = "Send the text, or that much of a pattern (100M), and read as much back",
		.set = setting_text,
		.value = AT(send),
	},
	{
		.name = "verify",
		.help = "Fail unless exactly what was sent comes back",
		.set = setting_flag,
		.value = AT(verify),
	},
	{
		.name = "half-close",
		.help = "Send a FIN when all is sent, and read until the server closes",
		.set = setting_flag,
		.value = AT(half_close),
	},
	{
		.name = "hold",
		.help = "Keep the connections until the end, and read nothing more",
		.set = setting_flag,
		.value = AT(hold),
	},
	{
		.name = "timeout",
		.argument = "SECS",
		.section = "When it ends",
		.help = "After that time; what is neither done nor held has failed",
		.set = setting_seconds,
		.value = AT(timeout_ms),
	},
	{
		.name = "ready-fd",
		.argument = "N",
		.section = "What it says",
		.help = "Write the line `connected ...` to that descriptor too, and close it",
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
	if (sources_parse(&run->sources, from, endpoint_family(&run->to), &reason))
		return EXIT_OK;
	complain("--from: %s", reason.text);
	return EXIT_USAGE;
}

/* A larger one is not sent in one message, or not read back in one. */
static uint64_t largest_message(const struct endpoint *to)
{
	switch (endpoint_family(to)) {
	case AF_INET:
		return UDP4_MAX;
	case AF_INET6:
		return UDP6_MAX;
	default:
		return PIECE_MAX;
	}
}

static int check(const struct run *run)
{
	const struct connect_options *options = run->options;
	bool local = endpoint_family(&run->to) == AF_UNIX;
	bool messages = run->to.type != SOCK_STREAM;

	if (!local && !endpoint_port(&run->to))
		return usage("port 0 cannot be connected to");
	if (endpoint_is_datagram(&run->to) && options->half_close)
		return usage(
			"--half-close is for connections, which datagrams do not have");
	if (run->payload.total == SIZE_TOO_LARGE) {
		complain("--send %s: no number can hold that size", options->send);
		return EXIT_USAGE;
	}
	if (messages && run->payload.total > largest_message(&run->to)) {
		complain("--send %s: one message carries at most %" PRIu64 " bytes here",
			 options->send, largest_message(&run->to));
		return EXIT_USAGE;
	}
	if (options->verify && !run->payload.total)
		return usage("--verify needs something to --send");
	if (options->hold && options->count > run->open_limit) {
		complain("--hold --count %" PRIu64 ": this process may have %" PRIu64
			 " open; use several, or raise its limit (ulimit -n)",
			 options->count, run->open_limit);
		return EXIT_TROUBLE;
	}
	return EXIT_OK;
}

static void print_summary(const struct run *run)
{
	uint64_t ms = (now_ns() - run->began) / NS_PER_MS;

	printf("%" PRIu64 " connected, %" PRIu64 " failed in %" PRIu64 ".%03u s; "
	       "sent %" PRIu64 " bytes, received %" PRIu64 " bytes",
	       run->connected, run->failed, ms / 1000, (unsigned int)(ms % 1000),
	       run->sent, run->received);
	if (run->lost)
		printf("; %" PRIu64 " closed by the server", run->lost);
	if (run->payload.total)
		printf("; echoed exactly: %" PRIu64 " of %" PRIu64, run->exact,
		       run->options->count);
	putchar('\n');
}

static void time_is_up(struct timer *timer)
{
	struct run *run = (struct run *)((char *)timer - offsetof(struct run, deadline));

	run->ended_by = "--timeout";
	run->loop.ended = true;
}

/* Everything that needs a descriptor or memory is made before the first connection. */
static bool run_open(struct run *run)
{
	run->buffer = malloc(PIECE_MAX);
	if (!run->buffer) {
		complain("there is no memory for a buffer");
		return false;
	}
	return timer_open(&run->loop, &run->deadline, time_is_up) &&
	       timer_open(&run->loop, &run->tick, run_tick);
}

static bool run_all(struct run *run)
{
	run->began = run->next_start = now_ns();
	if (run->options->timeout_ms)
		timer_start(&run->deadline, run->options->timeout_ms * NS_PER_MS);
	run_start_links(run);
	run_check(run);
	return loop_run(&run->loop);
}

/* What the connections were waiting for that did not come to their end. */
static void tell_of_unfinished(const struct run *run)
{
	const struct {
		uint64_t count;
		const char *what;
	} parts[] = {
		{ run->connecting, "without an answer" },
		{ run->open - run->connecting - run->holding, "waiting for the server" },
		{ run->options->count - run->started,
		  run->queue_full ? "not begun, as the listener's queue is full"
				  : "not begun" },
	};
	char text[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].count)
			used += (size_t)snprintf(text + used, sizeof(text) - used,
						 "%s%" PRIu64 " %s", used ? ", " : "",
						 parts[i].count, parts[i].what);
	complain("ended by %s before all was done: %s", run->ended_by, text);
}

/* What did not come to its end has failed; a connection that is held has. */
static void count_unfinished(struct run *run)
{
	uint64_t over = run->done + run->failed + run->lost + run->holding;
	uint64_t unfinished = over < run->options->count ? run->options->count - over : 0;

	if (run->loop.signal)
		run->ended_by = loop_signal_word(&run->loop);
	if (unfinished && run->ended_by && signals_wait_to_write(STDERR_FILENO))
		tell_of_unfinished(run);
	run->failed += unfinished;
}

static int run_links(struct run *run)
{
	int status = EXIT_TROUBLE;
	bool ready;

	if (!loop_open(&run->loop))
		return EXIT_TROUBLE;
	ready = run_open(run);
	if (ready && run_all(run)) {
		count_unfinished(run);
		status = run->failed ? EXIT_TROUBLE : EXIT_OK;
		if (run->options->verify && run->exact < run->options->count)
			status = EXIT_TROUBLE;
	}
	link_close_all(run);
	timer_close(&run->deadline);
	timer_close(&run->tick);
	loop_close(&run->loop);
	signals_release();
	free(run->buffer);
	if (ready)
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
	run->open_limit -= run->open_limit > 2 * OTHER_DESCRIPTORS ? OTHER_DESCRIPTORS
								   : 0;
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
