/* SPDX-License-Identifier: MIT */
#include "netstat/rows.h"

#include "netstat/end.h"
#include "netstat/sctp.h"
#include "render/table.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* --- plans --- */

static size_t protocol_index(const char *name)
{
	size_t index = 0;

	while (natu_protocol_name(index) && strcmp(natu_protocol_name(index), name) != 0)
		index++;
	return index;
}

static struct look look_for(const struct netstat_request *request)
{
	return (struct look){
		.sets = NATU_SET_DEFAULT | (request->extended ? NATU_SET_EXTENDED : 0) |
			(request->programs ? NATU_SET_OWNERS : 0) |
			(request->timers ? NATU_SET_TIMERS : 0),
		.selection = request->all	  ? NATU_ALL
			     : request->listening ? NATU_LISTENING
						  : NATU_CONNECTED,
		.header = true,
	};
}

static struct natu_plan *address_plan(const struct natu_column *address)
{
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	const struct natu_cell cell = { .column = address, .absent = "" };

	if (plan)
		natu_plan_cell(plan, &cell);
	return plan;
}

static void make_plans(struct netstat_plans *plans, const struct look *look,
		       size_t protocol, const char *state)
{
	*plans = (struct netstat_plans){
		.whole = section_plan(protocol, look, NULL),
		.before = section_part(protocol, look, NULL, "local.address"),
		.state = section_part(protocol, look, state, "uid"),
		.owner = section_part(protocol, look, "uid", "program"),
		.after = section_part(protocol, look, "program", NULL),
	};
}

enum { PLANS = 15 };

/* The places of all plans. */
static void list_plans(struct netstat_rows *rows, struct natu_plan **plans[PLANS])
{
	struct netstat_plans *both[] = { &rows->internet, &rows->raw };
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		plans[count++] = &both[i]->whole;
		plans[count++] = &both[i]->before;
		plans[count++] = &both[i]->state;
		plans[count++] = &both[i]->owner;
		plans[count++] = &both[i]->after;
		plans[count++] = &rows->ends[i].text;
	}
	plans[count++] = &rows->unix_before;
	plans[count++] = &rows->sctp.owner;
	plans[count++] = &rows->sctp.after;
}

static int out_of_memory(struct natu_error *error)
{
	*error = (struct natu_error){ .code = NATU_ENOMEM, .text = "out of memory" };
	return -1;
}

int netstat_rows_new(struct netstat_rows *rows, const struct netstat_request *request,
		     struct natu_error *error)
{
	struct natu_plan **plans[PLANS];

	*rows = (struct netstat_rows){
		.request = request,
		.look = look_for(request),
		.uid = natu_column_find("uid"),
		.user = natu_column_find("user"),
		.inode = natu_column_find("inode"),
		.path = natu_column_find("local.path"),
		.unix_protocol = protocol_index("unix"),
		.raw_protocol = protocol_index("raw"),
		.sctp_protocol = protocol_index("sctp"),
	};
	if (!request->numeric_hosts || !request->numeric_ports) {
		rows->names = names_new();
		if (!rows->names)
			return out_of_memory(error);
	}
	netstat_end_columns(rows->ends);
	make_plans(&rows->internet, &rows->look, protocol_index("tcp"), "state");
	make_plans(&rows->raw, &rows->look, rows->raw_protocol, "state_number");
	rows->unix_before = section_part(rows->unix_protocol, &rows->look, NULL,
					 "local.path");
	netstat_sctp_columns(&rows->sctp);
	rows->sctp.owner = section_part(rows->sctp_protocol, &rows->look, "uid",
					"program");
	rows->sctp.after = section_part(rows->sctp_protocol, &rows->look, "program",
					NULL);
	for (size_t i = 0; i < 2; i++)
		rows->ends[i].text = address_plan(rows->ends[i].address);
	list_plans(rows, plans);
	for (size_t i = 0; i < PLANS; i++) {
		if (!*plans[i])
			return out_of_memory(error);
		if (natu_plan_ready(*plans[i], error) < 0)
			return -1;
	}
	return 0;
}

void netstat_rows_free(struct netstat_rows *rows)
{
	struct natu_plan **plans[PLANS];

	list_plans(rows, plans);
	for (size_t i = 0; i < PLANS; i++)
		natu_plan_free(*plans[i]);
	names_free(rows->names);
	natu_buffer_free(&rows->scratch);
}

natu_facts netstat_rows_facts(const struct netstat_rows *rows, bool with_unix)
{
	natu_facts facts = natu_plan_facts(rows->internet.whole) |
			   natu_plan_facts(rows->raw.whole) |
			   netstat_sctp_facts(&rows->sctp);

	if (rows->request->extended && !rows->request->numeric_users)
		facts |= natu_column_facts(rows->user);
	if (with_unix)
		facts |= natu_plan_facts(rows->unix_before) |
			 natu_column_facts(rows->path);
	return facts;
}

void netstat_rows_head(const struct netstat_rows *rows, size_t protocol,
		       struct natu_buffer *text)
{
	section_head(section_of(protocol), &rows->look, text);
}

