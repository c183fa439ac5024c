/* SPDX-License-Identifier: MIT */

/*
 * floor RECORDING: sends the requests that are in a recording of natu's, the very same
 * bytes, one dump after the other, and counts what the kernel answers. Nothing that shows
 * the same sockets can be faster in one thread; what natu takes beyond it is natu's own.
 */

#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORDING_MAX (1 << 20)
#define RECEIVE_SIZE (64 << 10)

static _Alignas(NLMSG_ALIGNTO) char recording[RECORDING_MAX], received[RECEIVE_SIZE];

/* Counts the messages of one chunk. False after the last one of the dump. */
static int count_messages(size_t length, unsigned long *rows)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)received;

	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		if (message->nlmsg_type == NLMSG_DONE ||
		    message->nlmsg_type == NLMSG_ERROR)
			return 0;
		++*rows;
	}
	return 1;
}

static int dump(const struct nlmsghdr *request, unsigned long *rows)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t length;

	if (descriptor < 0 || send(descriptor, request, request->nlmsg_len, 0) < 0)
		return -1;
	do
		length = recv(descriptor, received, sizeof(received), 0);
	while (length > 0 && count_messages((size_t)length, rows));
	close(descriptor);
	return length > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	int descriptor = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	ssize_t size = descriptor < 0 ? -1
				      : read(descriptor, recording, sizeof(recording));
	const struct nlmsghdr *message = (const struct nlmsghdr *)recording;
	size_t left = size > 0 ? (size_t)size : 0;
	unsigned long rows = 0;

	if (!left) {
		fprintf(stderr, "usage: floor RECORDING (see natu --record)\n");
		return 2;
	}
	for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
		if ((message->nlmsg_flags & NLM_F_REQUEST) && dump(message, &rows) < 0)
			return perror("floor"), 1;
	printf("%lu\n", rows);
	return 0;
}
