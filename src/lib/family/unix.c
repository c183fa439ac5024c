/* SPDX-License-Identifier: MIT */
#include "family/unix.h"

#include "family/attribute.h"
#include "kernel.h"
#include "request.h"
#include "state.h"
#include "value.h"

#include <string.h>

/* A file's name ends at its first NUL; an abstract one begins with a NUL, and others are
 * part of it. */
static bool take_name(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct natu_path *path = &socket->of.local.path;
	size_t length = mnl_attr_get_payload_len(attribute);

	/* A file's name that fills all of it has its NUL behind that. */
	if (length > NATU_PATH_MAX + 1)
		return false;
	path->text = mnl_attr_get_payload(attribute);
	path->is_abstract = length && !path->text[0];
	path->length = (uint16_t)(path->is_abstract ? length
						    : strnlen(path->text, length));
	if (path->length)
		socket->facts |= FACT_PATH;
	return true;
}

static bool take_file(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct natu_unix_facts *local = &socket->of.local;
	struct unix_diag_vfs file;
	char *end;

	if (!natu_attribute_value(attribute, &file, sizeof(file)))
		return false;
	local->file_inode = file.udiag_vfs_ino;
	/* include/linux/kdev_t.h: MAJOR and MINOR */
	end = natu_print_u32(local->file_device, file.udiag_vfs_dev >> 20);
	*end++ = ':';
	*natu_print_u32(end, file.udiag_vfs_dev & 0xfffff) = '\0';
	socket->facts |= FACT_VFS;
	return true;
}

static bool take_peer(const struct nlattr *attribute, struct natu_socket *socket)
{
	if (!natu_attribute_value(attribute, &socket->peer_inode,
				  sizeof(socket->peer_inode)))
		return false;
	socket->has_peer = true;
	if (socket->peer_inode)
		socket->facts |= FACT_PEER_INODE;
	return true;
}

static bool take_queues(const struct nlattr *attribute, struct natu_socket *socket)
{
	struct unix_diag_rqlen queues;

	if (!natu_attribute_value(attribute, &queues, sizeof(queues)))
		return false;
	if (socket->state_number == STATE_LISTEN) {
		socket->accept_queue = queues.udiag_rqueue;
		socket->backlog = queues.udiag_wqueue;
		socket->facts |= FACT_LISTENER | FACT_BACKLOG;
	} else {
		socket->recv_q = queues.udiag_rqueue;
		socket->send_q = queues.udiag_wqueue;
		socket->facts |= FACT_QUEUES;
	}
	return true;
}

static bool take_uid(const struct nlattr *attribute, struct natu_socket *socket)
{
	if (!natu_attribute_value(attribute, &socket->uid, sizeof(socket->uid)))
		return false;
	socket->facts |= FACT_UID;
	return true;
}

static bool take_shutdown(const struct nlattr *attribute, struct natu_socket *socket)
{
	if (!natu_attribute_value(attribute, &socket->shutdown, sizeof(socket->shutdown)))
		return false;
	socket->facts |= FACT_SHUTDOWN;
	return true;
}

static bool take_clients(const struct nlattr *attribute, struct natu_socket *socket)
{
	socket->of.local.clients = mnl_attr_get_payload(attribute);
	socket->of.local.clients_length = mnl_attr_get_payload_len(attribute);
	socket->facts |= FACT_CLIENTS;
	return true;
}

static bool take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case UNIX_DIAG_NAME:
		return take_name(attribute, socket);
	case UNIX_DIAG_VFS:
		return take_file(attribute, socket);
	case UNIX_DIAG_PEER:
		return take_peer(attribute, socket);
	case UNIX_DIAG_ICONS:
		return take_clients(attribute, socket);
	case UNIX_DIAG_RQLEN:
		return take_queues(attribute, socket);
	case UNIX_DIAG_MEMINFO:
		natu_attribute_memory(attribute, socket);
		return true;
	case UNIX_DIAG_SHUTDOWN:
		return take_shutdown(attribute, socket);
	case KERNEL_UNIX_DIAG_UID:
		return take_uid(attribute, socket);
	default:
		return true;
	}
}

