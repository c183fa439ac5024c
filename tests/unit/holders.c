/* SPDX-License-Identifier: MIT */
#include "holders.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "state.h"
#include "test.h"

void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CU_ASSERT_PTR_NOT_EQUAL_FATAL(memory, MAP_FAILED);
	return memory;
}

struct known_list *known_new(void)
{
	return shared_memory(sizeof(struct known_list));
}

void known_free(struct known_list *list)
{
	munmap(list, sizeof(*list));
}

uint32_t inode_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode)
		       ? (uint32_t)status.st_ino
		       : 0;
}

void known_add(struct known_list *list, int fd)
{
	size_t at = list->count++;

	if (at < HOLDERS_MAX)
		list->rows[at] = (struct known){
			.inode = inode_of(fd),
			.pid = (uint32_t)getpid(),
			.fd = (uint32_t)fd,
		};
}

pid_t start_process(void (*run)(void *context), void *context)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		run(context);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (pid > 0 && read(ready[0], &byte, 1) != 1) {
		end_process(pid);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

void end_process(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int listening_socket(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CU_ASSERT_EQUAL_FATAL(listen(fd, 8), 0);
	return fd;
}

struct natu_socket socket_with(unsigned int state, uint64_t inode)
{
	struct natu_socket socket = {
		.facts = FACT_BASE | FACT_INET | FACT_UID | FACT_TIMER,
		.family = natu_family_of_protocol(IPPROTO_TCP),
		.state_number = (uint8_t)state,
		.inode = inode,
	};

	if (inode)
		socket.facts |= FACT_INODE;
	return socket;
}

struct natu_owners *look_for(enum natu_lookup lookup, const uint32_t *inodes,
			     size_t count)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct natu_owners_setup setup = { .proc = proc,
					   .lookup = lookup,
					   .explain = true };
	struct natu_error error = { .code = NATU_OK };
	struct natu_owners *owners = natu_owners_new(&setup, &error);

	if (!owners) {
		test_skip(error.text);
		close(proc);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		struct natu_socket socket = socket_with(STATE_ESTABLISHED, inodes[i]);

		CU_ASSERT_TRUE_FATAL(natu_owners_note(owners, &socket));
	}
	CU_ASSERT_EQUAL_FATAL(natu_owners_look(owners, !count, &error), 0);
	return owners;
}

static bool has_holder(const struct natu_socket *socket, const struct known *known)
{
	for (size_t i = 0; i < socket->holder_count; i++)
		if (socket->holders[i].pid == known->pid &&
		    socket->holders[i].fd == known->fd)
			return true;
	return false;
}

static bool is_sorted(const struct natu_socket *socket)
{
	for (size_t i = 1; i < socket->holder_count; i++) {
		const struct natu_holder *a = &socket->holders[i - 1], *b = a + 1;

		if (a->pid > b->pid || (a->pid == b->pid && a->fd >= b->fd))
			return false;
	}
	return true;
}

void expect_known(struct natu_owners *owners, const struct known_list *list)
{
	CU_ASSERT_TRUE_FATAL(list->count <= HOLDERS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		struct natu_socket socket;
		size_t count = 0;

		CU_ASSERT_NOT_EQUAL(list->rows[i].inode, 0);
		socket = socket_with(STATE_ESTABLISHED, list->rows[i].inode);
		CU_ASSERT_TRUE(natu_owners_attach(owners, &socket, NULL, 0));
		for (size_t j = 0; j < list->count; j++)
			count += list->rows[j].inode == list->rows[i].inode;
		CU_ASSERT_EQUAL(socket.holder_count, count);
		CU_ASSERT_TRUE(has_holder(&socket, &list->rows[i]));
		CU_ASSERT_TRUE(is_sorted(&socket));
	}
}
