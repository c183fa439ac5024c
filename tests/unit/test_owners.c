/* SPDX-License-Identifier: MIT */
#include "owners/owners.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "holders.h"
#include "state.h"
#include "test.h"

static const enum natu_lookup lookups[] = { NATU_LOOKUP_PROC, NATU_LOOKUP_BPF };

/* Looks for the sockets of the list in each way, and compares. */
static void expect_by_all_lookups(const struct known_list *list)
{
	uint32_t inodes[HOLDERS_MAX];

	for (size_t i = 0; i < list->count; i++)
		inodes[i] = list->rows[i].inode;
	for (size_t i = 0; i < 2; i++) {
		struct natu_owners *owners = look_for(lookups[i], inodes, list->count);

		if (!owners)
			return;
		expect_known(owners, list);
		natu_owners_free(owners);
	}
}

/* --- who holds it --- */

struct family_tree {
	struct known_list *list;
	int kept, closed, duplicated, channel[2];
};

static void send_descriptor(int channel, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	CU_ASSERT_EQUAL_FATAL(sendmsg(channel, &message, 0), 1);
}

static int receive_descriptor(int channel)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec bytes = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd = -1;

	if (recvmsg(channel, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* Keeps one that it inherited, closes another, has two more of a third, and is given a
 * fourth. */
static void be_child(void *context)
{
	struct family_tree *tree = context;

	close(tree->closed);
	known_add(tree->list, tree->kept);
	known_add(tree->list, tree->duplicated);
	known_add(tree->list, dup(tree->duplicated));
	known_add(tree->list, dup2(tree->duplicated, 200));
	known_add(tree->list, receive_descriptor(tree->channel[1]));
}

TEST(inherited_duplicated_and_passed_sockets_have_all_their_holders)
{
	struct family_tree tree = {
		.list = known_new(),
		.kept = listening_socket(),
		.closed = listening_socket(),
		.duplicated = socket(AF_INET6, SOCK_DGRAM, 0),
	};
	int passed = listening_socket();
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, tree.channel), 0);
	send_descriptor(tree.channel[0], passed);
	/* So that the child has it from the message alone. */
	fcntl(passed, F_SETFD, FD_CLOEXEC);
	known_add(tree.list, tree.kept);
	known_add(tree.list, tree.closed);
	known_add(tree.list, tree.duplicated);
	known_add(tree.list, passed);
	child = start_process(be_child, &tree);
	CU_ASSERT_TRUE_FATAL(child > 0);
	/* It was forked, so it also has what was passed under the number of ours. */
	tree.list->rows[tree.list->count++] = (struct known){
		inode_of(passed),
		(uint32_t)child,
		(uint32_t)passed,
	};
	expect_by_all_lookups(tree.list);
	end_process(child);
	close(tree.kept);
	close(tree.closed);
	close(tree.duplicated);
	close(passed);
	close(tree.channel[0]);
	close(tree.channel[1]);
	known_free(tree.list);
}

struct own_table {
	struct known_list *list;
	pthread_barrier_t done;
};

static void *have_own_table(void *context)
{
	struct own_table *own = context;

	if (unshare(CLONE_FILES) == 0)
		known_add(own->list, listening_socket());
	pthread_barrier_wait(&own->done);
	for (;;)
		pause();
	return NULL;
}

static void *share_table(void *context)
{
	(void)context;
	for (;;)
		pause();
	return NULL;
}

static void start_threads(void *context)
{
	struct own_table own = { .list = context };
	pthread_t thread;

	pthread_barrier_init(&own.done, NULL, 2);
	for (int i = 0; i < 3; i++)
		pthread_create(&thread, NULL, share_table, NULL);
	pthread_create(&thread, NULL, have_own_table, &own);
	pthread_barrier_wait(&own.done);
	known_add(own.list, listening_socket());
}

TEST(a_thread_can_have_descriptors_of_its_own)
{
	struct known_list *list = known_new();
	pid_t child = start_process(start_threads, list);

	CU_ASSERT_TRUE_FATAL(child > 0);
	CU_ASSERT_EQUAL(list->count, 2);
	expect_by_all_lookups(list);
	end_process(child);
	known_free(list);
}

static void *outlive_leader(void *context)
{
	struct own_table *own = context;

	known_add(own->list, listening_socket());
	pthread_barrier_wait(&own->done);
	for (;;)
		pause();
	return NULL;
}

struct leaderless {
	struct known_list *list;
	int ready;
};

/* The first thread ends; the process goes on, and /proc/PID/fd is empty. */
static void lose_leader(const struct leaderless *context)
{
	static struct own_table own;
	pthread_t thread;

	own.list = context->list;
	pthread_barrier_init(&own.done, NULL, 2);
	pthread_create(&thread, NULL, outlive_leader, &own);
	pthread_barrier_wait(&own.done);
	if (write(context->ready, "", 1) == 1)
		syscall(SYS_exit, 0);
	_exit(1);
}

TEST(a_process_whose_first_thread_ended_still_holds_its_sockets)
{
	struct known_list *list = known_new();
	int ready[2];
	char byte, state = '\0';
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	child = fork();
	if (!child)
		lose_leader(&(struct leaderless){ list, ready[1] });
	CU_ASSERT_EQUAL_FATAL(read(ready[0], &byte, 1), 1);
	/* Until the kernel shows the first thread as a zombie. */
	for (int i = 0; i < 1000 && state != 'Z'; i++) {
		char path[32], text[256] = "";
		int fd;

		usleep(1000);
		snprintf(path, sizeof(path), "/proc/%d/stat", child);
		fd = open(path, O_RDONLY);
		if (read(fd, text, sizeof(text) - 1) > 0 && strrchr(text, ')'))
			state = strrchr(text, ')')[2];
		close(fd);
	}
	CU_ASSERT_EQUAL(state, 'Z');
	expect_by_all_lookups(list);
	end_process(child);
	close(ready[0]);
	close(ready[1]);
	known_free(list);
}

