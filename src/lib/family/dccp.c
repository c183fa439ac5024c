/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "kernel.h"
#include "request.h"
#include "state.h"

/*
 * include/linux/dccp.h: a DCCP socket's states have TCP's numbers, but two, which are the
 * first that TCP has not. With its 13, the sockets that are only bound, Linux 6.8 moved
 * them up: 14 is the one before and the other since.
 */
enum {
	PARTOPEN_BEFORE = 13,
	PARTOPEN = 14,
	PASSIVE_CLOSEREQ = 15,
};

/* PARTOPEN is what lasts; that the other end has asked to close is like CLOSE_WAIT. */
static unsigned int state_of(unsigned int number)
{
	switch (number) {
	case PARTOPEN_BEFORE:
	case PARTOPEN:
		return STATE_PARTOPEN;
	case PASSIVE_CLOSEREQ:
		return STATE_CLOSE_WAIT;
	default:
		return number;
	}
}

/* The states to ask for: a kernel of either kind may give others, too. */
static uint32_t kernel_states(uint32_t states)
{
	uint32_t asked = states & STATES_LISTED;

	if (states & STATE_BIT(STATE_PARTOPEN))
		asked |= STATE_BIT(PARTOPEN_BEFORE) | STATE_BIT(PARTOPEN);
	if (states & STATE_BIT(STATE_CLOSE_WAIT))
		asked |= STATE_BIT(PARTOPEN) | STATE_BIT(PASSIVE_CLOSEREQ);
	if (states & STATE_BIT(STATE_BOUND))
		asked |= STATE_BIT(STATE_BOUND);
	return asked;
}

bool natu_dccp_decode(const struct natu_family *family, const void *payload,
		      size_t length, natu_facts facts, struct natu_socket *socket)
{
	const struct inet_diag_msg *message = payload;

	if (!natu_inet_decode(family, payload, length, facts, socket))
		return false;
	if (message->idiag_state >= PARTOPEN_BEFORE)
		natu_family_identify(family, socket->which,
				     state_of(message->idiag_state), socket);
	return true;
}

void natu_dccp_put_request(struct nlmsghdr *message, const struct natu_request *request,
			   int address_family)
{
	struct natu_request asked = *request;

	asked.states = kernel_states(request->states);
	natu_inet_put_request(message, &asked, address_family);
}
