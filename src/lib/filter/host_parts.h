/* SPDX-License-Identifier: MIT */
#ifndef NATU_FILTER_HOST_PARTS_H
#define NATU_FILTER_HOST_PARTS_H

#include "filter/literal.h"

#include <stdbool.h>

/* The parts of an end as it is written, FAMILY:ADDRESS-LAST%ZONE/LENGTH:PORT, the address
 * in brackets or not. A part that is not there has no text. */
struct natu_host_parts {
	struct natu_item address, last, zone, prefix, port;
	bool is_bracketed;
	int family; /* AF_INET, AF_INET6; AF_UNSPEC: either */
};

/* True if the text is an IPv4 or IPv6 address: its bytes, in network order, and its
 * family. */
bool natu_read_address(const char *text, size_t length, unsigned char bytes[16],
		       int *family);

/* False with the error filled. */
bool natu_split_host(struct natu_reading *reading, const struct natu_item *item,
		     struct natu_host_parts *parts);

#endif
