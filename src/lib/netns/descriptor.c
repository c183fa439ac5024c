/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "netns/netns.h"
#include "owners/scan.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_SIZE = 64 };

/* Namespaces of every kind look the same until their links are read. */
static bool visit_trace(const struct natu *natu, const struct natu_trace *trace,
			uint64_t *denied, natu_netns_visitor *visit, void *context)
{
	char path[PATH_SIZE], link[PATH_SIZE];
	ssize_t length;
	uint64_t inode;

	snprintf(path, sizeof(path), "%u/fd/%u", trace->pid, trace->fd);
	length = readlinkat(natu->proc, path, link, sizeof(link) - 1);
	*denied += length < 0 && (errno == EACCES || errno == EPERM);
	link[length < 0 ? 0 : length] = '\0';
	inode = natu_netns_inode_in(link);
	return !inode || visit(context, inode, path, path);
}

bool natu_netns_visit_descriptors(const struct natu *natu, struct natu_netns_list *told,
				  natu_netns_visitor *visit, void *context)
{
	const struct natu_inodes no_sockets = { 0 };
	struct natu_look look = { .wanted = &no_sockets, .wants_netns = true };
	struct natu_error error;
	bool goes_on = true;

	if (natu->proc < 0)
		return true;
	if (natu_scan_well(natu->proc, natu->setup.lookup, &look, &error) < 0) {
		natu_look_free(&look);
		told->error = error.error;
		return error.code != NATU_ENOMEM;
	}
	for (size_t i = 0; i < look.namespaces.count && goes_on; i++)
		goes_on = visit_trace(natu, &look.namespaces.rows[i], &told->closed,
				      visit, context);
	told->closed += look.denied;
	told->error = look.error;
	told->is_cut = look.namespaces.cut;
	natu_look_free(&look);
	return goes_on;
}
