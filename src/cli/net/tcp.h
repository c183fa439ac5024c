/* SPDX-License-Identifier: MIT */
#ifndef NATU_TCP_H
#define NATU_TCP_H

#include <stdbool.h>

/* What only a socket of TCP has. */

/* Whether the FIN of the other side is here already, read or not: one that is sent now is
 * the second, and TIME_WAIT stays on the other side. */
bool tcp_peer_has_ended(int descriptor);

/* From here on close() sends a RST rather than a FIN. False with errno. */
bool tcp_reset_on_close(int descriptor);

/* Whether both ends are this one socket: its SYN has met itself, as the kernel lent it
 * the very port that it was to connect to, where nobody listens. */
bool tcp_has_met_itself(int descriptor);

#endif
