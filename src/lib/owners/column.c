/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

#include "cgroup.h"
#include "owners/owners.h"
#include "owners/kind.h"
#include "owners/process.h"

static enum natu_presence text(const char *bytes, size_t length, struct natu_value *value)
{
	if (!bytes)
		return NATU_NONE;
	value->text.bytes = bytes;
	value->text.length = length;
	return NATU_HAS;
}

static enum natu_presence process_text(struct natu_process *process,
				       enum natu_process_text which,
				       struct natu_value *value)
{
	size_t length;
	const char *bytes = natu_process_text(process, which, &length);

	return text(bytes, length, value);
}

/* The columns of a holder, for those of the socket and for those of its peer. */

static enum natu_presence number(uint32_t number, struct natu_value *value)
{
	value->number = number;
	return NATU_HAS;
}

static enum natu_presence user_of(struct natu_process *process, struct natu_value *value)
{
	const char *name = natu_process_user(process);

	return text(name, name ? strlen(name) : 0, value);
}

static enum natu_presence get_process_pid(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	return number(socket->holders[index].pid, value);
}

static enum natu_presence get_process_fd(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	return number(socket->holders[index].fd, value);
}

static enum natu_presence get_process_name(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_NAME, value);
}

static enum natu_presence get_process_title(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_TITLE, value);
}

static enum natu_presence get_process_command(const struct natu_socket *socket,
					      size_t index, struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_COMMAND, value);
}

static enum natu_presence get_process_script(const struct natu_socket *socket,
					     size_t index, struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_SCRIPT, value);
}

static enum natu_presence get_process_user(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	return user_of(socket->holders[index].process, value);
}

static enum natu_presence get_peer_pid(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	return number(socket->peer_holders[index].pid, value);
}

static enum natu_presence get_peer_fd(const struct natu_socket *socket, size_t index,
				      struct natu_value *value)
{
	return number(socket->peer_holders[index].fd, value);
}

static enum natu_presence get_peer_name(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	return process_text(socket->peer_holders[index].process, PROCESS_NAME, value);
}

static enum natu_presence get_peer_title(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	return process_text(socket->peer_holders[index].process, PROCESS_TITLE, value);
}

static enum natu_presence get_peer_command(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	return process_text(socket->peer_holders[index].process, PROCESS_COMMAND, value);
}

static enum natu_presence get_peer_script(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	return process_text(socket->peer_holders[index].process, PROCESS_SCRIPT, value);
}

static enum natu_presence get_peer_user(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	return user_of(socket->peer_holders[index].process, value);
}

/* Like netstat, the first process that could be read. */
static enum natu_presence get_program(const struct natu_socket *socket, size_t index,
				      struct natu_value *value)
{
	for (index = 0; index < socket->holder_count; index++)
		if (process_text(socket->holders[index].process, PROCESS_PROGRAM,
				 value) == NATU_HAS)
			return NATU_HAS;
	return NATU_NONE;
}

static const struct natu_word *owner_kind_at(size_t index)
{
	return index < OWNER_KINDS ? natu_owner_kind_word((enum natu_owner_kind)index)
				   : NULL;
}

static enum natu_presence get_owner_kind(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	value->word = socket->owner_kind;
	return NATU_HAS;
}

static enum natu_presence get_owner_pid(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	(void)index;
	if (!socket->owner)
		return NATU_NONE;
	value->number = natu_process_pid(socket->owner);
	return NATU_HAS;
}

static enum natu_presence get_owner_name(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	return socket->owner ? process_text(socket->owner, PROCESS_NAME, value)
			     : NATU_NONE;
}

static enum natu_presence get_owner_candidates(const struct natu_socket *socket,
					       size_t index, struct natu_value *value)
{
	const char *candidates = socket->owner_candidates;

	(void)index;
	return text(candidates, candidates ? strlen(candidates) : 0, value);
}

static enum natu_presence get_cgroup(const struct natu_socket *socket, size_t index,
				     struct natu_value *value)
{
	const struct natu_cgroup *cgroup = socket->cgroup_entry;

	(void)index;
	return cgroup ? text(cgroup->path, cgroup->path_length, value) : NATU_NONE;
}

static enum natu_presence get_unit(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	const struct natu_cgroup *cgroup = socket->cgroup_entry;

	(void)index;
	return cgroup && cgroup->unit_length
		       ? text(cgroup->unit, cgroup->unit_length, value)
		       : NATU_NONE;
}

