/* SPDX-License-Identifier: MIT */
#include "measure.h"

const struct measure_file natu_measure_files[MEASURE_FILES] = {
	[MEASURE_SOCKSTAT] = { "net/sockstat", MEASURE_PAIRS, false, false },
	[MEASURE_SOCKSTAT6] = { "net/sockstat6", MEASURE_PAIRS, true, false },
	[MEASURE_SNMP] = { "net/snmp", MEASURE_TABLE, false, false },
	[MEASURE_SNMP6] = { "net/snmp6", MEASURE_PAIRS, true, false },
	[MEASURE_NETSTAT] = { "net/netstat", MEASURE_TABLE, false, false },
	[MEASURE_TCP_MEM] = { "sys/net/ipv4/tcp_mem", MEASURE_LIST, false, true },
	[MEASURE_UDP_MEM] = { "sys/net/ipv4/udp_mem", MEASURE_LIST, false, true },
	[MEASURE_MAX_ORPHANS] = { "sys/net/ipv4/tcp_max_orphans", MEASURE_LIST, false,
				  true },
	[MEASURE_MAX_TW_BUCKETS] = { "sys/net/ipv4/tcp_max_tw_buckets", MEASURE_LIST,
				     false, false },
	[MEASURE_MAX_SYN_BACKLOG] = { "sys/net/ipv4/tcp_max_syn_backlog", MEASURE_LIST,
				      false, false },
	[MEASURE_SYNCOOKIES] = { "sys/net/ipv4/tcp_syncookies", MEASURE_LIST, false,
				 false },
	[MEASURE_SOMAXCONN] = { "sys/net/core/somaxconn", MEASURE_LIST, false, false },
	[MEASURE_PORT_RANGE] = { "sys/net/ipv4/ip_local_port_range", MEASURE_LIST, false,
				 false },
	[MEASURE_RESERVED_PORTS] = { "sys/net/ipv4/ip_local_reserved_ports", MEASURE_LIST,
				     false, false },
};

static enum natu_presence get_first_port(const struct natu_measures *measures,
					 uint64_t *number)
{
	*number = measures->first_port;
	return *number ? NATU_HAS : NATU_NONE;
}

static enum natu_presence get_last_port(const struct natu_measures *measures,
					uint64_t *number)
{
	*number = measures->last_port;
	return *number ? NATU_HAS : NATU_NONE;
}

static enum natu_presence get_ports(const struct natu_measures *measures,
				    uint64_t *number)
{
	*number = 0;
	if (!measures->first_port)
		return NATU_NONE;
	for (unsigned int port = measures->first_port; port <= measures->last_port;
	     port++)
		*number += natu_measures_is_ephemeral(measures, (uint16_t)port);
	return NATU_HAS;
}

/* clang-format off */
#define GAUGE .kind = NATU_GAUGE
#define COUNTER .kind = NATU_COUNTER
#define LIMIT .kind = NATU_LIMIT
#define SOCKSTAT(of, what) .file = MEASURE_SOCKSTAT, .line = of ":", .field = what
#define SOCKSTAT6(of, what) .file = MEASURE_SOCKSTAT6, .line = of ":", .field = what
#define SNMP(of, what) .file = MEASURE_SNMP, .line = of ":", .field = what
#define SNMP6(what) .file = MEASURE_SNMP6, .field = what
#define NETSTAT(what) .file = MEASURE_NETSTAT, .line = "TcpExt:", .field = what
#define PAGES .unit = NATU_BYTES, .is_pages = true
/* clang-format on */

