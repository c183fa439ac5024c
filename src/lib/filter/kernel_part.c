/* SPDX-License-Identifier: MIT */
#include "filter/kernel_part.h"

#include "filter/box.h"
#include "state.h"

#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* A longer list costs the kernel more for each socket than it saves. */
#define ITEMS_MAX 16

#define CGROUP_MOUNT "/sys/fs/cgroup"

/* What is being made: `scratch` holds the nodes. */
struct making {
	const struct natu_request *request;
	struct natu_filter *scratch;
};

static struct natu_node *everything(const struct making *making)
{
	return natu_node_new(making->scratch, NATU_NODE_AND, NULL);
}

static struct natu_node *nothing(const struct making *making)
{
	return natu_node_new(making->scratch, NATU_NODE_OR, NULL);
}

static bool is_everything(const struct natu_node *node)
{
	return node->kind == NATU_NODE_AND && !node->first;
}

static bool is_nothing(const struct natu_node *node)
{
	return node->kind == NATU_NODE_OR && !node->first;
}

/* A leaf, or what is not it. */
static struct natu_node *given(const struct making *making, struct natu_node *leaf,
			       bool wanted)
{
	struct natu_node * not ;

	if (!leaf || wanted)
		return leaf;
	not = natu_node_new(making->scratch, NATU_NODE_NOT, NULL);
	if (not )
		natu_node_add(not, leaf);
	return not ;
}

static struct natu_node *copy_of(const struct making *making,
				 const struct natu_node *node)
{
	struct natu_node *copy = natu_filter_alloc(making->scratch, sizeof(*copy));

	if (copy) {
		*copy = *node;
		copy->next = NULL;
	}
	return copy;
}

/* States and families: no bytecode can tell them, but the request may leave no choice. */
static struct natu_node *part_of_base(const struct making *making,
				      const struct natu_node *leaf, bool wanted)
{
	uint32_t asked = making->request->families, families[32];
	bool some = false;

	natu_base_of(leaf, wanted, making->request->family, families);
	for (unsigned int state = 0; state < 32; state++)
		if (making->request->states & STATE_BIT(state))
			some |= (families[state] & asked) != 0;
	return some ? everything(making) : nothing(making);
}

/* `*` is a value of its own, not the number 0 that the kernel has for it. */
static bool take_ports(const struct making *making, struct natu_node *copy)
{
	struct natu_range *ranges =
		natu_filter_alloc(making->scratch, (copy->count + 1) * sizeof(*ranges));
	uint32_t count = 0;

	if (!ranges)
		return false;
	for (uint32_t i = 0; i < copy->count; i++) {
		ranges[count] = copy->ranges[i];
		if (!ranges[count].low)
			ranges[count].low = 1;
		count += ranges[count].low <= ranges[count].high;
	}
	copy->ranges = ranges;
	copy->count = count;
	return true;
}

/* Too many ranges: all from the first to the last. */
static void span_ports(struct natu_node *copy)
{
	struct natu_range *ranges = (struct natu_range *)copy->ranges;

	ranges[0].high = ranges[copy->count - 1].high;
	copy->count = 1;
}

static struct natu_node *part_of_ports(const struct making *making,
				       const struct natu_node *leaf, bool wanted)
{
	bool is_local = leaf->column->offset == offsetof(struct natu_socket, local_port);
	uint16_t only = is_local ? making->request->local_port
				 : making->request->peer_port;
	struct natu_node *copy = copy_of(making, leaf);

	if (!copy || !take_ports(making, copy))
		return NULL;
	/* The kernel has one for RAW, which nobody shows: see natu_inet_decode(). */
	if (!is_local && making->request->family->protocol == IPPROTO_RAW)
		return everything(making);
	if (only) {
		bool is_in = false;

		for (uint32_t i = 0; i < copy->count; i++)
			is_in |= only >= copy->ranges[i].low &&
				 only <= copy->ranges[i].high;
		return is_in == wanted ? everything(making) : nothing(making);
	}
	if (!copy->count && !copy->any)
		return wanted ? nothing(making) : everything(making);
	if (copy->count > ITEMS_MAX && !wanted)
		return everything(making);
	if (copy->count > ITEMS_MAX)
		span_ports(copy);
	return given(making, copy, wanted);
}

