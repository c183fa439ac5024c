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

enum { PLACE_SIZE = 16 };

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

void natu_netns_own(const struct natu *natu, struct natu_netns *own)
{
	*own = (struct natu_netns){ .is_own = true };
	if (natu->proc < 0)
		return;
	own->inode = natu_netns_inode_at(natu->proc, "thread-self");
	own->mark = natu_netns_mark_at(natu->proc, "thread-self");
	if (!own->inode)
		own->inode = natu_netns_inode_at(natu->proc, "self");
	if (!own->mark)
		own->mark = natu_netns_mark_at(natu->proc, "self");
}

/* --- the list --- */

void natu_netns_list_free(struct natu_netns_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].name);
		free(list->rows[i].path);
	}
	free(list->rows);
	*list = (struct natu_netns_list){ .most = list->most };
}

static struct natu_netns *row_of(const struct natu_netns_list *list, uint64_t inode)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].inode == inode)
			return &list->rows[i];
	return NULL;
}

/* A new row; NULL without memory, or if the list is full, which it says. */
static struct natu_netns *add(struct natu_netns_list *list)
{
	struct natu_netns *rows;

	list->is_full = list->count == (list->most ? list->most : NATU_NETNS_MAX);
	if (list->is_full)
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

/* The row of an inode, which there is from now on; NULL as of add(). What a full list
 * has no row for is passed over, and the rows that it has are filled in all the same. */
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

/* --- names, mounts and descriptors --- */

static bool take_mount(void *context, uint64_t inode, const char *name, const char *path)
{
	struct natu_netns_list *list = context;
	struct natu_netns *row = row_for(list, inode);

	if (!row)
		return list->is_full;
	if (!row->name)
		row->name = strdup(name);
	if (!row->path)
		row->path = strdup(path);
	return row->name && row->path;
}

/* What leads to a namespace, and is no name that would mean it here: only where nothing
 * better does. */
static bool take_way(void *context, uint64_t inode, const char *name, const char *path)
{
	struct natu_netns_list *list = context;
	struct natu_netns *row = row_for(list, inode);

	(void)name;
	if (!row)
		return list->is_full;
	if (row->path || row->pid)
		return true;
	row->path = strdup(path);
	return row->path;
}

/* --- processes --- */

/* Keeps a task whose namespace may not be seen. */
static bool hide(struct search *search, const char *place, uint32_t task)
{
	uint64_t mark = natu_netns_mark_at(search->natu->proc, place);

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
	search->hidden[search->hidden_count++] = (struct hidden){ task, mark };
	return true;
}

static bool take_task(void *context, const char *place, uint32_t task)
{
	struct search *search = context;
	uint64_t inode = natu_netns_inode_at(search->natu->proc, place);
	struct natu_netns *row;

	/* What has ended, and what is just ending, has no namespace. */
	if (!inode)
		return errno == EACCES || errno == EPERM ? hide(search, place, task)
							 : true;
	row = row_for(search->list, inode);
	if (!row)
		return search->list->is_full;
	if (!row->pid)
		row->pid = task;
	return true;
}

/* The first process of every pid namespace is in its /proc, unless that hides it. */
static bool hides_processes(const struct natu *natu)
{
	struct stat status;

	return natu->proc >= 0 && fstatat(natu->proc, "1", &status, 0) < 0 &&
	       errno == ENOENT;
}

static bool has_no_proc(const struct natu *natu)
{
	struct stat status;

	return natu->proc < 0 || fstatat(natu->proc, "self", &status, 0) < 0;
}

static uint64_t mark_of(const struct natu *natu, uint32_t pid)
{
	char place[PLACE_SIZE];

	snprintf(place, sizeof(place), "%u", pid);
	return natu_netns_mark_at(natu->proc, place);
}

/* Those that no process leads to that may be seen: by their marks, once each. */
static bool add_hidden(struct search *search)
{
	struct natu_netns_list *list = search->list;

	for (size_t i = 0; i < list->count; i++)
		if (!list->rows[i].mark && list->rows[i].pid)
			list->rows[i].mark = mark_of(search->natu, list->rows[i].pid);
	for (size_t i = 0; i < search->hidden_count; i++) {
		struct natu_netns *row;
		bool known = false;

		for (size_t j = 0; j < list->count && !known; j++)
			known = list->rows[j].mark == search->hidden[i].mark;
		if (known)
			continue;
		row = add(list);
		if (!row)
			return list->is_full;
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
	       natu_netns_each_task(natu, take_task, &search) &&
	       natu_netns_visit_other_mounts(natu, take_way, list) &&
	       natu_netns_visit_descriptors(natu, list, take_way, list) &&
	       add_hidden(&search);
	free(search.hidden);
	list->has_no_proc = has_no_proc(natu);
	list->hides_processes = !list->has_no_proc && hides_processes(natu);
	if (!good)
		return natu_fail(error, NATU_ENOMEM, ENOMEM,
				 "finding network namespaces");
	qsort(list->rows, list->count, sizeof(*list->rows), compare);
	return 0;
}

/* --- one of them --- */

/* A task that is looked for. */
struct wanted {
	const struct natu *natu;
	const struct natu_netns *netns;
	uint32_t task;
};

static bool is_not_in(void *context, const char *place, uint32_t task)
{
	struct wanted *wanted = context;
	const struct natu_netns *netns = wanted->netns;
	int proc = wanted->natu->proc;

	if ((netns->inode && natu_netns_inode_at(proc, place) == netns->inode) ||
	    (netns->mark && natu_netns_mark_at(proc, place) == netns->mark))
		wanted->task = task;
	return !wanted->task;
}

uint32_t natu_netns_process(const struct natu *natu, const struct natu_netns *netns)
{
	struct wanted wanted = { .natu = natu, .netns = netns };

	natu_netns_each_task(natu, is_not_in, &wanted);
	return wanted.task;
}
