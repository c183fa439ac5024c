/* SPDX-License-Identifier: MIT */
#include "column.h"

#include "kernel.h"
#include "test.h"
#include "value.h"

#include <natu/filter.h>

#include <ctype.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table itself: what all that is made from it relies on. */
#define EACH_COLUMN(column)                                                            \
	for (size_t index = 0; index < natu_column_count(); index++)                   \
		for (const struct natu_column *column = natu_column_at(index); column; \
		     column = NULL)

TEST(found_by_name)
{
	EACH_COLUMN(column)
	CU_ASSERT_PTR_EQUAL(natu_column_find(natu_column_name(column)), column);
	CU_ASSERT_PTR_NULL(natu_column_at(natu_column_count()));
	CU_ASSERT_PTR_NULL(natu_column_at(SIZE_MAX));
	CU_ASSERT_PTR_NULL(natu_column_find(""));
	CU_ASSERT_PTR_NULL(natu_column_find("local"));
	CU_ASSERT_PTR_NULL(natu_column_find("Proto"));
}

TEST(columns_of_a_word)
{
	CU_ASSERT_PTR_EQUAL(natu_filter_column_at("dport", 0),
			    natu_column_find("peer.port"));
	CU_ASSERT_PTR_NULL(natu_filter_column_at("dport", 1));
	CU_ASSERT_PTR_EQUAL(natu_filter_column_at("port", 1),
			    natu_column_find("peer.port"));
	CU_ASSERT_PTR_NULL(natu_filter_column_at("port", 2));
	CU_ASSERT_PTR_EQUAL(natu_filter_column_at("state", 0), natu_column_find("state"));
	CU_ASSERT_PTR_NULL(natu_filter_column_at("state", SIZE_MAX));
	CU_ASSERT_PTR_NULL(natu_filter_column_at("", 0));
	CU_ASSERT_PTR_NULL(natu_filter_column_at("dports", 0));
}

/* Words of the filter and keys of JSON: lower case, at most one dot, none twice. Keys
 * with their quotes and the longest suffix fit where they are put together
 * (cli/render/json.c). */
TEST(names)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

	EACH_COLUMN(column)
	{
		const char *name = natu_column_name(column);

		CU_ASSERT(islower((unsigned char)name[0]));
		CU_ASSERT(strspn(name, letters) == strlen(name) && strlen(name) <= 40);
		for (const char *dot = name; (dot = strchr(dot, '.')); dot++)
			CU_ASSERT(islower((unsigned char)dot[1]));
		for (size_t other = 0; other < index; other++)
			CU_ASSERT(strcmp(natu_column_name(natu_column_at(other)), name) !=
				  0);
	}
}

/* The manual's text. */
TEST(helps_are_sentences)
{
	EACH_COLUMN(column)
	{
		const char *help = natu_column_help(column);
		size_t length = strlen(help);

		CU_ASSERT(length > 3 && length <= 100);
		CU_ASSERT(isupper((unsigned char)help[0]) && help[length - 1] == '.');
		CU_ASSERT(!strchr(help, '\n') && !strstr(help, "  "));
		/* One sentence: no full stop before its end, but for what is left out. */
		for (const char *at = help; (at = strchr(at, '.')) && at[1]; at++)
			CU_ASSERT(at[1] != ' ' || !isupper((unsigned char)at[2]));
	}
}

TEST(titles_are_headings)
{
	EACH_COLUMN(column)
	{
		const char *title = natu_column_title(column);

		CU_ASSERT(title[0] && strlen(title) <= 20);
		for (const char *at = title; *at; at++)
			CU_ASSERT(isprint((unsigned char)*at));
	}
}

/* JSON nests the members of a group where its first stands, and a group has several
 * values or one. */
