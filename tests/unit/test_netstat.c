/* SPDX-License-Identifier: MIT */
#include "netstat/counters.h"
#include "netstat/kinds.h"
#include "netstat/netstat.h"
#include "netstat/request.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

/* What netstat's command line asks for. */
static int parse(struct netstat_request *request, const char *line)
{
	char words[256], *argv[32] = { "netstat" }, *at = words, *word;
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	while (argc < 31 && (word = strsep(&at, " ")))
		argv[argc++] = word;
	argv[argc] = NULL;
	return netstat_options_parse(argc, argv, request);
}

static uint32_t bits(const char *a, const char *b)
{
	return netstat_protocol_named(a) | netstat_protocol_named(b);
}

TEST(letters_combine_as_fingers_know_them)
{
	struct netstat_request request;

	CU_ASSERT_EQUAL(parse(&request, "-natup"), NETSTAT_OK);
	CU_ASSERT_TRUE(request.all);
	CU_ASSERT_TRUE(request.programs);
	CU_ASSERT_TRUE(request.numeric_hosts && request.numeric_ports &&
		       request.numeric_users);
	CU_ASSERT_EQUAL(request.protocols, bits("tcp", "udp"));
	CU_ASSERT_EQUAL(request.families, 0);
}

TEST(one_kind_of_number_leaves_the_other_names)
{
	struct netstat_request request;

	CU_ASSERT_EQUAL(parse(&request, "--numeric-ports -t"), NETSTAT_OK);
	CU_ASSERT_TRUE(request.numeric_ports);
	CU_ASSERT_FALSE(request.numeric_hosts || request.numeric_users);
}

TEST(families_by_letter_and_by_name_are_the_same)
{
	static const char *const lines[] = { "-4 -x",	      "-A inet,unix",
					     "--ip --unix",   "-A tcpip -x",
					     "--inet --unix", "--protocol=ip,unix" };
	struct netstat_request request;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CU_ASSERT_EQUAL(parse(&request, lines[i]), NETSTAT_OK);
		CU_ASSERT_EQUAL(request.families, NETSTAT_IPV4 | NETSTAT_UNIX);
		CU_ASSERT_STRING_EQUAL(request.family_names, "inet,unix");
	}
}

TEST(many_families_do_not_write_beyond_their_names)
{
	char line[256] = "-A inet6";
	struct netstat_request request;

	while (strlen(line) + 7 < sizeof(line))
		strcat(line, ",inet6");
	CU_ASSERT_EQUAL(parse(&request, line), NETSTAT_OK);
	CU_ASSERT_EQUAL(parse(&request, line), NETSTAT_OK);
	CU_ASSERT_TRUE(strlen(request.family_names) < sizeof(request.family_names));
	CU_ASSERT_EQUAL(request.families, NETSTAT_IPV6);
}

TEST(what_is_not_about_sockets_names_a_tool)
{
	struct netstat_request request;

	CU_ASSERT_EQUAL(parse(&request, "-r"), NETSTAT_OK);
	CU_ASSERT_STRING_EQUAL(request.elsewhere, "ip route");
	CU_ASSERT_EQUAL(parse(&request, "-ng"), NETSTAT_OK);
	CU_ASSERT_STRING_EQUAL(request.elsewhere, "ip maddr");
}

TEST(a_family_has_a_feature_or_lists_nothing)
{
	for (const struct netstat_family *family = netstat_families; family->name;
	     family++) {
		CU_ASSERT_PTR_EQUAL(netstat_family_named(family->name), family);
		CU_ASSERT_TRUE(!family->file || family->feature);
	}
	CU_ASSERT_PTR_NULL(netstat_family_named("INET"));
	CU_ASSERT_PTR_NULL(netstat_family_named(""));
	CU_ASSERT_EQUAL(netstat_family_bit(netstat_family_named("unix")), NETSTAT_UNIX);
}

TEST(a_counter_is_known_in_its_own_section_only)
{
	const struct counter *counter = counter_named("Tcp", 3, "InSegs", 6);

	CU_ASSERT_PTR_NOT_NULL_FATAL(counter);
	CU_ASSERT_EQUAL(counter->kind, ALWAYS);
	CU_ASSERT_PTR_NOT_NULL(strchr(counter->sentence, '#'));
	CU_ASSERT_PTR_NULL(counter_named("Udp", 3, "InSegs", 6));
	CU_ASSERT_PTR_NULL(counter_named("Tcp", 3, "InSeg", 5));
	CU_ASSERT_PTR_NULL(counter_named("IpExt", 5, "InReceives", 10));
	CU_ASSERT_STRING_EQUAL(counters_protocol("TcpExt", 6), "tcp");
	CU_ASSERT_PTR_NULL(counters_protocol("MPTcpExt", 8));
}
