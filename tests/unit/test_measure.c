/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "measure.h"
#include "memory.h"
#include "test.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKSTAT                                        \
	"sockets: used 290\n"                           \
	"TCP: inuse 3 orphan 9 tw 17 alloc 19 mem 83\n" \
	"UDP: inuse 4 mem 2\n"
#define SNMP                                          \
	"Ip: Forwarding DefaultTTL\nIp: 1 64\n"       \
	"Tcp: RtoMin MaxConn ActiveOpens CurrEstab\n" \
	"Tcp: 200 -1 18446744073709551615 5\n"        \
	"Udp: InDatagrams NoPorts\nUdp: 681\n"

static const struct natu_measure *named(const char *name)
{
	const struct natu_measure *measure = natu_measure_find(name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(measure);
	return measure;
}

/* The number, or -1. The text is where a read beyond its end is seen. */
static int64_t search(const char *text, size_t length, const char *name)
{
	char *copy = malloc(length ? length : 1);
	uint64_t number;
	bool found;

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, text, length);
	found = natu_measure_search(copy, length, named(name), &number);
	free(copy);
	return found ? (int64_t)number : -1;
}

static int64_t search_text(const char *text, const char *name)
{
	return search(text, strlen(text), name);
}

TEST(measures_of_pairs)
{
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "sockets.used"), 290);
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "tcp.in_use"), 3);
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "tcp.orphans"), 9);
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "tcp.memory"), 83);
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "udp.in_use"), 4);
	CU_ASSERT_EQUAL(search_text(SOCKSTAT, "raw.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP: inuse\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP: inuse x\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP: inuse 3x\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP: inuse -3\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP:inuse 3\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("TCP6: inuse 3\n", "tcp.in_use"), -1);
	CU_ASSERT_EQUAL(search_text("\n\n \nTCP:   inuse\t3", "tcp.in_use"), 3);
	CU_ASSERT_EQUAL(
		search_text("Udp6InDatagrams                 \t12\n", "udp.received6"),
		12);
}

TEST(measures_of_tables)
{
	CU_ASSERT_EQUAL(search_text(SNMP, "tcp.established"), 5);
	CU_ASSERT_EQUAL(search_text(SNMP, "udp.received"), 681);
	/* A sum that is below zero for a moment, and a line that is cut. */
	CU_ASSERT_EQUAL(search_text(SNMP, "tcp.active_opens"), -1);
	CU_ASSERT_EQUAL(search_text(SNMP, "udp.no_port"), -1);
	CU_ASSERT_EQUAL(search_text(SNMP, "tcp.timeouts"), -1);
	CU_ASSERT_EQUAL(search_text("Tcp: CurrEstab\nUdp: 5\n", "tcp.established"), -1);
	CU_ASSERT_EQUAL(search_text("Tcp: CurrEstab\n", "tcp.established"), -1);
	CU_ASSERT_EQUAL(search_text("Tcp: CurrEstab\nTcp: 9223372036854775807\n",
				    "tcp.established"),
			INT64_MAX);
	CU_ASSERT_EQUAL(search_text("Tcp: CurrEstab\nTcp: 9223372036854775808\n",
				    "tcp.established"),
			-1);
}

TEST(measures_of_lists)
{
	CU_ASSERT_EQUAL(search_text("1\t2\t3\n", "tcp.memory_low"), 1);
	CU_ASSERT_EQUAL(search_text("1\t2\t3\n", "tcp.memory_limit"), 3);
	CU_ASSERT_EQUAL(search_text("1\t2\n3\n", "tcp.memory_limit"), -1);
	CU_ASSERT_EQUAL(search_text("", "tcp.memory_low"), -1);
}

/* Whatever is cut off, nothing else is found than what stands there. */
TEST(measures_of_texts_that_are_cut)
{
	static const char *const names[] = { "tcp.orphans", "tcp.memory", "tcp.in_use",
					     "udp.in_use" };
	static const int64_t numbers[] = { 9, 83, 3, 4 };

	for (size_t length = 0; length <= strlen(SOCKSTAT); length++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			int64_t found = search(SOCKSTAT, length, names[i]);

			CU_ASSERT(found == -1 || found == numbers[i] ||
				  found == numbers[i] / 10);
		}
	for (size_t length = 0; length <= strlen(SNMP); length++)
		CU_ASSERT(search(SNMP, length, "tcp.established") == -1 ||
			  search(SNMP, length, "tcp.established") == 5);
}

static unsigned int reserved_in(const char *text)
{
	static uint8_t reserved[UINT16_MAX / 8 + 1];
	unsigned int count = 0;

	natu_measure_read_ports(text, strlen(text), reserved);
	for (unsigned int port = 0; port <= UINT16_MAX; port++)
		count += reserved[port / 8] >> port % 8 & 1;
	return count;
}

TEST(reserved_ports)
{
	CU_ASSERT_EQUAL(reserved_in(""), 0);
	CU_ASSERT_EQUAL(reserved_in("\n"), 0);
	CU_ASSERT_EQUAL(reserved_in("1\n"), 1);
	CU_ASSERT_EQUAL(reserved_in("1,8080-8089,65535\n"), 12);
	CU_ASSERT_EQUAL(reserved_in("0-65535\n"), 65536);
	CU_ASSERT_EQUAL(reserved_in("9-1\n"), 0);
	CU_ASSERT_EQUAL(reserved_in("5-\n"), 0);
	CU_ASSERT_EQUAL(reserved_in("65530-9223372036854775807"), 6);
	CU_ASSERT_EQUAL(reserved_in("5,x,7"), 1);
}

static unsigned int first_of(const char *text)
{
	uint16_t first, last;

	natu_measure_read_range(text, strlen(text), &first, &last);
	CU_ASSERT_EQUAL(!first, !last);
	return first;
}

TEST(port_ranges)
{
	CU_ASSERT_EQUAL(first_of("32768\t60999\n"), 32768);
	CU_ASSERT_EQUAL(first_of("1 1"), 1);
	CU_ASSERT_EQUAL(first_of("0 5"), 0);
	CU_ASSERT_EQUAL(first_of("6 5"), 0);
	CU_ASSERT_EQUAL(first_of("6"), 0);
	CU_ASSERT_EQUAL(first_of("6 65536"), 0);
	CU_ASSERT_EQUAL(first_of(""), 0);
}

static void make_directories(const struct tree *tree)
{
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "sys", 0755), 0);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "sys/net", 0755), 0);
	CU_ASSERT_EQUAL_FATAL(mkdirat(tree->descriptor, "sys/net/ipv4", 0755), 0);
}