TEST(groups_stand_together)
{
	EACH_COLUMN(column)
	{
		const char *name = natu_column_name(column), *dot = strrchr(name, '.');
		size_t group = dot ? (size_t)(dot - name) + 1 : 0;
		bool left = false;

		for (size_t later = index + 1; group && later < natu_column_count();
		     later++) {
			const struct natu_column *next = natu_column_at(later);
			/* A group within it is another. */
			bool member = !strncmp(natu_column_name(next), name, group) &&
				      !strchr(natu_column_name(next) + group, '.');

			CU_ASSERT(!member || !left);
			if (member) {
				CU_ASSERT(natu_column_is_many(next) ==
					  natu_column_is_many(column));
			}
			left |= !member;
		}
		/* A group is no column besides. */
		if (group) {
			char bare[64];

			memcpy(bare, name, group - 1);
			bare[group - 1] = '\0';
			CU_ASSERT_PTR_NULL(natu_column_find(bare));
		}
	}
}

/* What lies where a column of this fact is looked for. */
static size_t info_size(natu_facts fact)
{
	switch (fact) {
	case FACT_TCPINFO:
		return sizeof(struct kernel_tcp_info);
	case FACT_MPTCP:
		return sizeof(struct kernel_mptcp_info);
	case FACT_SCTP:
		return sizeof(struct kernel_sctp_info);
	default:
		return 0;
	}
}

TEST(members)
{
	EACH_COLUMN(column)
	{
		natu_facts fact = natu_column_facts(column);
		size_t end = (size_t)column->offset + column->size;

		CU_ASSERT(fact && !(fact & (fact - 1)));
		CU_ASSERT_PTR_NOT_NULL(natu_column_type_name(column));
		CU_ASSERT_PTR_NOT_NULL(natu_column_unit_name(column));
		if (column->get)
			continue;
		CU_ASSERT(column->size > 0);
		if (column->base == NATU_IN_SOCKET) {
			CU_ASSERT(end <= sizeof(struct natu_socket));
		} else if (column->base == NATU_IN_TCP_INFO) {
			CU_ASSERT(end <= info_size(fact));
		} else {
			CU_ASSERT(end <= 9 * sizeof(uint32_t));
		}
		CU_ASSERT((column->bits != 0) == (column->type == NATU_BOOL));
	}
}

/* A unit that is not the obvious one is in the name, as the contract says. */
TEST(units_are_in_the_names)
{
	EACH_COLUMN(column)
	{
		const char *name = natu_column_name(column);
		size_t length = strlen(name);
		bool us = length > 3 && !strcmp(name + length - 3, "_us");
		bool ms = length > 3 && !strcmp(name + length - 3, "_ms");

		CU_ASSERT(us == (natu_column_unit(column) == NATU_US));
		CU_ASSERT(ms == (natu_column_unit(column) == NATU_MS));
		CU_ASSERT((strstr(name, "_percent") != NULL) ==
			  (natu_column_unit(column) == NATU_PERCENT));
		CU_ASSERT(!strstr(name, "bytes_") == !strstr(name, "bytes_") ||
			  natu_column_unit(column) == NATU_BYTES);
	}
}

/* CLI.md, section 3: what a bare list has, in JSON. */
TEST(default_set)
{
	static const char *const names[] = {
		"proto",	"family",    "state",  "local.address",	 "local.port",
		"peer.address", "peer.port", "recv_q", "send_q",	 "interface",
		"uid",		"inode",     "cookie", "listener.queue", "listener.limit",
	};
	size_t found = 0;

	EACH_COLUMN(column)
	if (natu_column_sets(column) & NATU_SET_DEFAULT) {
		CU_ASSERT_FATAL(found < sizeof(names) / sizeof(names[0]));
		CU_ASSERT_STRING_EQUAL(natu_column_name(column), names[found++]);
	}
	CU_ASSERT_EQUAL(found, sizeof(names) / sizeof(names[0]));
}

