/* SPDX-License-Identifier: MIT */
#ifndef NATU_CENSUS_H
#define NATU_CENSUS_H

#include <natu/measure.h>
#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is counted over all rows of a listing, for the summary and for Prometheus. It
 * grows with what there is to tell apart (listeners, destinations), not with the number
 * of sockets.
 */

/* Sockets of one protocol in one state. */
struct census_count {
	const struct natu_word *proto;
	/* NULL: it has none, as an unconnected UDP socket */
	const struct natu_word *state;
	uint64_t number; /* the kernel's, of the state */
	uint64_t sockets;
};

/* An end that is listened on: by several sockets, if they share it. */
struct census_listener {
	const struct natu_word *proto;
	struct natu_address address;
	uint16_t port;
	bool has_limit, has_drops; /* /proc/net has neither */
	uint64_t sockets, queue, limit, drops;
};

/* The ephemeral ports that the sockets of a protocol, IPv4 and IPv6 together, have. */
struct census_ports {
	const char *protocol;
	uint64_t used;
	uint8_t *seen;	   /* a bit for each port; NULL: none yet */
	uint8_t *listened; /* those that are listened on */
};

/* A remote end, and the local address from which sockets go there: between the two a port
 * serves once. */
struct census_destination {
	struct natu_address local, peer;
	uint16_t peer_port;
	uint32_t sockets; /* 0: this place is free */
};

enum { CENSUS_PROTOCOLS = 2, CENSUS_OF_DESTINATIONS = 0 /* tcp */ };

enum { CENSUS_COLUMNS = 10 };

struct census {
	const struct natu_column *columns[CENSUS_COLUMNS];
	const struct natu_measures *measures; /* tells what is ephemeral; the caller's */
	struct census_count *counts;
	size_t count_count, count_size;
	size_t last; /* the count that the row before belonged to */
	struct census_listener *listeners;
	size_t listener_count, listener_size;
	/* Each network namespace has ports of its own: of several none are counted. */
	bool counts_ports;
	struct census_ports ports[CENSUS_PROTOCOLS];
	struct census_destination *destinations; /* open addressing, half full at most */
	size_t destination_count, destination_size;
	uint64_t sockets;
};

/* The facts that are counted by; with those of the listeners' drops, or without: they
 * cost a longer message for each socket. */
natu_facts census_facts(bool with_drops);

void census_begin(struct census *census, const struct natu_measures *measures,
		  bool counts_ports);
void census_free(struct census *census);

/* Counts a row: 0 or a negative errno. */
int census_row(struct census *census, const struct natu_socket *socket);

/* Brings counts and listeners in an order that is always the same, and makes one of the
 * listeners that share an end. */
void census_end(struct census *census);

/* Several listeners as one. */
void census_join_listeners(const struct census_listener *listeners, size_t count,
			   struct census_listener *all);

/* True if the next connection finds no room. */
bool census_is_full(const struct census_listener *listener);
/* The one whose queue is nearest to its limit, or NULL. */
const struct census_listener *census_fullest(const struct census *census);

/* Where most sockets go to, or NULL. */
const struct census_destination *census_busiest(const struct census *census);

/* census_ports.c: counts the ports of a row that has a local port. */
struct census_ends {
	const struct natu_word *proto;
	struct natu_address local, peer;
	uint16_t local_port;
	uint16_t peer_port; /* 0: none */
	bool listens;
};
int census_port(struct census *census, const struct census_ends *ends);
void census_name_ports(struct census *census);
void census_free_ports(struct census *census);

#endif
