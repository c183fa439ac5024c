/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pipe whose reader is another process: it reads as slowly as it is told, and its exit
 * status is whether everything came: bytes that count up. */
struct reader {
	int fd;
	pid_t process;
};

static int read_all(int fd, size_t expected, unsigned int pause_us)
{
	unsigned char bytes[4096];
	size_t total = 0;

	for (;;) {
		ssize_t length = read(fd, bytes, sizeof(bytes));

		if (length <= 0)
			return length < 0 || total != expected;
		for (ssize_t i = 0; i < length; i++, total++)
			if (bytes[i] != (unsigned char)total)
				return 2;
		if (pause_us)
			usleep(pause_us);
	}
}

static struct reader start_reader(size_t expected, unsigned int pause_us)
{
	struct reader reader;
	int ends[2];

	CU_ASSERT_FATAL(pipe2(ends, O_CLOEXEC) == 0);
	reader.fd = ends[1];
	reader.process = fork();
	CU_ASSERT_FATAL(reader.process >= 0);
	if (!reader.process) {
		close(ends[1]);
		_exit(read_all(ends[0], expected, pause_us));
	}
	close(ends[0]);
	return reader;
}

static bool all_came(struct reader *reader)
{
	int status;

	close(reader->fd);
	return waitpid(reader->process, &status, 0) == reader->process && status == 0;
}

static void add_counted(struct output *output, size_t *count, size_t more)
{
	for (; more; more--, ++*count) {
		char byte = (char)*count;

		natu_buffer_add(&output->text, &byte, 1);
	}
}

TEST(everything_arrives)
{
	enum { ALL = 1000000 };
	struct reader reader = start_reader(ALL, 0);
	struct output output;
	size_t count = 0;

	output_open(&output, reader.fd);
	while (count < ALL) {
		add_counted(&output, &count, 1000);
		CU_ASSERT_EQUAL(output_settle(&output), 0);
	}
	CU_ASSERT_EQUAL(output_close(&output), 0);
	CU_ASSERT_PTR_NULL(output.text.data);
	CU_ASSERT(all_came(&reader));
}

/* Somebody else made the pipe non-blocking: that is no reason to fail, only to wait. */
TEST(full_pipe_that_does_not_block)
{
	enum { ALL = 600000 };
	struct reader reader = start_reader(ALL, 500);
	struct output output;
	size_t count = 0;

	output_open(&output, reader.fd);
	fcntl(reader.fd, F_SETPIPE_SZ, 4096);
	CU_ASSERT_FATAL(fcntl(reader.fd, F_SETFL, O_NONBLOCK) == 0);
	add_counted(&output, &count, ALL);
	CU_ASSERT_EQUAL(output_close(&output), 0);
	CU_ASSERT(all_came(&reader));
}

/* Little is kept until there is more, or until it is asked for. */
TEST(waits_until_it_is_worth_it)
{
	struct output output;
	int ends[2];
	struct pollfd reading;

	CU_ASSERT_FATAL(pipe2(ends, O_CLOEXEC) == 0);
	reading = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	output_open(&output, ends[1]);
	natu_buffer_add_text(&output.text, "row\n");
	CU_ASSERT_EQUAL(output_settle(&output), 0);
	CU_ASSERT_EQUAL(poll(&reading, 1, 0), 0);
	CU_ASSERT_EQUAL(output_flush(&output), 0);
	CU_ASSERT_EQUAL(poll(&reading, 1, 0), 1);
	CU_ASSERT_EQUAL(output.text.used, 0);
	CU_ASSERT_EQUAL(output_close(&output), 0);
	/* The descriptor stays open for others. */
	CU_ASSERT(fcntl(ends[1], F_GETFD) >= 0);
	close(ends[0]);
	close(ends[1]);
}

/* The first failure stays, whatever comes after it. */
TEST(full_disk)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct output output;

	CU_ASSERT_FATAL(full >= 0);
	output_open(&output, full);
	CU_ASSERT_EQUAL(output_close(&output), 0);
	output_open(&output, full);
	natu_buffer_add_text(&output.text, "row\n");
	CU_ASSERT_EQUAL(output_settle(&output), 0);
	CU_ASSERT_EQUAL(output_flush(&output), -ENOSPC);
	natu_buffer_add_text(&output.text, "row\n");
	CU_ASSERT_EQUAL(output_settle(&output), -ENOSPC);
	CU_ASSERT_EQUAL(output_close(&output), -ENOSPC);
	close(full);
}

TEST(closed_descriptor)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct output output;

	CU_ASSERT_FATAL(fd >= 0);
	close(fd);
	output_open(&output, fd);
	natu_buffer_add_text(&output.text, "row\n");
	CU_ASSERT_EQUAL(output_close(&output), -EBADF);
}

/* A text that is not whole is not written: half a row would be taken for one. */
TEST(no_memory)
{
	struct output output;
	int ends[2];
	struct pollfd reading;

	CU_ASSERT_FATAL(pipe2(ends, O_CLOEXEC) == 0);
	reading = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	output_open(&output, ends[1]);
	natu_buffer_add_text(&output.text, "half a ro");
	output.text.failed = true;
	CU_ASSERT_EQUAL(output_close(&output), -ENOMEM);
	CU_ASSERT_EQUAL(poll(&reading, 1, 0), 0);
	close(ends[0]);
	close(ends[1]);
}

/* A reader that has gone ends it by SIGPIPE, also where SIGPIPE was ignored by who
 * started it. */
TEST(reader_that_has_gone)
{
	for (int ignored = 0; ignored < 2; ignored++) {
		int ends[2], status;
		pid_t process;

		CU_ASSERT_FATAL(pipe2(ends, O_CLOEXEC) == 0);
		close(ends[0]);
		process = fork();
		CU_ASSERT_FATAL(process >= 0);
		if (!process) {
			struct output output;

			signal(SIGPIPE, ignored ? SIG_IGN : SIG_DFL);
			output_open(&output, ends[1]);
			natu_buffer_add_text(&output.text, "row\n");
			_exit(output_close(&output) == 0 ? 0 : 1);
		}
		CU_ASSERT(waitpid(process, &status, 0) == process);
		CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
		close(ends[1]);
	}
}
