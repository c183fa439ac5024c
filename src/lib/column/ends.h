/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMN_ENDS_H
#define NATU_COLUMN_ENDS_H

#include "socket.h"

#include <natu/column.h>

/* What the two ends are called where they have no address: the columns stand among those
 * of the internet's ends, socket.c. */

typedef enum natu_presence natu_end_getter(const struct natu_socket *socket, size_t index,
					   struct natu_value *value);

/* unix.c */
natu_end_getter natu_get_local_path, natu_get_local_abstract, natu_get_file_device,
	natu_get_peer_path;

#endif
