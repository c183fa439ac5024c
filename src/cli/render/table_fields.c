/* SPDX-License-Identifier: MIT */
#include "table_fields.h"

/* clang-format off */
/* What stands at the end of each row. */
#define PROGRAM                                                                     \
	{ .before = " ", .width = 20, .column = "program", .absent = "-",           \
	  .sets = NATU_SET_OWNERS }
#define NAMESPACE                                                                   \
	{ .before = " ", .width = 16, .column = "netns.name",                       \
	  .otherwise = "netns.inode", .absent = "-", .sets = NATU_SET_NETNS }
#define END { .is_end = true }

/* A listener's Recv-Q is its accept queue, and netstat knows no limit for it. */
#define ENDS(first, second)                                                         \
	{ .before = "", .width = (first), .column = "proto" },                      \
	{ .before = " ", .width = (second), .align = NATU_RIGHT, .column = "recv_q", \
	  .otherwise = "listener.queue", .absent = "0" },                           \
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "send_q",       \
	  .absent = "0" },                                                          \
	{ .before = " ", .width = 23, .column = "local.address", .port = "local.port", \
	  .host = "local.host", .service = "local.service" },                       \
	{ .before = " ", .width = 23, .column = "peer.address", .port = "peer.port",   \
	  .host = "peer.host", .service = "peer.service" }
#define OWNER                                                                       \
	{ .before = " ", .width = 10, .column = "uid", .absent = "0",               \
	  .sets = NATU_SET_EXTENDED },                                              \
	{ .before = " ", .width = 10, .column = "inode", .absent = "0",             \
	  .sets = NATU_SET_EXTENDED },                                              \
	NAMESPACE,                                                                  \
	PROGRAM
#define TIMER                                                                       \
	{ .before = "", .column = "timer.kind", .absent = "off",                    \
	  .sets = NATU_SET_TIMERS },                                                \
	{ .before = " (", .column = "timer.expires_ms", .absent = "0.00",           \
	  .notation = NATU_AS_SECONDS, .sets = NATU_SET_TIMERS },                   \
	{ .before = "/", .column = "timer.retransmits", .absent = "0",              \
	  .sets = NATU_SET_TIMERS },                                                \
	{ .before = "/", .column = "timer.probes", .absent = "0",                   \
	  .sets = NATU_SET_TIMERS },                                                \
	{ .before = ")", .sets = NATU_SET_TIMERS }
#define STATE { .before = " ", .width = 11, .column = "state" }
#define REST OWNER, { .before = " ", .sets = NATU_SET_TIMERS }, TIMER, END

static const struct field internet[] = { ENDS(5, 6), STATE, REST };

/* netstat shows a RAW socket's state as a number. */
static const struct field internet_raw[] = {
	ENDS(5, 6), { .before = " ", .width = 11, .column = "state_number" }, REST
};

/* "mptcp6" takes a column of its neighbour's. */
static const struct field internet_mptcp[] = { ENDS(6, 5), STATE, REST };

/* Of SCTP netstat shows every address, and no timer: not even that none runs. */
#define LINE "\n                    "
#define STATE { .before = " ", .width = 11, .column = "state" }
#define FURTHER(...)                                                                \
	{ .before = "", .mark = BEGIN_FURTHER }, __VA_ARGS__,                       \
	{ .before = "            " },                                               \
	{ .before = "", .mark = END_FURTHER }
#define SCTP_REST                                                                   \
	OWNER,                                                                      \
	{ .before = " ", .mark = BEGIN_KNOWN, .column = "timer.kind",               \
	  .sets = NATU_SET_TIMERS },                                                \
	TIMER,                                                                      \
	{ .before = "", .mark = END_KNOWN, .sets = NATU_SET_TIMERS },               \
	END

static const struct field sctp[] = {
	ENDS(5, 6), STATE,
	FURTHER({ .before = LINE, .width = 23, .column = FURTHER_LOCAL },
		{ .before = " ", .width = 23, .column = FURTHER_PEER }),
	SCTP_REST
};

