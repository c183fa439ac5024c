/* SPDX-License-Identifier: MIT */
#include "column_owners.h"

#include <string.h>

#include "cgroup.h"
#include "owners/owners.h"
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

enum natu_presence natu_get_process_pid(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	value->number = socket->holders[index].pid;
	return NATU_HAS;
}

enum natu_presence natu_get_process_fd(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	value->number = socket->holders[index].fd;
	return NATU_HAS;
}

enum natu_presence natu_get_process_name(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_NAME, value);
}

enum natu_presence natu_get_process_title(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_TITLE, value);
}

enum natu_presence natu_get_process_command(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_COMMAND, value);
}

enum natu_presence natu_get_process_script(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	return process_text(socket->holders[index].process, PROCESS_SCRIPT, value);
}

enum natu_presence natu_get_process_user(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	const char *name = natu_process_user(socket->holders[index].process);

	return text(name, name ? strlen(name) : 0, value);
}

/* Like netstat, the first process that could be read. */
enum natu_presence natu_get_program(const struct natu_socket *socket, size_t index,
				    struct natu_value *value)
{
	for (index = 0; index < socket->holder_count; index++)
		if (process_text(socket->holders[index].process, PROCESS_PROGRAM,
				 value) == NATU_HAS)
			return NATU_HAS;
	return NATU_NONE;
}

enum natu_presence natu_get_owner_kind(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	value->word = socket->owner_kind;
	return NATU_HAS;
}

enum natu_presence natu_get_owner_pid(const struct natu_socket *socket, size_t index,
				      struct natu_value *value)
{
	(void)index;
	if (!socket->owner)
		return NATU_NONE;
	value->number = natu_process_pid(socket->owner);
	return NATU_HAS;
}

enum natu_presence natu_get_owner_name(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	return socket->owner ? process_text(socket->owner, PROCESS_NAME, value)
			     : NATU_NONE;
}

enum natu_presence natu_get_owner_candidates(const struct natu_socket *socket,
					     size_t index, struct natu_value *value)
{
	const char *candidates = socket->owner_candidates;

	(void)index;
	return text(candidates, candidates ? strlen(candidates) : 0, value);
}

enum natu_presence natu_get_user(const struct natu_socket *socket, size_t index,
				 struct natu_value *value)
{
	const char *name = socket->user_name;

	(void)index;
	return text(name, name ? strlen(name) : 0, value);
}

enum natu_presence natu_get_cgroup(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	const struct natu_cgroup *cgroup = socket->cgroup_entry;

	(void)index;
	return cgroup ? text(cgroup->path, cgroup->path_length, value) : NATU_NONE;
}

enum natu_presence natu_get_unit(const struct natu_socket *socket, size_t index,
				 struct natu_value *value)
{
	const struct natu_cgroup *cgroup = socket->cgroup_entry;

	(void)index;
	return cgroup && cgroup->unit_length
		       ? text(cgroup->unit, cgroup->unit_length, value)
		       : NATU_NONE;
}
