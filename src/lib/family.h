/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_H
#define NATU_FAMILY_H

#include "socket.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* One row of the family table: a protocol whose sockets can be listed. */
struct natu_family {
	const char *name;	   /* "tcp": the word for it everywhere */
	const char *title;	   /* "TCP" */
	struct natu_word proto[2]; /* netstat's Proto for IPv4 and IPv6 */
	const char *procfile[2];   /* below /proc, for IPv4 and IPv6 */
	uint16_t protocol;	   /* IPPROTO_* */
	bool is_default;	   /* listed when no protocol is named */
	/* netstat asks the port, not the address, for a remote end */
	bool ports_tell_ends;
	/* the states that -l can show: saves a walk, decides nothing */
	uint32_t listening_states;
	uint32_t extra_states; /* listed only when asked for by name */
	const struct natu_word *(*state)(unsigned int number);
	/* The facts that sock_diag and /proc/net have for sockets of this protocol. */
	uint32_t diag_facts, proc_facts;
	/* One sock_diag message, or one line of /proc/net, into a socket. `facts` are
	 * wanted: what is not among them may be left out. False: it is not what it should
	 * be. */
	bool (*decode)(const struct natu_family *family, const void *payload,
		       size_t length, natu_facts facts, struct natu_socket *socket);
	bool (*parse_line)(const struct natu_family *family, int address_family,
			   const char *line, size_t length, struct natu_socket *socket);
};

/* The table, in netstat's order. */
extern const struct natu_family natu_families[];
extern const size_t natu_family_count;

/* The row for a protocol number, or NULL. */
const struct natu_family *natu_family_of_protocol(unsigned int protocol);

/* "ipv4", "ipv6" */
extern const struct natu_word natu_ip_names[2];

/* family/inet.c */
bool natu_inet_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket);
bool natu_inet_parse_line(const struct natu_family *family, int address_family,
			  const char *line, size_t length, struct natu_socket *socket);
/* Sets what the protocol, the address family and the state say: FACT_BASE. */
static inline void natu_family_identify(const struct natu_family *family,
					int address_family, unsigned int state,
					struct natu_socket *socket)
{
	socket->family = family;
	socket->proto = &family->proto[address_family == AF_INET6];
	socket->family_name = &natu_ip_names[address_family == AF_INET6];
	socket->state_number = (uint8_t)state;
	socket->state = family->state(state);
}

/* How many of a message's bytes natu_inet_decode() reads for these facts. */
size_t natu_inet_needed(size_t length, natu_facts facts);
/* The idiag_ext bits that must be asked for these facts. */
uint8_t natu_inet_extensions(natu_facts facts);

/* True if the selection, in netstat's sense, shows this socket. */
bool natu_family_selects(enum natu_selection selection, const struct natu_socket *socket);

#endif
