/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIB_COLUMN_H
#define NATU_LIB_COLUMN_H

#include "socket.h"

#include <natu/column.h>

/* What an absent value looks like in the member, where the kernel has no other way to say
 * it. */
enum natu_absence {
	NATU_ALWAYS_THERE,
	NATU_ZERO_IS_NONE,
	NATU_ZERO_IS_ANY,     /* a port: `*` */
	NATU_MAX_IS_NONE,     /* all bits of the member set */
	NATU_INT_MAX_IS_NONE, /* 2^31 - 1 */
};

/* Where a member lies. */
enum natu_base {
	NATU_IN_SOCKET,
	/* struct tcp_info as received: there only if the message is long enough */
	NATU_IN_TCP_INFO,
	NATU_IN_MEMORY,	    /* the array of SK_MEMINFO, likewise */
	NATU_IN_CONGESTION, /* what the algorithm of congestion control tells, likewise */
	NATU_IN_OPTIONS,    /* struct inet_diag_sockopt, likewise */
	NATU_IN_SCTP_OPTIONS, /* the part of struct sctp_info about the socket, likewise
			       */
};

/* Of what a socket can have several. */
enum natu_many {
	NATU_ONE_VALUE,
	NATU_OF_HOLDERS,
	NATU_OF_PEER_HOLDERS,
	NATU_OF_CLIENTS, /* of a UNIX listener */
};

/* One row of the column table: all that there is to say about a column. */
struct natu_column {
	const char *name;    /* "tcp.rtt_us": columns, filter, JSON path, completion */
	const char *title;   /* the heading of a table: "RTT" */
	natu_facts fact;     /* exactly one */
	enum natu_unit unit; /* how to print, never how to store */
	uint8_t base;	     /* enum natu_base */
	uint8_t type, size;  /* derived from the member by FIELD() */
	uint16_t offset;
	uint8_t absence; /* enum natu_absence */
	uint8_t bits;	 /* of a NATU_BOOL: those that make it true */
	uint32_t sets;	 /* enum natu_set */
	uint8_t many;	 /* enum natu_many: one socket can have several values */
	bool always;	 /* no socket lacks it; of `many`: no holder */
	bool sums;	 /* the values of several sockets add up to something */
	/* Where no plain member holds it. For `many` and lists index counts; otherwise it
	 * is 0. */
	enum natu_presence (*get)(const struct natu_socket *socket, size_t index,
				  struct natu_value *value);
	/* Of a list: how many values the socket has. NULL: it is none. */
	size_t (*count)(const struct natu_socket *socket);
	/* Of a NATU_WORD: all that it can be, from index 0, and NULL beyond the last; no
	 * function where they are too many to list. A word without letters counts for
	 * none. */
	const struct natu_word *(*word_at)(size_t index);
	const char *help; /* one sentence: the manual's text */
};

/* The columns of one subject: an array in the file that has their getters. */
struct natu_column_part {
	const struct natu_column *rows;
	size_t count;
};

extern const struct natu_column_part natu_columns_socket, natu_columns_listener,
	natu_columns_timer, natu_columns_process, natu_columns_cgroup, natu_columns_tcp,
	natu_columns_tcp_derived, natu_columns_congestion, natu_columns_ulp,
	natu_columns_memory, natu_columns_qos, natu_columns_options, natu_columns_netns,
	natu_columns_unix, natu_columns_packet, natu_columns_netlink, natu_columns_mptcp,
	natu_columns_rare, natu_columns_sctp;

/* The table, column_table.c: all parts in their order, and NULL. */
extern const struct natu_column_part *const natu_column_parts[];

/* The bytes of what was received that lie there, or NULL if it is too short to have
 * them; they may lie unaligned. */
const void *natu_column_bytes(const struct natu_socket *socket, enum natu_base base,
			      size_t offset, size_t size);

/* How many there are of what such a column is of, of a socket that has its fact. */
static inline size_t natu_column_items(const struct natu_column *column,
				       const struct natu_socket *socket)
{
	if (column->count)
		return column->count(socket);
	switch (column->many) {
	case NATU_OF_HOLDERS:
		return socket->holder_count;
	case NATU_OF_PEER_HOLDERS:
		return socket->peer_holder_count;
	case NATU_OF_CLIENTS:
		return socket->of.local.clients_length / sizeof(uint32_t);
	default:
		return 1;
	}
}

/* The number of a NATU_UINT that a member holds, of a socket that has its fact. */
enum natu_presence natu_column_number(const struct natu_socket *socket,
				      const struct natu_column *column, uint64_t *number);

/* Reads a plain member: the part of natu_get() that is left when the fact is there. */
enum natu_presence natu_column_member(const struct natu_socket *socket,
				      const struct natu_column *column,
				      struct natu_value *value);

#endif
