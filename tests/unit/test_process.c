/* SPDX-License-Identifier: MIT */
#include "owners/process.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "holders.h"
#include "test.h"
#include "tree.h"
#include "user.h"

static void expect_bytes(struct natu_process *process, enum natu_process_text which,
			 const char *expected, size_t length)
{
	size_t found;
	const char *bytes = natu_process_text(process, which, &found);

	CU_ASSERT_PTR_NOT_NULL(bytes);
	CU_ASSERT_EQUAL(found, length);
	if (bytes && found == length)
		CU_ASSERT_EQUAL(memcmp(bytes, expected, length), 0);
}

static void expect_text(struct natu_process *process, enum natu_process_text which,
			const char *expected)
{
	expect_bytes(process, which, expected, strlen(expected));
}

static void expect_nothing(struct natu_process *process)
{
	size_t length;

	for (int i = 0; i < PROCESS_TEXTS; i++)
		CU_ASSERT_PTR_NULL(
			natu_process_text(process, (enum natu_process_text)i, &length));
	CU_ASSERT_PTR_NULL(natu_process_user(process));
}

/* --- real processes --- */

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	struct stat status;

	CU_ASSERT_EQUAL_FATAL(fstat(in, &status), 0);
	CU_ASSERT_EQUAL(sendfile(out, in, NULL, (size_t)status.st_size), status.st_size);
	close(in);
	close(out);
}

/* Starts a program; returns when it runs, which closes the pipe. */
static pid_t execute(const char *path, char *const *arguments)
{
	int running[2];
	char byte;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe2(running, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(path, arguments);
		_exit(127);
	}
	close(running[1]);
	CU_ASSERT_EQUAL(read(running[0], &byte, 1), 0);
	close(running[0]);
	return pid;
}

static struct natu_processes *processes_of_this_machine(int *proc,
							struct natu_users *users)
{
	struct natu_processes *processes;

	*proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	processes = natu_processes_new(*proc, users);
	CU_ASSERT_PTR_NOT_NULL_FATAL(processes);
	natu_processes_begin(processes);
	return processes;
}

/* So much later that the kernel counts another tick. */
static void wait_for_next_tick(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
}

TEST(names_may_hold_any_byte)
{
	static const char name[] = "a b)\n\x1b\xff(";
	struct tree tree;
	char path[128];
	int proc;
	struct natu_processes *processes;
	struct natu_process *process;
	pid_t pid;

	tree_make(&tree);
	snprintf(path, sizeof(path), "%s/%s", tree.path, name);
	copy_file("/bin/sleep", path);
	pid = execute(path, (char *const[]){ "/x/\x1b[2J \n", "30", NULL });
	unlink(path);
	wait_for_next_tick();
	processes = processes_of_this_machine(&proc, NULL);
	process = natu_processes_get(processes, (uint32_t)pid, 9999, 1);
	expect_text(process, PROCESS_NAME, name);
	expect_text(process, PROCESS_TITLE, name);
	expect_text(process, PROCESS_COMMAND, "/x/\x1b[2J \n 30");
	CU_ASSERT_PTR_EQUAL(natu_processes_get(processes, (uint32_t)pid, 1, 2), process);
	end_process(pid);
	natu_processes_free(processes);
	close(proc);
	tree_remove(&tree);
}

TEST(a_first_argument_may_be_empty)
{
	pid_t pid = execute("/bin/sleep", (char *const[]){ "", "30", NULL });
	struct natu_processes *processes;
	struct natu_process *process;
	char expected[32];
	int proc;

	wait_for_next_tick();
	processes = processes_of_this_machine(&proc, NULL);
	process = natu_processes_get(processes, (uint32_t)pid, 9999, 1);
	snprintf(expected, sizeof(expected), "%d/", pid);
	expect_text(process, PROCESS_COMMAND, " 30");
	expect_text(process, PROCESS_PROGRAM, expected);
	expect_text(process, PROCESS_TITLE, "sleep");
	end_process(pid);
	natu_processes_free(processes);
	close(proc);
}

TEST(the_user_of_a_process_is_its_effective_one)
{
	struct natu_users *users = natu_users_new();
	struct passwd *entry = getpwuid(geteuid());
	struct natu_processes *processes;
	struct natu_process *process;
	int proc;

	wait_for_next_tick();
	processes = processes_of_this_machine(&proc, users);
	process = natu_processes_get(processes, (uint32_t)getpid(), 9999, 1);
	if (entry)
		CU_ASSERT_STRING_EQUAL(natu_process_user(process), entry->pw_name);
	natu_processes_free(processes);
	natu_users_free(users);
	close(proc);
}