/* What the type and the state say. */
static void take_kind(unsigned int type, struct natu_socket *socket)
{
	socket->type = natu_socket_type(type);
	socket->of.local.flags = socket->state_number == STATE_LISTEN
					 ? KERNEL_SO_ACCEPTCON
					 : 0;
	socket->of.local.listener = 0;
	socket->has_peer = false;
	socket->facts |= socket->type ? FACT_TYPE | FACT_FLAGS : FACT_FLAGS;
}

bool natu_unix_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	struct unix_diag_msg message;

	(void)facts;
	if (length < sizeof(message))
		return false;
	memcpy(&message, payload, sizeof(message));
	if (message.udiag_family != AF_UNIX)
		return false;
	natu_family_identify(family, 0, message.udiag_state, socket);
	socket->facts = FACT_BASE;
	take_kind(message.udiag_type, socket);
	natu_take_identity(socket, message.udiag_ino, message.udiag_cookie);
	return natu_attributes(payload, length, sizeof(message), take_attribute, socket);
}

bool natu_unix_wants_proc(const struct natu_request *request)
{
	return (request->states &
		(STATE_BIT(STATE_CONNECTING) | STATE_BIT(STATE_DISCONNECTING))) ||
	       (request->facts & FACT_REFCOUNT);
}

/* It lies in its listener's queue, and its client, if that is still there, has a peer
 * without an inode. Only a listener of another network namespace is not seen here. */
bool natu_unix_shows_waiting(const struct natu_socket *socket)
{
	if (socket->state_number == STATE_LISTEN)
		return !(socket->facts & FACT_CLIENTS) || socket->of.local.clients_length;
	/* Of a peer that was closed it is told that nothing comes from it any more. */
	return socket->has_peer && !(socket->facts & FACT_PEER_INODE) &&
	       socket->type != natu_socket_type(SOCK_DGRAM) &&
	       !((socket->facts & FACT_SHUTDOWN) && socket->shutdown);
}

/* A peer can be in any state, and so can what /proc has to be compared with. */
static uint32_t states_for(const struct natu_request *request)
{
	bool all = (request->facts & FACT_PEER_PATH) || natu_unix_wants_proc(request);

	return all ? STATES_LISTED : request->states & STATES_LISTED;
}

void natu_unix_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	static const struct {
		natu_facts facts;
		uint32_t show;
	} needs[] = {
		{ FACT_BASE | FACT_PATH, UDIAG_SHOW_NAME },
		{ FACT_VFS, UDIAG_SHOW_VFS },
		{ FACT_PEER_INODE | FACT_PEER_PATH | FACT_PEER_PROCESS, UDIAG_SHOW_PEER },
		/* Who waits has the name of whom it waits for at its other end. */
		{ FACT_CLIENTS | FACT_PEER_PATH, UDIAG_SHOW_ICONS },
		{ FACT_QUEUES | FACT_LISTENER | FACT_BACKLOG, UDIAG_SHOW_RQLEN },
		{ FACT_MEMORY | FACT_DROPS, UDIAG_SHOW_MEMINFO },
		{ FACT_UID, KERNEL_UDIAG_SHOW_UID },
	};
	struct unix_diag_req *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = (uint8_t)address_family;
	body->udiag_states = states_for(request);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (request->facts & needs[i].facts)
			body->udiag_show |= needs[i].show;
	if (natu_unix_wants_proc(request) && !(request->facts & FACT_REFCOUNT))
		body->udiag_show |= UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS;
}

bool natu_unix_has_remote_end(const struct natu_socket *socket)
{
	return socket->state_number != STATE_LISTEN;
}

/* --- /proc/net/unix --- */

/* net/unix/af_unix.c:unix_seq_show: "%pK: %08X %08X %08X %04X %02X %5lu" and, behind a
 * blank, the name. */
struct proc_line {
	uint64_t refcount, flags, type, state, inode;
	const char *name;
	size_t name_length;
};

