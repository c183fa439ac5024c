/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_OTHER_H
#define NATU_FAMILY_OTHER_H

#include "family.h"

/* What the family table takes of families that are neither of the internet nor UNIX: for
 * each what struct natu_family says of its members. */

#define NATU_FAMILY_FUNCTIONS(name)                                                      \
	bool natu_##name##_decode(const struct natu_family *family, const void *payload, \
				  size_t length, natu_facts facts,                       \
				  struct natu_socket *socket);                           \
	bool natu_##name##_parse_line(const struct natu_family *family,                  \
				      unsigned int which, const char *line,              \
				      size_t length, struct natu_socket *socket);        \
	void natu_##name##_put_request(struct nlmsghdr *message,                         \
				       const struct natu_request *request,               \
				       int address_family)

NATU_FAMILY_FUNCTIONS(packet);
NATU_FAMILY_FUNCTIONS(netlink);

bool natu_has_no_remote_end(const struct natu_socket *socket);
bool natu_netlink_has_remote_end(const struct natu_socket *socket);

/* The numbers of a line that begins with a pointer: each in its base, behind blanks.
 * False if there are fewer, or other characters among them. */
bool natu_proc_fields(const char *line, size_t length, const uint8_t *bases,
		      uint64_t *fields, size_t count);

#endif
