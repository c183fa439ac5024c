/* SPDX-License-Identifier: MIT */
#include "net/endpoint.h"
#include "net/obstacle.h"
#include "net/payload.h"
#include "net/settings.h"
#include "net/sources.h"
#include "test.h"

#include <arpa/inet.h>
#include <string.h>

static const char *parsed(char text[ENDPOINT_TEXT], const char *written, int family)
{
	struct endpoint endpoint = { .type = SOCK_STREAM };
	struct reason reason = { "" };

	if (endpoint_internet(&endpoint, written, family, &reason))
		return endpoint_print(text, &endpoint);
	CU_ASSERT_NOT_EQUAL(strlen(reason.text), 0);
	return "refused";
}

TEST(loopback)
{
	static const struct {
		const char *written;
		bool wanted;
	} rows[] = {
		{ "127.0.0.1:1", true },
		{ "127.255.255.255:1", true },
		{ "128.0.0.1:1", false },
		{ "0.0.0.0:1", false },
		{ "[::1]:1", true },
		{ "[::2]:1", false },
		{ "[::ffff:127.0.0.1]:1", true },
		{ "[::]:1", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endpoint endpoint = { .type = SOCK_STREAM };
		struct reason reason = { "" };

		CU_ASSERT_TRUE(endpoint_internet(&endpoint, rows[i].written, AF_UNSPEC,
						 &reason));
		CU_ASSERT_EQUAL(endpoint_is_loopback(&endpoint), rows[i].wanted);
	}
}

TEST(addresses_and_ports)
{
	static const struct {
		const char *written, *wanted;
		int family;
	} rows[] = {
		{ "8080", "127.0.0.1:8080", 0 },
		{ ":8080", "127.0.0.1:8080", 0 },
		{ "8080", "[::1]:8080", AF_INET6 },
		{ "0", "127.0.0.1:0", 0 },
		{ "65535", "127.0.0.1:65535", 0 },
		{ "127.0.0.2:080", "127.0.0.2:80", 0 },
		{ "*:1", "0.0.0.0:1", 0 },
		{ "*:1", "[::]:1", AF_INET6 },
		{ "localhost:1", "127.0.0.1:1", 0 },
		{ "localhost:1", "[::1]:1", AF_INET6 },
		{ "[2001:DB8::1]:443", "[2001:db8::1]:443", 0 },
		{ "[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]:1", 0 },
		{ "[fe80::1%lo]:1", "[fe80::1%lo]:1", 0 },
		{ "[fe80::1%1]:1", "[fe80::1%lo]:1", 0 },
		{ "[fe80::1%999999]:1", "[fe80::1%999999]:1", 0 },
	};
	char text[ENDPOINT_TEXT];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(parsed(text, rows[i].written, rows[i].family),
				       rows[i].wanted);
}

TEST(addresses_that_are_none)
{
	static const char *const rows[] = {
		"",
		":",
		"65536",
		"18446744073709551697",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1.2.3.4",
		"1.2.3.4:",
		"1.2.3:1",
		"::1",
		"::1:80",
		"[::1]",
		"[::1]:",
		"[::1]80",
		"[::1",
		"[]:1",
		"[1.2.3.4]x:1",
		"[fe80::1%]:1",
		"[::g]:1",
		"host:1",
		"1.2.3.4.5:1",
		"no-such-service-here",
		"[%lo]:1",
		"*",
		"**:1",
		"[fe80::1%no-such-interface]:1",
		"[fe80::1%99999999999999]:1",
	};
	char text[ENDPOINT_TEXT], longest[600];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(parsed(text, rows[i], 0), "refused");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CU_ASSERT_STRING_EQUAL(parsed(text, longest, 0), "refused");
	longest[500] = ':';
	CU_ASSERT_STRING_EQUAL(parsed(text, longest, 0), "refused");
	longest[0] = '[';
	longest[499] = ']';
	CU_ASSERT_STRING_EQUAL(parsed(text, longest, 0), "refused");
	CU_ASSERT_STRING_EQUAL(parsed(text, "1.2.3.4:1", AF_INET6), "refused");
	CU_ASSERT_STRING_EQUAL(parsed(text, "[::1]:1", AF_INET), "refused");
}

/* The length that the kernel sees is what tells an abstract name from a path. */
TEST(unix_names)
{
	struct endpoint endpoint = { .type = SOCK_STREAM };
	struct reason reason;
	char text[ENDPOINT_TEXT], path[120];

	CU_ASSERT_TRUE(endpoint_local(&endpoint, "/run/x", &reason));
	CU_ASSERT_EQUAL(endpoint.length, sizeof(sa_family_t) + 7);
	CU_ASSERT_TRUE(endpoint_is_file(&endpoint));
	CU_ASSERT_STRING_EQUAL(endpoint_print(text, &endpoint), "/run/x");
	CU_ASSERT_TRUE(endpoint_local(&endpoint, "@x", &reason));
	CU_ASSERT_EQUAL(endpoint.length, sizeof(sa_family_t) + 2);
	CU_ASSERT_EQUAL(memcmp(endpoint.address.local.sun_path, "\0x", 2), 0);
	CU_ASSERT_FALSE(endpoint_is_file(&endpoint));
	CU_ASSERT_STRING_EQUAL(endpoint_print(text, &endpoint), "@x");
	memset(path, 'p', sizeof(path));
	path[107] = '\0';
	CU_ASSERT_TRUE(endpoint_local(&endpoint, path, &reason));
	CU_ASSERT_EQUAL(strlen(endpoint_print(text, &endpoint)), 107);
	path[107] = 'p';
	path[108] = '\0';
	CU_ASSERT_FALSE(endpoint_local(&endpoint, path, &reason));
	CU_ASSERT_FALSE(endpoint_local(&endpoint, "", &reason));
	CU_ASSERT_FALSE(endpoint_local(&endpoint, "@", &reason));
}

/* What a client calls itself is not for a terminal as it is, and 108 bytes can need 4
 * times as many. */
TEST(unix_names_of_others)
{
	struct endpoint endpoint = { .length = sizeof(endpoint.address.local) };
	struct endpoint nameless = { .length = sizeof(sa_family_t) };
	char text[ENDPOINT_TEXT];

	endpoint.address.local.sun_family = AF_UNIX;
	nameless.address.any.sa_family = AF_UNIX;
	CU_ASSERT_STRING_EQUAL(endpoint_print(text, &nameless), "(no name)");
	memset(endpoint.address.local.sun_path, '\033',
	       sizeof(endpoint.address.local.sun_path));
	endpoint_print(text, &endpoint);
	CU_ASSERT_EQUAL(strlen(text), 4 * sizeof(endpoint.address.local.sun_path));
	CU_ASSERT_PTR_NULL(strchr(text, '\033'));
	endpoint.address.local.sun_path[0] = '\0';
	CU_ASSERT_EQUAL(strncmp(endpoint_print(text, &endpoint), "@\\x1b", 5), 0);
}

static bool source_is(const struct sources *sources, uint64_t number, const char *wanted)
{
	struct endpoint source;
	char text[INET6_ADDRSTRLEN];
	const void *address = &source.address.v4.sin_addr;

	sources_at(sources, number, &source);
	if (endpoint_family(&source) == AF_INET6)
		address = &source.address.v6.sin6_addr;
	inet_ntop(endpoint_family(&source), address, text, sizeof(text));
	return !strcmp(text, wanted);
}

TEST(sources_of_a_prefix)
{
	static const struct {
		const char *written;
		uint64_t count;
		const char *first, *last;
	} rows[] = {
		{ "127.0.0.1", 1, "127.0.0.1", "127.0.0.1" },
		{ "127.0.0.9/32", 1, "127.0.0.9", "127.0.0.9" },
		{ "127.0.0.9/31", 2, "127.0.0.8", "127.0.0.9" },
		{ "127.0.0.9/30", 2, "127.0.0.9", "127.0.0.10" },
		{ "127.1.2.3/16", 65534, "127.1.0.1", "127.1.255.254" },
		{ "127.0.0.0/8", 16777214, "127.0.0.1", "127.255.255.254" },
		{ "1.2.3.4/0", (1ULL << 32) - 2, "0.0.0.1", "255.255.255.254" },
		{ "fd00::ff/64", (1ULL << 32) - 1, "fd00::1", "fd00::ffff:ffff" },
		{ "::1", 1, "::1", "::1" },
		{ "fd00::fffe/127", 2, "fd00::fffe", "fd00::ffff" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sources sources = { .count = 0 };
		struct reason reason;

		CU_ASSERT_TRUE(sources_parse(&sources, rows[i].written, 0, &reason));
		CU_ASSERT_EQUAL(sources.count, rows[i].count);
		CU_ASSERT_TRUE(source_is(&sources, 0, rows[i].first));
		CU_ASSERT_TRUE(source_is(&sources, rows[i].count - 1, rows[i].last));
		CU_ASSERT_TRUE(source_is(&sources, rows[i].count, rows[i].first));
	}
}

TEST(sizes)
{
	static const struct {
		const char *text;
		uint64_t size;
	} rows[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "1K", 1024 },
		{ "100M", 104857600 },
		{ "3G", 3221225472 },
		{ "1k", 1024 },
		{ "2kb", 2048 },
		{ "5B", 5 },
		{ "1MiB", 1048576 },
		{ "1T", 1099511627776 },
		{ "99999999999999999999", SIZE_TOO_LARGE },
		{ "20000000000G", SIZE_TOO_LARGE },
	};
	static const char *const wrong[] = {
		"",   "K",     "1iB", "1KK", "1.5M",  "1Ki",
		"-1", "hello", "1 M", "0x1", "1Kbit", "5BB"
	};
	uint64_t size;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_TRUE(size_parse(rows[i].text, &size));
		CU_ASSERT_EQUAL(size, rows[i].size);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_FALSE(size_parse(wrong[i], &size));
}

/* Piece by piece it is one text, and nothing that is cut, moved or longer passes for
 * it. */
TEST(payload_of_a_size)
{
	struct payload payload;
	uint64_t offset = 0;
	size_t length;
	const char *bytes;

	CU_ASSERT_TRUE_FATAL(payload_open(&payload, "300000"));
	while ((bytes = payload_at(&payload, offset, &length))) {
		CU_ASSERT_TRUE(payload_is(&payload, offset, bytes, length));
		CU_ASSERT_FALSE(payload_is(&payload, offset + 1, bytes, length));
		CU_ASSERT_FALSE(payload_is(&payload, offset + 65536, bytes, length));
		offset += length;
	}
	CU_ASSERT_EQUAL(offset, 300000);
	bytes = payload_at(&payload, 0, &length);
	CU_ASSERT_FALSE(payload_is(&payload, 299999, bytes, 2));
	CU_ASSERT_FALSE(payload_is(&payload, 300001, bytes, 0));
	CU_ASSERT_TRUE(payload_is(&payload, 300000, bytes, 0));
	payload_close(&payload);
}

TEST(payload_of_a_text)
{
	struct payload payload;
	size_t length;
	const char *bytes;

	CU_ASSERT_TRUE_FATAL(payload_open(&payload, "hello"));
	bytes = payload_at(&payload, 2, &length);
	CU_ASSERT_EQUAL(length, 3);
	CU_ASSERT_EQUAL(memcmp(bytes, "llo", 3), 0);
	CU_ASSERT_FALSE(payload_is(&payload, 2, "lloh", 4));
	CU_ASSERT_EQUAL(payload_agreement(&payload, 2, "lloh", 4), 3);
	CU_ASSERT_EQUAL(payload_agreement(&payload, 0, "help", 4), 3);
	CU_ASSERT_EQUAL(payload_agreement(&payload, 1, "hello", 5), 0);
	CU_ASSERT_EQUAL(payload_agreement(&payload, 6, "hello", 5), 0);
	payload_close(&payload);
	CU_ASSERT_TRUE_FATAL(payload_open(&payload, NULL));
	CU_ASSERT_PTR_NULL(payload_at(&payload, 0, &length));
	CU_ASSERT_EQUAL(length, 0);
	payload_close(&payload);
}

TEST(lists_of_ports)
{
	CU_ASSERT_TRUE(port_list_has("8080", 8080));
	CU_ASSERT_TRUE(port_list_has("1,9000-9100,8080", 9100));
	CU_ASSERT_TRUE(port_list_has("1,9000-9100,8080", 8080));
	CU_ASSERT_FALSE(port_list_has("1,9000-9100,8080", 9101));
	CU_ASSERT_FALSE(port_list_has("", 0));
	CU_ASSERT_FALSE(port_list_has("x,80", 80));
	CU_ASSERT_FALSE(port_list_has("8080x80", 80));
}