static uint64_t get(const struct natu_measures *measures, const char *name)
{
	uint64_t number = 0;

	CU_ASSERT_EQUAL(natu_measures_get(measures, named(name), &number), NATU_HAS);
	return number;
}

static bool is_absent(const struct natu_measures *measures, const char *name)
{
	uint64_t number;

	return natu_measures_get(measures, named(name), &number) == NATU_NONE;
}

TEST(measures_of_a_copy)
{
	struct tree tree;
	struct natu_setup setup = { .proc_root = tree.path };
	struct natu_report report = { 0 };
	struct natu_measures *measures;
	struct natu_error error;
	struct natu *natu;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	tree_make(&tree);
	make_directories(&tree);
	tree_write_text(&tree, "net/sockstat", SOCKSTAT);
	tree_write_text(&tree, "net/snmp", SNMP);
	tree_write_text(&tree, "sys/net/ipv4/tcp_mem", "1 2 9223372036854775807\n");
	tree_write_text(&tree, "sys/net/ipv4/ip_local_port_range", "1000 1009\n");
	tree_write_text(&tree, "sys/net/ipv4/ip_local_reserved_ports", "999-1001,1005\n");
	/* What would block for ever, and what cannot be read. */
	CU_ASSERT_EQUAL(mkfifoat(tree.descriptor, "net/netstat", 0644), 0);
	CU_ASSERT_EQUAL(mkdirat(tree.descriptor, "sys/net/ipv4/udp_mem", 0755), 0);
	natu = natu_open(&setup, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	measures = natu_measures_read(natu, &report, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(measures);
	CU_ASSERT_EQUAL(get(measures, "tcp.orphans"), 9);
	CU_ASSERT_EQUAL(get(measures, "tcp.memory"), 83 * page);
	CU_ASSERT_EQUAL(get(measures, "tcp.memory_pressure"), 2 * page);
	CU_ASSERT(is_absent(measures, "tcp.memory_limit"));
	CU_ASSERT(is_absent(measures, "listen.drops"));
	CU_ASSERT(is_absent(measures, "udp.memory_low"));
	CU_ASSERT(is_absent(measures, "tcp.orphans_limit"));
	CU_ASSERT_EQUAL(get(measures, "ephemeral.ports"), 7);
	CU_ASSERT_EQUAL(get(measures, "ephemeral.last"), 1009);
	CU_ASSERT_FALSE(natu_measures_is_ephemeral(measures, 999));
	CU_ASSERT_FALSE(natu_measures_is_ephemeral(measures, 1001));
	CU_ASSERT(natu_measures_is_ephemeral(measures, 1002));
	CU_ASSERT(natu_measures_is_ephemeral(measures, 1009));
	CU_ASSERT_FALSE(natu_measures_is_ephemeral(measures, 1010));
	CU_ASSERT_EQUAL(report.count, 2);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(report.notices[0].text, " has no tcp_max_orphans,"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(report.notices[1].text, " does not tell netstat, udp_mem: "));
	/* A machine without IPv6 lacks nothing. */
	CU_ASSERT_PTR_NULL(strstr(report.notices[0].text, "sockstat6"));
	natu_measures_free(measures);
	natu_close(natu);
	tree_remove(&tree);
}

TEST(measures_without_memory)
{
	struct natu_setup setup = { 0 };
	struct natu_error error;
	struct natu *natu = natu_open(&setup, &error);
	bool ended = true;

	CU_ASSERT_PTR_NOT_NULL_FATAL(natu);
	for (long n = 0; ended && n < 100; n++) {
		struct natu_report report = { 0 };
		struct natu_measures *measures;

		memory_ends_after(n);
		measures = natu_measures_read(natu, &report, &error);
		ended = memory_comes_back();
		CU_ASSERT(ended == !measures);
		CU_ASSERT(!ended || error.code == NATU_ENOMEM);
		natu_measures_free(measures);
	}
	CU_ASSERT_FALSE(ended);
	natu_close(natu);
}

/* The table keeps to its rules: JSON nests by the dot, and metrics are called after
 * it. */
TEST(measure_table)
{
	for (size_t i = 0; i < natu_measure_count(); i++) {
		const struct natu_measure *measure = natu_measure_at(i);
		const char *name = natu_measure_name(measure);
		const char *help = natu_measure_help(measure);

		CU_ASSERT_EQUAL(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_."),
				strlen(name));
		CU_ASSERT_PTR_NOT_NULL(strchr(name, '.'));
		CU_ASSERT_PTR_EQUAL(strchr(name, '.'), strrchr(name, '.'));
		CU_ASSERT_EQUAL(help[strlen(help) - 1], '.');
		CU_ASSERT_PTR_EQUAL(natu_measure_find(name), measure);
	}
	CU_ASSERT_PTR_NULL(natu_measure_at(natu_measure_count()));
	CU_ASSERT_PTR_NULL(natu_measure_find("tcp"));
}
