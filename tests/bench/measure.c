/* SPDX-License-Identifier: MIT */

/*
 * measure ROUNDS <COMMANDS
 *
 * Runs commands in turn, round after round, and prints what each run took. A command is a
 *line LABEL<TAB>SINK<TAB>PROGRAM<TAB>ARGUMENT... with a sink of null, pipe or file. A
 *result is a line ROUND LABEL WALL_NS USER_US SYSTEM_US PEAK_KIB STATUS
 *
 * It is small and spawns directly: a child's peak memory counts from its parent's, and a
 *shell in between would cost more than some of the commands.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 64
#define WORDS_MAX 32

struct command {
	const char *label, *sink;
	char *words[WORDS_MAX + 1];
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int fail(const char *what)
{
	perror(what);
	return -1;
}

/* The child's standard output; for a pipe *reader is the other end. */
static int open_sink(const char *sink, int *reader)
{
	char name[256];
	const char *folder = getenv("TMPDIR");
	int ends[2];

	*reader = -1;
	if (!strcmp(sink, "file")) {
		snprintf(name, sizeof(name), "%s/output", folder ? folder : "/tmp");
		return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	}
	if (strcmp(sink, "pipe") != 0)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*reader = ends[0];
	return ends[1];
}

static void read_to_the_end(int reader)
{
	static char buffer[64 << 10];

	while (read(reader, buffer, sizeof(buffer)) > 0)
		;
	close(reader);
}

static int spawn(const struct command *command, int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
							 "/dev/null", O_WRONLY, 0);
	if (!error)
		error = posix_spawnp(child, command->words[0], &actions, NULL,
				     command->words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error ? -1 : 0;
}

static int run(const struct command *command, unsigned int round)
{
	struct rusage usage;
	uint64_t started;
	pid_t child;
	int reader, status, output = open_sink(command->sink, &reader);

	if (output < 0)
		return fail(command->sink);
	started = now();
	if (spawn(command, output, &child) < 0)
		return fail(command->words[0]);
	close(output);
	if (reader >= 0)
		read_to_the_end(reader);
	if (wait4(child, &status, 0, &usage) < 0)
		return fail("wait4");
	printf("%u %s %" PRIu64 " %ld %ld %ld %d\n", round, command->label,
	       now() - started, usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
	       usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec, usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}

static int read_command(struct command *command, char *line)
{
	char *rest = line;
	size_t count = 0;

	rest[strcspn(rest, "\n")] = '\0';
	command->label = strsep(&rest, "\t");
	command->sink = strsep(&rest, "\t");
	for (char *word; count < WORDS_MAX && (word = strsep(&rest, "\t"));)
		command->words[count++] = word;
	return count && !rest ? 0 : -1;
}

/*
 * Each round has an order of its own, the same ones in every run: who always came after
 * the same command would always find the caches as that one leaves them.
 */
static void shuffle(struct command *commands, size_t count)
{
	for (size_t left = count; left > 1; left--) {
		size_t chosen = (size_t)random() % left;
		struct command swapped = commands[left - 1];

		commands[left - 1] = commands[chosen];
		commands[chosen] = swapped;
	}
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	unsigned int rounds = argc == 2 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	size_t count = 0, size;

	for (char *line; count < COMMANDS_MAX && rounds; count++) {
		line = NULL;
		size = 0;
		if (getline(&line, &size, stdin) < 0) {
			free(line);
			break;
		}
		if (read_command(&commands[count], line) < 0)
			rounds = 0;
	}
	if (!rounds || !count) {
		fprintf(stderr, "usage: measure ROUNDS <COMMANDS\n");
		return 2;
	}
	for (unsigned int round = 0; round < rounds; round++) {
		shuffle(commands, count);
		for (size_t i = 0; i < count; i++)
			if (run(&commands[i], round) < 0)
				return 1;
	}
	return 0;
}
