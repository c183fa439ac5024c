/* SPDX-License-Identifier: MIT */
#include "netstat/counters.h"

#include <string.h>

/*
 * What netstat says for the kernel's counters. It knows some more, which it cannot find
 * in its own tables, and prints those by their names: so they are not in these.
 */

static const struct counter ip[] = {
	{ "DefaultTTL", HIDDEN, "" },
	{ "ForwDatagrams", ALWAYS, "# forwarded" },
	{ "FragCreates", NONZERO, "# fragments created" },
	{ "FragFails", NONZERO, "# outgoing packets failed fragmentation" },
	{ "FragOKs", NONZERO, "# outgoing packets fragmented ok" },
	{ "InAddrErrors", NONZERO, "# with invalid addresses" },
	{ "InDelivers", ALWAYS, "# incoming packets delivered" },
	{ "InDiscards", ALWAYS, "# incoming packets discarded" },
	{ "InHdrErrors", NONZERO, "# with invalid headers" },
	{ "InReceives", ALWAYS, "# total packets received" },
	{ "InUnknownProtos", NONZERO, "# with unknown protocol" },
	{ "OutDiscards", NONZERO, "# outgoing packets dropped" },
	{ "OutNoRoutes", NONZERO, "# dropped because of missing route" },
	{ "OutRequests", ALWAYS, "# requests sent out" },
	{ "ReasmFails", NONZERO, "# packet reassemblies failed" },
	{ "ReasmOKs", NONZERO, "# packets reassembled ok" },
	{ "ReasmReqds", NONZERO, "# reassemblies required" },
	{ "ReasmTimeout", NONZERO, "# fragments dropped after timeout" },
	{ .name = "" },
};

static const struct counter icmp[] = {
	{ "InAddrMaskReps", INPUT, "address mask replies: #" },
	{ "InAddrMasks", INPUT, "address mask request: #" },
	{ "InDestUnreachs", INPUT, "destination unreachable: #" },
	{ "InEchoReps", INPUT, "echo replies: #" },
	{ "InEchos", INPUT, "echo requests: #" },
	{ "InErrors", ALWAYS, "# input ICMP message failed" },
	{ "InMsgs", ALWAYS, "# ICMP messages received" },
	{ "InParmProbs", INPUT, "wrong parameters: #" },
	{ "InRedirects", INPUT, "redirects: #" },
	{ "InSrcQuenchs", INPUT, "source quenches: #" },
	{ "InTimeExcds", INPUT, "timeout in transit: #" },
	{ "InTimestampReps", INPUT, "timestamp reply: #" },
	{ "InTimestamps", INPUT, "timestamp request: #" },
	{ "OutAddrMaskReps", OUTPUT, "address mask replies: #" },
	{ "OutAddrMasks", OUTPUT, "address mask requests: #" },
	{ "OutDestUnreachs", OUTPUT, "destination unreachable: #" },
	{ "OutEchoReps", OUTPUT, "echo replies: #" },
	{ "OutEchos", OUTPUT, "echo requests: #" },
	{ "OutErrors", ALWAYS, "# ICMP messages failed" },
	{ "OutMsgs", ALWAYS, "# ICMP messages sent" },
	{ "OutParmProbs", OUTPUT, "wrong parameters: #" },
	{ "OutRedirects", OUTPUT, "redirect: #" },
	{ "OutSrcQuenchs", OUTPUT, "source quench: #" },
	{ "OutTimeExcds", OUTPUT, "time exceeded: #" },
	{ "OutTimestampReps", OUTPUT, "timestamp replies: #" },
	{ "OutTimestamps", OUTPUT, "timestamp requests: #" },
	{ .name = "" },
};

static const struct counter tcp[] = {
	{ "ActiveOpens", ALWAYS, "# active connection openings" },
	{ "AttemptFails", ALWAYS, "# failed connection attempts" },
	{ "CurrEstab", ALWAYS, "# connections established" },
	{ "EstabResets", ALWAYS, "# connection resets received" },
	{ "InErrs", ALWAYS, "# bad segments received" },
	{ "InSegs", ALWAYS, "# segments received" },
	{ "MaxConn", HIDDEN, "" },
	{ "OutRsts", ALWAYS, "# resets sent" },
	{ "OutSegs", ALWAYS, "# segments sent out" },
	{ "PassiveOpens", ALWAYS, "# passive connection openings" },
	{ "RetransSegs", ALWAYS, "# segments retransmitted" },
	{ "RtoAlgorithm", HIDDEN, "" },
	{ "RtoMax", HIDDEN, "" },
	{ "RtoMin", HIDDEN, "" },
	{ .name = "" },
};