/* The sentence of CLI.md: "-i adds tcp, -m memory, -o timer, -p the owners". */
TEST(other_sets)
{
	static const struct {
		const char *group;
		unsigned int set;
	} groups[] = { { "tcp.", NATU_SET_INFO },
		       { "congestion.", NATU_SET_INFO },
		       { "timer.", NATU_SET_TIMERS },
		       { "memory.", NATU_SET_MEMORY } };

	EACH_COLUMN(column)
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!strncmp(natu_column_name(column), groups[i].group,
			     strlen(groups[i].group))) {
			CU_ASSERT(natu_column_sets(column) & groups[i].set);
		}
}

/* Absent, and why: not asked for, not to be seen, or not there. */
TEST(presence)
{
	struct natu_value value;

	EACH_COLUMN(column)
	{
		struct natu_socket socket = { .facts = 0 };

		CU_ASSERT_EQUAL(natu_get(&socket, column, &value), NATU_UNASKED);
		CU_ASSERT_EQUAL(natu_count(&socket, column), 0);
		socket.asked = column->fact;
		CU_ASSERT_EQUAL(natu_get(&socket, column, &value), NATU_NONE);
		socket.denied = column->fact;
		CU_ASSERT_EQUAL(natu_get(&socket, column, &value), NATU_DENIED);
		socket.asked = 0;
		CU_ASSERT_EQUAL(natu_get(&socket, column, &value), NATU_DENIED);
		/* What no holder has is not there, and no column of one value has a
		 * second. */
		socket = (struct natu_socket){ .facts = column->fact,
					       .asked = column->fact };
		CU_ASSERT_EQUAL(natu_get_at(&socket, column, 1, &value), NATU_NONE);
	}
}

TEST(port_zero_is_any)
{
	const struct natu_column *port = natu_column_find("peer.port");
	struct natu_socket socket = { .facts = FACT_INET };
	struct natu_value value;

	CU_ASSERT_EQUAL(natu_get(&socket, port, &value), NATU_ANY);
	CU_ASSERT_EQUAL(natu_count(&socket, port), 0);
	socket.peer_port = 65535;
	CU_ASSERT_EQUAL(natu_get(&socket, port, &value), NATU_HAS);
	CU_ASSERT(value.type == NATU_UINT && value.number == 65535);
	CU_ASSERT_EQUAL(natu_count(&socket, port), 1);
}

/* libc's struct tcp_info is the kernel's: each column that has a namesake there reads it,
 * and is absent where the kernel sent less. */
static const struct {
	const char *column;
	size_t offset, size;
} namesakes[] = {
#define ROW(column, member)                                    \
	{                                                      \
		column, offsetof(struct tcp_info, member),     \
			sizeof(((struct tcp_info *)0)->member) \
	}
	ROW("tcp.rtt_us", tcpi_rtt),
	ROW("tcp.rttvar_us", tcpi_rttvar),
	ROW("tcp.rto_us", tcpi_rto),
	ROW("tcp.ato_us", tcpi_ato),
	ROW("tcp.cwnd", tcpi_snd_cwnd),
	ROW("tcp.mss", tcpi_snd_mss),
	ROW("tcp.rcv_mss", tcpi_rcv_mss),
	ROW("tcp.adv_mss", tcpi_advmss),
	ROW("tcp.pmtu", tcpi_pmtu),
	ROW("tcp.unacked", tcpi_unacked),
	ROW("tcp.sacked", tcpi_sacked),
	ROW("tcp.lost", tcpi_lost),
	ROW("tcp.retransmits", tcpi_total_retrans),
	ROW("tcp.backoff", tcpi_backoff),
	ROW("tcp.reordering", tcpi_reordering),
	ROW("tcp.rcv_space", tcpi_rcv_space),
	ROW("tcp.rcv_ssthresh", tcpi_rcv_ssthresh),
	ROW("tcp.last_data_sent_ms", tcpi_last_data_sent),
	ROW("tcp.last_data_received_ms", tcpi_last_data_recv),
	ROW("tcp.last_ack_received_ms", tcpi_last_ack_recv),
#undef ROW
};