/* What each byte is as a digit, and 1 more: 0 is none. */
static const uint8_t digits[256] = {
	['0'] = 1, 2,  3,  4,  5,  6,	       7,  8,  9,  10, ['A'] = 11,
	12,	   13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16,
};

/* Skips blanks and takes a number in base 10 or 16, up to a blank or the end. False: it
 * is not there, or beyond limit. Base and limit are constants where it is called, and a
 * division of them costs nothing. */
static inline bool take_number(const char **at, const char *line_end, unsigned int base,
			       uint64_t limit, uint64_t *number)
{
	const char *start, *here = *at;
	uint64_t sum = 0;

	while (here < line_end && *here == ' ')
		here++;
	for (start = here; here < line_end && *here != ' '; here++) {
		/* None becomes the largest. */
		unsigned int digit = (unsigned int)digits[(unsigned char)*here] - 1;

		if (digit >= base || sum > limit / base || sum * base > limit - digit)
			return false;
		sum = sum * base + digit;
	}
	*at = here;
	*number = sum;
	return here > start;
}

/* The pointer, which is hidden from most, and its colon. */
static bool skip_pointer(const char **at, const char *end)
{
	const char *here = *at;

	while (here < end && digits[(unsigned char)*here])
		here++;
	if (here == *at || here == end || *here != ':')
		return false;
	*at = here + 1;
	return true;
}

static bool scan_line(const char *text, size_t length, struct proc_line *line)
{
	const char *at = text, *end = text + length;
	uint64_t protocol;

	if (!skip_pointer(&at, end) ||
	    !take_number(&at, end, 16, UINT32_MAX, &line->refcount) ||
	    !take_number(&at, end, 16, UINT32_MAX, &protocol) ||
	    !take_number(&at, end, 16, UINT32_MAX, &line->flags) ||
	    !take_number(&at, end, 16, UINT16_MAX, &line->type) ||
	    !take_number(&at, end, 16, UINT8_MAX, &line->state) ||
	    !take_number(&at, end, 10, UINT64_MAX, &line->inode))
		return false;
	/* The blank before the name. */
	at += at < end;
	line->name = at;
	line->name_length = (size_t)(end - at);
	return line->name_length <= NATU_PATH_MAX;
}

/* The socket's own state, which is enum socket_state of include/uapi/linux/net.h, as that
 * of its protocol. 0: there is no such state. */
static unsigned int state_of(const struct proc_line *line)
{
	static const uint8_t states[] = {
		[1] = STATE_CLOSE,
		[2] = STATE_CONNECTING,
		[3] = STATE_ESTABLISHED,
		[4] = STATE_DISCONNECTING,
	};

	if (line->state == 1 && (line->flags & KERNEL_SO_ACCEPTCON))
		return STATE_LISTEN;
	return line->state < sizeof(states) ? states[line->state] : 0;
}

static void take_path(const char *text, size_t length, struct natu_socket *socket)
{
	socket->of.local.path = (struct natu_path){
		.text = text,
		.length = (uint16_t)length,
		.is_abstract = length && text[0] == '@',
	};
}

bool natu_unix_parse_line(const struct natu_family *family, unsigned int which,
			  const char *text, size_t length, struct natu_socket *socket)
{
	struct proc_line line;

	natu_family_identify(family, which, 0, socket);
	socket->facts = 0;
	socket->message = NULL;
	socket->memory_length = 0;
	if (!scan_line(text, length, &line)) {
		take_path(text, length < NATU_PATH_MAX ? length : NATU_PATH_MAX, socket);
		return length && length <= NATU_PATH_MAX;
	}
	natu_family_identify(family, which, state_of(&line), socket);
	socket->facts = FACT_BASE | FACT_REFCOUNT;
	take_kind((unsigned int)line.type, socket);
	socket->of.local.flags = (uint32_t)line.flags;
	socket->refcount = (uint32_t)line.refcount;
	socket->inode = line.inode;
	take_path(line.name, line.name_length, socket);
	socket->facts |= line.inode ? FACT_INODE : 0;
	socket->facts |= line.name_length ? FACT_PATH : 0;
	return true;
}
