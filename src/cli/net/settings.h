/* SPDX-License-Identifier: MIT */
#ifndef NATU_SETTINGS_H
#define NATU_SETTINGS_H

#include "net/endpoint.h"
#include "option.h"

#include <stdbool.h>
#include <stdint.h>

/* Setters for option tables: row->value is the offset of the member in the target. */
option_setter setting_flag;	  /* bool */
option_setter setting_text;	  /* const char *, the argument itself */
option_setter setting_number;	  /* uint64_t */
option_setter setting_count;	  /* uint64_t, from 1 */
option_setter setting_ms;	  /* uint64_t, milliseconds */
option_setter setting_seconds;	  /* "2", "0.5": uint64_t, milliseconds, from 1 */
option_setter setting_descriptor; /* int, one that is open; 0 is "none" */

/* Where a socket is to be: what listen and connect have in common. Zero it first. */
struct place {
	int family; /* AF_INET, AF_INET6, or 0 */
	bool udp;
	const char *path; /* --unix */
	int type;	  /* --type, or 0 */
};

option_setter setting_ipv4, setting_ipv6,
	setting_type; /* row->value: where the place is */
const char *type_word_at(size_t index);

/* The rows of these options; the target's first member is its struct place. */
/* clang-format off */
#define PLACE_OPTIONS                                                                   \
	{                                                                               \
		.letter = 'u',                                                          \
		.name = "udp",                                                          \
		.section = "Where",                                                     \
		.help = "UDP rather than TCP",                                          \
		.set = setting_flag,                                                    \
		.value = offsetof(struct place, udp),                                   \
	},                                                                              \
	{                                                                               \
		.letter = '4',                                                          \
		.name = "ipv4",                                                         \
		.help = "IPv4 (the default where no address says)",                     \
		.set = setting_ipv4,                                                    \
	},                                                                              \
	{                                                                               \
		.letter = '6',                                                          \
		.name = "ipv6",                                                         \
		.help = "IPv6",                                                         \
		.set = setting_ipv6,                                                    \
	},                                                                              \
	{                                                                               \
		.letter = 'x',                                                          \
		.name = "unix",                                                         \
		.argument = "PATH",                                                     \
		.help = "A UNIX socket; @NAME is one in the abstract space",            \
		.set = setting_text,                                                    \
		.value = offsetof(struct place, path),                                  \
	},                                                                              \
	{                                                                               \
		.name = "type",                                                         \
		.argument = "TYPE",                                                     \
		.help = "The UNIX socket's: stream (the default), datagram, seqpacket", \
		.set = setting_type,                                                    \
		.complete = type_word_at,                                               \
	}
/* clang-format on */

/*
 * The endpoint that the place and the one argument name; `argument` is NULL when there is
 * none. Returns an exit status: EXIT_USAGE after a complaint.
 */
int place_endpoint(const struct place *place, const char *argument,
		   struct endpoint *endpoint);

/* A size as in a filter: digits with K, M, G or T (of 1024), KB or KiB. False if the text
 * is anything else; what no number can hold is SIZE_TOO_LARGE. */
#define SIZE_TOO_LARGE UINT64_MAX
bool size_parse(const char *text, uint64_t *size);

#endif