static const struct counter udp[] = {
	{ "InDatagrams", ALWAYS, "# packets received" },
	{ "InErrors", ALWAYS, "# packet receive errors" },
	{ "NoPorts", ALWAYS, "# packets to unknown port received" },
	{ "OutDatagrams", ALWAYS, "# packets sent" },
	{ "RcvbufErrors", ALWAYS, "# receive buffer errors" },
	{ "SndbufErrors", ALWAYS, "# send buffer errors" },
	{ .name = "" },
};

static const struct counter tcpext[] = {
	{ "DelayedACKLocked", NONZERO,
	  "# delayed acks further delayed because of locked socket" },
	{ "DelayedACKLost", NONZERO, "Quick ack mode was activated # times" },
	{ "DelayedACKs", NONZERO, "# delayed acks sent" },
	{ "EmbryonicRsts", NONZERO, "# resets received for embryonic SYN_RECV sockets" },
	{ "ListenDrops", NONZERO, "# SYNs to LISTEN sockets dropped" },
	{ "ListenOverflows", NONZERO, "# times the listen queue of a socket overflowed" },
	{ "LockDroppedIcmps", NONZERO,
	  "# ICMP packets dropped because socket was locked" },
	{ "OfoPruned", NONZERO,
	  "# packets dropped from out-of-order queue because of socket buffer overrun" },
	{ "OutOfWindowIcmps", NONZERO,
	  "# ICMP packets dropped because they were out-of-window" },
	{ "PAWSActive", NONZERO, "# active connections rejected because of time stamp" },
	{ "PAWSEstab", NONZERO,
	  "# packets rejected in established connections because of timestamp" },
	{ "PAWSPassive", NONZERO,
	  "# passive connections rejected because of time stamp" },
	{ "PruneCalled", NONZERO,
	  "# packets pruned from receive queue because of socket buffer overrun" },
	{ "RcvPruned", NONZERO, "# packets pruned from receive queue" },
	{ "SockMallocOOM", NONZERO,
	  "Ran # times out of system memory during packet sending" },
	{ "SyncookiesFailed", NONZERO, "# invalid SYN cookies received" },
	{ "SyncookiesRecv", NONZERO, "# SYN cookies received" },
	{ "SyncookiesSent", NONZERO, "# SYN cookies sent" },
	{ "TCPAbortFailed", NONZERO, "# times unable to send RST due to no memory" },
	{ "TCPAbortOnClose", NONZERO, "# connections reset due to early user close" },
	{ "TCPAbortOnData", NONZERO, "# connections reset due to unexpected data" },
	{ "TCPAbortOnLinger", NONZERO,
	  "# connections aborted after user close in linger timeout" },
	{ "TCPAbortOnMemory", NONZERO, "# connections aborted due to memory pressure" },
	{ "TCPAbortOnSyn", NONZERO, "# connections reset due to unexpected SYN" },
	{ "TCPAbortOnTimeout", NONZERO, "# connections aborted due to timeout" },
	{ "TCPDirectCopyFromBacklog", NONZERO,
	  "# bytes directly in process context from backlog" },
	{ "TCPFACKReorder", NONZERO, "Detected reordering # times using FACK" },
	{ "TCPFastRetrans", NONZERO, "# fast retransmits" },
	{ "TCPForwardRetrans", NONZERO, "# forward retransmits" },
	{ "TCPFullUndo", NONZERO,
	  "# congestion windows fully recovered without slow start" },
	{ "TCPHPAcks", NONZERO, "# predicted acknowledgments" },
	{ "TCPHPHits", ALWAYS, "# packet headers predicted" },
	{ "TCPHPHitsToUser", NONZERO,
	  "# packet headers predicted and directly queued to user" },
	{ "TCPLossFailures", NONZERO, "# timeouts in loss state" },
	{ "TCPLossUndo", NONZERO,
	  "# congestion windows recovered without slow start after partial ack" },
	{ "TCPLostRetransmits", NONZERO, "# retransmits lost" },
	{ "TCPMemoryPressures", NONZERO, "TCP ran low on memory # times" },
	{ "TCPPartialUndo", NONZERO,
	  "# congestion windows partially recovered using Hoe heuristic" },
	{ "TCPPrequeued", NONZERO, "# packets directly queued to recvmsg prequeue" },
	{ "TCPPureAcks", NONZERO,
	  "# acknowledgments not containing data payload received" },
	{ "TCPRcvCollapsed", NONZERO,
	  "# packets collapsed in receive queue due to low socket buffer" },
	{ "TCPRenoFailures", NONZERO, "# timeouts after reno fast retransmit" },
	{ "TCPRenoRecovery", NONZERO,
	  "# times recovered from packet loss due to fast retransmit" },
	{ "TCPRenoReorder", NONZERO,
	  "Detected reordering # times using reno fast retransmit" },
	{ "TCPSACKReorder", NONZERO, "Detected reordering # times using SACK" },
	{ "TCPSchedulerFailed", NONZERO,
	  "# times receiver scheduled too late for direct processing" },
	{ "TCPSlowStartRetrans", NONZERO, "# retransmits in slow start" },
	{ "TCPTSReorder", NONZERO, "Detected reordering # times using time stamp" },
	{ "TW", NONZERO, "# TCP sockets finished time wait in fast timer" },
	{ "TWRecycled", NONZERO, "# time wait sockets recycled by time stamp" },
	{ .name = "" },
};

