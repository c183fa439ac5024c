/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "family/other.h"
#include "family/sctp.h"
#include "family/unix.h"
#include "state.h"

#include <string.h>

/* clang-format off */
#define WORD(text) { text, sizeof(text) - 1 }
/* clang-format on */

/* What every internet socket's message carries, whatever was asked. */
#define INET_DIAG_FACTS                                                                  \
	(FACT_BASE | FACT_INET | FACT_QUEUES | FACT_UID | FACT_INODE | FACT_COOKIE |     \
	 FACT_INTERFACE | FACT_MEMORY | FACT_DROPS | FACT_TOS | FACT_MARK |              \
	 FACT_CGROUP | FACT_OPTIONS | FACT_SHUTDOWN | FACT_V6ONLY | FACT_TRAFFIC_CLASS | \
	 FACT_CLASS_ID)
#define INET_PROC_FACTS (FACT_BASE | FACT_INET | FACT_QUEUES | FACT_UID | FACT_INODE)
#define STREAM_PROC_FACTS (FACT_LISTENER | FACT_TIMER | FACT_RETRIES)
#define STREAM_DIAG_FACTS                                                           \
	(FACT_PEER_INODE | STREAM_PROC_FACTS | FACT_BACKLOG | FACT_LISTENER_DROPS | \
	 FACT_TCPINFO | FACT_CONGESTION | FACT_VEGAS | FACT_DCTCP | FACT_BBR |      \
	 FACT_ULP | FACT_TLS | FACT_MPTCP_SUBFLOW | FACT_MPTCP_TOKEN)

/* netstat asks TCP for the remote port and the others for the remote address. */
static bool has_remote_port(const struct natu_socket *socket)
{
	return socket->peer_port != 0;
}

static bool has_remote_address(const struct natu_socket *socket)
{
	return !natu_address_is_any(&socket->peer);
}

#define INET                                                                      \
	.address_families = { AF_INET, AF_INET6 }, .family_names = natu_ip_names, \
	.states = STATES_LISTED, .heading = { "sl" },                             \
	.put_request = natu_inet_put_request, .decode = natu_inet_decode,         \
	.parse_line = natu_inet_parse_line
#define STREAM                                                               \
	INET, .listening_states = STATE_BIT(STATE_LISTEN),                   \
	      .connected_states = STATES_LISTED & ~STATE_BIT(STATE_LISTEN),  \
	      .state = natu_stream_state, .has_remote_end = has_remote_port, \
	      .diag_facts = INET_DIAG_FACTS | STREAM_DIAG_FACTS,             \
	      .proc_facts = INET_PROC_FACTS | STREAM_PROC_FACTS
/* One that was disconnected can keep its remote end. */
#define DATAGRAM                                                               \
	INET, .listening_states = STATE_BIT(STATE_CLOSE),                      \
	      .connected_states = STATES_LISTED, .state = natu_datagram_state, \
	      .has_remote_end = has_remote_address,                            \
	      .proc_facts = INET_PROC_FACTS | FACT_DROPS

/* ... whose facts are their own. */
#define LISTENING_STREAM                                                    \
	INET, .listening_states = STATE_BIT(STATE_LISTEN),                  \
	      .connected_states = STATES_LISTED & ~STATE_BIT(STATE_LISTEN), \
	      .state = natu_stream_state, .has_remote_end = has_remote_port

/* What sock_diag has no handler for. */
#define PROC_DATAGRAM                                                                   \
	.address_families = { AF_INET, AF_INET6 }, .family_names = natu_ip_names,       \
	.states = STATES_LISTED, .heading = { "sl" }, .decode = natu_inet_decode,       \
	.parse_line = natu_inet_parse_line, .listening_states = STATE_BIT(STATE_CLOSE), \
	.connected_states = STATES_LISTED, .state = natu_datagram_state,                \
	.has_remote_end = has_remote_address, .proc_facts = INET_PROC_FACTS | FACT_DROPS

#define NOT_CLOSED \
	"no kernel closes such a socket from outside: end the process that holds it"

/* Of families of their own. */
#define OTHER_FACTS                                                                     \
	(FACT_BASE | FACT_TYPE | FACT_INODE | FACT_COOKIE | FACT_QUEUES | FACT_MEMORY | \
	 FACT_DROPS)
#define CONNECTIONLESS                                              \
	.states = STATES_LISTED, .listening_states = STATES_LISTED, \
	.connected_states = STATES_LISTED, .state = natu_datagram_state
#define FUNCTIONS(name)                                                           \
	.put_request = natu_##name##_put_request, .decode = natu_##name##_decode, \
	.parse_line = natu_##name##_parse_line

