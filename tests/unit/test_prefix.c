/* SPDX-License-Identifier: MIT */
#include "filter/prefix.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* The prefixes of a range, as text. */
static void written(const char *low, const char *high, char *text, size_t size)
{
	int family = strchr(low, ':') ? AF_INET6 : AF_INET;
	struct natu_prefix prefixes[NATU_RANGE_PREFIXES];
	unsigned char from[16], to[16];
	size_t count, used = 0;

	CU_ASSERT_EQUAL_FATAL(inet_pton(family, low, from), 1);
	CU_ASSERT_EQUAL_FATAL(inet_pton(family, high, to), 1);
	count = natu_prefixes_of_range(family, from, to, prefixes);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char address[INET6_ADDRSTRLEN];

		inet_ntop(family, prefixes[i].bits, address, sizeof(address));
		used += (size_t)snprintf(text + used, size - used, "%s%s/%u",
					 i ? " " : "", address, prefixes[i].length);
	}
}

TEST(ranges)
{
	/* As ipcalc and netmask have it. */
	static const struct {
		const char *low, *high, *prefixes;
	} cases[] = {
		{ "10.0.0.0", "10.0.0.0", "10.0.0.0/32" },
		{ "10.0.0.0", "10.0.0.255", "10.0.0.0/24" },
		{ "10.0.0.1", "10.0.0.9",
		  "10.0.0.1/32 10.0.0.2/31 10.0.0.4/30 10.0.0.8/31" },
		{ "10.0.0.255", "10.0.1.0", "10.0.0.255/32 10.0.1.0/32" },
		{ "0.0.0.0", "255.255.255.255", "0.0.0.0/0" },
		{ "255.255.255.254", "255.255.255.255", "255.255.255.254/31" },
		{ "0.0.0.0", "127.255.255.255", "0.0.0.0/1" },
		{ "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0" },
		{ "2001:db8::1", "2001:db8::4",
		  "2001:db8::1/128 2001:db8::2/127 2001:db8::4/128" },
		{ "2001::fffe", "2001::1:0", "2001::fffe/127 2001::1:0/128" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[4096];

		written(cases[i].low, cases[i].high, text, sizeof(text));
		CU_ASSERT_STRING_EQUAL(text, cases[i].prefixes);
	}
}

/* The longest that there are: nothing is left out, and there is room. */
TEST(longest_ranges)
{
	struct natu_prefix prefixes[NATU_RANGE_PREFIXES];
	unsigned char low[16] = { [15] = 1 }, high[16];

	memset(high, 0xff, sizeof(high));
	high[15] = 0xfe;
	CU_ASSERT_EQUAL(natu_prefixes_of_range(AF_INET6, low, high, prefixes), 254);
	memset(low, 0, sizeof(low));
	low[3] = 1;
	CU_ASSERT_EQUAL(natu_prefixes_of_range(AF_INET, low, high, prefixes), 32);
	high[3] = 0xfe;
	CU_ASSERT_EQUAL(natu_prefixes_of_range(AF_INET, low, high, prefixes), 62);
}

/* Every address around a small range is in the prefixes if, and only if, it is in the
 * range. */
TEST(nothing_more_and_nothing_less)
{
	for (unsigned int from = 250; from < 280; from++)
		for (unsigned int to = from; to < 280; to++) {
			struct natu_prefix prefixes[NATU_RANGE_PREFIXES];
			uint32_t low = htonl(0x0a000000 + from),
				 high = htonl(0x0a000000 + to);
			size_t count =
				natu_prefixes_of_range(AF_INET, (unsigned char *)&low,
						       (unsigned char *)&high, prefixes);

			for (unsigned int at = 240; at < 290; at++) {
				uint32_t address = htonl(0x0a000000 + at);
				unsigned int hits = 0;

				for (size_t i = 0; i < count; i++)
					hits += !((address ^ prefixes[i].bits[0]) &
						  prefixes[i].mask[0]);
				CU_ASSERT_EQUAL(hits, at >= from && at <= to);
			}
		}
}
