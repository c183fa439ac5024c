/* SPDX-License-Identifier: MIT */
#include <natu/column.h>

#include <string.h>
#include <sys/socket.h>

static size_t length_of(const struct natu_address *address)
{
	return address->family == AF_INET ? 4 : sizeof(address->bytes);
}

bool natu_address_is_any(const struct natu_address *address)
{
	static const uint8_t zeros[sizeof(address->bytes)];

	return !memcmp(address->bytes, zeros, length_of(address));
}

bool natu_address_is_same(const struct natu_address *one,
			  const struct natu_address *other)
{
	return one->family == other->family &&
	       !memcmp(one->bytes, other->bytes, length_of(one));
}

bool natu_address_is_mapped(const struct natu_address *address)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return address->family == AF_INET6 &&
	       !memcmp(address->bytes, prefix, sizeof(prefix));
}

struct natu_address natu_address_unmapped(const struct natu_address *address)
{
	struct natu_address ipv4 = { .family = AF_INET };

	if (!natu_address_is_mapped(address))
		return *address;
	memcpy(ipv4.bytes, address->bytes + 12, 4);
	return ipv4;
}
