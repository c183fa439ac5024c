/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_TABLE_H
#define NATU_OWNERS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The inodes of sockets are 32 bits wide wherever they are made
 * (fs/inode.c:get_next_ino), and 0 is none of them; whatever is not among them has no
 * holder.
 */

/* A set of inodes. Zeroed is empty. */
struct natu_inodes {
	uint32_t *slots; /* 0: free */
	size_t used, size;
};

/* False without memory. */
bool natu_inodes_add(struct natu_inodes *set, uint32_t inode);
bool natu_inodes_has(const struct natu_inodes *set, uint32_t inode);
void natu_inodes_free(struct natu_inodes *set);

/* A descriptor that is a socket. */
struct natu_finding {
	uint32_t inode;
	uint32_t pid;
	uint32_t fd;
};

/* What was found, by inode. Zeroed is empty. */
struct natu_findings {
	struct natu_finding *rows;
	size_t count, size;
	/* By natu_findings_index(): the rows of a bucket are next to each other, so that
	 * looking an inode up costs one visit to memory that is not near. */
	uint32_t *starts;  /* of each bucket, and the end of the last */
	unsigned int bits; /* there are 1 << bits buckets */
};

/* Beyond this many (192 MiB) a scan ends and says so. */
#define NATU_FINDINGS_MAX (1U << 24)

/* False without memory or beyond the maximum. */
bool natu_findings_add(struct natu_findings *findings, uint32_t inode, uint32_t pid,
		       uint32_t fd);

/* Appends all of `more` and frees it. False without memory: then some may be missing. */
bool natu_findings_take(struct natu_findings *findings, struct natu_findings *more);

/* To be called after adding and before looking up. False without memory. */
bool natu_findings_index(struct natu_findings *findings);

/* The first finding of an inode, and the one after it; in no order. NULL: no more. */
const struct natu_finding *natu_findings_first(const struct natu_findings *findings,
					       uint32_t inode);
const struct natu_finding *natu_findings_next(const struct natu_findings *findings,
					      const struct natu_finding *finding);

void natu_findings_free(struct natu_findings *findings);

#endif
