/* SPDX-License-Identifier: MIT */
#include "kind.h"

#include <stddef.h>

#include "family.h"
#include "owners/owners.h"
#include "state.h"

/* THE KINDS OF OWNERS, and what each of them stands on. */
static const struct {
	struct natu_word word;
	const char *evidence;
} kinds[OWNER_KINDS] = {
	/* clang-format off */
	[OWNER_PROCESS] = { { "process", 7 },
		"A descriptor of a process is the socket: /proc/PID/fd or the kernel's "
		"list of open files shows its inode." },
	[OWNER_TIME_WAIT] = { { "time_wait", 9 },
		"The state is TIME_WAIT, or FIN_WAIT2 with the timer of TIME_WAIT: it was "
		"closed, and the kernel keeps its addresses for a while." },
	[OWNER_SYN_RECV] = { { "syn_recv", 8 },
		"The state is SYN_RECV: the connection is still being made, and is its "
		"listener's." },
	[OWNER_UNACCEPTED] = { { "unaccepted", 10 },
		"The state is ESTABLISHED or CLOSE_WAIT and there is no inode: its listener "
		"has not accepted it yet." },
	[OWNER_ORPHAN] = { { "orphan", 6 },
		"The state is FIN_WAIT1, FIN_WAIT2, CLOSING or LAST_ACK and there is no "
		"inode any more: it was closed, and the kernel still says goodbye." },
	[OWNER_IO_URING] = { { "io_uring", 8 },
		"No descriptor is the socket, but the fdinfo of an io_uring lists it among "
		"the ring's files." },
	[OWNER_HIDDEN] = { { "hidden", 6 },
		"No process that could be looked into holds it, and some could not." },
	[OWNER_UNKNOWN] = { { "unknown", 7 },
		"All processes were looked into, and none holds it." },
	/* clang-format on */
};

const struct natu_word *natu_owner_kind_word(enum natu_owner_kind kind)
{
	return &kinds[kind].word;
}

const char *natu_owner_kind_at(size_t index, const char **evidence)
{
	if (index >= OWNER_KINDS)
		return NULL;
	*evidence = kinds[index].evidence;
	return kinds[index].word.text;
}

/*
 * A socket without an inode has no struct socket, so no descriptor can be it. Closing
 * moves a connection on (net/ipv4/tcp.c:tcp_close_state): in ESTABLISHED and CLOSE_WAIT
 * nobody has closed it, so nobody ever had it, and it waits in its listener's queue.
 */
static enum natu_owner_kind kind_without_inode(const struct natu_socket *socket)
{
	switch (socket->state_number) {
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
		return OWNER_UNACCEPTED;
	case STATE_FIN_WAIT1:
	case STATE_FIN_WAIT2:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
		return OWNER_ORPHAN;
	default:
		return OWNER_UNKNOWN;
	}
}

enum natu_owner_kind natu_owner_kind_by_state(const struct natu_socket *socket)
{
	/* Of UNIX sockets. */
	if (socket->state_number == STATE_CONNECTING)
		return OWNER_UNACCEPTED;
	if (socket->state_number == STATE_DISCONNECTING)
		return OWNER_ORPHAN;
	/* Only protocols with listeners have a state that says something. */
	if (!(socket->family->diag_facts & FACT_LISTENER) ||
	    !natu_family_is_inet(socket->family))
		return OWNER_UNKNOWN;
	switch (socket->state_number) {
	case STATE_TIME_WAIT:
		return OWNER_TIME_WAIT;
	case STATE_SYN_RECV:
	case STATE_NEW_SYN_RECV:
		return OWNER_SYN_RECV;
	}
	if (socket->facts & FACT_INODE)
		return OWNER_UNKNOWN;
	/* A FIN_WAIT2 whose timer is that of TIME_WAIT has become one inside. */
	if (socket->state_number == STATE_FIN_WAIT2 && (socket->facts & FACT_TIMER) &&
	    socket->timer == TIMER_TIME_WAIT)
		return OWNER_TIME_WAIT;
	return kind_without_inode(socket);
}
