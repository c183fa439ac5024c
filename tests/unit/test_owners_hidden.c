/* SPDX-License-Identifier: MIT */
#include "owners/owners.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holders.h"
#include "state.h"
#include "test.h"

/* What may not be seen, and what is not there to be seen. Each test runs in a process of
 * its own, which gives up rights or makes namespaces, and hands back what it found. */

enum { NOBODY = 65534 };

struct result {
	bool done;
	char skipped[128];
	char kind[16]; /* of the socket that was looked for */
	bool denied, has_holder;
	uint64_t processes_denied;
	bool complete;
	char notice[320];
	char error[320];
};

struct question {
	struct result *result;
	char proc[32]; /* the /proc to read */
	enum natu_lookup lookup;
	uint64_t inode;
	int fd; /* the socket as it was inherited; 0: it was not */
};

/* Looks for one socket, and reports as natu would. */
static void ask(const struct question *question)
{
	struct result *result = question->result;
	struct natu_owners_setup setup = { .lookup = question->lookup, .explain = true };
	struct natu_socket socket = socket_with(STATE_LISTEN, question->inode);
	struct natu_report *report = calloc(1, sizeof(*report));
	struct natu_error error = { 0 };
	struct natu_owners *owners;

	if (question->fd)
		close(question->fd);
	setup.proc = open(question->proc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	owners = natu_owners_new(&setup, &error);
	if (owners && report) {
		natu_owners_note(owners, &socket);
		natu_owners_look(owners, false, &error);
		result->done = natu_owners_attach(owners, &socket, NULL, 0);
		result->has_holder = socket.holder_count == 1;
		result->denied = socket.denied & FACT_PROCESS;
		memcpy(result->kind, socket.owner_kind->text, 15);
		natu_owners_report(owners,
				   &(struct natu_hidden){ .sockets = result->denied },
				   report);
		result->processes_denied = report->processes_denied;
		result->complete = report->processes_complete;
		if (report->count)
			memcpy(result->notice, report->notices[report->count - 1].text,
			       sizeof(result->notice));
	}
	memcpy(result->error, error.text, sizeof(result->error));
	natu_owners_free(owners);
	free(report);
}

static void skip(const struct question *question, const char *reason)
{
	snprintf(question->result->skipped, sizeof(question->result->skipped), "%s",
		 reason);
}

/* Runs a function in a process of its own, with a result that is shared with it. */
static struct result run_apart(void (*run)(struct question *question),
			       struct question question)
{
	struct result result;
	pid_t pid;

	question.result = shared_memory(sizeof(result));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(&question);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	result = *question.result;
	munmap(question.result, sizeof(result));
	if (*result.skipped)
		test_skip(result.skipped);
	return result;
}

static bool become_nobody(void)
{
	return setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

static void ask_as_nobody(struct question *question)
{
	if (become_nobody())
		ask(question);
	else
		skip(question, "this needs root");
}

TEST(without_privileges_owners_are_hidden_and_the_report_says_so)
{
	int fd = listening_socket();
	struct result result = run_apart(ask_as_nobody, (struct question){
								.proc = "/proc",
								.inode = inode_of(fd),
								.fd = fd,
							});

	close(fd);
	if (*result.skipped)
		return;
	CU_ASSERT_TRUE(result.done);
	CU_ASSERT_FALSE(result.has_holder);
	CU_ASSERT_TRUE(result.denied);
	CU_ASSERT_STRING_EQUAL(result.kind, "hidden");
	CU_ASSERT_TRUE(result.processes_denied > 0);
	CU_ASSERT_FALSE(result.complete);
	CU_ASSERT_STRING_EQUAL(result.notice,
			       "the owner of 1 socket is hidden: run as root or grant "
			       "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}

static void ask_for_own(struct question *question)
{
	int fd;

	if (!become_nobody()) {
		skip(question, "this needs root");
		return;
	}
	/* Who gave up root's rights may not be looked into, even by itself, until it says
	 * so. */
	prctl(PR_SET_DUMPABLE, 1);
	fd = listening_socket();
	question->inode = inode_of(fd);
	ask(question);
}

TEST(without_privileges_ones_own_sockets_are_seen)
{
	struct result result = run_apart(ask_for_own,
					 (struct question){ .proc = "/proc" });

	if (*result.skipped)
		return;
	CU_ASSERT_TRUE(result.has_holder);
	CU_ASSERT_STRING_EQUAL(result.kind, "process");
	CU_ASSERT_TRUE(result.complete);
}

TEST(a_demand_for_bpf_without_privileges_fails)
{
	struct result result = run_apart(ask_as_nobody, (struct question){
								.proc = "/proc",
								.lookup = NATU_LOOKUP_BPF,
								.inode = 1,
							});

	if (*result.skipped)
		return;
	CU_ASSERT_FALSE(result.done);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.error, "BPF"));
}

static const char *mount_options;

/* Mounts another /proc, in a mount namespace that ends with the process. */
static bool mount_proc(struct question *question)
{
	char *directory = question->proc;

	snprintf(directory, sizeof(question->proc), "/tmp/natu-proc-XXXXXX");
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mkdtemp(directory)) {
		if (mount("proc", directory, "proc", 0, mount_options) == 0)
			return true;
		rmdir(directory);
	}
	skip(question, "/proc cannot be mounted here");
	return false;
}

static void unmount_proc(const struct question *question)
{
	umount2(question->proc, MNT_DETACH);
	rmdir(question->proc);
}

static void ask_through_mount(struct question *question)
{
	if (!mount_proc(question))
		return;
	ask(question);
	unmount_proc(question);
}

/* The one who asks has given up its rights; the one who waits cleans up. */
static void ask_through_mount_as_nobody(struct question *question)
{
	pid_t pid;

	if (!mount_proc(question))
		return;
	chmod(question->proc, 0755);
	pid = fork();
	if (!pid) {
		ask_as_nobody(question);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	unmount_proc(question);
}

TEST(processes_that_hidepid_hides_count_as_hidden)
{
	int fd = listening_socket();
	struct result result;

	mount_options = "hidepid=invisible";
	result = run_apart(ask_through_mount_as_nobody,
			   (struct question){ .inode = inode_of(fd), .fd = fd });
	close(fd);
	if (*result.skipped)
		return;
	CU_ASSERT_TRUE(result.denied);
	CU_ASSERT_STRING_EQUAL(result.kind, "hidden");
	CU_ASSERT_PTR_NOT_NULL(strstr(result.notice, "hidden"));
	CU_ASSERT_FALSE(result.complete);
}

TEST(a_proc_with_nothing_but_processes_serves)
{
	int fd = listening_socket();
	struct result result;

	mount_options = "subset=pid";
	result = run_apart(ask_through_mount, (struct question){
						      .lookup = NATU_LOOKUP_PROC,
						      .inode = inode_of(fd),
						      .fd = fd,
					      });
	close(fd);
	if (*result.skipped)
		return;
	CU_ASSERT_TRUE(result.has_holder);
	CU_ASSERT_STRING_EQUAL(result.kind, "process");
}

static void ask_in_inner_namespace(struct question *question)
{
	pid_t pid;

	mount_options = NULL;
	if (unshare(CLONE_NEWPID) < 0) {
		skip(question, "no pid namespaces here");
		return;
	}
	pid = fork();
	if (!pid) {
		ask_through_mount(question);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

TEST(a_process_outside_of_the_pid_namespace_remains_possible)
{
	/* Its number is nobody's: a socket that only an outer process has. */
	struct result result = run_apart(ask_in_inner_namespace,
					 (struct question){ .inode = 0xfffffff0 });

	if (*result.skipped)
		return;
	CU_ASSERT_TRUE(result.done);
	CU_ASSERT_STRING_EQUAL(result.kind, "unknown");
}

TEST(bpf_is_refused_where_the_kernels_pids_are_not_ours)
{
	struct result result = run_apart(ask_in_inner_namespace,
					 (struct question){
						 .lookup = NATU_LOOKUP_BPF,
						 .inode = 1,
					 });

	if (*result.skipped)
		return;
	CU_ASSERT_FALSE(result.done);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.error, "pid namespace"));
}

TEST(without_proc_owners_are_hidden)
{
	struct natu_owners_setup setup = { .proc = -1, .lookup = NATU_LOOKUP_PROC };
	struct natu_socket socket = socket_with(STATE_LISTEN, 1);
	struct natu_error error = { 0 };
	struct natu_owners *owners = natu_owners_new(&setup, &error);

	CU_ASSERT_PTR_NOT_NULL_FATAL(owners);
	natu_owners_note(owners, &socket);
	CU_ASSERT_EQUAL(natu_owners_look(owners, false, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_ENOSUP);
	CU_ASSERT_TRUE(natu_owners_attach(owners, &socket, NULL, 0));
	CU_ASSERT_STRING_EQUAL(socket.owner_kind->text, "hidden");
	natu_owners_free(owners);
}