/* THE FAMILY TABLE, in netstat's order. */
const struct natu_family natu_families[] = {
	{
		.name = "tcp",
		.title = "TCP",
		.proto = { WORD("tcp"), WORD("tcp6") },
		.procfile = { "net/tcp", "net/tcp6" },
		.protocol = IPPROTO_TCP,
		.is_default = true,
		.extra_states = STATE_BIT(STATE_BOUND),
		STREAM,
	},
	{
		.name = "sctp",
		.title = "SCTP",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_INET, AF_INET6 },
		.family_names = natu_ip_names,
		.proto = { WORD("sctp") },
		.procfile = { "net/sctp/eps", "net/sctp/assocs" },
		.heading = { "ENDPT", "ASSOC" },
		.protocol = IPPROTO_SCTP,
		.sets = NATU_SET_SCTP,
		.states = STATES_SCTP,
		.listening_states = STATE_BIT(STATE_LISTEN),
		.connected_states = STATES_SCTP & ~STATE_BIT(STATE_LISTEN),
		.state = natu_sctp_state,
		.has_remote_end = has_remote_port,
		.diag_facts = INET_DIAG_FACTS | FACT_TYPE | FACT_LISTENER | FACT_BACKLOG |
			      FACT_LISTENER_DROPS | FACT_TIMER | FACT_RETRIES |
			      FACT_CONGESTION | FACT_ADDRESSES | FACT_SCTP |
			      FACT_SCTP_STREAMS,
		.proc_facts = INET_PROC_FACTS | FACT_TYPE | FACT_ADDRESSES |
			      FACT_SCTP_STREAMS | FACT_SCTP_RETRIES,
		FUNCTIONS(sctp),
		.take_heading = natu_sctp_take_heading,
		.has_associations = true,
	},
	{
		.name = "udp",
		.title = "UDP",
		.proto = { WORD("udp"), WORD("udp6") },
		.procfile = { "net/udp", "net/udp6" },
		.protocol = IPPROTO_UDP,
		.is_default = true,
		DATAGRAM,
		.diag_facts = INET_DIAG_FACTS | FACT_PEER_INODE,
	},
	{
		.name = "udplite",
		.title = "UDP-Lite",
		.not_closed = NOT_CLOSED,
		.proto = { WORD("udpl"), WORD("udpl6") },
		.procfile = { "net/udplite", "net/udplite6" },
		.protocol = IPPROTO_UDPLITE,
		DATAGRAM,
		.diag_facts = INET_DIAG_FACTS | FACT_PEER_INODE,
	},
	{
		.name = "raw",
		.title = "RAW",
		.proto = { WORD("raw"), WORD("raw6") },
		.procfile = { "net/raw", "net/raw6" },
		.protocol = IPPROTO_RAW,
		.is_dumped_by_family = true,
		DATAGRAM,
		.diag_facts = INET_DIAG_FACTS,
	},
	{
		.name = "icmp",
		.title = "ping",
		.not_closed = NOT_CLOSED,
		.proto = { WORD("icmp"), WORD("icmp6") },
		.procfile = { "net/icmp", "net/icmp6" },
		.protocol = IPPROTO_ICMP,
		PROC_DATAGRAM,
	},
	{
		.name = "mptcp",
		.title = "MPTCP",
		.not_closed =
			"no kernel closes MPTCP from outside: natu kill -t takes its subflows away",
		.proto = { WORD("mptcp"), WORD("mptcp6") },
		.protocol = 262, /* IPPROTO_MPTCP */
		.sets = NATU_SET_MPTCP,
		LISTENING_STREAM,
		.diag_facts = INET_DIAG_FACTS | FACT_LISTENER | FACT_BACKLOG |
			      FACT_LISTENER_DROPS | FACT_MPTCP | FACT_MPTCP_TOKEN,
	},
	{
		.name = "dccp",
		.title = "DCCP",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_INET, AF_INET6 },
		.family_names = natu_ip_names,
		.proto = { WORD("dccp"), WORD("dccp6") },
		.protocol = IPPROTO_DCCP,
		.states = STATES_DCCP,
		.listening_states = STATE_BIT(STATE_LISTEN),
		.connected_states = STATES_DCCP & ~STATE_BIT(STATE_LISTEN),
		.extra_states = STATE_BIT(STATE_BOUND),
		.state = natu_dccp_state,
		.has_remote_end = has_remote_port,
		.diag_facts = INET_DIAG_FACTS | FACT_LISTENER | FACT_BACKLOG |
			      FACT_LISTENER_DROPS | FACT_TIMER | FACT_RETRIES,
		.put_request = natu_dccp_put_request,
		.decode = natu_dccp_decode,
	},
	{
		.name = "unix",
		.title = "UNIX",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_UNIX },
		.family_names = &(const struct natu_word)WORD("unix"),
		.proto = { WORD("unix") },
		.procfile = { "net/unix" },
		.heading = { "Num" },
		.sets = NATU_SET_UNIX,
		.states = STATES_UNIX,
		.listening_states = STATE_BIT(STATE_LISTEN),
		.connected_states = STATES_UNIX & ~STATE_BIT(STATE_LISTEN),
		.state = natu_unix_state,
		.has_remote_end = natu_unix_has_remote_end,
		.diag_facts = NATU_UNIX_DIAG_FACTS,
		.proc_facts = NATU_UNIX_PROC_FACTS,
		.put_request = natu_unix_put_request,
		.decode = natu_unix_decode,
		.parse_line = natu_unix_parse_line,
		.is_joined = true,
	},
	{
		.name = "packet",
		.title = "packet",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_PACKET },
		.family_names = &(const struct natu_word)WORD("packet"),
		.proto = { WORD("packet") },
		.procfile = { "net/packet" },
		.heading = { "sk" },
		.sets = NATU_SET_PACKET,
		CONNECTIONLESS,
		.has_remote_end = natu_has_no_remote_end,
		.diag_facts = OTHER_FACTS | FACT_UID | FACT_INTERFACE | FACT_PACKET |
			      FACT_PACKET_INFO | FACT_FANOUT | FACT_RINGS,
		.proc_facts = FACT_BASE | FACT_TYPE | FACT_UID | FACT_INODE |
			      FACT_INTERFACE | FACT_PACKET | FACT_REFCOUNT,
		FUNCTIONS(packet),
	},
	{
		.name = "netlink",
		.title = "netlink",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_NETLINK },
		.family_names = &(const struct natu_word)WORD("netlink"),
		.proto = { WORD("netlink") },
		.procfile = { "net/netlink" },
		.heading = { "sk" },
		.sets = NATU_SET_NETLINK,
		CONNECTIONLESS,
		.has_remote_end = natu_netlink_has_remote_end,
		.diag_facts = OTHER_FACTS | FACT_NETLINK | FACT_NETLINK_PEER |
			      FACT_GROUPS,
		.proc_facts = FACT_BASE | FACT_INODE | FACT_QUEUES | FACT_DROPS |
			      FACT_NETLINK | FACT_GROUPS | FACT_REFCOUNT,
		FUNCTIONS(netlink),
		.is_incomplete = true,
	},
	{
		.name = "vsock",
		.title = "vsock",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_VSOCK },
		.family_names = &(const struct natu_word)WORD("vsock"),
		.proto = { WORD("vsock") },
		.sets = NATU_SET_VSOCK,
		.states = STATES_LISTED,
		.listening_states = STATES_LISTED,
		.connected_states = STATES_LISTED,
		.state = natu_stream_state,
		.has_remote_end = natu_vsock_has_remote_end,
		.diag_facts = FACT_BASE | FACT_TYPE | FACT_INODE | FACT_COOKIE |
			      FACT_SHUTDOWN | FACT_VSOCK | FACT_VSOCK_PEER,
		.put_request = natu_vsock_put_request,
		.decode = natu_vsock_decode,
	},
	{
		.name = "xdp",
		.title = "XDP",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_XDP },
		.family_names = &(const struct natu_word)WORD("xdp"),
		.proto = { WORD("xdp") },
		.sets = NATU_SET_XDP,
		CONNECTIONLESS,
		.has_remote_end = natu_has_no_remote_end,
		.diag_facts = FACT_BASE | FACT_TYPE | FACT_INODE | FACT_COOKIE |
			      FACT_UID | FACT_INTERFACE | FACT_MEMORY | FACT_DROPS |
			      FACT_XDP,
		.put_request = natu_xdp_put_request,
		.decode = natu_xdp_decode,
	},
	{
		.name = "tipc",
		.title = "TIPC",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_TIPC },
		.family_names = &(const struct natu_word)WORD("tipc"),
		.proto = { WORD("tipc") },
		.sets = NATU_SET_TIPC,
		.states = STATES_LISTED,
		.listening_states = STATES_LISTED,
		.connected_states = STATES_LISTED,
		.state = natu_stream_state,
		.has_remote_end = natu_netlink_has_remote_end,
		.diag_facts = FACT_BASE | FACT_TYPE | FACT_INODE | FACT_COOKIE |
			      FACT_UID | FACT_DROPS | FACT_TIPC,
		.put_request = natu_tipc_put_request,
		.decode = natu_tipc_decode,
	},
	{
		.name = "smc",
		.title = "SMC",
		.not_closed = NOT_CLOSED,
		.address_families = { AF_SMC },
		.family_names = &(const struct natu_word)WORD("smc"),
		.proto = { WORD("smc") },
		.sets = NATU_SET_SMC,
		.states = STATES_LISTED,
		.listening_states = STATES_LISTED,
		.connected_states = STATES_LISTED,
		.state = natu_stream_state,
		.has_remote_end = natu_smc_has_remote_end,
		.diag_facts = FACT_BASE | FACT_INET | FACT_INODE | FACT_COOKIE |
			      FACT_UID | FACT_INTERFACE | FACT_SHUTDOWN | FACT_SMC,
		.put_request = natu_smc_put_request,
		.decode = natu_smc_decode,
	},
};

