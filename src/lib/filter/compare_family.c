/* SPDX-License-Identifier: MIT */
#include "filter/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * The ends of sockets that are not of the internet, as ss has them: FAMILY:PART:PART. For
 * natu these are columns of their own.
 */

/* ss's word, and what it is here. */
struct word {
	const char *name, *means;
};

struct part {
	const char *column;
	const struct word *words; /* that ss has for its values; NULL: none */
	const char *number;	  /* the column for what is not a word; NULL: the same */
};

/* An end's parts. Those without a column are not there. */
struct end {
	struct part first, second;
};

struct family {
	const char *prefix;
	const char *name;  /* in the column of families */
	bool needs_name;   /* some of its columns are other families' too */
	const char *shape; /* what is expected */
	struct end local, peer;
	/* what a first part can be that is none of its words and no number; NULL: that */
	const char *otherwise;
};

/* include/uapi/linux/if_ether.h; ss has more of them, and shows others by number. */
static const struct word frames[] = {
	{ "all", "0x3" },	 { "ip", "0x800" },    { "arp", "0x806" },
	{ "rarp", "0x8035" },	 { "ipv6", "0x86dd" }, { "802.1Q", "0x8100" },
	{ "802.1ad", "0x88a8" }, { "lldp", "0x88cc" }, { NULL, NULL },
};

static const struct word netlink_protocols[] = {
	{ "rtnl", "route" },	       { "fw", "firewall" },
	{ "tcpdiag", "sock_diag" },    { "nft", "netfilter" },
	{ "genl", "generic" },	       { "uevent", "kobject_uevent" },
	{ "fiblookup", "fib_lookup" }, { NULL, NULL },
};

static const struct word port_ids[] = { { "kernel", "0" }, { NULL, NULL } };

static const struct family families[] = {
	{
		.prefix = "unix",
		.name = "unix",
		.shape = "a path or a pattern",
		.local = { .first = { .column = "local.path" } },
		.peer = { .first = { .column = "peer.path" } },
	},
	{
		.prefix = "link",
		.name = "packet",
		.needs_name = true,
		.shape = "PROTOCOL, PROTOCOL:INTERFACE or an interface",
		.local = { .first = { "packet.protocol", frames, NULL },
			   .second = { .column = "interface" } },
		.otherwise = "interface",
	},
	{
		.prefix = "netlink",
		.name = "netlink",
		.shape = "PROTOCOL or PROTOCOL:PORTID",
		.local = { .first = { "netlink.protocol", netlink_protocols,
				      "netlink.protocol_number" },
			   .second = { "netlink.portid", port_ids, NULL } },
		.peer = { .first = { "netlink.protocol", netlink_protocols,
				     "netlink.protocol_number" },
			  .second = { "netlink.peer_portid", port_ids, NULL } },
	},
	{
		.prefix = "vsock",
		.name = "vsock",
		.shape = "CID or CID:PORT",
		.local = { .first = { .column = "vsock.cid" },
			   .second = { .column = "vsock.port" } },
		.peer = { .first = { .column = "vsock.peer_cid" },
			  .second = { .column = "vsock.peer_port" } },
	},
};

static const struct family *family_of(const struct natu_item *item)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		size_t length = strlen(families[i].prefix);

		if (!strncasecmp(item->text, families[i].prefix, length) &&
		    item->text[length] == ':')
			return &families[i];
	}
	return NULL;
}

/* A path: no address begins so, and "/8" is what is left of one. */
static bool is_path(const struct natu_item *item)
{
	const char *text = item->text;

	if (*text == '/')
		return text[1 + strspn(text + 1, "0123456789")] != '\0';
	return *text == '@' || !strncmp(text, "*/", 2);
}

bool natu_is_family_end(const struct natu_item *item)
{
	return family_of(item) || is_path(item);
}

/* A copy of some bytes of an item, with a NUL at its end. */
static bool part_of(const struct natu_comparison *comparison,
		    const struct natu_item *item, size_t start, size_t length,
		    struct natu_item *part)
{
	char *text = natu_filter_alloc(comparison->reading->filter, length + 1);

