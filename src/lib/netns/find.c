/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "directory.h"
#include "error.h"
#include "netns/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More namespaces than this are not looked at; no machine has as many. */
enum { NETNS_MAX = 65536, LINK_SIZE = 64 };

/* A search: what it has found, and the processes whose namespace is hidden. */
struct search {
	const struct natu *natu;
	struct natu_netns_list *list;
	struct hidden {
		uint32_t pid;
		uint64_t mark;
	} * hidden;
	size_t hidden_count, hidden_size;
};

/* --- what a namespace is called --- */

/* Where a link below /proc leads: its inode, or 0 with errno set. */
static uint64_t read_link(int proc, const char *path)
{
	char link[LINK_SIZE];
	ssize_t length = readlinkat(proc, path, link, sizeof(link) - 1);

	if (length < 0)
		return 0;
	link[length] = '\0';
	errno = EINVAL;
	return natu_netns_inode_in(link);
}

static uint64_t read_mark(int proc, const char *path)
{
	struct stat status;

	return fstatat(proc, path, &status, 0) == 0 ? status.st_ino : 0;
}

static uint64_t mark_of(int proc, uint32_t pid)
{
	char path[LINK_SIZE];

	snprintf(path, sizeof(path), "%u/net/dev", pid);
	return read_mark(proc, path);
}

void natu_netns_own(const struct natu *natu, struct natu_netns *own)
{
	*own = (struct natu_netns){ .is_own = true };
	if (natu->proc < 0)
		return;
	own->inode = read_link(natu->proc, "thread-self/ns/net");
	own->mark = read_mark(natu->proc, "thread-self/net/dev");
	if (!own->inode)
		own->inode = read_link(natu->proc, "self/ns/net");
	if (!own->mark)
		own->mark = read_mark(natu->proc, "self/net/dev");
}

/* --- the list --- */

void natu_netns_list_free(struct natu_netns_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].name);
		free(list->rows[i].path);
	}
	free(list->rows);
	*list = (struct natu_netns_list){ 0 };
}

static struct natu_netns *row_of(const struct natu_netns_list *list, uint64_t inode)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].inode == inode)
			return &list->rows[i];
	return NULL;
}

/* A new row; NULL without memory. */
static struct natu_netns *add(struct natu_netns_list *list)
{
	struct natu_netns *rows;

	if (list->count == NETNS_MAX)
		return NULL;
	if (list->count == list->size) {
		size_t size = list->size ? list->size * 2 : 16;

		rows = realloc(list->rows, size * sizeof(*rows));
		if (!rows)
			return NULL;
		list->rows = rows;
		list->size = size;
	}
	list->rows[list->count] = (struct natu_netns){ 0 };
	return &list->rows[list->count++];
}

/* The row of an inode, which there is from now on; NULL without memory. */
static struct natu_netns *row_for(struct natu_netns_list *list, uint64_t inode)
{
	struct natu_netns *row = row_of(list, inode);

	if (row)
		return row;
	row = add(list);
	if (row)
		row->inode = inode;
	return row;
}

/* --- names and mounts --- */

static bool take_mount(void *context, uint64_t inode, const char *name, const char *path)
{
	struct natu_netns *row = row_for(context, inode);

	if (!row)
		return false;
	if (!row->name)
		row->name = strdup(name);
	if (!row->path)
		row->path = strdup(path);
	return row->name && row->path;
}

/* --- processes --- */

/* Keeps a process whose namespace may not be seen. */
static bool hide(struct search *search, uint32_t pid)
{
	uint64_t mark = mark_of(search->natu->proc, pid);

	if (!mark) {
		search->list->unseen += errno != ENOENT && errno != ESRCH;
		return true;
	}
	for (size_t i = 0; i < search->hidden_count; i++)
		if (search->hidden[i].mark == mark)
			return true;
	if (search->hidden_count == search->hidden_size) {
		size_t size = search->hidden_size ? search->hidden_size * 2 : 16;
		struct hidden *hidden = realloc(search->hidden, size * sizeof(*hidden));

		if (!hidden)
			return false;
		search->hidden = hidden;
		search->hidden_size = size;
	}
	search->hidden[search->hidden_count++] = (struct hidden){ pid, mark };
	return true;
}

