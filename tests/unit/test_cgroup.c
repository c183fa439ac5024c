/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include "context.h"
#include "fact.h"
#include "report.h"

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
#include "packet.h"
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
	cgroups = natu_cgroups_new(tree.descriptor, NATU_CGROUPS_MAX);
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
	cgroups = natu_cgroups_new(tree.descriptor, NATU_CGROUPS_MAX);
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
	struct natu_cgroups *cgroups = natu_cgroups_new(-1, NATU_CGROUPS_MAX);

	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, 1));
	natu_cgroups_free(cgroups);
}

/* --- what was not looked at --- */

/* What a table says of its last listing; NULL: nothing. */
static const char *note_of(const struct natu_cgroups *cgroups, struct natu_report *report)
{
	*report = (struct natu_report){ 0 };
	natu_cgroups_note(cgroups, report);
	CU_ASSERT_FATAL(report->count <= 1);
	if (!report->count)
		return NULL;
	CU_ASSERT_EQUAL(report->notices[0].kind, NATU_LOST_COLUMNS);
	return report->notices[0].text;
}

/* The top and two more, in the order in which they are found. */
static void make_two(struct tree *tree, uint64_t *one, uint64_t *two)
{
	tree_make(tree);
	CU_ASSERT_EQUAL_FATAL(unlinkat(tree->descriptor, "net", AT_REMOVEDIR), 0);
	*one = make_directory(tree, "one.service");
	*two = make_directory(tree, "one.service/two");
}

static const char no_room[] =
	"cgroups of sockets may lack their paths: there are more than 2 cgroups, and the "
	"others were not looked at";

TEST(more_cgroups_than_there_is_room_for_are_told)
{
	struct natu_cgroups *cgroups;
	struct natu_report report;
	uint64_t one, two;
	struct tree tree;

	make_two(&tree, &one, &two);
	cgroups = natu_cgroups_new(tree.descriptor, 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	CU_ASSERT_PTR_NULL(note_of(cgroups, &report));
	expect_path(cgroups, one, "/one.service");
	/* Nothing that was asked for is missing yet. */
	CU_ASSERT_PTR_NULL(note_of(cgroups, &report));
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, two));
	CU_ASSERT_STRING_EQUAL(note_of(cgroups, &report), no_room);
	/* The next listing speaks for itself, and is told of those that are gone. */
	natu_cgroups_refresh(cgroups);
	CU_ASSERT_PTR_NULL(note_of(cgroups, &report));
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, two));
	CU_ASSERT_STRING_EQUAL(note_of(cgroups, &report), no_room);
	CU_ASSERT_EQUAL(unlinkat(tree.descriptor, "one.service/two", AT_REMOVEDIR), 0);
	natu_cgroups_refresh(cgroups);
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, two));
	CU_ASSERT_PTR_NULL(note_of(cgroups, &report));
	natu_cgroups_free(cgroups);
	tree_remove(&tree);
}

TEST(as_many_cgroups_as_there_is_room_for_are_all)
{
	struct natu_cgroups *cgroups;
	struct natu_report report;
	uint64_t one, two;
	struct tree tree;

	make_two(&tree, &one, &two);
	cgroups = natu_cgroups_new(tree.descriptor, 3);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	expect_path(cgroups, two, "/one.service/two");
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, 0));
	CU_ASSERT_PTR_NULL(note_of(cgroups, &report));
	CU_ASSERT_PTR_NULL(note_of(NULL, &report));
	natu_cgroups_free(cgroups);
	tree_remove(&tree);
}

/* One folder in the other until a path might be longer than any that can be opened. */
TEST(cgroups_that_are_too_deep_are_told)
{
	struct natu_cgroups *cgroups;
	struct natu_report report;
	char name[201] = { 0 };
	struct tree tree;
	int directory;

	memset(name, 'd', sizeof(name) - 1);
	tree_make(&tree);
	directory = dup(tree.descriptor);
	for (int i = 0; i < 20; i++) {
		int above = directory;

		CU_ASSERT_EQUAL_FATAL(mkdirat(above, name, 0755), 0);
		directory = openat(above, name, O_RDONLY | O_DIRECTORY);
		close(above);
	}
	CU_ASSERT_EQUAL(mkdirat(directory, "last", 0755), 0);
	close(directory);
	cgroups = natu_cgroups_new(tree.descriptor, NATU_CGROUPS_MAX);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cgroups);
	CU_ASSERT_PTR_NULL(natu_cgroups_find(cgroups, 0));
	CU_ASSERT_STRING_EQUAL(note_of(cgroups, &report),
			       "cgroups of sockets may lack their paths: reading the "
			       "hierarchy of cgroups: File name too long");
	natu_cgroups_free(cgroups);
	tree_remove(&tree);
}

static int count_row(void *context, const struct natu_socket *socket)
{
	struct natu_value value;

	*(size_t *)context += natu_get(socket, natu_column_find("cgroup"), &value) ==
			      NATU_HAS;
	return 0;
}

/* Lists a socket of the cgroup of each id, and returns how many have a path. */
static size_t list_with(const struct tree *tree, const uint64_t ids[2],
			const struct natu_query *query, struct natu_report *report)
{
	size_t known = 0;
	const struct natu_sink sink = { .row = count_row, .context = &known };
	struct packets packets = { 0 };
	char path[32];
	const struct natu_setup setup = { .replay = path };
	struct natu_error error;
	struct natu *natu;

	packets_request(&packets, IPPROTO_TCP);
	for (uint64_t i = 0; i < 2; i++) {
		packets_socket(&packets, "127.0.0.1", 80, i + 1);
		packets_attribute(&packets, 21 /* INET_DIAG_CGROUP_ID */, &ids[i],
				  sizeof(ids[i]));
	}
	packets_done(&packets, 0);
	packets_save(&packets, path);
	packets_free(&packets);
	*report = (struct natu_report){ 0 };
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	natu->cgroup_directory = dup(tree->descriptor);
	natu->cgroups = natu_cgroups_new(natu->cgroup_directory, 2);
	CU_ASSERT_EQUAL(natu_list(natu, query, &sink, report, &error), 0);
	CU_ASSERT_EQUAL(report->rows, 2);
	natu_close(natu);
	unlink(path);
	return known;
}

TEST(listings_tell_of_cgroups_that_were_not_looked_at)
{
	const struct natu_query asks = { .facts = FACT_CGROUP_PATH };
	const struct natu_query wishes = { .wishes = FACT_CGROUP | FACT_CGROUP_PATH };
	struct natu_report report;
	uint64_t one, two;
	struct tree tree;

	make_two(&tree, &one, &two);
	CU_ASSERT_EQUAL(list_with(&tree, (uint64_t[]){ one, one }, &asks, &report), 2);
	CU_ASSERT_EQUAL(report.count, 0);
	CU_ASSERT_EQUAL(list_with(&tree, (uint64_t[]){ one, two }, &asks, &report), 1);
	CU_ASSERT_EQUAL_FATAL(report.count, 1);
	CU_ASSERT_EQUAL(report.notices[0].kind, NATU_LOST_COLUMNS);
	CU_ASSERT_STRING_EQUAL(report.notices[0].text, no_room);
	CU_ASSERT_TRUE(report.sockets_complete);
	CU_ASSERT_EQUAL(list_with(&tree, (uint64_t[]){ one, two }, &wishes, &report), 1);
	CU_ASSERT_EQUAL(report.count, 0);
	tree_remove(&tree);
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
		cgroups = natu_cgroups_new(directory, NATU_CGROUPS_MAX);
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
