/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include "test.h"

#include <stdint.h>
#include <string.h>

/* What lies in a message is another one's when the socket comes back. */
TEST(what_lies_in_a_message_is_kept)
{
	char message[] = "infomemocubicbbr.tls.details";
	const unsigned char *bytes = (const unsigned char *)message;
	struct natu_socket socket = {
		.facts = FACT_TCPINFO | FACT_MEMORY | FACT_CONGESTION | FACT_BBR |
			 FACT_ULP | FACT_TLS,
		.tcp_info = bytes,
		.tcp_info_length = 4,
		.memory = bytes + 4,
		.memory_length = 4,
		.congestion = message + 8,
		.congestion_length = 5,
		.congestion_info = bytes + 13,
		.congestion_info_length = 4,
		.ulp = message + 17,
		.ulp_length = 4,
		.ulp_details = bytes + 21,
		.ulp_details_length = 7,
	};
	struct natu_waiting waiting = { 0 };
	struct natu_socket back;
	size_t number;

	for (size_t i = 0; i < 1000; i++)
		CU_ASSERT_FATAL(natu_waiting_add(&waiting, &socket, i));
	memset(message, '?', sizeof(message));
	for (size_t i = 0; i < 1000; i++) {
		CU_ASSERT_FATAL(natu_waiting_next(&waiting, &back, &number));
		CU_ASSERT_EQUAL(number, i);
		CU_ASSERT(!memcmp(back.tcp_info, "info", 4));
		CU_ASSERT(!memcmp(back.memory, "memo", 4));
		CU_ASSERT(!memcmp(back.congestion, "cubic", 5));
		CU_ASSERT(!memcmp(back.congestion_info, "bbr.", 4));
		CU_ASSERT(!memcmp(back.ulp, "tls.", 4));
		CU_ASSERT(!memcmp(back.ulp_details, "details", 7));
		/* These are attributes, which are read in place. */
		CU_ASSERT_EQUAL((uintptr_t)back.ulp_details % 4, 0);
	}
	CU_ASSERT_FALSE(natu_waiting_next(&waiting, &back, &number));
	natu_waiting_drop(&waiting);
}

/* Lengths of what is not there count for nothing. */
TEST(what_is_not_there_takes_no_room)
{
	struct natu_socket socket = { .facts = FACT_BASE,
				      .tcp_info_length = UINT16_MAX,
				      .memory_length = UINT16_MAX,
				      .congestion_length = UINT16_MAX };
	struct natu_waiting waiting = { 0 };
	struct natu_socket back;
	size_t number;

	CU_ASSERT_FATAL(natu_waiting_add(&waiting, &socket, 7));
	CU_ASSERT_FATAL(natu_waiting_next(&waiting, &back, &number));
	CU_ASSERT(back.facts == FACT_BASE && number == 7);
	natu_waiting_drop(&waiting);
}
