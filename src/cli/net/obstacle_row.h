/* SPDX-License-Identifier: MIT */
#ifndef NATU_OBSTACLE_ROW_H
#define NATU_OBSTACLE_ROW_H

#include "net/endpoint.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stdint.h>

/* The columns that tell about an obstacle, by their place in an array. */
enum {
	STATE,
	LOCAL,
	LOCAL_PORT,
	PEER,
	PEER_PORT,
	V6ONLY,
	UID,
	EXPIRES,
	PID,
	PROCESS_NAME,
	OWNER,
	INTERFACE,
	PATH,
	ABSTRACT,
	COLUMN_COUNT
};

/* As many as one wants to read about. */
#define SHOWN 3
/* What hinders most comes first. */
enum rank { RANK_LISTENER, RANK_BOUND, RANK_CONNECTION, RANK_TIME_WAIT };

struct obstacle {
	enum rank rank;
	char text[2 * ENDPOINT_TEXT + 512];
};

struct obstacles {
	const struct endpoint *wanted;
	struct natu_address wanted_address; /* of the internet */
	bool wanted_v6only;
	const struct natu_column *columns[COLUMN_COUNT];
	struct obstacle shown[SHOWN]; /* those of the lowest rank */
	size_t count;
	bool has_listener;
};

/* False where the socket has no such value, or natu could not see it. */
bool obstacle_has(const struct obstacles *obstacles, const struct natu_socket *socket,
		  int column, struct natu_value *value);

/* The index of the interface that it is bound to, or 0. */
uint32_t obstacle_link(const struct obstacles *obstacles,
		       const struct natu_socket *socket);

/* One socket that is in the way: its rank, and what it is in words. */
void obstacle_describe(struct obstacle *obstacle, const struct obstacles *obstacles,
		       const struct natu_socket *socket);

#endif
