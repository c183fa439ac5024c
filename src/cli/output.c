/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Enough that a write costs nothing a row; little enough that a reader does not wait for
 * it. */
#define WORTH_WRITING (64 * 1024)
#define PIPE_SIZE (1024 * 1024)

void output_open(struct output *output, int fd)
{
	*output = (struct output){ .fd = fd };
	/* A pipe that holds more lets the reader and the kernel's dump run side by side.
	 * It is a wish: what is no pipe, or may not grow, refuses. */
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}

/* Who shares a pipe or a terminal may have made it non-blocking. */
static void wait_for_room(int fd)
{
	struct pollfd writing = { .fd = fd, .events = POLLOUT };

	poll(&writing, 1, -1);
}

static int write_out(struct output *output)
{
	size_t done = 0;

	while (done < output->text.used) {
		ssize_t length = write(output->fd, output->text.data + done,
				       output->text.used - done);

		if (length >= 0)
			done += (size_t)length;
		else if (errno == EAGAIN)
			wait_for_room(output->fd);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int output_flush(struct output *output)
{
	if (output->text.failed && !output->error)
		output->error = -ENOMEM;
	if (!output->error)
		output->error = write_out(output);
	output->text.used = 0;
	/* The reader has gone: end as a program does that does not ignore SIGPIPE. */
	if (output->error == -EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return output->error;
}

int output_settle(struct output *output)
{
	return output->text.used < WORTH_WRITING ? output->error : output_flush(output);
}

int output_close(struct output *output)
{
	int error = output_flush(output);

	natu_buffer_free(&output->text);
	/* Only a duplicate can be closed and tell: the descriptor itself stays for
	 * others. */
	if (!error && close(dup(output->fd)) < 0 && errno != EBADF)
		error = -errno;
	return error;
}

int print_text(struct natu_buffer *text)
{
	bool failed = text->failed;

	if (failed)
		complain("out of memory");
	else
		fwrite(text->data, 1, text->used, stdout);
	natu_buffer_free(text);
	return failed ? EXIT_TROUBLE : EXIT_OK;
}
