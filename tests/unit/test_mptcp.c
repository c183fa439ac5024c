/* SPDX-License-Identifier: MIT */
#include "column.h"

#include "test.h"

#include <natu/column.h>
#include <string.h>

/* Whether a column has a value in a struct mptcp_info of that length. */
static bool has(const char *column, uint16_t length)
{
	static const unsigned char info[128];
	const struct natu_socket socket = {
		.facts = FACT_MPTCP,
		.asked = FACT_MPTCP,
		.tcp_info = info,
		.tcp_info_length = length,
	};
	struct natu_value value;

	return natu_get(&socket, natu_column_find(column), &value) == NATU_HAS;
}

/* Its length in Linux 5.9, 5.13, 6.5, 6.7 and 6.10, each of which is a multiple of 8:
 * what fills an older one up is no value of a younger one. */
TEST(lengths_of_mptcp_info)
{
	static const struct {
		const char *column;
		uint16_t since;
	} columns[] = {
		{ "mptcp.subflows", 40 },
		{ "mptcp.fallback", 40 },
		{ "mptcp.checksum", 48 },
		{ "mptcp.retransmits", 80 },
		{ "mptcp.bytes_retransmitted", 80 },
		{ "mptcp.bytes_sent", 80 },
		{ "mptcp.subflows_total", 88 },
		{ "mptcp.last_data_sent_ms", 96 },
		{ "mptcp.last_data_received_ms", 96 },
		{ "mptcp.last_ack_received_ms", 96 },
	};
	static const uint16_t lengths[] = { 0, 40, 48, 80, 88, 96 };

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++)
			CU_ASSERT_EQUAL(has(columns[i].column, lengths[k]),
					lengths[k] >= columns[i].since);
}