/* As many as a process may have here, and more than one job's share. */
TEST(thousands_of_descriptors_in_one_process_are_all_found)
{
	enum { COPIES = 15000 };
	struct rlimit old, limit;
	int fd = listening_socket();
	uint32_t inode = inode_of(fd);
	size_t made = 0;

	getrlimit(RLIMIT_NOFILE, &old);
	limit = (struct rlimit){ old.rlim_max, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < COPIES && fcntl(fd, F_DUPFD_CLOEXEC, 1000) >= 0; i++)
		made++;
	for (size_t i = 0; i < 2; i++) {
		struct natu_owners *owners = look_for(lookups[i], &inode, 1);
		struct natu_socket socket = socket_with(STATE_LISTEN, inode);

		if (!owners)
			break;
		CU_ASSERT_TRUE(natu_owners_attach(owners, &socket, NULL, 0));
		CU_ASSERT_EQUAL(socket.holder_count, made + 1);
		natu_owners_free(owners);
	}
	close_range(1000, ~0U, 0);
	close(fd);
	setrlimit(RLIMIT_NOFILE, &old);
	CU_ASSERT_TRUE(made > 4096);
}

/* Processes that come and go all the time, while the same sockets are looked for. */
static void churn(void *context)
{
	(void)context;
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			close(socket(AF_INET, SOCK_STREAM, 0));
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static void hold_one(void *context)
{
	known_add(context, listening_socket());
}

TEST(under_churn_there_is_no_wrong_owner)
{
	enum { CHILDREN = 4, ROUNDS = 10 };
	struct known_list *list = known_new();
	pid_t children[CHILDREN], churner = start_process(churn, NULL);

	CU_ASSERT_TRUE_FATAL(churner > 0);
	for (int i = 0; i < CHILDREN; i++)
		children[i] = start_process(hold_one, list);
	CU_ASSERT_EQUAL(list->count, CHILDREN);
	for (int i = 0; i < ROUNDS; i++)
		expect_by_all_lookups(list);
	for (int i = 0; i < CHILDREN; i++)
		end_process(children[i]);
	end_process(churner);
	known_free(list);
}

/* --- looking once and twice --- */

/* A look, then a socket, then a look for that one. */
static void expect_second_look(struct natu_owners *owners)
{
	struct natu_socket missing = socket_with(STATE_LISTEN, 0xfffffff0);
	struct known_list *list = known_new();
	struct natu_error error;
	int fd = listening_socket();
	struct natu_socket late = socket_with(STATE_LISTEN, inode_of(fd));

	known_add(list, fd);
	CU_ASSERT_FALSE(natu_owners_attach(owners, &late, NULL, 0));
	CU_ASSERT_TRUE(natu_owners_note(owners, &late));
	CU_ASSERT_EQUAL(natu_owners_look(owners, false, &error), 0);
	expect_known(owners, list);
	/* What was not noted is not settled by it. */
	CU_ASSERT_FALSE(natu_owners_attach(owners, &missing, NULL, 0));
	known_free(list);
	close(fd);
}

TEST(a_socket_that_came_after_the_look_needs_another)
{
	for (size_t i = 0; i < 2; i++) {
		struct natu_owners *owners = look_for(lookups[i], NULL, 0);

		if (!owners)
			return;
		expect_second_look(owners);
		natu_owners_free(owners);
	}
}

TEST(only_the_chosen_processes_are_looked_into)
{
	struct known_list *list = known_new();
	int shared = listening_socket(), proc = open("/proc", O_PATH | O_CLOEXEC);
	struct natu_error error;
	uint32_t pids[2] = { 0x7ffffff0, 0 };
	pid_t child = start_process(hold_one, list);
	struct natu_socket mine = socket_with(STATE_LISTEN, inode_of(shared));
	struct natu_socket other = socket_with(STATE_LISTEN, list->rows[0].inode);

	CU_ASSERT_TRUE_FATAL(child > 0);
	pids[1] = (uint32_t)child;
	for (size_t i = 0; i < 2; i++) {
		struct natu_owners_setup setup = {
			.proc = proc,
			.lookup = lookups[i],
			.pids = pids,
			.pid_count = 2,
		};
		struct natu_owners *owners = natu_owners_new(&setup, &error);

		if (!owners)
			break;
		CU_ASSERT_TRUE(natu_owners_note(owners, &mine));
		CU_ASSERT_TRUE(natu_owners_note(owners, &other));
		CU_ASSERT_EQUAL(natu_owners_look(owners, false, &error), 0);
		CU_ASSERT_TRUE(natu_owners_attach(owners, &mine, NULL, 0));
		CU_ASSERT_TRUE(natu_owners_attach(owners, &other, NULL, 0));
		CU_ASSERT_EQUAL(mine.holder_count, 1);
		CU_ASSERT_EQUAL(other.holder_count, 1);
		natu_owners_free(owners);
	}
	end_process(child);
	close(proc);
	close(shared);
	known_free(list);
}
