/* SPDX-License-Identifier: MIT */
#include "source/messages.h"

#include "error.h"
#include "kernel.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

/* Where the cookie is, or would be. The kernel counts cookies up: their low bits spread
 * by themselves. */
static size_t slot_of(const uint64_t *cookies, uint64_t cookie)
{
	size_t slot = cookie % NATU_SEEN_SLOTS;

	while (cookies[slot] && cookies[slot] != cookie)
		slot = (slot + 1) % NATU_SEEN_SLOTS;
	return slot;
}

/* The current generation becomes the previous one. */
static void begin_generation(struct natu_seen *seen)
{
	seen->current = !seen->current;
	seen->count = 0;
	memset(seen->cookies[seen->current], 0, sizeof(seen->cookies[0]));
}

static bool is_in_tables(struct natu_seen *seen, uint64_t cookie)
{
	uint64_t *current = seen->cookies[seen->current];
	const uint64_t *previous = seen->cookies[!seen->current];
	size_t slot = cookie % NATU_SEEN_SLOTS;

	/* Most slots are free. */
	if (current[slot] || previous[slot]) {
		slot = slot_of(current, cookie);
		if (current[slot] || previous[slot_of(previous, cookie)])
			return true;
	}
	current[slot] = cookie;
	if (++seen->count == NATU_SEEN_LIMIT)
		begin_generation(seen);
	return false;
}

__attribute__((noinline)) static bool is_among_first(struct natu_seen *seen,
						     uint64_t cookie)
{
	for (unsigned int i = 0; i < seen->first_count; i++)
		if (seen->first[i] == cookie)
			return true;
	seen->first[seen->first_count++] = cookie;
	if (seen->first_count < NATU_SEEN_FIRST)
		return false;
	memset(seen->cookies, 0, sizeof(seen->cookies));
	for (unsigned int i = 0; i < NATU_SEEN_FIRST; i++)
		is_in_tables(seen, seen->first[i]);
	return false;
}

bool natu_seen_before(struct natu_seen *seen, uint64_t cookie)
{
	if (!cookie)
		return false;
	return seen->first_count < NATU_SEEN_FIRST ? is_among_first(seen, cookie)
						   : is_in_tables(seen, cookie);
}

void natu_messages_start(struct natu_messages *messages,
			 const struct natu_request *request)
{
	memset(messages, 0, offsetof(struct natu_messages, seen.cookies));
	messages->request = request;
}

void natu_messages_feed(struct natu_messages *messages, const void *bytes, size_t length)
{
	messages->at = bytes;
	messages->left = length;
}

/* DONE carries an int, negative when the dump failed; ERROR a struct nlmsgerr that starts
 * with one. */
int natu_message_errno(const struct nlmsghdr *message)
{
	int error = 0;

	if (message->nlmsg_len >= NLMSG_HDRLEN + sizeof(error))
		memcpy(&error, (const char *)message + NLMSG_HDRLEN, sizeof(error));
	if (error >= 0 || error == INT_MIN)
		return message->nlmsg_type == NLMSG_ERROR ? EPROTO : 0;
	return -error;
}

static enum natu_messages_end finish(struct natu_messages *messages,
				     const struct nlmsghdr *message,
				     struct natu_error *error)
{
	int refused = natu_message_errno(message);

	messages->is_past_listeners = false;
	if (!refused)
		return NATU_MESSAGES_DONE;
	natu_fail(error, NATU_ESYS, refused, "reading %s sockets",
		  messages->request->family->title);
	return NATU_MESSAGES_FAILED;
}

static bool is_socket(const struct nlmsghdr *message)
{
	return message->nlmsg_type == SOCK_DIAG_BY_FAMILY ||
	       message->nlmsg_type == TCPDIAG_GETSOCK;
}

/* The finalizer of SplitMix64: each bit of the number has a part in each of the result.
 */
static uint64_t mixed(uint64_t number)
{
	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

static uint64_t socket_number_of(const struct natu_socket *socket)
{
	if (socket->peer_port)
		return socket->facts & FACT_INTERFACE ? socket->interface : 0;
	if (socket->facts & FACT_COOKIE)
		return socket->cookie;
	return socket->facts & FACT_INODE ? socket->inode : 0;
}

static uint64_t mixed_with(uint64_t identity, const struct natu_address *address)
{
	uint64_t words[2];

	memcpy(words, address->bytes, sizeof(words));
	return mixed(mixed(identity ^ words[0]) ^ words[1]);
}

uint64_t natu_association_of(const struct natu_socket *socket, uintptr_t salt)
{
	uint64_t identity = mixed(socket_number_of(socket) ^ salt);

	identity = mixed_with(identity, &socket->local);
	identity = mixed_with(identity, &socket->peer);
	identity = mixed(identity ^
			 ((uint64_t)socket->local_port << 16 | socket->peer_port));
	return identity ? identity : 1;
}

/*
 * A listener is listed again before its associations, which share its cookie. The kernel
 * goes on where it was by a number in a table of all associations: when some come or go
 * meanwhile, it repeats others, or leaves them out.
 */
__attribute__((noinline)) static bool is_told_again(struct natu_messages *messages,
						    const struct natu_socket *socket)
{
	if (socket->facts & FACT_LISTENER)
		return messages->is_past_listeners ||
		       natu_seen_before(&messages->seen, socket->cookie);
	messages->is_past_listeners = true;
	if (!socket->facts)
		return true;
	if (!natu_seen_before(&messages->seen,
			      natu_association_of(socket, (uintptr_t)messages)))
		return false;
	messages->has_moved = true;
	return true;
}

static bool decode(struct natu_messages *messages, const struct nlmsghdr *message,
		   struct natu_socket *socket)
{
	const struct natu_request *request = messages->request;

	if (!request->family->decode(
		    request->family, (const char *)message + NLMSG_HDRLEN,
		    message->nlmsg_len - NLMSG_HDRLEN, request->facts, socket)) {
		messages->malformed++;
		return false;
	}
	socket->message = message;
	if (request->family->has_associations)
		return !is_told_again(messages, socket);
	return !natu_seen_before(&messages->seen, socket->cookie);
}

enum natu_messages_end natu_messages_next(struct natu_messages *messages,
					  struct natu_socket *socket,
					  struct natu_error *error)
{
	while (messages->left >= NLMSG_HDRLEN) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)messages->at;
		size_t length = message->nlmsg_len, step = NLMSG_ALIGN(length);

		if (length < NLMSG_HDRLEN || length > messages->left)
			break;
		step = step < messages->left ? step : messages->left;
		messages->at += step;
		messages->left -= step;
		if (is_socket(message)) {
			if (decode(messages, message, socket))
				return NATU_MESSAGES_ROW;
			continue;
		}
		if (message->nlmsg_type == NLMSG_DONE ||
		    message->nlmsg_type == NLMSG_ERROR)
			return finish(messages, message, error);
		messages->malformed += message->nlmsg_type != NLMSG_NOOP;
	}
	/* The rest of a chunk cannot be trusted once one length is wrong. */
	if (messages->left)
		messages->malformed++;
	messages->left = 0;
	return NATU_MESSAGES_USED_UP;
}
