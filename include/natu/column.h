/* SPDX-License-Identifier: MIT */
#ifndef NATU_COLUMN_H
#define NATU_COLUMN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A column is one thing that can be known of a socket. Its name is at once the word for
 * --columns, the field of the filter language, the path in JSON and the heading in CSV.
 * All columns live in one constant table; pointers to them are valid for ever and need
 * no release. Since 0.1.
 */
struct natu_column;
struct natu_socket;

/* A set of facts: groups of values that arrive together and cost the same. Every column
 * needs one, and a query asks for those of all its columns. Since 0.1. */
typedef uint64_t natu_facts;

enum natu_type {
	NATU_BOOL,
	NATU_UINT,
	NATU_INT,
	NATU_REAL,
	/* an identity rather than a quantity: printed 0x..., in JSON a string */
	NATU_HEX,
	NATU_WORD, /* one of a fixed set of words, which never need escaping */
	NATU_TEXT, /* foreign bytes, which may hold anything */
	NATU_ADDRESS,
};

enum natu_unit {
	NATU_PLAIN, /* a count, an identifier, or no number at all */
	NATU_BYTES,
	NATU_US, /* microseconds */
	NATU_MS, /* milliseconds */
	NATU_PACKETS,
	NATU_SEGMENTS,
	NATU_BYTES_PER_S,
	NATU_PERCENT,
	NATU_PORT,
};

/* Whether there is a value. Absent is a state of its own: neither 0 nor "". */
enum natu_presence {
	NATU_HAS,
	NATU_ANY,     /* the `*` of an end that names no port: there, but no number */
	NATU_NONE,    /* it does not apply to this socket, or this kernel does not say */
	NATU_DENIED,  /* it exists, and this process may not see it */
	NATU_UNASKED, /* the query did not ask for it */
};

/* family is AF_INET or AF_INET6; IPv4 uses the first 4 bytes. In network order. */
struct natu_address {
	_Alignas(8) uint8_t bytes[16];
	uint8_t family;
};

/* True for the one that stands for all: 0.0.0.0 and ::. Since 0.1. */
bool natu_address_is_any(const struct natu_address *address);
/* True for IPv4 that is mapped into IPv6 (RFC 4291, section 2.5.5.2). Since 0.1. */
bool natu_address_is_mapped(const struct natu_address *address);
/* The IPv4 address that is mapped; any other as it is. Since 0.1. */
struct natu_address natu_address_unmapped(const struct natu_address *address);
/* True for the same bytes of the same family. Since 0.1. */
bool natu_address_is_same(const struct natu_address *one,
			  const struct natu_address *other);

/* A word that natu itself coined: at most 23 bytes, padded with NULs. */
struct natu_word {
	char text[23];
	uint8_t length;
};

struct natu_value {
	enum natu_type type;
	union {
		bool truth;
		uint64_t number; /* UINT and HEX */
		int64_t integer;
		double real;
		const struct natu_word *word;
		struct {
			/* not terminated; the socket's, until the next row */
			const char *bytes;
			size_t length;
		} text;
		struct natu_address address;
	};
};

/* The columns in the order of the table: index from 0 to natu_column_count() - 1.
 * natu_column_at() returns NULL beyond the end. Since 0.1. */
size_t natu_column_count(void);
const struct natu_column *natu_column_at(size_t index);

/* The column by that name (not by an alias), or NULL. Since 0.1. */
const struct natu_column *natu_column_find(const char *name);

/* What is known of a column. The strings are constant. Since 0.1. */
const char *natu_column_name(const struct natu_column *column);
const char *natu_column_title(const struct natu_column *column);
const char *natu_column_help(const struct natu_column *column);
/* "bytes", "ms", "" */
const char *natu_column_unit_name(const struct natu_column *column);
const char *natu_unit_name(enum natu_unit unit); /* the same */
/* "number", "word", ... */
const char *natu_column_type_name(const struct natu_column *column);
enum natu_type natu_column_type(const struct natu_column *column);
enum natu_unit natu_column_unit(const struct natu_column *column);

