/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "mountinfo.h"
#include "netns/netns.h"
#include "test.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A process as /proc shows it: its link, and its net/dev, which has an inode of its own
 * unless it is another one's. */
static void make_process(const struct tree *tree, const char *pid, const char *link,
			 const char *like)
{
	char path[64], other[64];

	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, pid, 0755), 0);
	snprintf(path, sizeof(path), "%s/ns", pid);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, path, 0755), 0);
	snprintf(path, sizeof(path), "%s/net", pid);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, path, 0755), 0);
	snprintf(path, sizeof(path), "%s/net/dev", pid);
	snprintf(other, sizeof(other), "%s/net/dev", like ? like : "");
	if (!like)
		tree_write_text(tree, path, "");
	else if (linkat(tree->descriptor, other, tree->descriptor, path, 0) < 0)
		CU_FAIL_FATAL("no link");
	snprintf(path, sizeof(path), "%s/ns/net", pid);
	if (link)
		CU_ASSERT_EQUAL_FATAL(symlinkat(link, tree->descriptor, path), 0);
}

/* A /proc whose own namespace is 100. */
static void make_proc(struct tree *tree)
{
	tree_make(tree);
	make_process(tree, "thread-self", "net:[100]", NULL);
	make_process(tree, "self", "net:[100]", "thread-self");
}

static const struct natu_netns *row_of(const struct natu_netns_list *list, uint64_t inode)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].inode == inode)
			return &list->rows[i];
	return NULL;
}

static size_t count_rows(const struct natu_netns_list *list, uint64_t below)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->rows[i].inode < below;
	return count;
}

/* More than a number of the tests, less than any of the kernel. */
enum { OURS = 100000 };

/* What such a descriptor keeps is missing then, and nothing else tells of it. */
TEST(descriptors_that_cannot_be_read_are_told)
{
	struct natu_netns_list list = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu natu;

	make_proc(&tree);
	make_process(&tree, "12", "net:[100]", "thread-self");
	natu = (struct natu){ .proc = tree.descriptor,
			      .setup = { .lookup = NATU_LOOKUP_PROC } };
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(list.error, 0);
	natu_netns_list_free(&list);
	tree_write_text(&tree, "12/fd", "");
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(list.error, ENOTDIR);
	CU_ASSERT_FALSE(list.is_cut);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

TEST(namespaces_of_processes_once_each)
{
	struct natu_netns_list list = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	make_process(&tree, "1", "net:[100]", "thread-self");
	make_process(&tree, "20", "net:[200]", NULL);
	make_process(&tree, "21", "net:[200]", "20");
	make_process(&tree, "30", "net:[150]", NULL);
	/* What is no link of a namespace, and what is no process. */
	make_process(&tree, "40", "net:[", NULL);
	make_process(&tree, "41", "net:[99999999999999999999]", NULL);
	make_process(&tree, "42", "mnt:[300]", NULL);
	make_process(&tree, "43", "net:[300", NULL);
	make_process(&tree, "44", NULL, NULL);
	make_process(&tree, "4x", "net:[400]", NULL);
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&list, OURS), 3);
	CU_ASSERT_TRUE(list.rows[0].is_own);
	CU_ASSERT_FALSE(list.hides_processes);
	CU_ASSERT_EQUAL(list.rows[0].inode, 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row_of(&list, 200));
	CU_ASSERT_TRUE(row_of(&list, 200)->pid == 20 || row_of(&list, 200)->pid == 21);
	CU_ASSERT_NOT_EQUAL(row_of(&list, 200)->mark, 0);
	CU_ASSERT_TRUE(row_of(&list, 150) < row_of(&list, 200));
	CU_ASSERT_EQUAL(natu_netns_process(&natu, row_of(&list, 150)), 30);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

static void make_link(const struct tree *tree, const char *target, const char *path)
{
	CU_ASSERT_EQUAL_FATAL(symlinkat(target, tree->descriptor, path), 0);
}

static void make_folders(const struct tree *tree, const char *const folders[])
{
	for (size_t i = 0; folders[i]; i++)
		CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, folders[i], 0755), 0);
}

