/* SPDX-License-Identifier: MIT */
#ifndef NATU_SOURCE_OVER_H
#define NATU_SOURCE_OVER_H

#include "source.h"

#include <stddef.h>

/* A reader over another one, from whose sockets it makes its own. `size` bytes of zeros,
 * but for the struct natu_reader that begins them; it owns `behind`. NULL with *error
 * filled, and then `behind` is closed. */
struct natu_reader *natu_over_new(const struct natu_source_ops *ops, size_t size,
				  struct natu_reader *behind, struct natu_error *error);

/* Closes the one behind it, unless that is NULL, and frees it. */
void natu_over_free(struct natu_reader *reader);

/* Returns -1, with *error filled. */
int natu_over_no_memory(const struct natu_reader *reader, struct natu_error *error);

#endif
