/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "kernel.h"

/* One bit of what was received of a socket's options. */
#define OPTION(name)                                           \
	.base = NATU_IN_OPTIONS, .type = NATU_BOOL, .size = 1, \
	.offset = KERNEL_SOCKOPT_##name / 8,                   \
	.bits = KERNEL_BIT(KERNEL_SOCKOPT_##name % 8), .sets = BRIEF(OPTIONS)

static const struct natu_column rows[] = {
	{ "v6only", "V6Only", FACT_V6ONLY, BIT(v6only, 0xff),
	  .help = "Whether an IPv6 socket takes no IPv4 (IPV6_V6ONLY); absent for one that "
		  "is connected." },
	{ "shutdown.read", "ShutRd", FACT_SHUTDOWN, BIT(shutdown, KERNEL_RCV_SHUTDOWN),
	  .help = "Whether no more can be read: shutdown here, or the remote end has sent its last." },
	{ "shutdown.write", "ShutWr", FACT_SHUTDOWN, BIT(shutdown, KERNEL_SEND_SHUTDOWN),
	  .help = "Whether no more can be written: shutdown or close of this end." },
	{ "options.recverr", "RecvErr", FACT_OPTIONS, OPTION(RECVERR),
	  .help = "Whether errors are kept to be read with their origin (IP_RECVERR)." },
	{ "options.is_icsk", "ICSK", FACT_OPTIONS, OPTION(IS_ICSK),
	  .help = "Whether the kernel handles it as a socket of connections." },
	{ "options.freebind", "FreeBind", FACT_OPTIONS, OPTION(FREEBIND),
	  .help = "Whether it may be bound to an address that is not here (IP_FREEBIND)." },
	{ "options.hdrincl", "HdrIncl", FACT_OPTIONS, OPTION(HDRINCL),
	  .help = "Whether the program writes the IP header itself (IP_HDRINCL)." },
	{ "options.mc_loop", "McLoop", FACT_OPTIONS, OPTION(MC_LOOP),
	  .help = "Whether multicast that it sends comes back to this host "
		  "(IP_MULTICAST_LOOP)." },
	{ "options.transparent", "Transp", FACT_OPTIONS, OPTION(TRANSPARENT),
	  .help = "Whether it is a transparent proxy's (IP_TRANSPARENT)." },
	{ "options.mc_all", "McAll", FACT_OPTIONS, OPTION(MC_ALL),
	  .help = "Whether it takes multicast of groups that others joined "
		  "(IP_MULTICAST_ALL)." },
	{ "options.nodefrag", "NoDefrag", FACT_OPTIONS, OPTION(NODEFRAG),
	  .help = "Whether its fragments are left as they are on the way out "
		  "(IP_NODEFRAG)." },
	{ "options.bind_address_no_port", "NoPort", FACT_OPTIONS,
	  OPTION(BIND_ADDRESS_NO_PORT),
	  .help = "Whether bind leaves the choice of a port to connect "
		  "(IP_BIND_ADDRESS_NO_PORT)." },
	{ "options.recverr_rfc4884", "Err4884", FACT_OPTIONS, OPTION(RECVERR_RFC4884),
	  .help = "Whether errors are kept with what RFC 4884 adds "
		  "(IP_RECVERR_RFC4884)." },
	{ "options.defer_connect", "DeferCon", FACT_OPTIONS, OPTION(DEFER_CONNECT),
	  .help = "Whether connect waits for the first data (TCP_FASTOPEN_CONNECT)." },
};

NATU_COLUMN_PART(natu_columns_options, rows);
