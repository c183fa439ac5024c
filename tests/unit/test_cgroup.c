/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holders.h"
#include "test.h"
#include "tree.h"

static void expect_path(struct natu_cgroups *cgroups, uint64_t id, const char *expected)
{
	const struct natu_cgroup *cgroup = natu_cgroups_find(cgroups, id);

	CU_ASSERT_PTR_NOT_NULL(cgroup);
	if (!cgroup)
		return;
	CU_ASSERT_EQUAL(cgroup->id, id);
	CU_ASSERT_STRING_EQUAL(cgroup->path, expected);
	CU_ASSERT_EQUAL(cgroup->path_length, strlen(expected));
}

static uint64_t make_directory(const struct tree *tree, const char *path)
{
	struct stat status;

	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, path, 0755), 0);
	CU_ASSERT_EQUAL_FATAL(fstatat(tree->descriptor, path, &status, 0), 0);
	return status.st_ino;
}

TEST(ids_are_the_inodes_of_directories)
{
	struct tree tree;
	struct natu_cgroups *cgroups;
	struct stat status;
	uint64_t outer, inner, strange;

	tree_make(&tree);
	outer = make_directory(&tree, "system.slice");
	inner = make_directory(&tree, "system.slice/ssh.service");
	strange = make_directory(&tree, "a\n\x1b b");
	tree_write_text(&tree, "cgroup.procs", "1\n");
	cgroups = natu_cgroups_new(tree.descriptor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	CU_ASSERT_EQUAL(fstat(tree.descriptor, &status), 0);
	expect_path(cgroups, status.st_ino, "/");
	expect_path(cgroups, outer, "/system.slice");
	expect_path(cgroups, inner, "/system.slice/ssh.service");
	expect_path(cgroups, strange, "/a\n\x1b b");
	CU_ASSERT_EQUAL(fstatat(tree.descriptor, "cgroup.procs", &status, 0), 0);
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, status.st_ino));
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, 0));
	CU_ASSERT_STRING_EQUAL(natu_cgroups_find(cgroups, inner)->unit, "ssh.service");
	natu_cgroups_free(cgroups);
	tree_remove(&tree);
}

TEST(new_cgroups_are_found_by_the_next_listing)
{
	struct tree tree;
	struct natu_cgroups *cgroups;
	const struct natu_cgroup *first;
	uint64_t early, late;

	tree_make(&tree);
	early = make_directory(&tree, "early.service");
	cgroups = natu_cgroups_new(tree.descriptor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	first = natu_cgroups_find(cgroups, early);
	late = make_directory(&tree, "late.service");
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, late));
	natu_cgroups_refresh(cgroups);
	CU_ASSERT_PTR_EQUAL(natu_cgroups_find(cgroups, early), first);
	expect_path(cgroups, late, "/late.service");
	/* What was found before the second walk is still there. */
	CU_ASSERT_STRING_EQUAL(first->path, "/early.service");
	natu_cgroups_refresh(cgroups);
	expect_path(cgroups, early, "/early.service");
	natu_cgroups_free(cgroups);
	tree_remove(&tree);
}

TEST(without_a_hierarchy_no_id_is_known)
{
	struct natu_cgroups *cgroups = natu_cgroups_new(-1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, 1));
	natu_cgroups_free(cgroups);
}

TEST(the_place_of_the_hierarchy_is_found_in_mountinfo)
{
	static const char format[] =
		"21 1 0:18 / /proc rw,relatime - proc proc rw\n"
		"22 1 0:19 /system.slice %s/part rw - cgroup2 cgroup2 rw\n"
		"torn line\n"
		"23 1 0:19 / %s/gone rw - cgroup2 cgroup2 rw\n"
		"24 1 0:20 / %s/v1 rw shared:3 - cgroup cgroup rw,cpu\n"
		"25 1 0:19 / %s/a\\040b rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
	char text[1024];
	struct tree tree;
	struct stat wanted, found;
	int directory;

	tree_make(&tree);
	snprintf(text, sizeof(text), format, tree.path, tree.path, tree.path, tree.path);
	mkdirat(tree.descriptor, "self", 0755);
	mkdirat(tree.descriptor, "a b", 0755);
	mkdirat(tree.descriptor, "v1", 0755);
	mkdirat(tree.descriptor, "part", 0755);
	tree_write_text(&tree, "self/mountinfo", text);
	directory = natu_cgroup_open(tree.descriptor);
	CU_ASSERT_TRUE_FATAL(directory >= 0);
	CU_ASSERT_EQUAL(fstat(directory, &found), 0);
	CU_ASSERT_EQUAL(fstatat(tree.descriptor, "a b", &wanted, 0), 0);
	CU_ASSERT_EQUAL(found.st_ino, wanted.st_ino);
	close(directory);
	tree_write_text(&tree, "self/mountinfo", "");
	CU_ASSERT_EQUAL(natu_cgroup_open(tree.descriptor), -1);
	tree_remove(&tree);
}

/* In a mount namespace of its own: the kernel's hierarchy, and a cgroup made for this. */
static void use_real_hierarchy(int *wrong)
{
	char top[] = "/tmp/natu-cgroup-XXXXXX", path[64], name[32];
	struct natu_cgroups *cgroups;
	const struct natu_cgroup *found;
	struct stat status;
	int directory;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || !mkdtemp(top))
		return;
	if (mount("none", top, "cgroup2", 0, NULL) == 0) {
		snprintf(name, sizeof(name), "/natu-test-%d.service", getpid());
		snprintf(path, sizeof(path), "%s%s", top, name);
		*wrong = mkdir(path, 0755) < 0 || stat(path, &status) < 0;
		directory = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
		cgroups = natu_cgroups_new(directory);
		found = natu_cgroups_find(cgroups, status.st_ino);
		*wrong |= !found || strcmp(found->path, name) != 0 ||
			  strcmp(found->unit, name + 1) != 0;
		/* The kernel gives its root the id 1. */
		found = natu_cgroups_find(cgroups, 1);
		*wrong |= !found || strcmp(found->path, "/") != 0;
		natu_cgroups_free(cgroups);
		close(directory);
		rmdir(path);
		umount2(top, MNT_DETACH);
	}
	rmdir(top);
}

TEST(the_kernels_own_hierarchy_is_understood)
{
	int *wrong = shared_memory(sizeof(*wrong)), found;
	pid_t pid;

	*wrong = -1;
	pid = fork();
	if (!pid) {
		use_real_hierarchy(wrong);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	found = *wrong;
	munmap(wrong, sizeof(*wrong));
	if (found < 0)
		test_skip("cgroup2 cannot be mounted here");
	else
		CU_ASSERT_EQUAL(found, 0);
}
