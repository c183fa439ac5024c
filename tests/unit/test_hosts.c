/* SPDX-License-Identifier: MIT */
#include "resolve/hosts.h"

#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct natu_address address_of(const char *text)
{
	struct natu_address address = { .family = strchr(text, ':') ? AF_INET6
								    : AF_INET };

	CU_ASSERT_EQUAL(inet_pton(address.family, text, address.bytes), 1);
	return address;
}

static const char *name_in(const struct hosts *hosts, const char *text)
{
	const struct natu_address address = address_of(text);
	const struct host *host = hosts_find(hosts, &address);

	return host ? host->name : NULL;
}

/* What becomes of a file with this text. */
static struct hosts read_text(const char *text, size_t length)
{
	char path[] = "/tmp/natu-unit-XXXXXX";
	struct hosts hosts = { 0 };
	int fd = mkstemp(path);

	CU_ASSERT(write(fd, text, length) == (ssize_t)length);
	close(fd);
	hosts_read(&hosts, path);
	unlink(path);
	return hosts;
}

static bool is(const char *name, const char *expected)
{
	return name && expected ? !strcmp(name, expected) : name == expected;
}

TEST(names_of_a_file)
{
	static const char text[] = "# comment\n"
				   "127.0.0.1\tlocalhost loop\n"
				   "  10.0.0.1   first # second\n"
				   "10.0.0.1 again\n"
				   "::1 six\r\n"
				   "10.0.0.2\n"
				   "10.0.0.3 #none\n"
				   "10.0.0.4 10.0.0.5\n"
				   "10.0.0.6 a:b\n"
				   "10.0.0.7 dot.\n"
				   "nonsense name\n"
				   "300.0.0.1 name\n"
				   "fe80::1%eth0 zone\n"
				   "10.0.0.8 last";
	static const struct {
		const char *address, *name;
	} cases[] = {
		{ "127.0.0.1", "localhost" }, { "::ffff:127.0.0.1", "localhost" },
		{ "10.0.0.1", "first" },      { "::1", "six" },
		{ "10.0.0.2", NULL },	      { "10.0.0.3", NULL },
		{ "10.0.0.4", NULL },	      { "10.0.0.6", NULL },
		{ "10.0.0.7", "dot" },	      { "10.0.0.8", "last" },
		{ "fe80::1", NULL },	      { "10.0.0.9", NULL },
	};
	struct hosts hosts = read_text(text, sizeof(text) - 1);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT(is(name_in(&hosts, cases[i].address), cases[i].name));
	hosts_free(&hosts);
}

TEST(no_file_and_no_text)
{
	struct hosts hosts = { 0 };

	hosts_read(&hosts, "/nonexistent/hosts");
	CU_ASSERT_EQUAL(hosts.count, 0);
	CU_ASSERT_PTR_NULL(name_in(&hosts, "10.0.0.1"));
	hosts_free(&hosts);
	hosts = read_text("", 0);
	CU_ASSERT_EQUAL(hosts.count, 0);
	hosts_free(&hosts);
	hosts = read_text("10.0.0.1 a\0b c\n10.0.0.2 two\n", 27);
	CU_ASSERT(is(name_in(&hosts, "10.0.0.1"), "a"));
	hosts_free(&hosts);
}

TEST(lines_of_any_length)
{
	for (size_t length = 4090; length < 4100; length++) {
		char text[5000] = "10.0.0.1 ";
		struct hosts hosts;
		size_t end;

		memset(text + 9, 'x', length - 9);
		end = length + (size_t)sprintf(text + length, "\n10.0.0.2 after\n");
		hosts = read_text(text, end);
		/* No name is as long as that, and no part of it is one. */
		CU_ASSERT_PTR_NULL(name_in(&hosts, "10.0.0.1"));
		CU_ASSERT(is(name_in(&hosts, "10.0.0.2"), "after"));
		CU_ASSERT_EQUAL(hosts.count, 2);
		hosts_free(&hosts);
	}
}

TEST(names_that_are_none)
{
	static const char *const names[] = {
		"",    ".",    "10.0.0.1", "::1",     "1",    "0x7f.1",
		"a b", "a\tb", "a\nb",	   "\033[1m", "a:22", "a\\032b",
		"a/b", "a,b",  "a\"b",	   "127.1",
	};
	static const char *const good[] = { "a", "a-b.example", "_srv", "xn--bcher-kva",
					    "\xc3\xbc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct host host = { 0 };

		host_name(&host, names[i]);
		CU_ASSERT_PTR_NULL(host.name);
		CU_ASSERT_EQUAL(host.state, HOST_KNOWN);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct host host = { 0 };

		host_name(&host, good[i]);
		CU_ASSERT(is(host.name, good[i]));
		/* The first counts. */
		host_name(&host, "other");
		CU_ASSERT(is(host.name, good[i]));
		free(host.name);
	}
}

TEST(many_hosts_are_found_again)
{
	enum { COUNT = 5000 };
	struct hosts hosts = { 0 };

	for (uint32_t i = 0; i < COUNT; i++) {
		struct natu_address address = { .family = i % 2 ? AF_INET : AF_INET6 };
		struct host *host;

		memcpy(address.bytes, &i, sizeof(i));
		host = hosts_want(&hosts, &address);
		CU_ASSERT_PTR_NOT_NULL_FATAL(host);
		CU_ASSERT_PTR_EQUAL(hosts_want(&hosts, &address), host);
		CU_ASSERT_PTR_EQUAL(hosts_find(&hosts, &address), host);
	}
	CU_ASSERT_EQUAL(hosts.count, COUNT);
	hosts_free(&hosts);
}
