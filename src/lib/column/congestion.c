/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

#include "kernel.h"

/* A member of what an algorithm tells of itself, as received. */
#define OF(algorithm, member) NUMBER_OF(NATU_UINT, algorithm, member)
#define YES_NO(algorithm, member) NUMBER_OF(NATU_BOOL, algorithm, member), .bits = 0xff
#define NUMBER_OF(kind, algorithm, member)                               \
	.base = NATU_IN_CONGESTION, .type = (kind),                      \
	.size = sizeof(((struct kernel_##algorithm##_info *)0)->member), \
	.offset = offsetof(struct kernel_##algorithm##_info, member)
#define HAVE(socket, algorithm, member, number) \
	get_number(socket, offsetof(struct kernel_##algorithm##_info, member), number)

static bool get_number(const struct natu_socket *socket, size_t offset, uint32_t *number)
{
	const void *bytes = natu_column_bytes(socket, NATU_IN_CONGESTION, offset,
					      sizeof(*number));

	if (bytes)
		memcpy(number, bytes, sizeof(*number));
	return bytes;
}

static enum natu_presence get_algorithm(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	(void)index;
	value->text.bytes = socket->congestion;
	value->text.length = socket->congestion_length;
	return NATU_HAS;
}

static enum natu_presence get_bbr_bandwidth(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	uint32_t low, high;

	(void)index;
	if (!HAVE(socket, bbr, bandwidth_low, &low) ||
	    !HAVE(socket, bbr, bandwidth_high, &high))
		return NATU_NONE;
	value->number = (uint64_t)high << 32 | low;
	return NATU_HAS;
}

/* A number of the kernel's that has so many parts to one. */
static enum natu_presence parts(const struct natu_socket *socket, size_t offset,
				unsigned int to_one, struct natu_value *value)
{
	uint32_t number;

	if (!get_number(socket, offset, &number))
		return NATU_NONE;
	value->real = (double)number / to_one;
	return NATU_HAS;
}

static enum natu_presence get_bbr_pacing_gain(const struct natu_socket *socket,
					      size_t index, struct natu_value *value)
{
	(void)index;
	return parts(socket, offsetof(struct kernel_bbr_info, pacing_gain), 256, value);
}

static enum natu_presence get_bbr_cwnd_gain(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	(void)index;
	return parts(socket, offsetof(struct kernel_bbr_info, cwnd_gain), 256, value);
}

static enum natu_presence get_dctcp_alpha(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return parts(socket, offsetof(struct kernel_dctcp_info, alpha), 1024, value);
}

static const struct natu_column rows[] = {
	{ "congestion.algorithm", "CC", FACT_CONGESTION, GET(NATU_TEXT, get_algorithm),
	  .sets = BRIEF(INFO),
	  .help = "Algorithm of congestion control: cubic, bbr, reno, dctcp, ..." },
	{ "congestion.bbr_bandwidth", "BBRBw", FACT_BBR, .unit = NATU_BYTES_PER_S,
	  GET(NATU_UINT, get_bbr_bandwidth), .sets = NATU_SET_INFO,
	  .help = "Bandwidth of the path as BBR estimates it." },
	{ "congestion.bbr_min_rtt_us", "BBRMinRTT", FACT_BBR, .unit = NATU_US,
	  OF(bbr, min_rtt), NONE(MAX), .sets = NATU_SET_INFO,
	  .help = "Round-trip time of the path as BBR estimates it." },
	{ "congestion.bbr_pacing_gain", "BBRPacing", FACT_BBR,
	  GET(NATU_REAL, get_bbr_pacing_gain), .sets = NATU_SET_INFO,
	  .help = "How many times the bandwidth BBR sends at." },
	{ "congestion.bbr_cwnd_gain", "BBRCwnd", FACT_BBR,
	  GET(NATU_REAL, get_bbr_cwnd_gain), .sets = NATU_SET_INFO,
	  .help = "How many times bandwidth * min_rtt BBR lets be in flight." },
	{ "congestion.dctcp_enabled", "DCTCP", FACT_DCTCP, YES_NO(dctcp, enabled),
	  .sets = NATU_SET_INFO,
	  .help = "Whether DCTCP is in use; without ECN it falls back to Reno." },
	{ "congestion.dctcp_ce", "DCTCPCE", FACT_DCTCP, YES_NO(dctcp, ce_state),
	  .sets = NATU_SET_INFO,
	  .help = "Whether the last packet that DCTCP received was marked as congested." },
	{ "congestion.dctcp_alpha", "DCTCPAlpha", FACT_DCTCP,
	  GET(NATU_REAL, get_dctcp_alpha), .sets = NATU_SET_INFO,
	  .help = "Share of marked bytes as DCTCP estimates it, from 0 to 1." },
	{ "congestion.dctcp_marked", "DCTCPMark", FACT_DCTCP, .unit = NATU_BYTES,
	  OF(dctcp, bytes_marked), .sets = NATU_SET_INFO,
	  .help = "Bytes acknowledged as marked in this round of DCTCP." },
	{ "congestion.dctcp_acked", "DCTCPAcked", FACT_DCTCP, .unit = NATU_BYTES,
	  OF(dctcp, bytes_acked), .sets = NATU_SET_INFO,
	  .help = "Bytes acknowledged in this round of DCTCP." },
	{ "congestion.vegas_enabled", "Vegas", FACT_VEGAS, YES_NO(vegas, enabled),
	  .sets = NATU_SET_INFO,
	  .help = "Whether the algorithm (vegas, veno, westwood, illinois) is in use." },
	{ "congestion.vegas_rtt_count", "VegasCnt", FACT_VEGAS, OF(vegas, rtt_count),
	  .sets = NATU_SET_INFO, .help = "Round-trip times measured in this round." },
	{ "congestion.vegas_rtt_us", "VegasRTT", FACT_VEGAS, .unit = NATU_US,
	  OF(vegas, rtt), NONE(INT_MAX), .sets = NATU_SET_INFO,
	  .help = "Round-trip time as the algorithm reckons it." },
	{ "congestion.vegas_min_rtt_us", "VegasMin", FACT_VEGAS, .unit = NATU_US,
	  OF(vegas, min_rtt), NONE(INT_MAX), .sets = NATU_SET_INFO,
	  .help = "Smallest round-trip time as the algorithm reckons it." },
};

NATU_COLUMN_PART(natu_columns_congestion, rows);