static const struct natu_column process_rows[] = {
	{ "program", "PID/Program name", FACT_PROCESS, GET(NATU_TEXT, get_program),
	  .help = "First process that holds the socket, as netstat writes it: cut to 19 bytes." },
	{ "process.pid", "PID", FACT_PROCESS, GET(NATU_UINT, get_process_pid),
	  .many = NATU_OF_HOLDERS, .always = true, .sets = NATU_SET_OWNERS,
	  .help = "Process that holds the socket." },
	{ "process.fd", "FD", FACT_PROCESS, GET(NATU_UINT, get_process_fd),
	  .many = NATU_OF_HOLDERS, .always = true, .sets = NATU_SET_OWNERS,
	  .help = "Descriptor under which the process holds the socket." },
	{ "process.name", "Process", FACT_PROCESS, GET(NATU_TEXT, get_process_name),
	  .many = NATU_OF_HOLDERS, .sets = NATU_SET_OWNERS,
	  .help = "Base name of the process's executable; its title where that is not to be had." },
	{ "process.title", "Title", FACT_PROCESS, GET(NATU_TEXT, get_process_title),
	  .many = NATU_OF_HOLDERS, .sets = NATU_SET_OWNERS,
	  .help = "What the kernel calls the process, which it can change: comm." },
	{ "process.command", "Command", FACT_PROCESS, GET(NATU_TEXT, get_process_command),
	  .many = NATU_OF_HOLDERS, .sets = NATU_SET_OWNERS,
	  .help = "Command line of the process, its arguments joined by blanks." },
	{ "process.user", "Run by", FACT_PROCESS, GET(NATU_TEXT, get_process_user),
	  .many = NATU_OF_HOLDERS, .sets = NATU_SET_OWNERS,
	  .help = "Effective user of the process." },
	{ "process.script", "Script", FACT_PROCESS, GET(NATU_TEXT, get_process_script),
	  .many = NATU_OF_HOLDERS,
	  .help = "Script or module that the process runs, if it is an interpreter." },
	{ "owner.kind", "Owner", FACT_OWNER, GET(NATU_WORD, get_owner_kind),
	  .word_at = owner_kind_at, .sets = NATU_SET_OWNERS,
	  .help = "Why the socket has the processes that it has, or none." },
	{ "owner.pid", "Owner PID", FACT_OWNER, GET(NATU_UINT, get_owner_pid),
	  .help = "Process of the listener or io_uring that a socket without holder belongs to." },
	{ "owner.name", "Owner Name", FACT_OWNER, GET(NATU_TEXT, get_owner_name),
	  .help = "Base name of that process's executable." },
	{ "owner.candidates", "Candidates", FACT_OWNER,
	  GET(NATU_TEXT, get_owner_candidates),
	  .help = "Processes that may accept the connection; or what an unknown owner may be." },
	{ "peer.process.pid", "Peer PID", FACT_PEER_PROCESS, GET(NATU_UINT, get_peer_pid),
	  .many = NATU_OF_PEER_HOLDERS, .always = true,
	  .help = "Process that holds the socket at the other end, if that is on this machine." },
	{ "peer.process.fd", "Peer FD", FACT_PEER_PROCESS, GET(NATU_UINT, get_peer_fd),
	  .many = NATU_OF_PEER_HOLDERS, .always = true,
	  .help = "Descriptor under which that process holds it." },
	{ "peer.process.name", "Peer Process", FACT_PEER_PROCESS,
	  GET(NATU_TEXT, get_peer_name), .many = NATU_OF_PEER_HOLDERS,
	  .help = "Base name of that process's executable; its title where that is not to be had." },
	{ "peer.process.title", "Peer Title", FACT_PEER_PROCESS,
	  GET(NATU_TEXT, get_peer_title), .many = NATU_OF_PEER_HOLDERS,
	  .help = "What the kernel calls that process: comm." },
	{ "peer.process.command", "Peer Command", FACT_PEER_PROCESS,
	  GET(NATU_TEXT, get_peer_command), .many = NATU_OF_PEER_HOLDERS,
	  .help = "Command line of that process, its arguments joined by blanks." },
	{ "peer.process.user", "Peer Run by", FACT_PEER_PROCESS,
	  GET(NATU_TEXT, get_peer_user), .many = NATU_OF_PEER_HOLDERS,
	  .help = "Effective user of that process." },
	{ "peer.process.script", "Peer Script", FACT_PEER_PROCESS,
	  GET(NATU_TEXT, get_peer_script), .many = NATU_OF_PEER_HOLDERS,
	  .help = "Script or module that it runs, if it is an interpreter." },
};

NATU_COLUMN_PART(natu_columns_process, process_rows);

static const struct natu_column cgroup_rows[] = {
	{ "cgroup", "Cgroup", FACT_CGROUP_PATH, GET(NATU_TEXT, get_cgroup),
	  .sets = BRIEF(CGROUP),
	  .help = "Path of the cgroup (version 2) in which the socket was made." },
	{ "unit", "Unit", FACT_CGROUP_PATH, GET(NATU_TEXT, get_unit),
	  .sets = BRIEF(CGROUP),
	  .help = "Container or systemd unit of the socket, by its cgroup." },
};

NATU_COLUMN_PART(natu_columns_cgroup, cgroup_rows);