TEST(tcp_info)
{
	for (size_t i = 0; i < sizeof(namesakes) / sizeof(namesakes[0]); i++) {
		const struct natu_column *column = natu_column_find(namesakes[i].column);
		unsigned char info[sizeof(struct tcp_info)];
		struct natu_socket socket = { .facts = FACT_TCPINFO, .tcp_info = info };
		struct natu_value value;
		uint64_t expected = 0;

		CU_ASSERT_PTR_NOT_NULL_FATAL(column);
		for (size_t at = 0; at < sizeof(info); at++)
			info[at] = (unsigned char)(at * 7 + 1);
		memcpy(&expected, info + namesakes[i].offset, namesakes[i].size);
		for (size_t length = 0; length <= sizeof(info); length++) {
			bool there = length >= namesakes[i].offset + namesakes[i].size;

			socket.tcp_info_length = (uint16_t)length;
			CU_ASSERT(natu_get(&socket, column, &value) ==
				  (there ? NATU_HAS : NATU_NONE));
			if (there) {
				CU_ASSERT_EQUAL(value.number, expected);
			}
		}
	}
}

/* Columns of words say which there are: each once, but where two rows share them. */
TEST(words)
{
	unsigned int listed = 0;

	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);
		const struct natu_word *word;
		size_t count = 0;

		if (!column->word_at)
			continue;
		CU_ASSERT_EQUAL(column->type, NATU_WORD);
		for (size_t w = 0; (word = column->word_at(w)) && w < 1000; w++) {
			CU_ASSERT_EQUAL(strlen(word->text), word->length);
			count += word->length > 0;
		}
		CU_ASSERT_TRUE(count > 1 && count < 1000);
		listed++;
	}
	CU_ASSERT_TRUE(listed >= 5);
}

/* The kernel's length rule: whatever is received as it is, each member is there if all of
 * its bytes are, and reads those. */
TEST(members_of_every_length)
{
	EACH_COLUMN(column)
	{
		unsigned char bytes[sizeof(struct kernel_sctp_info)];
		struct natu_socket socket = { .facts = column->fact,
					      .asked = column->fact,
					      .tcp_info = bytes,
					      .memory = bytes,
					      .congestion_info = bytes };
		size_t end = (size_t)column->offset + column->size;

		if (column->get || column->base == NATU_IN_SOCKET)
			continue;
		for (size_t at = 0; at < sizeof(bytes); at++)
			bytes[at] = (unsigned char)(at * 3 + 1);
		memcpy(socket.option_bits, bytes, sizeof(socket.option_bits));
		memcpy(socket.sctp_socket.options, bytes,
		       sizeof(socket.sctp_socket.options));
		for (size_t length = 0; length <= sizeof(bytes); length++) {
			struct natu_value value = { 0 };
			uint64_t expected = 0;

			socket.tcp_info_length = (uint16_t)length;
			socket.memory_length = (uint16_t)length;
			socket.congestion_info_length = (uint16_t)length;
			socket.option_bytes = (uint8_t)(length < 2 ? length : 2);
			socket.sctp_socket.options_length = (uint8_t)(length < 24 ? length
										  : 24);
			CU_ASSERT((natu_get(&socket, column, &value) == NATU_HAS) ==
				  (length >= end));
			if (length < end || column->type == NATU_BOOL)
				continue;
			memcpy(&expected, bytes + column->offset, column->size);
			CU_ASSERT_EQUAL(value.number, expected);
		}
	}
}

/* Each fact is a bit of its own. */
TEST(facts_are_distinct)
{
	static const char word[] = "NATU_FACT(";
	FILE *file = fopen("src/lib/fact.h", "r");
	unsigned int uses[64] = { 0 }, bit;
	char line[256];

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (fgets(line, sizeof(line), file)) {
		const char *use = strstr(line, word);

		if (!use || sscanf(use + strlen(word), "%u)", &bit) != 1)
			continue;
		CU_ASSERT_FATAL(bit < 64);
		CU_ASSERT_EQUAL(++uses[bit], 1);
	}
	CU_ASSERT_EQUAL(uses[0], 1);
	fclose(file);
}