static bool take_process(struct search *search, uint32_t pid)
{
	char path[LINK_SIZE];
	struct natu_netns *row;
	uint64_t inode;

	snprintf(path, sizeof(path), "%u/ns/net", pid);
	inode = read_link(search->natu->proc, path);
	/* What has ended, and what is just ending, has no namespace. */
	if (!inode)
		return errno == EACCES || errno == EPERM ? hide(search, pid) : true;
	row = row_for(search->list, inode);
	if (row && !row->pid)
		row->pid = pid;
	return row;
}

/* Each process there is, until `take` says that it is enough. */
static bool each_process(const struct natu *natu,
			 bool (*take)(struct search *search, uint32_t pid),
			 struct search *search)
{
	struct natu_directory *directory;
	const struct dirent64 *entry;
	bool goes_on = true;

	if (natu->proc < 0)
		return true;
	directory = malloc(sizeof(*directory));
	if (!directory)
		return false;
	if (natu_directory_open(directory, natu->proc, ".") < 0) {
		free(directory);
		return true;
	}
	while (goes_on && (entry = natu_directory_next(directory))) {
		int32_t pid = natu_directory_number(entry->d_name);

		if (pid > 0)
			goes_on = take(search, (uint32_t)pid);
	}
	natu_directory_close(directory);
	free(directory);
	return goes_on;
}

/* The first process of every pid namespace is in its /proc, unless that hides it. */
static bool hides_processes(const struct natu *natu)
{
	struct stat status;

	return natu->proc >= 0 && fstatat(natu->proc, "1", &status, 0) < 0 &&
	       errno == ENOENT;
}

/* Those that no process leads to that may be seen: by their marks, once each. */
static bool add_hidden(struct search *search)
{
	struct natu_netns_list *list = search->list;

	for (size_t i = 0; i < list->count; i++)
		if (!list->rows[i].mark && list->rows[i].pid)
			list->rows[i].mark = mark_of(search->natu->proc,
						     list->rows[i].pid);
	for (size_t i = 0; i < search->hidden_count; i++) {
		struct natu_netns *row;
		bool known = false;

		for (size_t j = 0; j < list->count && !known; j++)
			known = list->rows[j].mark == search->hidden[i].mark;
		if (known)
			continue;
		row = add(list);
		if (!row)
			return false;
		row->pid = search->hidden[i].pid;
		row->mark = search->hidden[i].mark;
	}
	return true;
}

/* --- all together --- */

/* The own one, then those with a name, then by number; those that are hidden last. */
static int compare(const void *left, const void *right)
{
	const struct natu_netns *a = left, *b = right;

	if (a->is_own != b->is_own)
		return b->is_own - a->is_own;
	if (!a->name != !b->name)
		return !a->name - !b->name;
	if (a->name && strcmp(a->name, b->name) != 0)
		return strcmp(a->name, b->name);
	if (!a->inode != !b->inode)
		return !a->inode - !b->inode;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

int natu_netns_find(const struct natu *natu, struct natu_netns_list *list,
		    struct natu_error *error)
{
	struct search search = { .natu = natu, .list = list };
	struct natu_netns *own = add(list);
	bool good = own;

	if (good)
		natu_netns_own(natu, own);
	good = good && natu_netns_visit_names(&list->unmounted, take_mount, list) &&
	       natu_netns_visit_mounts(natu, take_mount, list) &&
	       each_process(natu, take_process, &search) && add_hidden(&search);
	free(search.hidden);
	list->hides_processes = hides_processes(natu);
	if (!good)
		return natu_fail(error, NATU_ENOMEM, ENOMEM,
				 "finding network namespaces");
	qsort(list->rows, list->count, sizeof(*list->rows), compare);
	return 0;
}

/* --- one of them --- */

/* What is looked for, in the place of a list. */
struct wanted {
	struct search search;
	const struct natu_netns *netns;
	uint32_t pid;
};

static bool is_not_in(struct search *search, uint32_t pid)
{
	struct wanted *wanted = (struct wanted *)search;
	const struct natu_netns *netns = wanted->netns;
	int proc = search->natu->proc;
	char path[LINK_SIZE];

	snprintf(path, sizeof(path), "%u/ns/net", pid);
	if ((netns->inode && read_link(proc, path) == netns->inode) ||
	    (netns->mark && mark_of(proc, pid) == netns->mark))
		wanted->pid = pid;
	return !wanted->pid;
}

uint32_t natu_netns_process(const struct natu *natu, const struct natu_netns *netns)
{
	struct wanted wanted = { .search = { .natu = natu }, .netns = netns };

	each_process(natu, is_not_in, &wanted.search);
	return wanted.pid;
}