static const struct counter sctp[] = {
	{ "SctpAborteds", ALWAYS, "# Number of Aborteds " },
	{ "SctpActiveEstabs", ALWAYS, "# Active Associations" },
	{ "SctpChecksumErrors", ALWAYS, "# Number of Packets with invalid Checksum" },
	{ "SctpCurrEstab", ALWAYS, "# Current Associations" },
	{ "SctpFragUsrMsgs", ALWAYS, "# Number of messages fragmented" },
	{ "SctpInCtrlChunks", ALWAYS, "# Number of control chunks received" },
	{ "SctpInOrderChunks", ALWAYS, "# Number of ordered chunks received" },
	{ "SctpInSCTPPacks", ALWAYS, "# Number of SCTP packets received" },
	{ "SctpInUnorderChunks", ALWAYS, "# Number of Unordered chunks received" },
	{ "SctpOutCtrlChunks", ALWAYS, "# Number of control chunks sent" },
	{ "SctpOutOfBlues", ALWAYS, "# Number of Out of Blue packets" },
	{ "SctpOutOrderChunks", ALWAYS, "# Number of ordered chunks sent" },
	{ "SctpOutSCTPPacks", ALWAYS, "# Number of SCTP packets sent" },
	{ "SctpOutUnorderChunks", ALWAYS, "# Number of Unordered chunks sent" },
	{ "SctpPassiveEstabs", ALWAYS, "# Passive Associations" },
	{ "SctpReasmUsrMsgs", ALWAYS, "# Number of messages reassembled " },
	{ "SctpShutdowns", ALWAYS, "# Number of Graceful Terminations" },
	{ .name = "" },
};

static const struct counter ip6[] = {
	{ "Ip6FragCreates", NONZERO, "# fragments created" },
	{ "Ip6FragFails", NONZERO, "# outgoing packets failed fragmentation" },
	{ "Ip6FragOKs", NONZERO, "# outgoing packets fragmented ok" },
	{ "Ip6InAddrErrors", NONZERO, "# with invalid addresses" },
	{ "Ip6InDelivers", ALWAYS, "# incoming packets delivered" },
	{ "Ip6InDiscards", ALWAYS, "# incoming packets discarded" },
	{ "Ip6InHdrErrors", NONZERO, "# with invalid headers" },
	{ "Ip6InMcastPkts", NONZERO, "# incoming multicast packets" },
	{ "Ip6InNoRoutes", NONZERO, "# incoming packets with no route" },
	{ "Ip6InReceives", ALWAYS, "# total packets received" },
	{ "Ip6InTooBigErrors", NONZERO, "# with packets too big" },
	{ "Ip6InTruncatedPkts", NONZERO, "# with truncated packets" },
	{ "Ip6InUnknownProtos", NONZERO, "# with unknown protocol" },
	{ "Ip6OutDiscards", NONZERO, "# outgoing packets dropped" },
	{ "Ip6OutForwDatagrams", ALWAYS, "# forwarded" },
	{ "Ip6OutMcastPkts", NONZERO, "# outgoing multicast packets" },
	{ "Ip6OutNoRoutes", NONZERO, "# dropped because of missing route" },
	{ "Ip6OutRequests", ALWAYS, "# requests sent out" },
	{ "Ip6ReasmFails", NONZERO, "# packet reassemblies failed" },
	{ "Ip6ReasmOKs", NONZERO, "# packets reassembled ok" },
	{ "Ip6ReasmReqds", NONZERO, "# reassemblies required" },
	{ "Ip6ReasmTimeout", NONZERO, "# fragments dropped after timeout" },
	{ .name = "" },
};

