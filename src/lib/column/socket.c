/* SPDX-License-Identifier: MIT */
#include "column/ends.h"
#include "column/row.h"

#include "family.h"

#include <string.h>

#include "value.h"

static enum natu_presence is_mapped(const struct natu_address *address,
				    struct natu_value *value)
{
	value->truth = natu_address_is_mapped(address);
	return NATU_HAS;
}

static enum natu_presence get_local_mapped(const struct natu_socket *socket, size_t index,
					   struct natu_value *value)
{
	(void)index;
	return is_mapped(&socket->local, value);
}

static enum natu_presence get_peer_mapped(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return is_mapped(&socket->peer, value);
}

static enum natu_presence get_user(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	(void)index;
	if (!socket->user_name)
		return NATU_NONE;
	value->text.bytes = socket->user_name;
	value->text.length = strlen(socket->user_name);
	return NATU_HAS;
}

/* The row of the family table, and which of its address families, that an index means. */
static const struct natu_family *family_of(size_t index, size_t *which)
{
	for (size_t i = 0; i < natu_family_count; i++) {
		size_t count = natu_families[i].address_families[1] ? 2 : 1;

		*which = index;
		if (index < count)
			return &natu_families[i];
		index -= count;
	}
	return NULL;
}

static const struct natu_word *proto_at(size_t index)
{
	size_t which;
	const struct natu_family *family = family_of(index, &which);

	return family ? &family->proto[which] : NULL;
}

static const struct natu_word *family_at(size_t index)
{
	size_t which;
	const struct natu_family *family = family_of(index, &which);

	return family ? &family->family_names[which] : NULL;
}

static const struct natu_column rows[] = {
	{ "proto", "Proto", FACT_BASE, FIELD(proto), .word_at = proto_at,
	  .sets = NATU_SET_DEFAULT, .always = true,
	  .help = "Protocol as netstat writes it: tcp, tcp6, udp, udp6, udpl, raw, ..." },
	{ "family", "Family", FACT_BASE, FIELD(family_name), .word_at = family_at,
	  .sets = NATU_SET_DEFAULT, .always = true,
	  .help = "Address family of the socket: ipv4, ipv6, unix, ..." },
	{ "state", "State", FACT_BASE, FIELD(state), .sets = NATU_SET_DEFAULT,
	  .help = "State of the connection; absent for an unconnected UDP, RAW or UNIX socket." },
	{ "state_number", "StNo", FACT_BASE, FIELD(state_number),
	  .help = "The kernel's number of the state: 1 is ESTABLISHED, 7 closed, 10 LISTEN; above 13 natu's own." },
	{ "local.address", "Local Address", FACT_INET, FIELD(local),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the local end; 0.0.0.0 or :: when it is any." },
	{ "local.port", "Local Port", FACT_INET, .unit = NATU_PORT, FIELD(local_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT,
	  .help = "Port of the local end." },
	{ "local.host", "Local Host", FACT_HOSTS, FIELD(local_host),
	  .sets = NATU_SET_NAMES,
	  .help = "Name of the local address, with --resolve: from /etc/hosts or DNS." },
	{ "local.service", "Local Service", FACT_SERVICES, FIELD(local_service),
	  .sets = NATU_SET_NAMES,
	  .help = "Name of the local port for its protocol, with --resolve: from /etc/services." },
	{ "local.mapped", "Local Mapped", FACT_INET, GET(NATU_BOOL, get_local_mapped),
	  .help = "Whether the local address is an IPv4 address mapped into IPv6." },
	{ "local.path", "Path", FACT_PATH, GET(NATU_TEXT, natu_get_local_path),
	  .sets = NATU_SET_UNIX,
	  .help = "Name of a UNIX socket; an abstract one begins with @, NULs in it are \\x00." },
	{ "local.abstract", "Abstract", FACT_PATH,
	  GET(NATU_BOOL, natu_get_local_abstract),
	  .help = "Whether the name is an abstract one, and no file's." },
	{ "local.file_inode", "File Inode", FACT_VFS, FIELD(of.local.file_inode),
	  .help = "Inode of the file that a UNIX socket is bound to." },
	{ "local.file_device", "File Device", FACT_VFS,
	  GET(NATU_TEXT, natu_get_file_device),
	  .help = "Device on which that file lies, as MAJOR:MINOR." },
	{ "peer.address", "Foreign Address", FACT_INET, FIELD(peer),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Address of the remote end; 0.0.0.0 or :: when there is none." },
	{ "peer.port", "Foreign Port", FACT_INET, .unit = NATU_PORT, FIELD(peer_port),
	  .absence = NATU_ZERO_IS_ANY, .sets = NATU_SET_DEFAULT,
	  .help = "Port of the remote end." },
	{ "peer.host", "Foreign Host", FACT_HOSTS, FIELD(peer_host),
	  .sets = NATU_SET_NAMES,
	  .help = "Name of the remote address, with --resolve: from /etc/hosts or DNS." },
	{ "peer.service", "Foreign Service", FACT_SERVICES, FIELD(peer_service),
	  .sets = NATU_SET_NAMES,
	  .help = "Name of the remote port for its protocol, with --resolve: from /etc/services." },
	{ "peer.mapped", "Foreign Mapped", FACT_INET, GET(NATU_BOOL, get_peer_mapped),
	  .help = "Whether the remote address is an IPv4 address mapped into IPv6." },
	{ "peer.path", "Peer Path", FACT_PEER_PATH, GET(NATU_TEXT, natu_get_peer_path),
	  .sets = NATU_SET_UNIX, .help = "Name of the UNIX socket at the other end." },
	{ "peer.inode", "Peer Inode", FACT_PEER_INODE, FIELD(peer_inode),
	  .sets = NATU_SET_UNIX,
	  .help = "Inode of the socket at the other end, if that is on this machine." },
	{ "recv_q", "Recv-Q", FACT_QUEUES, .unit = NATU_BYTES, FIELD(recv_q),
	  .sets = NATU_SET_DEFAULT, SUMS,
	  .help = "Bytes received that the program has not read yet; absent for a listener." },
	{ "send_q", "Send-Q", FACT_QUEUES, .unit = NATU_BYTES, FIELD(send_q),
	  .sets = NATU_SET_DEFAULT, SUMS,
	  .help = "Bytes sent that the remote end has not acknowledged; absent for a listener." },
	{ "interface", "Interface", FACT_INTERFACE, FIELD(interface_name),
	  .sets = NATU_SET_DEFAULT,
	  .help = "Interface that the socket is bound to, or the zone of its IPv6 addresses." },
	{ "uid", "UID", FACT_UID, FIELD(uid), .sets = NATU_SET_DEFAULT,
	  .help = "User id of the socket's owner; a connection being made has its listener's." },
	{ "user", "User", FACT_USER, GET(NATU_TEXT, get_user), .sets = NATU_SET_EXTENDED,
	  .help = "Name of the socket's owner." },
	{ "inode", "Inode", FACT_INODE, FIELD(inode), .sets = NATU_SET_DEFAULT,
	  .help = "Inode of the socket; absent where no descriptor can refer to it." },
	{ "cookie", "Cookie", FACT_COOKIE, IDENTITY(cookie), .sets = NATU_SET_DEFAULT,
	  .help = "Identity of the socket, unique until the next boot." },
	{ "mark", "Mark", FACT_MARK, IDENTITY(mark),
	  .help = "Mark that routing and packet filters see; the kernel tells it only to root." },
};

NATU_COLUMN_PART(natu_columns_socket, rows);