	if (!text) {
		natu_no_memory(comparison->reading->error);
		return false;
	}
	memcpy(text, item->text + start, length);
	text[length] = '\0';
	*part = (struct natu_item){
		.text = text,
		.length = length,
		.position = item->position + start + item->is_quoted,
		.extent = length,
		.is_quoted = item->is_quoted,
	};
	return true;
}

static bool is_number(const char *text)
{
	return *text >= '0' && *text <= '9';
}

static const char *meaning_of(const struct word *words, const char *name)
{
	for (; words && words->name; words++)
		if (!strcasecmp(words->name, name))
			return words->means;
	return NULL;
}

/* Adds what a part asks for; `*` and nothing ask for nothing. */
static bool add_part(const struct natu_comparison *comparison, const struct part *part,
		     const char *otherwise, struct natu_item *item, struct natu_node *all)
{
	const char *column = part->column, *means = meaning_of(part->words, item->text);
	struct natu_comparison one = *comparison;
	struct natu_node *node;

	if (!*item->text || !strcmp(item->text, "*"))
		return true;
	if (means) {
		item->text = means;
		item->length = strlen(means);
	} else if (is_number(item->text)) {
		column = part->number ? part->number : column;
	} else if (otherwise) {
		column = otherwise;
	}
	one.operator= NATU_OP_EQUAL;
	one.items = item;
	one.count = 1;
	node = natu_compare_column(&one, natu_column_find(column));
	if (node)
		natu_node_add(all, node);
	return node != NULL;
}

static bool add_family(const struct natu_comparison *comparison, const char *name,
		       struct natu_node *all)
{
	const struct natu_item item = { .text = name,
					.length = strlen(name),
					.is_quoted = true };
	const struct natu_comparison family = { comparison->reading, NATU_OP_EQUAL, &item,
						1 };
	struct natu_node *node = natu_compare_text(&family, natu_column_find("family"));

	if (node)
		natu_node_add(all, node);
	return node != NULL;
}

/* "FIRST:SECOND" from `start` on; FIRST may have brackets, as ss shows numbers. */
static bool split(const struct natu_comparison *comparison, const struct natu_item *item,
		  size_t start, struct natu_item parts[2])
{
	const char *text = item->text + start, *end = item->text + item->length;
	const char *colon = memchr(text, ':', (size_t)(end - text));
	size_t length = (size_t)((colon ? colon : end) - text);
	size_t rest = start + length + (colon != NULL);
	size_t brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';

	return part_of(comparison, item, start + brackets, length - 2 * brackets,
		       &parts[0]) &&
	       part_of(comparison, item, rest, item->length - rest, &parts[1]);
}

static bool add_parts(const struct natu_comparison *comparison,
		      const struct natu_item *item, const struct family *family,
		      bool is_local, struct natu_node *all)
{
	const struct end *end = is_local ? &family->local : &family->peer;
	const size_t start = is_path(item) ? 0 : strlen(family->prefix) + 1;
	struct natu_item parts[2];

	if (start == item->length)
		return natu_mistake_in(comparison->reading->error, item,
				       "expected %s after %s:", family->shape,
				       family->prefix);
	if (!end->first.column)
		return natu_mistake_in(comparison->reading->error, item,
				       "a %s socket has no remote end", family->name);
	/* A path is one part, whatever it has in it. */
	if (!end->second.column)
		return part_of(comparison, item, start, item->length - start, parts) &&
		       add_part(comparison, &end->first, NULL, parts, all);
	return split(comparison, item, start, parts) &&
	       add_part(comparison, &end->first, family->otherwise, &parts[0], all) &&
	       add_part(comparison, &end->second, NULL, &parts[1], all);
}

struct natu_node *natu_compare_family_end(const struct natu_comparison *comparison,
					  const struct natu_item *item, bool is_local)
{
	const struct family *family = is_path(item) ? &families[0] : family_of(item);
	struct natu_node *all = natu_comparison_node(comparison, NATU_NODE_AND, NULL);

	if (!all || !add_parts(comparison, item, family, is_local, all) ||
	    ((family->needs_name || !all->first) &&
	     !add_family(comparison, family->name, all)))
		return NULL;
	return natu_node_simplify(all);
}
