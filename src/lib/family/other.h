/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_OTHER_H
#define NATU_FAMILY_OTHER_H

#include "family.h"

/* What the family table takes of families that are neither of the internet nor UNIX: for
 * each what struct natu_family says of its members. Only the first two are in /proc. */

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
NATU_FAMILY_FUNCTIONS(vsock);
NATU_FAMILY_FUNCTIONS(xdp);
NATU_FAMILY_FUNCTIONS(tipc);
NATU_FAMILY_FUNCTIONS(smc);

bool natu_has_no_remote_end(const struct natu_socket *socket);
bool natu_netlink_has_remote_end(const struct natu_socket *socket);
bool natu_vsock_has_remote_end(const struct natu_socket *socket);
bool natu_smc_has_remote_end(const struct natu_socket *socket);

/* Where the system's headers lack them: include/linux/socket.h. */
#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef AF_XDP
#define AF_XDP 44
#endif

/* The numbers of a line that begins with a pointer: each in its base, behind blanks.
 * False if there are fewer, or other characters among them. */
bool natu_proc_fields(const char *line, size_t length, const uint8_t *bases,
		      uint64_t *fields, size_t count);

#endif
