/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "paint.h"

#include <string.h>

/* What a field begins or ends instead of showing something. */
enum mark {
	NO_MARK,
	BEGIN_KNOWN, /* fields that are left out where the column's facts are not there */
	END_KNOWN,
	BEGIN_FURTHER, /* fields that are repeated for every further address */
	END_FURTHER,
};

/* One field of a row: the text before it, and what stands in it. Its strings lie in it,
 * as pointers to them would have to be relocated at every start. */
struct field {
	char before[24];
	enum mark mark;
	unsigned int width;
	enum natu_align align;
	char column[24]; /* "": none */
	char otherwise[24];
	char absent[8];
	/* Behind a colon in the same field: a port. */
	char port[24];
	/* With names: what stands in their place where there is one. */
	char host[16], service[16];
	enum natu_notation notation;
	unsigned int sets; /* only with one of these; 0: always */
	bool is_end;
};

/* The lists that a row goes through, line by line. */
#define FURTHER_LOCAL "sctp.local_addresses"
#define FURTHER_PEER "sctp.peer_addresses"

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

/* The line above the columns, in parts that belong to a set as the columns do. */
struct heading {
	const char *text;
	unsigned int sets;
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
static const struct section {
	const char *family; /* natu_protocol_family() */
	const char *title;
	const struct heading *heading;
	const struct field *fields;
} sections[] = {
	{ "inet", "Internet connections", internet_heading, internet },
	{ "unix", "UNIX domain sockets", unix_heading, unix_domain },
	{ "packet", "packet sockets", packet_heading, packet },
	{ "netlink", "netlink sockets", netlink_heading, netlink },
	{ "vsock", "vsock sockets", vsock_heading, vsock },
	{ "xdp", "XDP sockets", xdp_heading, xdp },
	{ "tipc", "TIPC sockets", tipc_heading, tipc },
	{ "smc", "SMC sockets", smc_heading, smc },
};

/* Protocols whose rows differ from the others of their section. */
static const struct {
	const char *protocol;
	const struct field *fields;
	const struct field *endpoint; /* without a remote end; NULL: the same */
} exceptions[] = {
	{ "raw", internet_raw, NULL },
	{ "mptcp", internet_mptcp, NULL },
	{ "sctp", sctp, sctp_endpoint },
};
/* clang-format on */

size_t section_count(void)
{
	return sizeof(sections) / sizeof(sections[0]);
}

size_t section_of(size_t protocol)
{
	const char *family = natu_protocol_family(protocol);

	for (size_t i = 0; i < section_count(); i++)
		if (!strcmp(sections[i].family, family))
			return i;
	return 0;
}

static const struct field *fields_of(size_t protocol)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (!strcmp(exceptions[i].protocol, natu_protocol_name(protocol)))
			return exceptions[i].fields;
	return sections[section_of(protocol)].fields;
}

bool section_same_plan(size_t protocol, size_t other)
{
	return fields_of(protocol) == fields_of(other);
}

static const struct field *endpoint_of(size_t protocol)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (!strcmp(exceptions[i].protocol, natu_protocol_name(protocol)))
			return exceptions[i].endpoint;
	return NULL;
}

static bool is_shown(unsigned int sets, const struct look *look)
{
	return !sets || (sets & look->sets);
}

void section_head(size_t section, const struct look *look, struct natu_buffer *text)
{
	static const char *const which[] = {
		[NATU_ALL] = "servers and established",
		[NATU_LISTENING] = "only servers",
		[NATU_CONNECTED] = "w/o servers",
	};

	natu_buffer_add_text(text, "Active ");
	natu_buffer_add_text(text, sections[section].title);
	natu_buffer_add_text(text, " (");
	natu_buffer_add_text(text, which[look->selection]);
	natu_buffer_add_text(text, ")\n");
	for (const struct heading *part = sections[section].heading; part->text; part++)
		if (is_shown(part->sets, look))
			natu_buffer_add_text(text, part->text);
	natu_buffer_add_text(text, "\n");
}

static const struct natu_column *column_named(const char *name)
{
	return *name ? natu_column_find(name) : NULL;
}

/* Cells are padded by the plan itself, or on a terminal by the painter. */
static void open_field(struct natu_plan *plan, const struct field *field,
		       const struct natu_cell *cell, struct painter *painter)
{
	if (painter)
		painter_open(plan,
			     painter_cell(painter, cell->column, cell->otherwise, false),
			     field->width, field->align);
	else if (field->width)
		natu_plan_span(plan, field->width, field->align);
}

static void close_field(struct natu_plan *plan, const struct field *field,
			const struct painter *painter)
{
	if (painter)
		painter_close(plan);
	else if (field->width)
		natu_plan_end_span(plan);
}

/* Names stand in the place of addresses and ports, if they are asked for. */
static void use_name(struct natu_cell *cell, const char *name, const struct look *look)
{
	if (!*name || !(look->sets & NATU_SET_NAMES))
		return;
	cell->otherwise = cell->column;
	cell->column = column_named(name);
}

static void add_mark(struct natu_plan *plan, const struct field *field)
{
	if (field->mark == BEGIN_KNOWN)
		natu_plan_group(plan, natu_column_facts(column_named(field->column)), "");
	else if (field->mark == END_KNOWN)
		natu_plan_end_group(plan);
	else if (field->mark == BEGIN_FURTHER)
		natu_plan_further(plan, column_named(FURTHER_LOCAL),
				  column_named(FURTHER_PEER));
	else if (field->mark == END_FURTHER)
		natu_plan_end_further(plan);
}

static void add_field(struct natu_plan *plan, const struct field *field,
		      const struct look *look, struct painter *painter)
{
	struct natu_cell cell = {
		.column = column_named(field->column),
		.otherwise = column_named(field->otherwise),
		.absent = field->absent,
		.notation = field->notation,
	};
	struct natu_cell port = { .column = column_named(field->port), .absent = "*" };

	use_name(&cell, field->host, look);
	use_name(&port, field->service, look);
	natu_plan_literal(plan, field->before);
	add_mark(plan, field);
	if (!cell.column || field->mark)
		return;
	open_field(plan, field, &cell, painter);
	natu_plan_cell(plan, &cell);
	if (port.column) {
		natu_plan_literal(plan, ":");
		natu_plan_cell(plan, &port);
	}
	close_field(plan, field, painter);
}

static bool is_field(const struct field *field, const char *column)
{
	return column && !strcmp(field->column, column);
}

/* Up to the field of the column `end`, or to the end of the row. */
static struct natu_plan *plan_of(const struct field *field, const char *end,
				 const struct look *look, struct painter *painter)
{
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);

	if (!plan)
		return NULL;
	for (; !field->is_end && !is_field(field, end); field++)
		if (is_shown(field->sets, look))
			add_field(plan, field, look, painter);
	if (!end)
		natu_plan_literal(plan, "\n");
	return plan;
}

struct natu_plan *section_plan(size_t protocol, const struct look *look,
			       struct painter *painter)
{
	return plan_of(fields_of(protocol), NULL, look, painter);
}

bool section_has_endpoints(size_t protocol)
{
	return endpoint_of(protocol) != NULL;
}

struct natu_plan *section_endpoint_plan(size_t protocol, const struct look *look,
					struct painter *painter)
{
	return plan_of(endpoint_of(protocol), NULL, look, painter);
}

struct natu_plan *section_part(size_t protocol, const struct look *look,
			       const char *first, const char *end)
{
	const struct field *field = fields_of(protocol);

	while (first && !field->is_end && !is_field(field, first))
		field++;
	return plan_of(field, end, look, NULL);
}