/* THE MEASURE TABLE. */
const struct natu_measure natu_measure_rows[] = {
	{ "sockets.used", GAUGE, SOCKSTAT("sockets", "used"),
	  .help = "Sockets of all families in this network namespace." },
	{ "tcp.in_use", GAUGE, SOCKSTAT("TCP", "inuse"),
	  .help = "TCP sockets over IPv4, without those in TIME_WAIT and SYN_RECV." },
	{ "tcp.in_use6", GAUGE, SOCKSTAT6("TCP6", "inuse"),
	  .help = "TCP sockets over IPv6, without those in TIME_WAIT and SYN_RECV." },
	{ "tcp.established", GAUGE, SNMP("Tcp", "CurrEstab"),
	  .help = "TCP sockets in ESTABLISHED or CLOSE_WAIT." },
	{ "tcp.allocated", GAUGE, SOCKSTAT("TCP", "alloc"),
	  .help = "TCP sockets of the whole machine, with those that are nowhere listed." },
	{ "tcp.orphans", GAUGE, SOCKSTAT("TCP", "orphan"),
	  .help = "TCP sockets of the whole machine that no process holds any more." },
	{ "tcp.orphans_limit", LIMIT, .file = MEASURE_MAX_ORPHANS,
	  .help = "Orphans beyond which they are reset: tcp_max_orphans." },
	{ "tcp.time_wait", GAUGE, SOCKSTAT("TCP", "tw"),
	  .help = "TCP sockets in TIME_WAIT." },
	{ "tcp.time_wait_limit", LIMIT, .file = MEASURE_MAX_TW_BUCKETS,
	  .help = "Sockets in TIME_WAIT beyond which they are closed at once: "
		  "tcp_max_tw_buckets." },
	{ "tcp.memory", GAUGE, SOCKSTAT("TCP", "mem"), PAGES,
	  .help = "Memory that the buffers of all TCP sockets of the machine take." },
	{ "tcp.memory_low", LIMIT, .file = MEASURE_TCP_MEM, .number = 0, PAGES,
	  .help = "Memory up to which TCP does not save any: tcp_mem." },
	{ "tcp.memory_pressure", LIMIT, .file = MEASURE_TCP_MEM, .number = 1, PAGES,
	  .help = "Memory from which on TCP saves it: tcp_mem." },
	{ "tcp.memory_limit", LIMIT, .file = MEASURE_TCP_MEM, .number = 2, PAGES,
	  .help = "Memory that TCP can take at most: tcp_mem." },
	{ "tcp.active_opens", COUNTER, SNMP("Tcp", "ActiveOpens"),
	  .help = "Connections begun from here." },
	{ "tcp.passive_opens", COUNTER, SNMP("Tcp", "PassiveOpens"),
	  .help = "Connections begun by others." },
	{ "tcp.failed_opens", COUNTER, SNMP("Tcp", "AttemptFails"),
	  .help = "Connections that failed before they were established." },
	{ "tcp.established_resets", COUNTER, SNMP("Tcp", "EstabResets"),
	  .help = "Established connections that ended by a reset." },
	{ "tcp.resets_sent", COUNTER, SNMP("Tcp", "OutRsts"), .help = "Resets sent." },
	{ "tcp.segments_received", COUNTER, SNMP("Tcp", "InSegs"), .unit = NATU_SEGMENTS,
	  .help = "Segments received." },
	{ "tcp.segments_sent", COUNTER, SNMP("Tcp", "OutSegs"), .unit = NATU_SEGMENTS,
	  .help = "Segments sent, without those that were sent again." },
	{ "tcp.retransmitted", COUNTER, SNMP("Tcp", "RetransSegs"), .unit = NATU_SEGMENTS,
	  .help = "Segments sent again." },
	{ "tcp.errors_received", COUNTER, SNMP("Tcp", "InErrs"), .unit = NATU_SEGMENTS,
	  .help = "Segments received that were not as they should be." },
	{ "tcp.timeouts", COUNTER, NETSTAT("TCPTimeouts"),
	  .help = "Retransmission timeouts." },
	{ "tcp.out_of_memory", COUNTER, NETSTAT("TCPAbortOnMemory"),
	  .help = "Connections reset because of too many orphans or too little memory." },
	{ "tcp.memory_pressures", COUNTER, NETSTAT("TCPMemoryPressures"),
	  .help = "How many times TCP began to save memory." },
	{ "tcp.time_wait_overflows", COUNTER, NETSTAT("TCPTimeWaitOverflow"),
	  .help = "Sockets that could not wait in TIME_WAIT, as too many did." },
	{ "listen.overflows", COUNTER, NETSTAT("ListenOverflows"),
	  .help = "Connections that found the accept queue of their listener full." },
	{ "listen.drops", COUNTER, NETSTAT("ListenDrops"),
	  .help = "Connections that listeners turned away for any reason, overflows included." },
	{ "listen.queue_limit", LIMIT, .file = MEASURE_SOMAXCONN,
	  .help = "The longest accept queue that a listener gets: somaxconn." },
	{ "syn.backlog_limit", LIMIT, .file = MEASURE_MAX_SYN_BACKLOG,
	  .help = "Half-open connections that a listener remembers: tcp_max_syn_backlog." },
	{ "syn.queue_drops", COUNTER, NETSTAT("TCPReqQFullDrop"),
	  .help = "Half-open connections dropped, as there were too many." },
	{ "syn.cookies_mode", LIMIT, .file = MEASURE_SYNCOOKIES,
	  .help = "SYN cookies are sent never (0), when a queue is full (1) or always (2)." },
	{ "syn.cookies_sent", COUNTER, NETSTAT("SyncookiesSent"),
	  .help = "SYN cookies sent." },
	{ "syn.cookies_received", COUNTER, NETSTAT("SyncookiesRecv"),
	  .help = "SYN cookies that came back and were right." },
	{ "syn.cookies_failed", COUNTER, NETSTAT("SyncookiesFailed"),
	  .help = "SYN cookies that came back and were wrong." },
	{ "ephemeral.first", LIMIT, .unit = NATU_PORT, .file = MEASURE_PORT_RANGE,
	  .get = get_first_port,
	  .help = "The first port that the kernel chooses for a socket: "
		  "ip_local_port_range." },
	{ "ephemeral.last", LIMIT, .unit = NATU_PORT, .file = MEASURE_PORT_RANGE,
	  .get = get_last_port,
	  .help = "The last port that the kernel chooses for a socket: "
		  "ip_local_port_range." },
	{ "ephemeral.ports", LIMIT, .file = MEASURE_PORT_RANGE, .get = get_ports,
	  .help = "How many ports the kernel chooses from: those of ip_local_port_range "
		  "without ip_local_reserved_ports." },
	{ "udp.in_use", GAUGE, SOCKSTAT("UDP", "inuse"),
	  .help = "UDP sockets over IPv4 that have a port." },
	{ "udp.in_use6", GAUGE, SOCKSTAT6("UDP6", "inuse"),
	  .help = "UDP sockets over IPv6 that have a port." },
	{ "udp.memory", GAUGE, SOCKSTAT("UDP", "mem"), PAGES,
	  .help = "Memory that the buffers of all UDP sockets of the machine take." },
	{ "udp.memory_low", LIMIT, .file = MEASURE_UDP_MEM, .number = 0, PAGES,
	  .help = "Memory up to which UDP does not save any: udp_mem." },
	{ "udp.memory_pressure", LIMIT, .file = MEASURE_UDP_MEM, .number = 1, PAGES,
	  .help = "Memory from which on UDP saves it: udp_mem." },
	{ "udp.memory_limit", LIMIT, .file = MEASURE_UDP_MEM, .number = 2, PAGES,
	  .help = "Memory that UDP can take at most: udp_mem." },
	{ "udp.received", COUNTER, SNMP("Udp", "InDatagrams"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams received over IPv4." },
	{ "udp.received6", COUNTER, SNMP6("Udp6InDatagrams"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams received over IPv6." },
	{ "udp.sent", COUNTER, SNMP("Udp", "OutDatagrams"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams sent over IPv4." },
	{ "udp.sent6", COUNTER, SNMP6("Udp6OutDatagrams"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams sent over IPv6." },
	{ "udp.no_port", COUNTER, SNMP("Udp", "NoPorts"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv4 for ports that nobody has." },
	{ "udp.no_port6", COUNTER, SNMP6("Udp6NoPorts"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv6 for ports that nobody has." },
	{ "udp.receive_drops", COUNTER, SNMP("Udp", "RcvbufErrors"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv4 dropped, as the receive buffer was full." },
	{ "udp.receive_drops6", COUNTER, SNMP6("Udp6RcvbufErrors"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv6 dropped, as the receive buffer was full." },
	{ "udp.send_drops", COUNTER, SNMP("Udp", "SndbufErrors"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv4 not sent, as the send buffer was full." },
	{ "udp.send_drops6", COUNTER, SNMP6("Udp6SndbufErrors"), .unit = NATU_PACKETS,
	  .help = "UDP datagrams over IPv6 not sent, as the send buffer was full." },
	{ "udplite.in_use", GAUGE, SOCKSTAT("UDPLITE", "inuse"),
	  .help = "UDP-Lite sockets over IPv4 that have a port." },
	{ "udplite.in_use6", GAUGE, SOCKSTAT6("UDPLITE6", "inuse"),
	  .help = "UDP-Lite sockets over IPv6 that have a port." },
	{ "raw.in_use", GAUGE, SOCKSTAT("RAW", "inuse"),
	  .help = "RAW sockets over IPv4." },
	{ "raw.in_use6", GAUGE, SOCKSTAT6("RAW6", "inuse"),
	  .help = "RAW sockets over IPv6." },
	{ "fragments.in_use", GAUGE, SOCKSTAT("FRAG", "inuse"),
	  .help = "IPv4 packets of which parts have come." },
	{ "fragments.memory", GAUGE, SOCKSTAT("FRAG", "memory"), .unit = NATU_BYTES,
	  .help = "Memory that these parts take." },
};

const size_t natu_measure_rows_count = sizeof(natu_measure_rows) /
				       sizeof(natu_measure_rows[0]);
