/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include "family.h"
#include "owners/kind.h"
#include "owners/owners.h"
#include "state.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "tree.h"

/* What sockets are given of looks into a copy of /proc. */

static void add_process(const struct tree *tree)
{
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "12", 0755), 0);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "12/fd", 0755), 0);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "12/fdinfo", 0755), 0);
	CU_ASSERT_EQUAL(symlinkat("socket:[30]", tree->descriptor, "12/fd/3"), 0);
	CU_ASSERT_EQUAL(symlinkat("socket:[31]", tree->descriptor, "12/fd/4"), 0);
}

static struct natu_socket socket_with(uint32_t inode)
{
	return (struct natu_socket){
		.facts = FACT_BASE | FACT_INET | FACT_INODE,
		.inode = inode,
		.state_number = STATE_LISTEN,
		.family = natu_family_of_protocol(IPPROTO_TCP),
	};
}

static struct natu_owners *owners_of(const struct tree *tree)
{
	const struct natu_owners_setup setup = {
		.proc = tree->descriptor,
		.lookup = NATU_LOOKUP_PROC,
		.explain = true,
	};
	struct natu_error error;
	struct natu_owners *owners = natu_owners_new(&setup, &error);

	CU_ASSERT_PTR_NOT_NULL_FATAL(owners);
	return owners;
}

TEST(a_second_look_sees_no_more_sockets_and_no_fewer)
{
	struct natu_report report = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu_owners *owners;

	tree_make(&tree);
	add_process(&tree);
	owners = owners_of(&tree);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(natu_owners_look(owners, true, &error), 0);
		natu_owners_count(owners, &report);
		CU_ASSERT_EQUAL(report.descriptors, 2);
	}
	natu_owners_free(owners);
	tree_remove(&tree);
}

/* That all were looked into and none holds it would be wrong. */
TEST(holders_that_memory_is_missing_for_are_hidden)
{
	struct natu_report report = { 0 };
	struct natu_hidden hidden = { .sockets = 1 };
	struct natu_socket socket;
	struct natu_error error;
	struct tree tree;
	struct natu_owners *owners;
	bool refused = true;

	tree_make(&tree);
	add_process(&tree);
	for (long n = 0; refused && n < 100; n++) {
		owners = owners_of(&tree);
		CU_ASSERT_EQUAL(natu_owners_look(owners, true, &error), 0);
		socket = socket_with(30);
		memory_ends_after(n);
		CU_ASSERT(natu_owners_attach(owners, &socket, NULL, 0));
		refused = memory_comes_back();
		CU_ASSERT_STRING_EQUAL(socket.owner_kind->text,
				       refused ? "hidden" : "process");
		CU_ASSERT_EQUAL(socket.holder_count, refused ? 0 : 1);
		natu_owners_free(owners);
	}
	CU_ASSERT_FALSE(refused);
	owners = owners_of(&tree);
	CU_ASSERT_EQUAL(natu_owners_look(owners, true, &error), 0);
	socket = socket_with(30);
	memory_ends_after(0);
	natu_owners_attach(owners, &socket, NULL, 0);
	memory_comes_back();
	natu_owners_report(owners, &hidden, &report);
	CU_ASSERT_FALSE(report.processes_complete);
	CU_ASSERT_EQUAL_FATAL(report.count, 1);
	CU_ASSERT_STRING_EQUAL(report.notices[0].text,
			       "the owner of 1 socket is hidden: finding owners: Cannot "
			       "allocate memory");
	natu_owners_free(owners);
	tree_remove(&tree);
}

/* The words of what a socket that no descriptor is can be, after a look at a ring. */
static const char *candidates_with(const struct tree *tree, struct natu_socket *socket)
{
	struct natu_owners *owners = owners_of(tree);
	static char candidates[128];
	struct natu_error error;

	*socket = socket_with(77);
	CU_ASSERT_TRUE(natu_owners_note(owners, socket));
	CU_ASSERT_EQUAL(natu_owners_look(owners, false, &error), 0);
	CU_ASSERT_TRUE(natu_owners_attach(owners, socket, NULL, 0));
	strcpy(candidates, socket->owner_candidates ? socket->owner_candidates : "");
	natu_owners_free(owners);
	return candidates;
}

TEST(a_ring_that_cannot_be_read_may_have_the_socket)
{
	struct natu_socket socket;
	struct tree tree;

	tree_make(&tree);
	add_process(&tree);
	CU_ASSERT_EQUAL(symlinkat("anon_inode:[io_uring]", tree.descriptor, "12/fd/5"),
			0);
	tree_write_text(&tree, "12/fdinfo/5", "UserFiles:\t1\n    0: socket:[78]\n");
	CU_ASSERT_PTR_NULL(strstr(candidates_with(&tree, &socket), "io_uring"));
	tree_write_text(&tree, "12/fdinfo/5", "UserFiles:\t1\n    0: socket:[77]\n");
	candidates_with(&tree, &socket);
	CU_ASSERT_STRING_EQUAL(socket.owner_kind->text, "io_uring");
	/* What is open there and gives an error when it is read. */
	CU_ASSERT_EQUAL(unlinkat(tree.descriptor, "12/fdinfo/5", 0), 0);
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "12/fdinfo/5", 0755), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(candidates_with(&tree, &socket), "io_uring"));
	tree_remove(&tree);
}