static const struct field sctp_endpoint[] = {
	{ .before = "", .width = 5, .column = "proto" },
	{ .before = "               ", .width = 47, .column = "local.address",
	  .port = "local.port", .host = "local.host", .service = "local.service" },
	STATE,
	FURTHER({ .before = LINE, .width = 47, .column = FURTHER_LOCAL,
		  .port = "local.port", .service = "local.service" }),
	SCTP_REST
};

static const struct field unix_domain[] = {
	{ .before = "", .width = 5, .column = "proto" },
	{ .before = " ", .width = 6, .column = "refcount", .absent = "-" },
	{ .before = " ", .width = 11, .column = "flags", .notation = NATU_AS_FLAGS },
	{ .before = " ", .width = 10, .column = "type", .absent = "UNKNOWN" },
	{ .before = " ", .width = 13, .column = "state" },
	{ .before = " ", .width = 8, .column = "inode", .absent = "0" },
	NAMESPACE,
	PROGRAM,
	{ .before = " ", .column = "local.path" },
	END
};

/* What netstat does not have. */
static const struct field packet[] = {
	{ .before = "", .width = 6, .column = "proto" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "recv_q", .absent = "-" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "send_q", .absent = "-" },
	{ .before = " ", .width = 10, .column = "type", .absent = "UNKNOWN" },
	{ .before = " ", .width = 8, .column = "packet.protocol" },
	{ .before = " ", .width = 16, .column = "interface", .absent = "*" },
	{ .before = " ", .width = 10, .column = "uid", .absent = "-" },
	{ .before = " ", .width = 8, .column = "inode", .absent = "-" },
	NAMESPACE,
	PROGRAM,
	END
};

static const struct field netlink[] = {
	{ .before = "", .width = 7, .column = "proto" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "recv_q", .absent = "-" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "send_q", .absent = "-" },
	{ .before = " ", .width = 14, .column = "netlink.protocol",
	  .otherwise = "netlink.protocol_number" },
	{ .before = " ", .width = 10, .column = "netlink.portid" },
	{ .before = " ", .width = 10, .column = "netlink.groups", .absent = "-" },
	{ .before = " ", .width = 6, .column = "memory.drops", .absent = "-" },
	{ .before = " ", .width = 8, .column = "inode", .absent = "-" },
	NAMESPACE,
	PROGRAM,
	END
};

#define BEGINNING                                                                   \
	{ .before = "", .width = 5, .column = "proto" },                            \
	{ .before = " ", .width = 9, .column = "type", .absent = "-" }
#define IDENTITY                                                                    \
	{ .before = " ", .width = 10, .column = "uid", .absent = "-" },             \
	{ .before = " ", .width = 8, .column = "inode", .absent = "-" },            \
	NAMESPACE,                                                                  \
	PROGRAM,                                                                    \
	END

static const struct field vsock[] = {
	BEGINNING,
	{ .before = " ", .width = 11, .column = "state" },
	{ .before = " ", .width = 10, .column = "vsock.cid", .absent = "*" },
	{ .before = " ", .width = 10, .column = "vsock.port", .absent = "*" },
	{ .before = " ", .width = 10, .column = "vsock.peer_cid", .absent = "*" },
	{ .before = " ", .width = 10, .column = "vsock.peer_port", .absent = "*" },
	IDENTITY
};

static const struct field xdp[] = {
	BEGINNING,
	{ .before = " ", .width = 16, .column = "interface", .absent = "*" },
	{ .before = " ", .width = 10, .column = "xdp.queue", .absent = "-" },
	IDENTITY
};

static const struct field tipc[] = {
	{ .before = "", .width = 5, .column = "proto" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "tipc.receive_queue",
	  .absent = "-" },
	{ .before = " ", .width = 6, .align = NATU_RIGHT, .column = "tipc.send_queue",
	  .absent = "-" },
	{ .before = " ", .width = 9, .column = "type", .absent = "-" },
	{ .before = " ", .width = 11, .column = "state" },
	{ .before = " ", .width = 21, .column = "tipc.node", .absent = "*",
	  .port = "tipc.reference" },
	{ .before = " ", .width = 21, .column = "tipc.peer_node", .absent = "*",
	  .port = "tipc.peer_reference" },
	IDENTITY
};

