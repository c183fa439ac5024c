/* SPDX-License-Identifier: MIT */
#include "column/ends.h"
#include "column/row.h"

#include <string.h>

static enum natu_presence path_value(const struct natu_path *path,
				     struct natu_value *value)
{
	value->text.bytes = path->text;
	value->text.length = path->length;
	return NATU_HAS;
}

enum natu_presence natu_get_local_path(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	return path_value(&socket->of.local.path, value);
}

enum natu_presence natu_get_peer_path(const struct natu_socket *socket, size_t index,
				      struct natu_value *value)
{
	(void)index;
	return path_value(&socket->of.local.peer_path, value);
}

enum natu_presence natu_get_local_abstract(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	(void)index;
	value->truth = socket->of.local.path.is_abstract;
	return NATU_HAS;
}

enum natu_presence natu_get_file_device(const struct natu_socket *socket, size_t index,
					struct natu_value *value)
{
	(void)index;
	value->text.bytes = socket->of.local.file_device;
	value->text.length = strlen(socket->of.local.file_device);
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "type", "Type", FACT_TYPE, FIELD(type),
	  .sets = NATU_SET_UNIX | NATU_SET_PACKET | NATU_SET_BRIEF,
	  .help = "Type of a socket that is not of the internet: STREAM, DGRAM, SEQPACKET, RDM or RAW." },
	{ "refcount", "RefCnt", FACT_REFCOUNT, FIELD(refcount),
	  .help = "What refers to a UNIX, packet or netlink socket, which /proc alone tells." },
	{ "flags", "Flags", FACT_FLAGS, IDENTITY(of.local.flags),
	  .help = "Flags of a UNIX socket: 0x10000 when it accepts connections." },
};

NATU_COLUMN_PART(natu_columns_unix, rows);