const size_t natu_family_count = sizeof(natu_families) / sizeof(natu_families[0]);

_Static_assert(sizeof(natu_families) / sizeof(natu_families[0]) <= 32,
	       "a protocol is a bit of natu_query.protocols");

const struct natu_family *natu_family_of(unsigned int address_family,
					 unsigned int protocol)
{
	/* 0 fills the place of a second one. */
	for (size_t i = 0; address_family && i < natu_family_count; i++) {
		const struct natu_family *family = &natu_families[i];

		if ((family->address_families[0] == address_family ||
		     family->address_families[1] == address_family) &&
		    (family->protocol == protocol || !natu_family_is_inet(family)))
			return family;
	}
	return NULL;
}

const char *natu_protocol_name(size_t index)
{
	return index < natu_family_count ? natu_families[index].name : NULL;
}

const char *natu_protocol_title(size_t index)
{
	return index < natu_family_count ? natu_families[index].title : NULL;
}

const char *natu_protocol_family(size_t index)
{
	if (index >= natu_family_count)
		return NULL;
	return natu_family_is_inet(&natu_families[index])
		       ? "inet"
		       : natu_families[index].family_names->text;
}

const struct natu_word *natu_protocol_word(size_t protocol, size_t index)
{
	const struct natu_word *word;

	if (protocol >= natu_family_count || index > 1)
		return NULL;
	word = &natu_families[protocol].proto[index];
	return word->length ? word : NULL;
}

