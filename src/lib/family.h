/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_H
#define NATU_FAMILY_H

#include "socket.h"

#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct natu_request;
struct nlmsghdr;

enum { NATU_PROC_COLUMNS = 32 };

/* The columns of a file of /proc, as numbers of its family's own. */
struct natu_proc_columns {
	uint8_t columns[NATU_PROC_COLUMNS];
	uint8_t count;
};

/* One row of the family table: a protocol whose sockets can be listed. */
struct natu_family {
	const char *name;  /* "tcp": the word for it everywhere */
	const char *title; /* "TCP" */
	/* The address families that it serves: AF_INET and AF_INET6, or one, and 0. What
	 * there is two of below is for the one and for the other. */
	uint8_t address_families[2];
	const struct natu_word *family_names; /* the column `family`, for each of them */
	struct natu_word proto[2];	      /* netstat's Proto */
	const char *procfile[2];	      /* below /proc; NULL: it has none */
	/* how the first line of such a file begins, after blanks; of both, unless the
	 * second has one of its own */
	const char *heading[2];
	uint16_t protocol; /* IPPROTO_*; of no meaning beside AF_INET */
	uint32_t sets;	   /* of columns that it has of its own: enum natu_set */
	bool is_default;   /* listed when no protocol is named */
	uint32_t states;   /* all that are listed without being asked for by name */
	/* ... those that -l and --connected can show: saves a walk, decides nothing */
	uint32_t listening_states, connected_states;
	uint32_t extra_states; /* listed only when asked for by name */
	const struct natu_word *(*state)(unsigned int number);
	/* In netstat's sense. */
	bool (*has_remote_end)(const struct natu_socket *socket);
	/* The facts that sock_diag and /proc/net have for sockets of this protocol. */
	natu_facts diag_facts, proc_facts;
	/* Adds type and body of the request for a dump of one address family, or of both
	 * in one walk (AF_UNSPEC), to a message that has nothing but a header. NULL:
	 * there is no such request. */
	void (*put_request)(struct nlmsghdr *message, const struct natu_request *request,
			    int address_family);
	/* Its dump gives nothing for AF_UNSPEC. */
	bool is_dumped_by_family;
	/* sock_diag and /proc each know what the other does not: source/joined.h */
	bool is_joined;
	/* its dumps lack sockets that there are: source/completed.h */
	bool is_incomplete;
	/* why SOCK_DESTROY cannot close it, whatever the kernel; NULL: it can */
	const char *not_closed;
	/* SCTP: listeners come first and then associations, IPv4 and IPv6 among each
	 * other; sock_diag runs no bytecode for them, and /proc has a file for each. See
	 * family/sctp.c. */
	bool has_associations;
	/* Reads the names of the columns from the first line of a file of /proc, where
	 * they are not the same in every kernel. */
	void (*take_heading)(const char *line, size_t length,
			     struct natu_proc_columns *columns);
	/* One sock_diag message, or one line of /proc/net, into a socket. `facts` are
	 * wanted: what is not among them may be left out. False: it is not what it should
	 * be. A message that is no row of its own leaves no facts. */
	bool (*decode)(const struct natu_family *family, const void *payload,
		       size_t length, natu_facts facts, struct natu_socket *socket);
	bool (*parse_line)(const struct natu_family *family, unsigned int which,
			   const char *line, size_t length, struct natu_socket *socket);
};

/* The table, in netstat's order. */
extern const struct natu_family natu_families[];
extern const size_t natu_family_count;

/* The row for an address family and a protocol, which counts for the internet alone; or
 * NULL. */
const struct natu_family *natu_family_of(unsigned int address_family,
					 unsigned int protocol);

/* The same for a protocol of the internet. */
static inline const struct natu_family *natu_family_of_protocol(unsigned int protocol)
{
	return natu_family_of(AF_INET, protocol);
}

static inline bool natu_family_is_inet(const struct natu_family *family)
{
	return family->address_families[0] == AF_INET;
}

/* "ipv4", "ipv6" */
extern const struct natu_word natu_ip_names[2];

/* family/inet.c */
bool natu_inet_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket);
bool natu_inet_parse_line(const struct natu_family *family, unsigned int which,
			  const char *line, size_t length, struct natu_socket *socket);
void natu_inet_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family);

/* family/dccp.c */
bool natu_dccp_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket);
void natu_dccp_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family);

/* Sets what the protocol, the state and `which` of the two address families say:
 * FACT_BASE. */
static inline void natu_family_identify(const struct natu_family *family,
					unsigned int which, unsigned int state,
					struct natu_socket *socket)
{
	socket->family = family;
	socket->which = (uint8_t)which;
	socket->proto = &family->proto[which];
	socket->family_name = &family->family_names[which];
	socket->state_number = (uint8_t)state;
	socket->state = family->state(state);
}

/* family/inet_attributes.c: what the attributes behind a message's body carry. False if
 * one claims more bytes than there are. */
bool natu_inet_take_attributes(const unsigned char *bytes, size_t length,
			       struct natu_socket *socket);
/* What only an attribute carries: without one of these, attributes are not looked at. */
#define FACTS_OF_ATTRIBUTES                                                             \
	(FACT_RETRIES | FACT_TCPINFO | FACT_MPTCP | FACT_MEMORY | FACT_DROPS |          \
	 FACT_LISTENER_DROPS | FACT_MARK | FACT_CGROUP | FACT_CONGESTION | FACT_VEGAS | \
	 FACT_DCTCP | FACT_BBR | FACT_TOS | FACT_TRAFFIC_CLASS | FACT_CLASS_ID |        \
	 FACT_OPTIONS | FACT_SHUTDOWN | FACT_V6ONLY | FACT_ULP | FACT_TLS |             \
	 FACT_MPTCP_SUBFLOW | FACT_MPTCP_TOKEN)
/* How many of a message's bytes natu_inet_decode() reads for these facts. */
size_t natu_inet_needed(size_t length, natu_facts facts);
/* The idiag_ext bits that must be asked for these facts. */
uint8_t natu_inet_extensions(natu_facts facts);

/* True if the selection, in netstat's sense, shows this socket. */
bool natu_family_selects(enum natu_selection selection, const struct natu_socket *socket);

#endif
