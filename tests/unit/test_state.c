/* SPDX-License-Identifier: MIT */
#include "state.h"
#include "test.h"

#include <ctype.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The numbers are libc's, the spellings those that netstat, ss, OpenTelemetry and people
 * have. */
static const struct {
	const char *spelling;
	unsigned int state;
} spellings[] = {
	{ "ESTABLISHED", TCP_ESTABLISHED },
	{ "estab", TCP_ESTABLISHED },
	{ "ESTAB", TCP_ESTABLISHED },
	{ "Established", TCP_ESTABLISHED },
	{ "SYN_SENT", TCP_SYN_SENT },
	{ "syn-sent", TCP_SYN_SENT },
	{ "SYN_RECV", TCP_SYN_RECV },
	{ "syn-recv", TCP_SYN_RECV },
	{ "SYN-RCV", TCP_SYN_RECV },
	{ "syn_received", TCP_SYN_RECV },
	{ "SYN_RCVD", TCP_SYN_RECV },
	{ "FIN_WAIT1", TCP_FIN_WAIT1 },
	{ "FIN_WAIT_1", TCP_FIN_WAIT1 },
	{ "FIN-WAIT-1", TCP_FIN_WAIT1 },
	{ "fin_wait_1", TCP_FIN_WAIT1 },
	{ "finwait1", TCP_FIN_WAIT1 },
	{ "fin-wait-2", TCP_FIN_WAIT2 },
	{ "FinWait2", TCP_FIN_WAIT2 },
	{ "TIME_WAIT", TCP_TIME_WAIT },
	{ "time-wait", TCP_TIME_WAIT },
	{ "TimeWait", TCP_TIME_WAIT },
	{ "CLOSE", TCP_CLOSE },
	{ "closed", TCP_CLOSE },
	{ "unconnected", TCP_CLOSE },
	{ "UNCONN", TCP_CLOSE },
	{ "CLOSE_WAIT", TCP_CLOSE_WAIT },
	{ "close-wait", TCP_CLOSE_WAIT },
	{ "LAST_ACK", TCP_LAST_ACK },
	{ "last-ack", TCP_LAST_ACK },
	{ "LISTEN", TCP_LISTEN },
	{ "listening", TCP_LISTEN },
	{ "CLOSING", TCP_CLOSING },
	{ "bound", 13 },
	{ "BOUND_INACTIVE", 13 },
	{ "bound-inactive", 13 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t mask_of(const char *word)
{
	return natu_state_mask(word, strlen(word));
}

TEST(spellings)
{
	for (size_t i = 0; i < COUNT(spellings); i++) {
		const char *spelling = spellings[i].spelling;
		char upper[32];
		size_t length = strlen(spelling);

		CU_ASSERT_EQUAL(mask_of(spelling), 1U << spellings[i].state);
		for (size_t at = 0; at <= length; at++)
			upper[at] = (char)toupper((unsigned char)spelling[at]);
		CU_ASSERT_EQUAL(mask_of(upper), 1U << spellings[i].state);
		/* The length counts, not a NUL. */
		strcpy(upper + length, "x");
		CU_ASSERT_EQUAL(natu_state_mask(upper, length), 1U << spellings[i].state);
	}
}

/* What is only the beginning of a word, or more than one, is none. */
TEST(other_words)
{
	static const char *const others[] = { "",
					      "-",
					      "_",
					      "x",
					      "est",
					      "-established",
					      "listen1",
					      "fin-wait-3",
					      "fin_wait",
					      "12",
					      "established,listen",
					      " listen",
					      "listen ",
					      "wait",
					      "tim\xc3\xa9" };

	for (size_t i = 0; i < COUNT(others); i++)
		CU_ASSERT_EQUAL(mask_of(others[i]), 0);
	CU_ASSERT_EQUAL(natu_state_mask("listen\0", 7), 0);
}

/* ss(8), "STATE-FILTER". */
TEST(groups_of_ss)
{
	/* Six states of SCTP, of which the first is what SYN_SENT is to TCP. */
	const uint32_t sctp = 0x3fU << STATE_COOKIE_WAIT;
	/* The eleven states, TCP_ESTABLISHED to TCP_CLOSING, two of UNIX sockets and one
	 * of DCCP. */
	const uint32_t all = 0xffe | STATE_BIT(STATE_CONNECTING) |
			     STATE_BIT(STATE_DISCONNECTING) | STATE_BIT(STATE_PARTOPEN) |
			     sctp;
	const uint32_t asking = 1U << TCP_SYN_SENT | STATE_BIT(STATE_COOKIE_WAIT);
	const uint32_t ends = 1U << TCP_LISTEN | 1U << TCP_CLOSE;
	const uint32_t minisockets = 1U << TCP_TIME_WAIT | 1U << TCP_SYN_RECV;

	CU_ASSERT_EQUAL(mask_of("all"), all);
	CU_ASSERT_EQUAL(mask_of("connected"), all & ~ends);
	CU_ASSERT_EQUAL(mask_of("synchronized"), all & ~ends & ~asking);
	CU_ASSERT_EQUAL(mask_of("bucket"), minisockets);
	CU_ASSERT_EQUAL(mask_of("BIG"), all & ~minisockets);
}

/* netstat's words, reference: its manual. */
TEST(words_of_netstat)
{
	static const char *const words[] = {
		[TCP_ESTABLISHED] = "ESTABLISHED",
		[TCP_SYN_SENT] = "SYN_SENT",
		[TCP_SYN_RECV] = "SYN_RECV",
		[TCP_FIN_WAIT1] = "FIN_WAIT1",
		[TCP_FIN_WAIT2] = "FIN_WAIT2",
		[TCP_TIME_WAIT] = "TIME_WAIT",
		[TCP_CLOSE] = "CLOSE",
		[TCP_CLOSE_WAIT] = "CLOSE_WAIT",
		[TCP_LAST_ACK] = "LAST_ACK",
		[TCP_LISTEN] = "LISTEN",
		[TCP_CLOSING] = "CLOSING",
	};

	for (unsigned int i = 1; i < COUNT(words); i++) {
		const struct natu_word *word = natu_stream_state(i);

		CU_ASSERT_PTR_NOT_NULL_FATAL(word);
		CU_ASSERT(word->length == strlen(words[i]));
		CU_ASSERT(!memcmp(word->text, words[i], word->length));
	}
	/* The kernel's name for a connection that is still being made is its own
	 * affair. */
	CU_ASSERT_PTR_EQUAL(natu_stream_state(12), natu_stream_state(TCP_SYN_RECV));
	CU_ASSERT_PTR_NULL(natu_stream_state(0));
	for (unsigned int i = 14; i < 300; i++)
		CU_ASSERT_PTR_NULL(natu_stream_state(i));
}

TEST(datagrams_are_connected_or_nothing)
{
	CU_ASSERT_PTR_EQUAL(natu_datagram_state(TCP_ESTABLISHED),
			    natu_stream_state(TCP_ESTABLISHED));
	CU_ASSERT_PTR_NULL(natu_datagram_state(TCP_CLOSE));
	for (unsigned int i = 0; i < 300; i++)
		if (i != TCP_ESTABLISHED && i != TCP_CLOSE)
			CU_ASSERT_STRING_EQUAL(natu_datagram_state(i)->text, "UNKNOWN");
}

/* All words can be typed, none twice; words are padded, as those who copy them whole rely
 * on. */
TEST(list_of_words)
{
	size_t count = 0;

	for (const char *word; (word = natu_state_word_at(count)); count++) {
		CU_ASSERT(mask_of(word) != 0);
		for (size_t i = 0; i < count; i++)
			CU_ASSERT(strcmp(natu_state_word_at(i), word) != 0);
	}
	CU_ASSERT_EQUAL(count, 11 + 1 + 2 + 1 + 6 + 5);
	CU_ASSERT_PTR_NULL(natu_state_word_at(count));
	CU_ASSERT_PTR_NULL(natu_state_word_at(SIZE_MAX));
	for (unsigned int i = 0; i < STATE_NUMBERS; i++) {
		const struct natu_word *word = natu_state_word(i);

		for (size_t at = word ? word->length : sizeof(word->text);
		     at < sizeof(word->text); at++)
			CU_ASSERT(word->text[at] == '\0');
	}
}

/* The manual prints them: each state has its sentences, and its aliases lead back to
 * it. */
TEST(manual)
{
	for (unsigned int i = 0; i < STATE_NUMBERS + 3; i++) {
		const char *help = natu_state_help(i), *alias;

		CU_ASSERT(!help == (!natu_state_word(i) || i == STATE_NEW_SYN_RECV));
		if (help)
			CU_ASSERT(isupper((unsigned char)help[0]) &&
				  help[strlen(help) - 1] == '.');
		for (size_t index = 0; (alias = natu_state_alias_at(i, index)); index++)
			CU_ASSERT(mask_of(alias) == 1U << i);
		CU_ASSERT_PTR_NULL(natu_state_alias_at(i, 100));
	}
}

/* What a dump asks for: never the table that only bound sockets are in. */
TEST(dump_mask)
{
	CU_ASSERT_EQUAL(STATES_LISTED & (1U << 13), 0);
	for (unsigned int i = TCP_ESTABLISHED; i <= TCP_CLOSING; i++)
		CU_ASSERT(STATES_LISTED & (1U << i));
}