static const struct counter icmp6[] = {
	{ "Icmp6InDestUnreachs", INPUT, "destination unreachable: #" },
	{ "Icmp6InEchoReplies", INPUT, "echo replies: #" },
	{ "Icmp6InEchos", INPUT, "echo requests: #" },
	{ "Icmp6InErrors", ALWAYS, "# input ICMP message failed" },
	{ "Icmp6InGroupMembQueries", INPUT, "group member queries: #" },
	{ "Icmp6InGroupMembReductions", INPUT, "group member reductions: #" },
	{ "Icmp6InGroupMembResponses", INPUT, "group member responses: #" },
	{ "Icmp6InMsgs", ALWAYS, "# ICMP messages received" },
	{ "Icmp6InNeighborAdvertisements", INPUT, "neighbour advertisement: #" },
	{ "Icmp6InNeighborSolicits", INPUT, "neighbour solicits: #" },
	{ "Icmp6InParmProblems", INPUT, "parameter problem: #" },
	{ "Icmp6InPktTooBigs", INPUT, "packets too big: #" },
	{ "Icmp6InRedirects", INPUT, "redirects: #" },
	{ "Icmp6InRouterAdvertisements", INPUT, "router advertisement: #" },
	{ "Icmp6InRouterSolicits", INPUT, "router solicits: #" },
	{ "Icmp6InTimeExcds", INPUT, "received ICMPv6 time exceeded: #" },
	{ "Icmp6OutDestUnreachs", OUTPUT, "destination unreachable: #" },
	{ "Icmp6OutEchoReplies", OUTPUT, "echo replies: #" },
	{ "Icmp6OutEchos", OUTPUT, "echo requests: #" },
	{ "Icmp6OutGroupMembQueries", OUTPUT, "group member queries: #" },
	{ "Icmp6OutGroupMembReductions", OUTPUT, "group member reductions: #" },
	{ "Icmp6OutGroupMembResponses", OUTPUT, "group member responses: #" },
	{ "Icmp6OutMsgs", ALWAYS, "# ICMP messages sent" },
	{ "Icmp6OutNeighborAdvertisements", OUTPUT, "neighbor advertisements: #" },
	{ "Icmp6OutNeighborSolicits", OUTPUT, "neighbor solicits: #" },
	{ "Icmp6OutParmProblems", OUTPUT, "parameter problem: #" },
	{ "Icmp6OutPktTooBigs", OUTPUT, "packets too big: #" },
	{ "Icmp6OutRedirects", OUTPUT, "redirects: #" },
	{ "Icmp6OutRouterSolicits", OUTPUT, "router solicits: #" },
	{ "Icmp6OutTimeExcds", OUTPUT, "sent ICMPv6 time exceeded: #" },
	{ .name = "" },
};

static const struct counter udp6[] = {
	{ "Udp6InDatagrams", ALWAYS, "# packets received" },
	{ "Udp6InErrors", ALWAYS, "# packet receive errors" },
	{ "Udp6NoPorts", ALWAYS, "# packets to unknown port received" },
	{ "Udp6OutDatagrams", ALWAYS, "# packets sent" },
	{ .name = "" },
};
/* THE TABLE OF SECTIONS. */
static const struct section {
	const char *title;
	const char *protocol;
	const struct counter *counters;
} sections[] = {
	{ "Ip", "raw", ip },	{ "Icmp", "raw", icmp },     { "Tcp", "tcp", tcp },
	{ "Udp", "udp", udp },	{ "TcpExt", "tcp", tcpext }, { "Sctp", "sctp", sctp },
	{ "Ip6", "raw", ip6 },	{ "Icmp6", "raw", icmp6 },   { "Udp6", "udp", udp6 },
	{ "Tcp6", "tcp", tcp },
};

static const struct section *section_named(const char *title, size_t length)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (strlen(sections[i].title) == length &&
		    !memcmp(sections[i].title, title, length))
			return &sections[i];
	return NULL;
}

const char *counters_protocol(const char *title, size_t length)
{
	const struct section *section = section_named(title, length);

	return section ? section->protocol : NULL;
}

const struct counter *counter_named(const char *title, size_t title_length,
				    const char *name, size_t length)
{
	const struct section *section = section_named(title, title_length);
	const struct counter *counter = section ? section->counters : NULL;

	for (; counter && *counter->name; counter++)
		if (strlen(counter->name) == length &&
		    !memcmp(counter->name, name, length))
			return counter;
	return NULL;
}