/* Which sets of columns a column belongs to: what a bare listing shows, and what an
 * option adds. */
enum natu_set {
	NATU_SET_DEFAULT = 1 << 0,
	NATU_SET_EXTENDED = 1 << 1,   /* -e */
	NATU_SET_OWNERS = 1 << 2,     /* -p */
	NATU_SET_TIMERS = 1 << 3,     /* -o */
	NATU_SET_INFO = 1 << 4,	      /* -i */
	NATU_SET_MEMORY = 1 << 5,     /* -m */
	NATU_SET_NAMES = 1 << 6,      /* --resolve */
	NATU_SET_QOS = 1 << 7,	      /* --tos */
	NATU_SET_CGROUP = 1 << 8,     /* --cgroup */
	NATU_SET_OPTIONS = 1 << 9,    /* --inet-sockopt */
	NATU_SET_NETNS = 1 << 10,     /* --all-netns */
	NATU_SET_UNIX = 1 << 11,      /* -x */
	NATU_SET_PACKET = 1 << 12,    /* --packet */
	NATU_SET_NETLINK = 1 << 13,   /* --netlink */
	NATU_SET_MPTCP = 1 << 16,     /* --mptcp */
	NATU_SET_VSOCK = 1 << 17,     /* --vsock */
	NATU_SET_XDP = 1 << 18,	      /* --xdp */
	NATU_SET_TIPC = 1 << 19,      /* --tipc */
	NATU_SET_SMC = 1 << 20,	      /* --smc */
	NATU_SET_SCTP = 1 << 21,      /* --sctp */
	NATU_SET_SCTP_INFO = 1 << 22, /* -i of SCTP sockets */
	NATU_SET_BRIEF = 1 << 15,     /* of these, what a table for people shows */
};

/* Its sets, as bits; 0 for a column that is shown only by name. Since 0.1. */
unsigned int natu_column_sets(const struct natu_column *column);

/* What has to be asked of the kernel for a column: bits for natu_query.facts. Since
 * 0.1. */
natu_facts natu_column_facts(const struct natu_column *column);

/* The words that the column owner.kind can show, in the order of their table: index from
 * 0; NULL beyond the end. *evidence becomes a sentence that says what such a word stands
 * on. Both are constant. Since 0.1. */
const char *natu_owner_kind_at(size_t index, const char **evidence);

/* True if the values of several sockets add up to something: bytes do, round-trip times
 * do not. Since 0.1. */
bool natu_column_sums(const struct natu_column *column);

/* True for the columns of a group of which one socket can have several (its holders). */
bool natu_column_is_many(const struct natu_column *column);

/* True for a column whose value is a list: of the addresses of an end that has several.
 * In JSON it is an array. Since 0.1. */
bool natu_column_is_list(const struct natu_column *column);

/* False for a column that every socket has a value of, when it is asked for, or every
 * holder, if it is one of many. Since 0.1. */
bool natu_column_can_be_absent(const struct natu_column *column);

/*
 * The value of a column for a socket. *value is filled only for NATU_HAS. For a column of
 * which a socket can have several, or whose value is a list, it is the first;
 * natu_get_at() gives the others, and natu_count() says how many there are (0 or 1 for
 * every other column). Since 0.1.
 */
enum natu_presence natu_get(const struct natu_socket *socket,
			    const struct natu_column *column, struct natu_value *value);
enum natu_presence natu_get_at(const struct natu_socket *socket,
			       const struct natu_column *column, size_t index,
			       struct natu_value *value);
size_t natu_count(const struct natu_socket *socket, const struct natu_column *column);

/* Compares two values of one type: -1, 0 or 1. Addresses: IPv4, mapped or not, before
 * IPv6. Since 0.1. */
int natu_value_compare(const struct natu_value *a, const struct natu_value *b);

#endif