/* --- rows --- */

/* To netstat a uid is a number with a sign. */
static bool is_negative(const struct netstat_rows *rows, const struct natu_socket *socket)
{
	struct natu_value uid;

	return natu_get(socket, rows->uid, &uid) == NATU_HAS && uid.number > INT32_MAX;
}

static bool has_plain_owner(const struct netstat_rows *rows,
			    const struct natu_socket *socket)
{
	return !rows->request->extended ||
	       (rows->request->numeric_users && !is_negative(rows, socket));
}

static bool has_plain_ends(const struct netstat_rows *rows,
			   const struct natu_socket *socket)
{
	struct natu_value local;

	return !rows->names &&
	       (rows->request->wide ||
		natu_get(socket, rows->ends[0].address, &local) != NATU_HAS ||
		local.address.family == AF_INET);
}

static void add_padded(struct natu_buffer *text, const char *before, const char *bytes)
{
	const size_t width = 10;

	natu_buffer_add_text(text, before);
	natu_buffer_add_text(text, bytes);
	for (size_t length = strlen(bytes); length < width; length++)
		natu_buffer_add(text, " ", 1);
}

/* The kernel leaves out the user of a connection that only waits for its end; /proc has 0
 * for it, and so netstat says that it is root's. */
static void add_owner(const struct netstat_rows *rows, const struct natu_socket *socket,
		      struct natu_buffer *text)
{
	struct natu_value uid, inode;
	const struct passwd *user = NULL;
	char number[32];

	if (natu_get(socket, rows->uid, &uid) != NATU_HAS)
		uid.number = 0;
	if (!rows->request->numeric_users)
		user = getpwuid((uid_t)uid.number);
	snprintf(number, sizeof(number), "%" PRId64,
		 (int64_t)uid.number - (uid.number > INT32_MAX ? (int64_t)1 << 32 : 0));
	add_padded(text, " ", user ? user->pw_name : number);
	if (natu_get(socket, rows->inode, &inode) != NATU_HAS)
		inode.number = 0;
	snprintf(number, sizeof(number), "%" PRIu64, inode.number);
	add_padded(text, " ", number);
}

/* For netstat a path is one word of a line: it begins behind blanks, and ends where the
 * next one is. /proc writes @ for a NUL. */
static void add_path(const struct natu_value *path, struct natu_buffer *text)
{
	static const char blanks[] = { '\n', ' ', '\t', '\v', '\f', '\r' };
	const char *bytes = path->text.bytes, *end;
	const char *limit = bytes + path->text.length;

	while (bytes < limit && memchr(blanks + 1, *bytes, sizeof(blanks) - 1))
		bytes++;
	for (end = bytes; end < limit && !memchr(blanks, *end, sizeof(blanks)); end++) {
		if (*end)
			continue;
		natu_buffer_add_foreign(text, NATU_STYLE_TEXT, bytes,
					(size_t)(end - bytes));
		natu_buffer_add(text, "@", 1);
		bytes = end + 1;
	}
	natu_buffer_add_foreign(text, NATU_STYLE_TEXT, bytes, (size_t)(end - bytes));
}

static void add_unix(struct netstat_rows *rows, const struct natu_socket *socket,
		     struct natu_buffer *text)
{
	struct natu_value path;

	natu_plan_row(rows->unix_before, socket, text);
	natu_buffer_add(text, " ", 1);
	if (natu_get(socket, rows->path, &path) == NATU_HAS)
		add_path(&path, text);
	natu_buffer_add(text, "\n", 1);
}

static void add_sctp(struct netstat_rows *rows, const struct natu_socket *socket,
		     struct natu_buffer *text)
{
	netstat_sctp_add(rows, socket, text);
	if (has_plain_owner(rows, socket))
		natu_plan_row(rows->sctp.owner, socket, text);
	else
		add_owner(rows, socket, text);
	natu_plan_row(rows->sctp.after, socket, text);
}

void netstat_rows_add(struct netstat_rows *rows, const struct natu_socket *socket,
		      struct natu_buffer *text)
{
	size_t protocol = natu_socket_protocol(socket);
	const struct netstat_plans *plans = protocol == rows->raw_protocol
						    ? &rows->raw
						    : &rows->internet;
	bool plain = has_plain_owner(rows, socket);

	if (protocol == rows->unix_protocol) {
		add_unix(rows, socket, text);
		return;
	}
	if (protocol == rows->sctp_protocol) {
		add_sctp(rows, socket, text);
		return;
	}
	if (plain && has_plain_ends(rows, socket)) {
		natu_plan_row(plans->whole, socket, text);
		return;
	}
	natu_plan_row(plans->before, socket, text);
	for (size_t i = 0; i < 2; i++) {
		natu_buffer_add(text, " ", 1);
		netstat_end_add(rows, &rows->ends[i], socket, text);
	}
	natu_plan_row(plans->state, socket, text);
	if (plain)
		natu_plan_row(plans->owner, socket, text);
	else
		add_owner(rows, socket, text);
	natu_plan_row(plans->after, socket, text);
}
