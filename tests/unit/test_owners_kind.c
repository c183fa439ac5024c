/* SPDX-License-Identifier: MIT */
#include "owners/owners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "holders.h"
#include "owners/kind.h"
#include "owners/process.h"
#include "state.h"
#include "test.h"

/* Why a socket has no process. */

static void expect_kind(struct natu_owners *owners, struct natu_socket *socket,
			uint64_t listener, const char *kind)
{
	CU_ASSERT_TRUE(natu_owners_attach(owners, socket, &listener, !!listener));
	CU_ASSERT_TRUE(socket->facts & FACT_OWNER);
	CU_ASSERT_STRING_EQUAL(socket->owner_kind->text, kind);
}

static void expect_state(struct natu_owners *owners, unsigned int state, uint64_t inode,
			 const char *kind)
{
	struct natu_socket socket = socket_with(state, inode);

	expect_kind(owners, &socket, 0, kind);
	CU_ASSERT_EQUAL(socket.holder_count, 0);
	CU_ASSERT_PTR_NULL(socket.owner);
	/* Looked, and nobody: an empty list, not an unknown one. */
	CU_ASSERT_TRUE(socket.facts & FACT_PROCESS);
}

TEST(the_state_of_a_socket_without_inode_says_why_nobody_has_it)
{
	struct natu_owners *owners = look_for(NATU_LOOKUP_AUTO, (uint32_t[]){ 1 }, 1);
	struct natu_socket late = socket_with(STATE_FIN_WAIT2, 0);

	if (!owners)
		return;
	expect_state(owners, STATE_TIME_WAIT, 0, "time_wait");
	expect_state(owners, STATE_SYN_RECV, 0, "syn_recv");
	expect_state(owners, STATE_NEW_SYN_RECV, 0, "syn_recv");
	expect_state(owners, STATE_ESTABLISHED, 0, "unaccepted");
	expect_state(owners, STATE_CLOSE_WAIT, 0, "unaccepted");
	expect_state(owners, STATE_FIN_WAIT1, 0, "orphan");
	expect_state(owners, STATE_FIN_WAIT2, 0, "orphan");
	expect_state(owners, STATE_LAST_ACK, 0, "orphan");
	expect_state(owners, STATE_CLOSING, 0, "orphan");
	late.timer = TIMER_TIME_WAIT;
	expect_kind(owners, &late, 0, "time_wait");
	natu_owners_free(owners);
}

TEST(what_is_not_accepted_yet_is_its_listeners)
{
	int listener = listening_socket();
	uint32_t inode = inode_of(listener);
	struct natu_owners *owners = look_for(NATU_LOOKUP_AUTO, &inode, 1);
	static const unsigned int states[] = { STATE_ESTABLISHED, STATE_SYN_RECV };

	if (!owners)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct natu_socket socket = socket_with(states[i], 0);

		CU_ASSERT_TRUE(natu_owners_asks_listener(&socket));
		expect_kind(owners, &socket, inode, i ? "syn_recv" : "unaccepted");
		CU_ASSERT_PTR_NOT_NULL_FATAL(socket.owner);
		CU_ASSERT_EQUAL(natu_process_pid(socket.owner), (uint32_t)getpid());
		CU_ASSERT_EQUAL(socket.holder_count, 0);
	}
	natu_owners_free(owners);
	close(listener);
}

/* A ring that has the socket among its files; the descriptor itself is closed. */
static int ring_with(int fd)
{
	struct io_uring_params parameters = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters), files[] = { -1, fd };

	if (ring < 0)
		return -1;
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, files, 2) < 0) {
		close(ring);
		return -1;
	}
	close(fd);
	return ring;
}

TEST(a_ring_that_holds_a_socket_is_found)
{
	static const enum natu_lookup lookups[] = { NATU_LOOKUP_PROC, NATU_LOOKUP_BPF };
	int fd = listening_socket(), ring;
	uint32_t inode = inode_of(fd);

	ring = ring_with(fd);
	if (ring < 0) {
		close(fd);
		test_skip("no io_uring here");
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		struct natu_owners *owners = look_for(lookups[i], &inode, 1);
		struct natu_socket socket = socket_with(STATE_LISTEN, inode);

		if (!owners)
			break;
		expect_kind(owners, &socket, 0, "io_uring");
		CU_ASSERT_EQUAL(socket.holder_count, 0);
		CU_ASSERT_PTR_NOT_NULL(socket.owner);
		if (socket.owner)
			CU_ASSERT_EQUAL(natu_process_pid(socket.owner),
					(uint32_t)getpid());
		natu_owners_free(owners);
	}
	close(ring);
}

static void send_and_close(int channel, int fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	CU_ASSERT_EQUAL_FATAL(sendmsg(channel, &message, 0), 1);
	close(fd);
}

/* Sockets that this process may not look for hide behind "hidden": then nothing can be
 * told. */
static bool sees_everything(struct natu_owners *owners)
{
	struct natu_socket socket = socket_with(STATE_LISTEN, 0xfffffffe);
	bool sees;

	natu_owners_note(owners, &socket);
	natu_owners_look(owners, false, &(struct natu_error){ 0 });
	natu_owners_attach(owners, &socket, NULL, 0);
	sees = !strcmp(socket.owner_kind->text, "unknown");
	if (!sees)
		test_skip("there are processes that may not be looked into");
	return sees;
}

static bool is_candidate(const struct natu_socket *socket, const char *word)
{
	return socket->owner_candidates && strstr(socket->owner_candidates, word);
}

TEST(a_socket_on_its_way_to_another_process_remains_possible)
{
	int fd = listening_socket(), channel[2];
	uint32_t inode = inode_of(fd);
	struct natu_owners *owners;
	struct natu_socket socket = socket_with(STATE_LISTEN, inode);

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, channel), 0);
	send_and_close(channel[0], fd);
	owners = look_for(NATU_LOOKUP_BPF, &inode, 1);
	if (owners && sees_everything(owners)) {
		expect_kind(owners, &socket, 0, "unknown");
		CU_ASSERT_TRUE(is_candidate(&socket, "in_flight"));
		CU_ASSERT_TRUE(is_candidate(&socket, "kernel"));
		CU_ASSERT_FALSE(is_candidate(&socket, "other_namespace"));
	}
	natu_owners_free(owners);
	close(channel[0]);
	close(channel[1]);
}

TEST(what_can_be_ruled_out_is_no_candidate)
{
	int channel[2];
	uint32_t inode = 0xfffffff0;
	struct natu_owners *owners;
	struct natu_socket socket = socket_with(STATE_LISTEN, inode);

	/* A UNIX socket that tells that nothing waits in it. */
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, channel), 0);
	owners = look_for(NATU_LOOKUP_BPF, &inode, 1);
	if (owners) {
		expect_kind(owners, &socket, 0, "unknown");
		CU_ASSERT_TRUE(is_candidate(&socket, "kernel"));
		CU_ASSERT_FALSE(is_candidate(&socket, "io_uring"));
		CU_ASSERT_FALSE(is_candidate(&socket, "other_namespace"));
	}
	natu_owners_free(owners);
	close(channel[0]);
	close(channel[1]);
}

TEST(every_kind_has_a_word_and_its_evidence)
{
	const char *word, *evidence = NULL;
	size_t count = 0;

	while ((word = natu_owner_kind_at(count, &evidence))) {
		CU_ASSERT_EQUAL(
			strlen(word),
			natu_owner_kind_word((enum natu_owner_kind)count)->length);
		CU_ASSERT_TRUE(strlen(evidence) > 20);
		count++;
	}
	CU_ASSERT_EQUAL(count, 8);
}
