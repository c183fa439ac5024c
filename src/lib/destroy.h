/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIB_DESTROY_H
#define NATU_LIB_DESTROY_H

#include <natu/destroy.h>
#include <stdbool.h>
#include <stddef.h>

/* What became of targets, in destroy_fate.c. */

/* True if the kernel did not find it. It looks a socket up by its addresses, and says
 * ENOENT if what it finds has another cookie (ESTALE in older ones). */
bool natu_target_is_not_found(const struct natu_target *target);

/* What was not found has vanished, or stands behind another socket: a list tells. 0, or
 * -1 with *error filled. */
int natu_targets_tell_apart(struct natu *natu, struct natu_target *targets, size_t count,
			    struct natu_error *error);

#endif