static struct natu_node *part_of_addresses(const struct making *making,
					   const struct natu_node *leaf, bool wanted)
{
	struct natu_node *copy = leaf->column->get ? NULL : copy_of(making, leaf);
	struct natu_prefix *prefixes =
		natu_filter_alloc(making->scratch, (leaf->count + 1) * sizeof(*prefixes));

	/* Of an address that is no end the kernel knows nothing. */
	if (leaf->column->get)
		return everything(making);
	if (!copy || !prefixes)
		return NULL;
	copy->count = 0;
	for (uint32_t i = 0; i < leaf->count; i++)
		if (leaf->prefixes[i].family == AF_INET ||
		    (making->request->families & NATU_IPV6))
			prefixes[copy->count++] = leaf->prefixes[i];
	copy->prefixes = prefixes;
	if (!copy->count)
		return wanted ? nothing(making) : everything(making);
	return copy->count > ITEMS_MAX ? everything(making) : given(making, copy, wanted);
}

/* The kernel compares one index at a time. */
static struct natu_node *part_of_devices(const struct making *making,
					 const struct natu_node *leaf, bool wanted)
{
	struct natu_node *copy = copy_of(making, leaf);
	struct natu_range *ranges = natu_filter_alloc(making->scratch,
						      ITEMS_MAX * sizeof(*ranges));

	if (!copy || !ranges)
		return NULL;
	copy->count = 0;
	for (uint32_t i = 0; i < leaf->count; i++)
		for (uint64_t n = leaf->ranges[i].low; n <= leaf->ranges[i].high; n++) {
			if (copy->count == ITEMS_MAX)
				return everything(making);
			ranges[copy->count++] = (struct natu_range){ n, n };
		}
	copy->ranges = ranges;
	return given(making, copy, wanted);
}

/* A list of numbers that names stand for; `number` gives 0 where a name stands for
 * none. */
static struct natu_node *
part_of_names(const struct making *making, const struct natu_node *leaf, bool wanted,
	      uint64_t (*number)(const struct natu_request *request, const char *name))
{
	struct natu_node *copy = copy_of(making, leaf);
	struct natu_range *ranges =
		natu_filter_alloc(making->scratch, (leaf->count + 1) * sizeof(*ranges));

	if (!copy || !ranges)
		return NULL;
	if (leaf->count > ITEMS_MAX)
		return everything(making);
	for (uint32_t i = 0; i < leaf->count; i++) {
		const struct natu_pattern *pattern = &leaf->patterns[i];
		uint64_t found = 0;

		if (!pattern->is_glob && strlen(pattern->bytes) == pattern->length)
			found = number(making->request, pattern->bytes);
		/* What stands for nothing now may soon, and what is a pattern for
		 * many. */
		if (!found)
			return everything(making);
		ranges[i] = (struct natu_range){ found, found };
	}
	copy->kind = NATU_NODE_NUMBER;
	copy->ranges = ranges;
	return given(making, copy, wanted);
}

static uint64_t device_of(const struct natu_request *request, const char *name)
{
	return natu_interface_index(request->interfaces, name);
}

/* One of several ways to write the path of a directory is the one by which it is
 * listed. */
static bool is_plain_path(const char *path)
{
	size_t length = strlen(path);

	return path[0] == '/' && !strstr(path, "//") && !strstr(path, "/.") &&
	       (length == 1 || path[length - 1] != '/');
}

/* A cgroup's id is the inode of its directory. */
static uint64_t cgroup_of(const struct natu_request *request, const char *name)
{
	char path[4096];
	struct statfs filesystem;
	struct stat directory;
	int length = snprintf(path, sizeof(path), CGROUP_MOUNT "%s", name);

	(void)request;
	if (!is_plain_path(name) || length < 0 || (size_t)length >= sizeof(path) ||
	    statfs(path, &filesystem) < 0 || filesystem.f_type != CGROUP2_SUPER_MAGIC ||
	    stat(path, &directory) < 0)
		return 0;
	return directory.st_ino;
}

