/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_TREE_H
#define NATU_FILTER_TREE_H

#include "column.h"
#include "socket.h"

#include <natu/filter.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <string.h>

/*
 * A filter is a tree. Every comparison is "the value is in this set", so that `<`, lists,
 * ranges and prefixes are all the same to the evaluator, and `!=` is a NOT above the set
 * of `=`.
 */
enum natu_node_kind {
	NATU_NODE_AND, /* true without children */
	NATU_NODE_OR,  /* false without children */
	NATU_NODE_NOT, /* of its one child */
	NATU_NODE_STATE,
	NATU_NODE_PORT, /* of an end of an internet socket */
	NATU_NODE_ADDRESS,
	NATU_NODE_DEVICE, /* the bound device, by index */
	NATU_NODE_NUMBER, /* any column of numbers */
	NATU_NODE_BITS,	  /* a number under a mask */
	NATU_NODE_TEXT,	  /* words and foreign text */
	NATU_NODE_REGEX,
	NATU_NODE_HAS,
};

/* Numbers from low to high, both included. Ports are as they are; for other columns it is
 * their natu_number_key(), which orders every numeric type as an unsigned number. */
struct natu_range {
	uint64_t low, high;
};

/* An address with the bits that must agree: the first `length`. */
struct natu_prefix {
	uint64_t bits[2],
		mask[2]; /* as they lie in memory; IPv4 uses half of the first */
	uint8_t family, length;
};

/* The address of a prefix, in network order; returns its length: 4 bytes or 16. */
static inline size_t natu_prefix_bytes(const struct natu_prefix *prefix,
				       uint8_t bytes[16])
{
	size_t length = prefix->family == AF_INET ? 4 : 16;
	uint32_t ipv4 = (uint32_t)prefix->bits[0];

	if (prefix->family == AF_INET)
		memcpy(bytes, &ipv4, sizeof(ipv4));
	else
		memcpy(bytes, prefix->bits, sizeof(prefix->bits));
	return length;
}

struct natu_pattern {
	const char *bytes;
	size_t length;
	bool is_glob;
};

struct natu_node {
	enum natu_node_kind kind;
	bool any;			/* PORT: `*` is in the set */
	uint32_t count;			/* of ranges, prefixes or patterns */
	struct natu_node *first, *last; /* children of AND, OR and NOT */
	struct natu_node *next;		/* the next sibling */
	const struct natu_column *column;
	union {
		uint32_t states; /* STATE_BIT()s */
		/* PORT, NUMBER, DEVICE; sorted and apart */
		const struct natu_range *ranges;
		const struct natu_prefix *prefixes;
		const struct natu_pattern *patterns;
		struct {
			uint64_t value, mask;
		} bits;
		struct {
			const regex_t *compiled;
			const char *text;
		} regex;
	};
};

/* A name of an interface or a user that stands in a filter without quotes, and where. */
struct natu_named {
	struct natu_named *next;
	const char *name;
	bool is_user;
	unsigned int position, extent; /* in the text; 0 bytes: of none that is known */
};

/* All that belongs to a filter is released with it. */
struct natu_filter {
	struct natu_node root; /* an AND of everything that was added */
	natu_facts facts;
	uint32_t named_states; /* that some word of the filter means */
	struct natu_named *first_named, *last_named;
	struct natu_chunk *chunks;
	struct natu_compiled *compiled;
	/* What every autobound of it means, in the namespace that is being listed: set by
	 * natu_run_ephemeral(). NULL: it has none. */
	struct natu_range *ephemeral;
};

/* True if nothing was added: everything passes. */
static inline bool natu_filter_is_empty(const struct natu_filter *filter)
{
	return !filter->root.first;
}

/* Zeroed memory that lives as long as the filter; NULL without. */
void *natu_filter_alloc(struct natu_filter *filter, size_t size);

/* A new node; NULL without memory. */
struct natu_node *natu_node_new(struct natu_filter *filter, enum natu_node_kind kind,
				const struct natu_column *column);

/* A room for a compiled regular expression, to be given to regcomp() at once: if that
 * succeeds, natu_filter_keep_regex() makes the filter release it. NULL without memory. */
regex_t *natu_filter_new_regex(struct natu_filter *filter);
void natu_filter_keep_regex(struct natu_filter *filter);

/* Adds a child behind the others; an AND in an AND, or an OR in an OR, is dissolved. */
void natu_node_add(struct natu_node *parent, struct natu_node *child);

/* The only child instead of an AND or OR that has but one. */
struct natu_node *natu_node_simplify(struct natu_node *node);

/* Notes a name that natu_filter_check() is to look at. False without memory. */
bool natu_filter_note(struct natu_filter *filter, const struct natu_named *named);
/* The places of all that was noted so far are no longer of interest. */
void natu_filter_forget_places(struct natu_filter *filter);

/* Puts a finished expression under the root by *and*: facts and states are counted
 * here. */
void natu_filter_join(struct natu_filter *filter, struct natu_node *node);

/* natu_filter_test() of one node. */
enum natu_truth natu_node_test(const struct natu_node *node,
			       const struct natu_socket *socket);

/* The order of numbers of any type as that of unsigned ones. */
uint64_t natu_number_key(const struct natu_value *value);

/* True if the bytes match the pattern: * ? [a-z] [!a-z] and \ before what is meant
 * itself. */
bool natu_glob(const char *pattern, size_t pattern_length, const char *bytes,
	       size_t length);

#endif