TEST(namespaces_of_threads)
{
	static const char *const folders[] = {
		"20/task",	 "20/task/20", "20/task/21",
		"20/task/21/ns", "20/task/2x", "20/task/2x/ns",
		"20/task/20/ns", "20/task/22", NULL,
	};
	struct natu_netns_list list = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	/* Its first thread has ended. */
	make_process(&tree, "20", NULL, NULL);
	make_folders(&tree, folders);
	make_link(&tree, "net:[300]", "20/task/20/ns/net");
	make_link(&tree, "net:[200]", "20/task/21/ns/net");
	make_link(&tree, "net:[400]", "20/task/2x/ns/net");
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&list, OURS), 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row_of(&list, 200));
	CU_ASSERT_EQUAL(row_of(&list, 200)->pid, 21);
	CU_ASSERT_PTR_NULL(row_of(&list, 200)->path);
	CU_ASSERT_EQUAL(natu_netns_process(&natu, row_of(&list, 200)), 21);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

TEST(namespaces_that_are_only_open)
{
	static const char *const folders[] = { "20/fd", "30/fd", NULL };
	struct natu_netns_list list = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	make_process(&tree, "20", "net:[100]", "thread-self");
	make_process(&tree, "30", "net:[300]", NULL);
	make_folders(&tree, folders);
	make_link(&tree, "/dev/null", "20/fd/0");
	make_link(&tree, "net:[200]", "20/fd/7");
	make_link(&tree, "net:[300]", "20/fd/9");
	make_link(&tree, "mnt:[400]", "20/fd/10");
	make_link(&tree, "net:[401", "20/fd/11");
	make_link(&tree, "net:[99999999999999999999]", "20/fd/12");
	make_link(&tree, "socket:[402]", "30/fd/1");
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&list, OURS), 3);
	CU_ASSERT_EQUAL(list.closed, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row_of(&list, 200));
	CU_ASSERT_PTR_NULL(row_of(&list, 200)->name);
	CU_ASSERT_STRING_EQUAL(row_of(&list, 200)->path, "20/fd/7");
	/* A process is the better way. */
	CU_ASSERT_PTR_NULL(row_of(&list, 300)->path);
	CU_ASSERT_EQUAL(row_of(&list, 300)->pid, 30);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

TEST(namespaces_that_are_mounted_elsewhere)
{
	static const char mountinfo[] =
		"22 1 0:4 net:[200] /a\\040place rw - nsfs nsfs rw\n"
		"23 1 0:4 mnt:[201] /mnt rw - nsfs nsfs rw\n";
	struct natu_netns_list list = { 0 };
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	make_link(&tree, "mnt:[1]", "self/ns/mnt");
	make_process(&tree, "20", "net:[100]", "thread-self");
	make_link(&tree, "mnt:[2]", "20/ns/mnt");
	tree_write_text(&tree, "20/mountinfo", mountinfo);
	/* The same again, and one that has this process's. */
	make_process(&tree, "21", "net:[100]", "thread-self");
	make_link(&tree, "mnt:[1]", "21/ns/mnt");
	tree_write_text(&tree, "21/mountinfo",
			"22 1 0:4 net:[300] /x rw - nsfs nsfs rw\n");
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&list, OURS), 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row_of(&list, 200));
	CU_ASSERT_PTR_NULL(row_of(&list, 200)->name);
	CU_ASSERT_STRING_EQUAL(row_of(&list, 200)->path, "20/root/a place");
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

TEST(mounts_name_namespaces)
{
	static const char mountinfo[] =
		"22 1 0:4 net:[200] /a\\040place rw shared:9 - nsfs nsfs rw\n"
		"23 1 0:4 net:[200] /another rw - nsfs nsfs rw\n"
		"24 1 0:4 mnt:[201] /mnt rw - nsfs nsfs rw\n"
		"25 1 0:4 net:[202] /not rw - tmpfs net:[203] rw\n"
		"26 1 0:4 net:[204]\n"
		"27 1 0:4 net:[205] /last rw - nsfs";
	struct natu_netns_list list = { 0 };
	struct natu_netns named = { .inode = 205 }, unnamed = { .inode = 206 };
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	tree_write_text(&tree, "self/mountinfo", mountinfo);
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&list, OURS), 3);
	CU_ASSERT_TRUE(list.hides_processes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row_of(&list, 200));
	CU_ASSERT_STRING_EQUAL(row_of(&list, 200)->name, "/a place");
	CU_ASSERT_STRING_EQUAL(row_of(&list, 200)->path, "/a place");
	CU_ASSERT_EQUAL(row_of(&list, 200)->pid, 0);
	CU_ASSERT_TRUE(natu_netns_name(&natu, &named) &&
		       natu_netns_name(&natu, &unnamed));
	CU_ASSERT_STRING_EQUAL(named.name, "/last");
	CU_ASSERT_PTR_NULL(unnamed.name);
	free(named.name);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

