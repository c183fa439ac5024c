/* SPDX-License-Identifier: MIT */
#include "owners/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "tree.h"

/* Reading descriptors from a copy of /proc, which can hold anything. */

static void add_process(const struct tree *tree, const char *pid)
{
	char path[64];

	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, pid, 0755), 0);
	snprintf(path, sizeof(path), "%s/fd", pid);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, path, 0755), 0);
}

static void add_descriptor(const struct tree *tree, const char *pid, const char *fd,
			   const char *link)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/fd/%s", pid, fd);
	CU_ASSERT_EQUAL_FATAL(symlinkat(link, tree->descriptor, path), 0);
}

static bool has(const struct natu_look *look, uint32_t inode, uint32_t pid, uint32_t fd)
{
	for (size_t i = 0; i < look->findings.count; i++)
		if (look->findings.rows[i].inode == inode &&
		    look->findings.rows[i].pid == pid && look->findings.rows[i].fd == fd)
			return true;
	return false;
}

TEST(links_to_sockets_are_understood_in_all_their_forms)
{
	struct tree tree;
	struct natu_look look = { .explain = true };
	struct natu_error error;

	tree_make(&tree);
	add_process(&tree, "12");
	add_descriptor(&tree, "12", "0", "/dev/null");
	add_descriptor(&tree, "12", "3", "socket:[4026]");
	add_descriptor(&tree, "12", "17", "[0000]:4027");
	add_descriptor(&tree, "12", "18", "socket:[4294967295]");
	add_descriptor(&tree, "12", "19", "anon_inode:[io_uring]");
	add_process(&tree, "13");
	add_descriptor(&tree, "13", "3", "socket:[4026]");
	CU_ASSERT_EQUAL(natu_scan_proc(tree.descriptor, &look, &error), 0);
	CU_ASSERT_EQUAL(look.findings.count, 4);
	CU_ASSERT_EQUAL(look.sockets, 4);
	CU_ASSERT_TRUE(has(&look, 4026, 12, 3));
	CU_ASSERT_TRUE(has(&look, 4027, 12, 17));
	CU_ASSERT_TRUE(has(&look, UINT32_MAX, 12, 18));
	CU_ASSERT_TRUE(has(&look, 4026, 13, 3));
	CU_ASSERT_EQUAL(look.rings.count, 1);
	CU_ASSERT_EQUAL(look.denied, 0);
	natu_look_free(&look);
	tree_remove(&tree);
}

TEST(what_is_no_link_to_a_socket_is_passed_over)
{
	static const char *const links[] = {
		"socket:[",
		"socket:[]",
		"socket:[-1]",
		"socket:[1",
		"socket:[1]x",
		"socket:[0]",
		"socket:[4294967296]",
		"socket:[99999999999999999999999999]",
		"[0000]:",
		"[0000]:x",
		"[0001]:5",
		"socket:[1 ]",
		"xsocket:[1]",
		"pipe:[1]",
		"socket:[0x10]",
	};
	struct tree tree;
	struct natu_look look = { .explain = false };
	struct natu_error error;

	tree_make(&tree);
	add_process(&tree, "5");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char fd[16];

		snprintf(fd, sizeof(fd), "%zu", i);
		add_descriptor(&tree, "5", fd, links[i]);
	}
	CU_ASSERT_EQUAL(natu_scan_proc(tree.descriptor, &look, &error), 0);
	CU_ASSERT_EQUAL(look.findings.count, 0);
	natu_look_free(&look);
	tree_remove(&tree);
}

TEST(what_is_no_process_or_descriptor_is_passed_over)
{
	static const char *const names[] = { "0", "x", "-5", "5x", "99999999999", "+5" };
	struct tree tree;
	struct natu_look look = { .explain = false };
	struct natu_error error;

	tree_make(&tree);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		add_process(&tree, names[i]);
		add_descriptor(&tree, names[i], "3", "socket:[1]");
	}
	add_process(&tree, "6");
	add_descriptor(&tree, "6", "x", "socket:[1]");
	add_descriptor(&tree, "6", "99999999999", "socket:[1]");
	tree_write_text(&tree, "6/fd/4", "socket:[1]");
	/* A process without descriptors, and one that is none. */
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "7", 0755), 0);
	tree_write_text(&tree, "8", "socket:[1]");
	CU_ASSERT_EQUAL(symlinkat("6", tree.descriptor, "9"), 0);
	CU_ASSERT_EQUAL(natu_scan_proc(tree.descriptor, &look, &error), 0);
	CU_ASSERT_EQUAL(look.findings.count, 0);
	natu_look_free(&look);
	tree_remove(&tree);
}

/* Descriptors that only a thread has may be missing then. */
TEST(threads_that_cannot_be_listed_are_told)
{
	struct tree tree;
	struct natu_look look = { .explain = false };
	struct natu_error error;

	tree_make(&tree);
	add_process(&tree, "12");
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "task", 0755), 0);
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "task/12", 0755), 0);
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "task/13", 0755), 0);
	/* Links are followed to see whether there are any, and never to read them. */
	CU_ASSERT_EQUAL(symlinkat("../task", tree.descriptor, "12/task"), 0);
	CU_ASSERT_EQUAL(natu_scan_proc(tree.descriptor, &look, &error), 0);
	CU_ASSERT_EQUAL(look.error, ENOTDIR);
	natu_look_free(&look);
	tree_remove(&tree);
}

TEST(only_the_wanted_are_kept)
{
	struct tree tree;
	struct natu_inodes wanted = { 0 };
	struct natu_look look = { .wanted = &wanted, .explain = true };
	struct natu_error error;

	tree_make(&tree);
	add_process(&tree, "12");
	add_descriptor(&tree, "12", "3", "socket:[30]");
	add_descriptor(&tree, "12", "4", "socket:[31]");
	CU_ASSERT_TRUE(natu_inodes_add(&wanted, 31));
	CU_ASSERT_EQUAL(natu_scan_proc(tree.descriptor, &look, &error), 0);
	CU_ASSERT_EQUAL(look.findings.count, 1);
	CU_ASSERT_TRUE(has(&look, 31, 12, 4));
	CU_ASSERT_EQUAL(look.sockets, 2);
	CU_ASSERT_EQUAL(look.others.count, 1);
	natu_inodes_free(&wanted);
	natu_look_free(&look);
	tree_remove(&tree);
}

TEST(without_a_directory_there_is_an_error)
{
	struct natu_look look = { .explain = false };
	struct natu_error error;

	CU_ASSERT_EQUAL(natu_scan_proc(-1, &look, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_ESYS);
	natu_look_free(&look);
}