TEST(a_process_that_ended_has_no_names)
{
	pid_t pid = execute("/bin/sleep", (char *const[]){ "sleep", "30", NULL });
	struct natu_processes *processes;
	struct natu_process *process;
	int proc;

	wait_for_next_tick();
	processes = processes_of_this_machine(&proc, NULL);
	end_process(pid);
	process = natu_processes_get(processes, (uint32_t)pid, 3, 1);
	CU_ASSERT_EQUAL(natu_process_pid(process), (uint32_t)pid);
	expect_nothing(process);
	natu_processes_free(processes);
	close(proc);
}

/* Starts a process under a pid that is free; -1: this is not allowed here. */
static pid_t fork_as(pid_t wanted)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = (uint64_t)(uintptr_t)&wanted,
		.set_tid_size = 1,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

TEST(who_got_the_pid_of_another_process_does_not_get_its_sockets)
{
	pid_t first = execute("/bin/sleep", (char *const[]){ "sleep", "30", NULL }),
	      second;
	struct natu_processes *processes;
	struct natu_process *process;
	int proc;

	wait_for_next_tick();
	processes = processes_of_this_machine(&proc, NULL);
	process = natu_processes_get(processes, (uint32_t)first, 3, 1);
	wait_for_next_tick();
	end_process(first);
	second = fork_as(first);
	if (second == first)
		expect_nothing(process);
	else
		test_skip("pids cannot be chosen here");
	end_process(second);
	natu_processes_free(processes);
	close(proc);
}

/* One that started after the look began, but still has the socket, is the one that was
 * seen. */
TEST(a_young_process_is_known_by_its_socket)
{
	int fd = listening_socket(), proc;
	struct natu_processes *processes = processes_of_this_machine(&proc, NULL);
	struct natu_process *process;
	pid_t young;
	size_t length;

	wait_for_next_tick();
	young = fork();
	if (!young) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	process = natu_processes_get(processes, (uint32_t)young, (uint32_t)fd,
				     inode_of(fd));
	CU_ASSERT_PTR_NOT_NULL(natu_process_text(process, PROCESS_TITLE, &length));
	end_process(young);
	close(fd);
	natu_processes_free(processes);
	close(proc);
}

/* --- a copy of /proc --- */

TEST(what_a_copy_of_proc_lacks_is_absent)
{
	struct tree tree;
	struct natu_processes *processes;
	struct natu_process *process;
	size_t length;

	tree_make(&tree);
	mkdirat(tree.descriptor, "6", 0755);
	tree_write_text(&tree, "6/cmdline", "");
	mkdirat(tree.descriptor, "7", 0755);
	tree_write_text(&tree, "7/comm", "seven\n");
	mkdirat(tree.descriptor, "8", 0755);
	tree_write(&tree, "8/cmdline", "/bin/eight\0-x\0\0\0", 16);
	CU_ASSERT_EQUAL(symlinkat("/gone/8 (deleted)", tree.descriptor, "8/exe"), 0);
	processes = natu_processes_new(tree.descriptor, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(processes);
	process = natu_processes_get(processes, 7, 3, 1);
	expect_text(process, PROCESS_TITLE, "seven");
	/* Without an executable the title serves. */
	expect_text(process, PROCESS_NAME, "seven");
	CU_ASSERT_PTR_NULL(natu_process_text(process, PROCESS_COMMAND, &length));
	CU_ASSERT_PTR_NULL(natu_process_text(process, PROCESS_PROGRAM, &length));
	process = natu_processes_get(processes, 8, 3, 1);
	expect_text(process, PROCESS_NAME, "8");
	expect_text(process, PROCESS_COMMAND, "/bin/eight -x");
	expect_text(process, PROCESS_PROGRAM, "8/eight");
	CU_ASSERT_PTR_NULL(natu_process_text(process, PROCESS_TITLE, &length));
	process = natu_processes_get(processes, 6, 3, 1);
	expect_text(process, PROCESS_COMMAND, "");
	expect_text(process, PROCESS_PROGRAM, "6/");
	expect_nothing(natu_processes_get(processes, 9, 3, 1));
	natu_processes_free(processes);
	tree_remove(&tree);
}

TEST(many_processes_are_kept_apart)
{
	enum { COUNT = 3000 };
	struct natu_processes *processes = natu_processes_new(-1, NULL);
	struct natu_process *first[COUNT];
	size_t wrong = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(processes);
	for (uint32_t i = 0; i < COUNT; i++)
		first[i] = natu_processes_get(processes, i * 7 + 1, 0, 0);
	for (uint32_t i = 0; i < COUNT; i++)
		wrong += natu_processes_get(processes, i * 7 + 1, 5, 5) != first[i] ||
			 natu_process_pid(first[i]) != i * 7 + 1;
	CU_ASSERT_EQUAL(wrong, 0);
	natu_processes_free(processes);
}