static struct natu_node *part_of_marks(const struct making *making,
				       const struct natu_node *leaf, bool wanted)
{
	if (leaf->kind == NATU_NODE_NUMBER) {
		if (!leaf->count || leaf->count > ITEMS_MAX)
			return everything(making);
		for (uint32_t i = 0; i < leaf->count; i++)
			if (leaf->ranges[i].low != leaf->ranges[i].high ||
			    leaf->ranges[i].high > UINT32_MAX)
				return everything(making);
	} else if (leaf->kind != NATU_NODE_BITS || leaf->bits.value > UINT32_MAX ||
		   (leaf->bits.mask > UINT32_MAX && leaf->bits.mask != UINT64_MAX)) {
		return everything(making);
	}
	return given(making, copy_of(making, leaf), wanted);
}

static struct natu_node *part_of_leaf(const struct making *making,
				      const struct natu_node *leaf, bool wanted)
{
	bool is_text = leaf->kind == NATU_NODE_TEXT;

	switch (leaf->column->fact) {
	case FACT_BASE:
		return part_of_base(making, leaf, wanted);
	case FACT_INTERFACE:
		if (leaf->kind == NATU_NODE_DEVICE)
			return part_of_devices(making, leaf, wanted);
		return is_text ? part_of_names(making, leaf, wanted, device_of)
			       : everything(making);
	case FACT_MARK:
		return part_of_marks(making, leaf, wanted);
	case FACT_CGROUP_PATH:
		/* A unit is only a part of the path. */
		return is_text && leaf->column == natu_column_find("cgroup")
			       ? part_of_names(making, leaf, wanted, cgroup_of)
			       : everything(making);
	default:
		if (leaf->kind == NATU_NODE_PORT)
			return part_of_ports(making, leaf, wanted);
		if (leaf->kind == NATU_NODE_ADDRESS)
			return part_of_addresses(making, leaf, wanted);
		return everything(making);
	}
}

/* What is true of the rows for which the node is true, or, if that is what is wanted,
 * false. */
static struct natu_node *part_of(const struct making *making,
				 const struct natu_node *node, bool wanted)
{
	bool every = (node->kind == NATU_NODE_AND) == wanted;
	struct natu_node *parts;

	if (node->column)
		return part_of_leaf(making, node, wanted);
	if (node->kind == NATU_NODE_NOT)
		return part_of(making, node->first, !wanted);
	parts = every ? everything(making) : nothing(making);
	for (const struct natu_node *child = node->first; parts && child;
	     child = child->next) {
		struct natu_node *part = part_of(making, child, wanted);

		if (!part || (every ? is_nothing(part) : is_everything(part)))
			return part;
		natu_node_add(parts, part);
	}
	return parts ? natu_node_simplify(parts) : NULL;
}

struct natu_node *natu_kernel_part(const struct natu_filter *filter,
				   const struct natu_request *request,
				   struct natu_filter *scratch)
{
	const struct making making = { request, scratch };

	return part_of(&making, &filter->root, true);
}

/* What is only guessed from above is everything for one side, and not nothing for the
 * other. */
static bool is_exact(const struct making *making, const struct natu_node *leaf)
{
	const struct natu_node *true_part = part_of_leaf(making, leaf, true);
	const struct natu_node *false_part = part_of_leaf(making, leaf, false);

	return true_part && false_part &&
	       is_everything(true_part) == is_nothing(false_part) &&
	       is_everything(false_part) == is_nothing(true_part);
}

static bool is_base(const struct natu_node *node)
{
	if (node->column)
		return node->column->fact == FACT_BASE;
	for (const struct natu_node *child = node->first; child; child = child->next)
		if (!is_base(child))
			return false;
	return true;
}

/* Every state and family that is asked for passes. */
static bool base_passes(const struct making *making, const struct natu_node *node)
{
	const struct natu_request *request = making->request;
	uint32_t families[32];

	natu_base_of(node, true, request->family, families);
	for (unsigned int state = 1; state < STATE_NUMBERS; state++)
		if ((request->states & STATE_BIT(state)) &&
		    (request->families & ~families[state]))
			return false;
	return true;
}

static bool sees_to(const struct making *making, const struct natu_node *node)
{
	if (is_base(node))
		return base_passes(making, node);
	if (node->column)
		return is_exact(making, node);
	for (const struct natu_node *child = node->first; child; child = child->next)
		if (!sees_to(making, child))
			return false;
	return true;
}

bool natu_kernel_sees_to(const struct natu_node *node, const struct natu_request *request,
			 struct natu_filter *scratch)
{
	const struct making making = { request, scratch };

	return sees_to(&making, node);
}
