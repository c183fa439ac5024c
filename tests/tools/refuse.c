/* SPDX-License-Identifier: MIT */
/*
 * refuse WHAT ERRNO COMMAND [ARG...]: runs a command to which the kernel refuses netlink:
 * its sockets ("socket") or whatever is sent ("send"); or files without a name
 * ("nameless"), or to give them one ("link"); with that errno, which is a name.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* clang-format off */
#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define WHEN(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (skip), 0)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
/* clang-format on */

static const struct {
	const char *name;
	unsigned int number;
} errors[] = {
	{ "EACCES", EACCES },
	{ "EAFNOSUPPORT", EAFNOSUPPORT },
	{ "EOPNOTSUPP", EOPNOTSUPP },
	{ "EPERM", EPERM },
	{ "EPROTONOSUPPORT", EPROTONOSUPPORT },
};

static unsigned int error_named(const char *name)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].number;
	return 0;
}

static int refuse_sockets(unsigned int error)
{
	/* clang-format off */
	struct sock_filter filter[] = {
		LOAD(nr), UNLESS(SYS_socket, 3),
		LOAD(args[0]), UNLESS(AF_NETLINK, 1),
		REFUSE(error), ALLOW,
	};
	/* clang-format on */
	struct sock_fprog program = { .len = COUNT(filter), .filter = filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* A filter sees no socket's family, so nothing at all can be sent. */
static int refuse_sending(unsigned int error)
{
	/* clang-format off */
	struct sock_filter filter[] = {
		LOAD(nr), WHEN(SYS_sendto, 2), WHEN(SYS_sendmsg, 1),
		UNLESS(SYS_sendmmsg, 1),
		REFUSE(error), ALLOW,
	};
	/* clang-format on */
	struct sock_fprog program = { .len = COUNT(filter), .filter = filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int refuse_nameless(unsigned int error)
{
	/* clang-format off */
	struct sock_filter filter[] = {
		LOAD(nr), UNLESS(SYS_openat, 3),
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_TMPFILE & ~O_DIRECTORY, 0, 1),
		REFUSE(error), ALLOW,
	};
	/* clang-format on */
	struct sock_fprog program = { .len = COUNT(filter), .filter = filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int refuse_links(unsigned int error)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		UNLESS(SYS_linkat, 1),
		REFUSE(error),
		ALLOW,
	};
	struct sock_fprog program = { .len = COUNT(filter), .filter = filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static const struct {
	const char *name;
	int (*refuse)(unsigned int error);
} kinds[] = {
	{ "socket", refuse_sockets },
	{ "send", refuse_sending },
	{ "nameless", refuse_nameless },
	{ "link", refuse_links },
};

int main(int argc, char **argv)
{
	unsigned int error = argc > 3 ? error_named(argv[2]) : 0;
	int done = -1;

	if (!error) {
		fprintf(stderr,
			"usage: refuse socket|send|nameless|link ERRNO COMMAND [ARG...]\n");
		return 2;
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strcmp(argv[1], kinds[i].name))
			done = kinds[i].refuse(error);
	if (done < 0) {
		perror("refuse");
		return 125;
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 127;
}