bool natu_protocol_state(size_t protocol, enum natu_selection selection, size_t index,
			 const struct natu_word **state)
{
	const struct natu_family *family;
	uint32_t states;

	if (protocol >= natu_family_count)
		return false;
	family = &natu_families[protocol];
	states = selection == NATU_LISTENING   ? family->listening_states
		 : selection == NATU_CONNECTED ? family->connected_states
					       : family->states;
	/* The kernel shows it as SYN_RECV. */
	states &= ~STATE_BIT(STATE_NEW_SYN_RECV);
	for (unsigned int number = 1; number < STATE_NUMBERS; number++) {
		if (!(states & STATE_BIT(number)))
			continue;
		*state = family->state(number);
		/* Those without a word are one. */
		if ((*state ? *state != &natu_unknown_state : number == STATE_CLOSE) &&
		    !index--)
			return true;
	}
	return false;
}

unsigned int natu_protocol_sets(uint32_t protocols)
{
	unsigned int sets = 0;

	for (size_t i = 0; i < natu_family_count; i++)
		if (protocols >> i & 1)
			sets |= natu_families[i].sets;
	return sets;
}

natu_facts natu_protocol_facts(uint32_t protocols)
{
	/* What is found out by means of something else. */
	static const struct {
		natu_facts by, facts;
	} found[] = {
		{ FACT_INODE, FACT_PROCESS | FACT_OWNER },
		{ FACT_PEER_INODE, FACT_PEER_PROCESS },
		{ FACT_UID, FACT_USER },
		{ FACT_CGROUP, FACT_CGROUP_PATH },
		{ FACT_INET, FACT_HOSTS | FACT_SERVICES },
	};
	natu_facts facts = FACT_BASE | FACT_NETNS;

	for (size_t i = 0; i < natu_family_count; i++)
		if (protocols >> i & 1)
			facts |= natu_families[i].diag_facts |
				 natu_families[i].proc_facts;
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		if (facts & found[i].by)
			facts |= found[i].facts;
	return facts;
}

size_t natu_socket_protocol(const struct natu_socket *socket)
{
	return (size_t)(socket->family - natu_families);
}

uint32_t natu_protocol_named(const char *name)
{
	for (size_t i = 0; i < natu_family_count; i++)
		if (!strcmp(natu_families[i].name, name))
			return 1U << i;
	return 0;
}

/* A socket bound but not connected is neither: it has no remote end and nobody can reach
 * it. */
bool natu_family_selects(enum natu_selection selection, const struct natu_socket *socket)
{
	if (selection == NATU_ALL)
		return true;
	if (socket->state_number == STATE_BOUND)
		return false;
	return socket->family->has_remote_end(socket) == (selection == NATU_CONNECTED);
}
