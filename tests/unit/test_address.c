/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <arpa/inet.h>
#include <natu/column.h>
#include <string.h>

/* As libc reads them; bytes that IPv4 does not use hold anything. */
static struct natu_address address(const char *text)
{
	struct natu_address address;

	memset(&address, 0xa5, sizeof(address));
	address.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	CU_ASSERT_EQUAL_FATAL(inet_pton(address.family, text, address.bytes), 1);
	return address;
}

static bool is_any(const char *text)
{
	const struct natu_address one = address(text);

	return natu_address_is_any(&one);
}

static bool is_same(const char *text, const char *other)
{
	const struct natu_address one = address(text), two = address(other);

	return natu_address_is_same(&one, &two);
}

/* Also that it is mapped exactly if that is another address. */
static bool is_unmapped(const char *text, const char *expected)
{
	const struct natu_address one = address(text), plain = address(expected);
	const struct natu_address found = natu_address_unmapped(&one);

	return natu_address_is_same(&found, &plain) &&
	       natu_address_is_mapped(&one) == (strcmp(text, expected) != 0) &&
	       !natu_address_is_mapped(&found);
}

TEST(any)
{
	CU_ASSERT(is_any("0.0.0.0"));
	CU_ASSERT(is_any("::"));
	CU_ASSERT(!is_any("0.0.0.1"));
	CU_ASSERT(!is_any("128.0.0.0"));
	CU_ASSERT(!is_any("::1"));
	CU_ASSERT(!is_any("8000::"));
	CU_ASSERT(!is_any("::ffff:0.0.0.0"));
}

TEST(same)
{
	CU_ASSERT(is_same("192.0.2.1", "192.0.2.1"));
	CU_ASSERT(is_same("2001:db8::1", "2001:db8:0::1"));
	CU_ASSERT(!is_same("192.0.2.1", "192.0.2.2"));
	CU_ASSERT(!is_same("2001:db8::1", "2001:db8::2"));
	CU_ASSERT(!is_same("2001:db8::", "2001:db9::"));
	CU_ASSERT(!is_same("::ffff:192.0.2.1", "192.0.2.1"));
	CU_ASSERT(!is_same("0.0.0.0", "::"));
}

TEST(mapped)
{
	CU_ASSERT(is_unmapped("::ffff:192.0.2.1", "192.0.2.1"));
	CU_ASSERT(is_unmapped("::ffff:0.0.0.0", "0.0.0.0"));
	CU_ASSERT(is_unmapped("192.0.2.1", "192.0.2.1"));
	CU_ASSERT(is_unmapped("2001:db8::ffff:c000:201", "2001:db8::ffff:c000:201"));
	CU_ASSERT(is_unmapped("::fffe:192.0.2.1", "::fffe:192.0.2.1"));
	CU_ASSERT(is_unmapped("::192.0.2.1", "::192.0.2.1"));
	CU_ASSERT(is_unmapped("1::ffff:192.0.2.1", "1::ffff:192.0.2.1"));
}
