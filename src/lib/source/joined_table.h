/* SPDX-License-Identifier: MIT */
#ifndef NATU_JOINED_TABLE_H
#define NATU_JOINED_TABLE_H

#include "socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One UNIX socket that is kept. */
struct natu_kept {
	uint64_t inode;		      /* 0: it has none */
	const unsigned char *payload; /* of its message, or NULL: only /proc knows it */
	uint32_t length;	      /* of the payload */
	uint32_t next;		      /* of the same slot: index + 1 */
	uint32_t refcount;	      /* with has_refcount */
	uint64_t listener;  /* the inode of the one that has not accepted it, or 0 */
	uint32_t waits_for; /* the listener that has not accepted its peer: index + 1 */
	uint32_t flags;
	struct natu_path path; /* its text is kept, too */
	const struct natu_word *type;
	uint8_t state;
	bool has_refcount, is_placed;
};

/* All of them, in the order in which they are given. */
struct natu_kept_table {
	struct natu_kept *rows;
	size_t count, size;
	uint32_t *slots; /* by inode: index + 1 */
	size_t slot_count;
	uint32_t *order; /* indices */
	size_t order_count, order_size;
	uint32_t *listeners; /* indices, by their names; NULL: not looked for yet */
	size_t listener_count;
	struct natu_kept_chunk *chunks; /* of bytes */
};

/* Keeps a socket; NULL without memory. The row stays in its place until the next. */
struct natu_kept *natu_kept_add(struct natu_kept_table *table,
				const struct natu_socket *socket);

/* The socket of that inode, or NULL. */
struct natu_kept *natu_kept_find(const struct natu_kept_table *table, uint64_t inode);

/* Makes it the next that is given. False without memory. */
bool natu_kept_place(struct natu_kept_table *table, struct natu_kept *row);

/* Adds a line feed and more text to a name. False: it would be too long for one, or there
 * is no memory. */
bool natu_kept_prolong(struct natu_kept_table *table, struct natu_kept *row,
		       const struct natu_path *more);

/* Tells the clients of a listener, by their inodes as they were received, what they wait
 * for. */
void natu_kept_wait(struct natu_kept_table *table, const struct natu_kept *listener,
		    const unsigned char *clients, size_t length);

/* The socket that listens under a name which /proc has told, or the first line of it; or
 * NULL. Which sockets listen is found out when it is first called. */
const struct natu_kept *natu_kept_listener(struct natu_kept_table *table,
					   const struct natu_path *path);

void natu_kept_free(struct natu_kept_table *table);

#endif