static const struct field smc[] = {
	{ .before = "", .width = 5, .column = "proto" },
	{ .before = " ", .width = 5, .column = "smc.mode", .absent = "-" },
	{ .before = " ", .width = 23, .column = "local.address", .port = "local.port" },
	{ .before = " ", .width = 23, .column = "peer.address", .port = "peer.port" },
	{ .before = " ", .width = 11, .column = "state" },
	IDENTITY
};

static const struct heading internet_heading[] = {
	{ "Proto Recv-Q Send-Q Local Address           Foreign Address         "
	  "State      ", 0 },
	{ " User       Inode     ", NATU_SET_EXTENDED },
	{ " Netns           ", NATU_SET_NETNS },
	{ " PID/Program name    ", NATU_SET_OWNERS },
	{ " Timer", NATU_SET_TIMERS },
	{ NULL, 0 }
};

static const struct heading unix_heading[] = {
	{ "Proto RefCnt Flags       Type       State         I-Node  ", 0 },
	{ " Netns           ", NATU_SET_NETNS },
	{ " PID/Program name    ", NATU_SET_OWNERS },
	{ " Path", 0 },
	{ NULL, 0 }
};

static const struct heading packet_heading[] = {
	{ "Proto  Recv-Q Send-Q Type       Protocol Interface        User       I-Node  ", 0 },
	{ " Netns           ", NATU_SET_NETNS },
	{ " PID/Program name    ", NATU_SET_OWNERS },
	{ NULL, 0 }
};

static const struct heading netlink_heading[] = {
	{ "Proto   Recv-Q Send-Q Protocol       Port ID    Groups     Drops  I-Node  ", 0 },
	{ " Netns           ", NATU_SET_NETNS },
	{ " PID/Program name    ", NATU_SET_OWNERS },
	{ NULL, 0 }
};

#define IDENTITY_HEADING                                                            \
	{ " User       I-Node  ", 0 },                                              \
	{ " Netns           ", NATU_SET_NETNS },                                    \
	{ " PID/Program name    ", NATU_SET_OWNERS },                               \
	{ NULL, 0 }

static const struct heading vsock_heading[] = {
	{ "Proto Type      State       CID        Port       Peer CID   Peer Port ", 0 },
	IDENTITY_HEADING
};

static const struct heading xdp_heading[] = {
	{ "Proto Type      Interface        Queue     ", 0 },
	IDENTITY_HEADING
};

static const struct heading tipc_heading[] = {
	{ "Proto Recv-Q Send-Q Type      State       Local Node:Port       "
	  "Peer Node:Port       ", 0 },
	IDENTITY_HEADING
};

static const struct heading smc_heading[] = {
	{ "Proto Mode  Local Address           Foreign Address         State      ", 0 },
	IDENTITY_HEADING
};

/* THE SECTION TABLE. */
const struct section sections[] = {
	{ "inet", "Internet connections", internet_heading, internet },
	{ "unix", "UNIX domain sockets", unix_heading, unix_domain },
	{ "packet", "packet sockets", packet_heading, packet },
	{ "netlink", "netlink sockets", netlink_heading, netlink },
	{ "vsock", "vsock sockets", vsock_heading, vsock },
	{ "xdp", "XDP sockets", xdp_heading, xdp },
	{ "tipc", "TIPC sockets", tipc_heading, tipc },
	{ "smc", "SMC sockets", smc_heading, smc },
};

const struct section_exception section_exceptions[] = {
	{ "raw", internet_raw, NULL },
	{ "mptcp", internet_mptcp, NULL },
	{ "sctp", sctp, sctp_endpoint },
};
/* clang-format on */

const size_t sections_count = sizeof(sections) / sizeof(sections[0]);
const size_t section_exceptions_count = sizeof(section_exceptions) /
					sizeof(section_exceptions[0]);