TEST(mountinfo_of_any_kind)
{
	static const char text[] =
		"\n - \n1 2 3 4 - x\n1 2 3 / /home\\134x\\07 rw - ext4 a\n"
		"1 2 3 4 5 6 7\n";
	struct natu_mounts mounts;
	struct natu_mount mount;
	struct tree tree;

	tree_make(&tree);
	CU_ASSERT_FALSE(natu_mounts_open(&mounts, tree.descriptor, "self"));
	natu_mounts_close(&mounts);
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "self", 0755), 0);
	tree_write_text(&tree, "self/mountinfo", text);
	CU_ASSERT_TRUE_FATAL(natu_mounts_open(&mounts, tree.descriptor, "self"));
	CU_ASSERT_TRUE(natu_mounts_next(&mounts, &mount));
	CU_ASSERT_STRING_EQUAL(mount.root, "/");
	CU_ASSERT_STRING_EQUAL(mount.place, "/home\\x\\07");
	CU_ASSERT_STRING_EQUAL(mount.type, "ext4");
	CU_ASSERT_FALSE(natu_mounts_next(&mounts, &mount));
	natu_mounts_close(&mounts);
	tree_remove(&tree);
}

/* --- more than there is room for --- */

static struct natu_netns_list find_at_most(const struct tree *tree, size_t most)
{
	struct natu_netns_list list = { .most = most };
	const struct natu natu = { .proc = tree->descriptor };
	struct natu_error error;

	CU_ASSERT_EQUAL(natu_netns_find(&natu, &list, &error), 0);
	CU_ASSERT(list.count <= most);
	return list;
}

TEST(more_namespaces_than_there_is_room_for)
{
	static const char *const folders[] = { "20/fd", NULL };
	struct natu_netns_list all = { 0 }, list;
	struct natu_error error;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	make_process(&tree, "20", "net:[100]", "thread-self");
	make_folders(&tree, folders);
	/* By a mount, by a process, and by a descriptor. */
	tree_write_text(&tree, "self/mountinfo",
			"22 1 0:4 net:[200] /a rw - nsfs nsfs rw\n");
	make_process(&tree, "30", "net:[300]", NULL);
	make_link(&tree, "net:[400]", "20/fd/7");
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_find(&natu, &all, &error), 0);
	CU_ASSERT_EQUAL(count_rows(&all, OURS), 4);
	CU_ASSERT_FALSE(all.is_full);
	natu_netns_list_free(&all);
	/* Each kind is the first that there is no room for. */
	for (size_t most = 1; most < 4; most++) {
		list = find_at_most(&tree, most);
		CU_ASSERT_TRUE(list.is_full);
		CU_ASSERT_EQUAL(list.count, most);
		CU_ASSERT_TRUE(list.rows[0].is_own);
		/* What comes later is still looked at for what it tells of these. */
		CU_ASSERT_NOT_EQUAL(list.rows[0].pid, 0);
		natu_netns_list_free(&list);
		CU_ASSERT_EQUAL(list.most, most);
	}
	/* Those that ip netns has here would come before. */
	list = find_at_most(&tree, 4);
	CU_ASSERT_EQUAL(list.is_full, count_rows(&list, OURS) < 4);
	natu_netns_list_free(&list);
	tree_remove(&tree);
}

static int ignore_row(void *context, const struct natu_socket *socket)
{
	(void)context;
	(void)socket;
	return 0;
}

/* True if listing every namespace says so of the bound. */
static bool list_tells(const struct tree *tree, size_t most, const char *text)
{
	const struct natu_setup setup = { .all_netns = true };
	const struct natu_query query = { .protocols = natu_protocol_named("tcp") };
	const struct natu_sink sink = { .row = ignore_row };
	struct natu_report report = { 0 };
	struct natu_error error;
	struct natu *natu = natu_open(&setup, &error);
	bool is_told = false;

	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	if (natu->proc >= 0)
		close(natu->proc);
	natu->proc = dup(tree->descriptor);
	natu->namespaces.most = most;
	/* Without sock_diag in this place it fails, and has as much to tell. */
	natu_list(natu, &query, &sink, &report, &error);
	for (size_t i = 0; i < report.count; i++)
		is_told |= report.notices[i].kind == NATU_LOST_SOCKETS &&
			   !strcmp(report.notices[i].text, text);
	CU_ASSERT(!is_told || !report.sockets_complete);
	natu_close(natu);
	return is_told;
}

/* One that is not found may be one of the others. */
TEST(namespaces_by_their_number_beyond_the_room)
{
	struct natu_error error;
	struct natu_netns netns;
	struct tree tree;
	struct natu natu = { 0 };

	make_proc(&tree);
	make_process(&tree, "30", "net:[300]", NULL);
	natu.proc = tree.descriptor;
	CU_ASSERT_EQUAL(natu_netns_named(&natu, "net:[400]", &netns, &error), -1);
	CU_ASSERT_STRING_EQUAL(
		error.text, "there is no network namespace net:[400] that can be seen");
	natu.namespaces.most = 1;
	CU_ASSERT_EQUAL(natu_netns_named(&natu, "net:[400]", &netns, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
	CU_ASSERT_STRING_EQUAL(error.text,
			       "there is no network namespace net:[400] among those that "
			       "were looked at, and there are more");
	tree_remove(&tree);
}

TEST(listings_tell_of_namespaces_that_were_not_looked_at)
{
	static const char text[] = "there are more than 2 network namespaces, and the "
				   "others were not looked at";
	struct tree tree;

	make_proc(&tree);
	make_process(&tree, "30", "net:[300]", NULL);
	make_process(&tree, "31", "net:[310]", NULL);
	CU_ASSERT_TRUE(list_tells(&tree, 2, text));
	CU_ASSERT_FALSE(list_tells(&tree, 0, text));
	tree_remove(&tree);
}

/* --- one of them --- */

static enum natu_code named(const char *text, struct natu_error *error)
{
	struct natu natu = { .proc = open("/proc", O_PATH | O_DIRECTORY) };
	struct natu_netns netns;
	int result = natu_netns_named(&natu, text, &netns, error);

	close(natu.proc);
	free(netns.name);
	free(netns.path);
	return result < 0 ? error->code : NATU_OK;
}

TEST(names_of_namespaces)
{
	struct natu_error error;
	struct stat status;
	char text[64];

	CU_ASSERT_EQUAL(stat("/proc/self/ns/net", &status), 0);
	CU_ASSERT_EQUAL(named("/proc/self/ns/net", &error), NATU_OK);
	snprintf(text, sizeof(text), "%d", getpid());
	CU_ASSERT_EQUAL(named(text, &error), NATU_OK);
	snprintf(text, sizeof(text), "net:[%llu]", (unsigned long long)status.st_ino);
	CU_ASSERT_EQUAL(named(text, &error), NATU_OK);
	CU_ASSERT_EQUAL(named("/proc/self/ns/mnt", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("/proc/version", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("/", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("..", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("net:[1]", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("net:[99999999999999999999]", &error), NATU_EUSAGE);
	CU_ASSERT_EQUAL(named("2147483647", &error), NATU_ESYS);
	CU_ASSERT_EQUAL(error.error, ESRCH);
	CU_ASSERT_EQUAL(named("natu-no-such-namespace\n", &error), NATU_EUSAGE);
	CU_ASSERT_PTR_NULL(strchr(error.text, '\n'));
}

/* Who does not go anywhere has nowhere to come back from. */
TEST(visits_at_home)
{
	struct natu_netns own = { .is_own = true };
	struct natu natu = { .proc = -1, .netns = &own };
	struct natu_visit visit = { .home = 7 };
	struct natu_error error;

	CU_ASSERT_EQUAL(natu_netns_enter(&natu, &visit, &error), 0);
	CU_ASSERT_EQUAL(visit.home, -1);
	errno = EBUSY;
	natu_netns_leave(&visit);
	CU_ASSERT_EQUAL(errno, EBUSY);
	CU_ASSERT_EQUAL(natu_netns_open(&natu, "net/tcp", O_RDONLY), -1);
	CU_ASSERT_EQUAL(errno, ENOENT);
	own.is_own = false;
	own.pid = 1;
	CU_ASSERT_EQUAL(natu_netns_access(&natu), NETNS_GONE);
}

TEST(setups_that_exclude_one_another)
{
	const struct natu_setup setups[] = {
		{ .netns = "1", .all_netns = true },
		{ .netns = "1", .proc_root = "/proc" },
		{ .all_netns = true, .proc_root = "/proc" },
		{ .all_netns = true, .replay = "/dev/null" },
		{ .all_netns = true, .record = "/dev/null" },
	};

	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		struct natu_error error;

		CU_ASSERT_PTR_NULL(natu_open(&setups[i], &error));
		CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
	}
}
